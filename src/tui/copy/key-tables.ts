// The keys of looking back: vi's and emacs', in the words of tmux's copy mode. The help reads the same tables.
import type { KeyStyle, SelectionKind } from "./copy-state.ts";

export type CopyAction =
  | { readonly does: "move"; readonly to: Motion }
  | { readonly does: "find"; readonly kind: "f" | "F" | "t" | "T" }
  | { readonly does: "find-again"; readonly isReversed: boolean }
  | { readonly does: "select"; readonly kind: SelectionKind }
  | { readonly does: "toggle-block" }
  | { readonly does: "other-end" }
  | { readonly does: "clear-selection" }
  | { readonly does: "copy"; readonly orLeave?: boolean }
  | { readonly does: "copy-to-end" }
  | { readonly does: "append" }
  | { readonly does: "open" }
  | { readonly does: "search"; readonly backwards: boolean }
  | { readonly does: "search-again"; readonly isReversed: boolean }
  | { readonly does: "search-word"; readonly backwards: boolean }
  | { readonly does: "find-hit"; readonly step: 1 | -1 }
  | { readonly does: "mark" }
  | { readonly does: "to-mark" }
  | { readonly does: "leave" };

export type Motion =
  | "left"
  | "right"
  | "up"
  | "down"
  | "line-start"
  | "first-character"
  | "line-end"
  | "next-word"
  | "previous-word"
  | "word-end"
  | "next-big-word"
  | "previous-big-word"
  | "big-word-end"
  | "top"
  | "bottom"
  | "window-top"
  | "window-middle"
  | "window-bottom"
  | "half-page-up"
  | "half-page-down"
  | "page-up"
  | "page-down"
  | "scroll-up"
  | "scroll-down"
  | "next-paragraph"
  | "previous-paragraph"
  | "matching-bracket"
  | "centre";

interface Row {
  readonly keys: string;
  readonly action: CopyAction;
  readonly what: string;
}

const move = (keys: string, to: Motion, what: string): Row => ({ keys, action: { does: "move", to }, what });
const row = (keys: string, action: CopyAction, what: string): Row => ({ keys, action, what });

/** In both tables. */
const COMMON: readonly Row[] = [
  move("Left", "left", "left"),
  move("Right", "right", "right"),
  move("Up", "up", "up"),
  move("Down", "down", "down"),
  move("Home", "line-start", "start of the row"),
  move("End", "line-end", "end of the row"),
  move("PageUp", "page-up", "page up"),
  move("PageDown", "page-down", "page down"),
  move("C-Up", "scroll-up", "scroll up"),
  move("C-Down", "scroll-down", "scroll down"),
  row("C-c", { does: "leave" }, "leave"),
  row("M-n", { does: "find-hit", step: 1 }, "next hit of the search through all panes"),
  row("M-p", { does: "find-hit", step: -1 }, "hit before of the search through all panes"),
];

// The same in both, but the help shows them where they belong: so each table says where.
const FIND: readonly Row[] = [
  row("f", { does: "find", kind: "f" }, "to a character of the row"),
  row("F", { does: "find", kind: "F" }, "back to a character"),
  row("t", { does: "find", kind: "t" }, "before a character"),
  row("T", { does: "find", kind: "T" }, "back to behind a character"),
  row(";", { does: "find-again", isReversed: false }, "the same character again"),
  row(",", { does: "find-again", isReversed: true }, "again, the other way"),
];

const NEXT_HIT: readonly Row[] = [
  row("n", { does: "search-again", isReversed: false }, "next hit"),
  row("N", { does: "search-again", isReversed: true }, "hit before"),
];

const MARK: readonly Row[] = [
  row("X", { does: "mark" }, "mark this place"),
  row("M-x", { does: "to-mark" }, "to the mark, which is here then"),
];

