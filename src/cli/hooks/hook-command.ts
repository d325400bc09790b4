import type { HookKind } from "../../domain/hook/call.ts";
import { HOOK_EVENTS } from "../../domain/hook/events.ts";

/** By this our hooks are known, and nothing else is: taking out must not touch the user's own. */
const OURS =
  /(?:^|[\s;&|])ia-tmux hook --outside (?:claude|codex|kimi) [A-Za-z]+(?: # stood here: (none|file|settings|hooks|event) (".*"))?$/;

/**
 * What our hook stands in the place of, where nothing else was: no file, an empty file, empty settings, no events, an
 * event without hooks. `text`: what was there, blanks only.
 */
export interface StoodHere {
  readonly place: "none" | "file" | "settings" | "hooks" | "event";
  readonly text: string;
}

/**
 * A shell line that does nothing where ia-tmux is not installed, so that settings can be shared. What stood in its place
 * is a comment in it: it goes where the settings go, and taking out puts it back.
 */
export function hookCommand(kind: HookKind, event: string, stood: StoodHere | null = null): string {
  const line = `command -v ia-tmux >/dev/null 2>&1 || exit 0; exec ia-tmux hook --outside ${kind} ${event}`;
  return stood === null ? line : `${line} # stood here: ${stood.place} ${JSON.stringify(stood.text)}`;
}

/** What one of our commands stands in the place of; null when it stands beside others. */
export function stoodHere(command: string): StoodHere | null {
  const [, place, text] = OURS.exec(command) ?? [];
  if (place === undefined || text === undefined) return null;
  return { place: place as StoodHere["place"], text: JSON.parse(text) as string };
}

/** Longer than our own deadline, in which the command ends by itself. Codex cuts those of a session's end to three. */
export function hookTimeoutSeconds(kind: HookKind): number {
  return kind === "codex" ? 3 : 5;
}

export function isOurCommand(command: unknown): command is string {
  return typeof command === "string" && OURS.test(command);
}

/** What an agent outside the panes is asked for: what has an answer, and what says that it lives. */
const ASKED: ReadonlySet<string> = new Set([
  "session-start",
  "prompt-submitted",
  "tool-before",
  "tool-after",
  "stopped",
  "compacted",
  "session-ended",
]);

export function outsideEvents(kind: HookKind): readonly string[] {
  return Object.entries(HOOK_EVENTS[kind])
    .filter(([name, event]) => ASKED.has(event) && name !== "PostToolUseFailure")
    .map(([name]) => name);
}
