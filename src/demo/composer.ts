import type { Input } from "./keys.ts";

/** The draft under the human's hands. */
export interface Composer {
  readonly text: string;
  /** Offset in `text`, in UTF-16 units. */
  readonly cursor: number;
  /** A draft put aside by Ctrl+S; it comes back after the next submit. */
  readonly stashed: string | null;
}

export const EMPTY_COMPOSER: Composer = { text: "", cursor: 0, stashed: null };

/** What an input did, besides changing the draft. */
export type ComposerEffect =
  | "none"
  | "submit"
  | "stashed"
  | "clear"
  | "nothing-to-clear"
  | "escape"
  | "mode"
  | "end-of-input";

/** Applies one input to the draft. */
export function editDraft(composer: Composer, input: Input): { composer: Composer; effect: ComposerEffect } {
  if (input.kind === "status-protocol") return { composer, effect: "none" };
  if (input.kind !== "key") return { composer: insert(composer, input.text), effect: "none" };
  const { text, cursor } = composer;
  const at = (next: number): { composer: Composer; effect: ComposerEffect } => ({
    composer: { ...composer, cursor: Math.min(text.length, Math.max(0, next)) },
    effect: "none",
  });
  switch (input.name) {
    case "enter":
      return { composer, effect: text.trim() === "" ? "none" : "submit" };
    case "newline":
      return { composer: insert(composer, "\n"), effect: "none" };
    case "left":
      return at(cursor - lengthBefore(text, cursor));
    case "right":
      return at(cursor + lengthAfter(text, cursor));
    case "home":
      return at(text.lastIndexOf("\n", cursor - 1) + 1);
    case "end":
      return at(text.indexOf("\n", cursor) < 0 ? text.length : text.indexOf("\n", cursor));
    case "backspace":
      return { composer: cut(composer, cursor - lengthBefore(text, cursor), cursor), effect: "none" };
    case "delete":
      return {
        composer: cut(composer, cursor, cursor + lengthAfter(text, cursor)),
        effect: "none",
      };
    case "ctrl-u":
      return { composer: cut(composer, text.lastIndexOf("\n", cursor - 1) + 1, cursor), effect: "none" };
    case "ctrl-s":
      return text === ""
        ? { composer, effect: "none" }
        : { composer: { text: "", cursor: 0, stashed: text }, effect: "stashed" };
    case "ctrl-c":
      return text === ""
        ? { composer, effect: "nothing-to-clear" }
        : { composer: { ...composer, text: "", cursor: 0 }, effect: "clear" };
    case "ctrl-d":
      return { composer, effect: text === "" ? "end-of-input" : "none" };
    case "escape":
      return { composer, effect: "escape" };
    case "shift-tab":
      return { composer, effect: "mode" };
    case "tab":
    case "up":
    case "down":
    case "other":
      return { composer, effect: "none" };
  }
}

/** The composer after its text went out: empty, or with the draft that had been put aside. */
export function afterSubmit(composer: Composer): { composer: Composer; restored: boolean } {
  const text = composer.stashed ?? "";
  return { composer: { text, cursor: text.length, stashed: null }, restored: composer.stashed !== null };
}

function insert(composer: Composer, added: string): Composer {
  const { text, cursor } = composer;
  return {
    ...composer,
    text: text.slice(0, cursor) + added + text.slice(cursor),
    cursor: cursor + added.length,
  };
}

function cut(composer: Composer, from: number, to: number): Composer {
  return { ...composer, text: composer.text.slice(0, from) + composer.text.slice(to), cursor: from };
}

function lengthBefore(text: string, cursor: number): number {
  if (cursor === 0) return 0;
  return (text.codePointAt(cursor - 2) ?? 0) > 0xffff ? 2 : 1;
}

function lengthAfter(text: string, cursor: number): number {
  if (cursor >= text.length) return 0;
  return (text.codePointAt(cursor) ?? 0) > 0xffff ? 2 : 1;
}
