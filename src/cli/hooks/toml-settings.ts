// Kimi Code's config.toml: our hooks stand in one block between two comments, so that taking out restores every byte.
import type { HookKind } from "../../domain/hook/call.ts";
import { hookCommand, hookTimeoutSeconds, outsideEvents } from "./hook-command.ts";

const BEGIN = "# begin ia-tmux hooks";
const END = "# end ia-tmux hooks";
const BLOCK = /\n?# begin ia-tmux hooks\n[^]*?# end ia-tmux hooks\n/;
/** A list in brackets cannot be added to by tables behind it. */
const INLINE_LIST = /^[ \t]*(?:hooks|"hooks"|'hooks')[ \t]*=/m;

export function countTomlHooks(text: string | null): number | null {
  return (BLOCK.exec(text ?? "")?.[0].match(/^\[\[hooks\]\]$/gm) ?? []).length;
}

/** `text` null: there is no file. Null: the file has hooks in a form that ours cannot stand beside. */
export function addTomlHooks(text: string | null, kind: HookKind): string | null {
  const bare = text === null ? null : removeTomlHooks(text);
  if (bare !== null && INLINE_LIST.test(bare)) return null;
  const tables = outsideEvents(kind).map((event) =>
    [
      "[[hooks]]",
      `event = ${JSON.stringify(event)}`,
      `command = ${JSON.stringify(hookCommand(kind, event))}`,
      `timeout = ${hookTimeoutSeconds(kind)}`,
    ].join("\n"),
  );
  const block = `${BEGIN}\n${tables.join("\n")}\n${END}\n`;
  if (text?.includes(block)) return text;
  return bare === null ? block : `${bare}\n${block}`;
}

/** The text without our block; null when there was no file: only then the block begins without an empty line. */
export function removeTomlHooks(text: string): string | null {
  const rest = text.replace(BLOCK, "");
  return rest === "" && text.startsWith(BEGIN) ? null : rest;
}