const VI: readonly Row[] = [
  move("h BSpace C-h", "left", "left"),
  move("l", "right", "right"),
  move("k C-p", "up", "up"),
  move("j C-n C-j", "down", "down"),
  move("0 C-a", "line-start", "start of the row"),
  move("^ M-m", "first-character", "first character"),
  move("$", "line-end", "end of the row"),
  move("w M-f", "next-word", "next word"),
  move("b M-b", "previous-word", "word before"),
  move("e", "word-end", "end of the word"),
  move("W", "next-big-word", "next word between blanks"),
  move("B", "previous-big-word", "word before, between blanks"),
  move("E", "big-word-end", "end of the word between blanks"),
  move("g M-<", "top", "first row"),
  move("G M->", "bottom", "last row, or the row of the count"),
  move("H", "window-top", "top of the window"),
  move("M", "window-middle", "middle of the window"),
  move("L", "window-bottom", "bottom of the window"),
  move("C-u", "half-page-up", "half a page up"),
  move("C-d", "half-page-down", "half a page down"),
  move("C-b M-v", "page-up", "page up"),
  move("C-f", "page-down", "page down"),
  move("C-y K", "scroll-up", "scroll up"),
  move("C-e J", "scroll-down", "scroll down"),
  move("{", "previous-paragraph", "paragraph before"),
  move("}", "next-paragraph", "next paragraph"),
  move("%", "matching-bracket", "to the other bracket"),
  move("z", "centre", "this row into the middle"),
  ...FIND,
  ...MARK,
  row("v Space", { does: "select", kind: "characters" }, "select characters"),
  row("V", { does: "select", kind: "lines" }, "select lines"),
  row("C-v", { does: "select", kind: "block" }, "select a block"),
  row("o", { does: "other-end" }, "other end of the selection; without one: open the address or file here"),
  row("O", { does: "open" }, "open the address or file here"),
  row("y M-w", { does: "copy" }, "copy and leave"),
  row("Enter", { does: "copy", orLeave: true }, "copy and leave"),
  row("D", { does: "copy-to-end" }, "copy to the end of the row"),
  row("A", { does: "append" }, "append to what was copied last, and leave"),
  row("/ C-s", { does: "search", backwards: false }, "search down"),
  row("? C-r", { does: "search", backwards: true }, "search up"),
  ...NEXT_HIT,
  row("*", { does: "search-word", backwards: false }, "the word under the cursor, down"),
  row("#", { does: "search-word", backwards: true }, "the word under the cursor, up"),
  row("Escape", { does: "clear-selection" }, "drop the selection, or leave"),
  row("q C-g", { does: "leave" }, "leave"),
];

const EMACS: readonly Row[] = [
  move("C-b", "left", "left"),
  move("C-f", "right", "right"),
  move("C-p", "up", "up"),
  move("C-n", "down", "down"),
  move("C-a", "line-start", "start of the row"),
  move("M-m", "first-character", "first character"),
  move("C-e", "line-end", "end of the row"),
  move("M-f M-Right C-Right", "word-end", "end of the word"),
  move("M-b M-Left C-Left", "previous-word", "word before"),
  move("M-<", "top", "first row"),
  move("M->", "bottom", "last row"),
  move("M-R", "window-top", "top of the window"),
  move("M-r", "window-middle", "middle of the window"),
  move("M-Up", "half-page-up", "half a page up"),
  move("M-Down", "half-page-down", "half a page down"),
  move("M-v", "page-up", "page up"),
  move("C-v Space", "page-down", "page down"),
  move("M-{", "previous-paragraph", "paragraph before"),
  move("M-}", "next-paragraph", "next paragraph"),
  move("C-M-f C-M-b", "matching-bracket", "to the other bracket"),
  move("C-l", "centre", "this row into the middle"),
  ...FIND,
  ...MARK,
  row("C-Space C-@", { does: "select", kind: "characters" }, "select characters"),
  row("M-l", { does: "select", kind: "lines" }, "select lines"),
  row("R", { does: "toggle-block" }, "characters or block"),
  row("C-x", { does: "other-end" }, "other end of the selection"),
  row("o", { does: "open" }, "open the address or file here"),
  row("M-w C-w", { does: "copy" }, "copy and leave"),
  row("C-k", { does: "copy-to-end" }, "copy to the end of the row"),
  row("A", { does: "append" }, "append to what was copied last, and leave"),
  row("Enter", { does: "copy", orLeave: true }, "copy and leave"),
  row("C-s", { does: "search", backwards: false }, "search down"),
  row("C-r", { does: "search", backwards: true }, "search up"),
  ...NEXT_HIT,
  row("M-*", { does: "search-word", backwards: false }, "the word under the cursor"),
  row("C-g", { does: "clear-selection" }, "drop the selection, or leave"),
  row("q Escape", { does: "leave" }, "leave"),
];

const TABLES: Readonly<Record<KeyStyle, ReadonlyMap<string, CopyAction>>> = {
  vi: tableOf([...COMMON, ...VI]),
  emacs: tableOf([...COMMON, ...EMACS]),
};

export function copyActionOf(style: KeyStyle, notation: string): CopyAction | null {
  return TABLES[style].get(notation) ?? null;
}

/** For the help: keys, and what they do. */
export function copyKeyHelp(style: KeyStyle): readonly (readonly [string, string])[] {
  return [...(style === "vi" ? VI : EMACS), ...COMMON].map(({ keys, what }) => [keys, what] as const);
}

function tableOf(rows: readonly Row[]): ReadonlyMap<string, CopyAction> {
  return new Map(rows.flatMap(({ keys, action }) => keys.split(" ").map((key) => [key, action] as const)));
}
