import type { HookKind } from "../../domain/hook/call.ts";
import { HOOK_EVENTS } from "../../domain/hook/events.ts";

/** By this our hooks are known, and nothing else is: taking out must not touch the user's own. */
const OURS = /(?:^|[\s;&|])ia-tmux hook --outside (?:claude|codex|kimi) [A-Za-z]+$/;

/** A shell line that does nothing where ia-tmux is not installed, so that settings can be shared. */
export function hookCommand(kind: HookKind, event: string): string {
  return `command -v ia-tmux >/dev/null 2>&1 || exit 0; exec ia-tmux hook --outside ${kind} ${event}`;
}

/** Longer than our own deadline, in which the command ends by itself. Codex cuts those of a session's end to three. */
export function hookTimeoutSeconds(kind: HookKind): number {
  return kind === "codex" ? 3 : 5;
}

export function isOurCommand(command: unknown): boolean {
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
