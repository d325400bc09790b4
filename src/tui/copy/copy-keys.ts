// What the keys do while looking back. vi's and emacs' motions both work: they do not collide.
import type { SearchHit } from "../../protocol/results.ts";
import { createEditor, editKey } from "../editor.ts";
import { type CopyState, moveTo, scrollBy, type SelectionKind } from "./copy-state.ts";
import { rowEnd, rowText, selectedText, wordMove } from "./copy-text.ts";

export type CopyOutcome =
  | { readonly kind: "stay"; readonly copy: CopyState }
  | { readonly kind: "leave" }
  | { readonly kind: "copied"; readonly text: string }
  | { readonly kind: "search"; readonly copy: CopyState; readonly pattern: string };

/** For the help and the footer. */
export const COPY_KEYS: readonly (readonly [string, string])[] = [
  ["h j k l, arrows", "move"],
  ["w b e", "by word"],
  ["0 ^ $", "start, first character, end of line"],
  ["g G", "first line, last line"],
  ["C-u C-d, PageUp PageDown", "half a page, a page"],
  ["v V C-v", "select characters, lines, a block"],
  ["o", "other end of the selection"],
  ["y Enter", "copy and leave"],
  ["/ ? n N", "search down, up, next, previous"],
  ["q Esc", "leave"],
];

export function copyKey(copy: CopyState, notation: string, typed: string | null): CopyOutcome {
  if (copy.prompt) return promptKey(copy, notation, typed);
  const { row, col } = copy.cursor;
  const half = Math.max(1, Math.floor(copy.rows / 2));
  const page = Math.max(1, copy.rows - 2);
  switch (notation) {
    case "h":
    case "Left":
    case "C-b":
      return stay(moveTo(copy, row, col - 1));
    case "l":
    case "Right":
      return stay(moveTo(copy, row, col + 1));
    case "k":
    case "Up":
    case "C-p":
      return stay(moveTo(copy, row - 1, col));
    case "j":
    case "Down":
    case "C-n":
      return stay(moveTo(copy, row + 1, col));
    case "0":
    case "Home":
    case "C-a":
      return stay(moveTo(copy, row, 0));
    case "^":
    case "M-m":
      return stay(moveTo(copy, row, Math.max(0, rowText(copy, row).search(/\S/))));
    case "$":
    case "End":
    case "C-e":
      return stay(moveTo(copy, row, Math.max(0, rowEnd(copy, row) - 1)));
    case "w":
    case "M-f":
      return stay(goTo(copy, wordMove(copy, "next")));
    case "b":
    case "M-b":
      return stay(goTo(copy, wordMove(copy, "previous")));
    case "e":
      return stay(goTo(copy, wordMove(copy, "end")));
    case "g":
    case "M-<":
      return stay(moveTo(copy, 0, 0));
    case "G":
    case "M->":
      return stay(moveTo(copy, copy.total - 1, 0));
    case "H":
      return stay(moveTo(copy, copy.top, col));
    case "M":
      return stay(moveTo(copy, copy.top + Math.floor(copy.rows / 2), col));
    case "L":
      return stay(moveTo(copy, copy.top + copy.rows - 1, col));
    case "C-u":
      return stay(scrollBy(copy, -half));
    case "C-d":
      return stay(scrollBy(copy, half));
    case "PageUp":
    case "M-v":
      return stay(scrollBy(copy, -page));
    case "PageDown":
    case "C-f":
      return stay(scrollBy(copy, page));
    case "v":
    case "Space":
    case "C-Space":
      return stay(toggle(copy, "characters"));
    case "V":
      return stay(toggle(copy, "lines"));
    case "C-v":
      return stay(toggle(copy, "block"));
    case "o": {
      if (!copy.selection) return stay(copy);
      const swapped = { ...copy, selection: { ...copy.selection, anchor: copy.cursor } };
      return stay(goTo(swapped, copy.selection.anchor));
    }
    case "y":
    case "Enter":
    case "M-w": {
      const text = selectedText(copy);
      if (text !== "") return { kind: "copied", text };
      return notation === "Enter"
        ? { kind: "leave" }
        : stay({ ...copy, note: "Nothing is selected; v starts a selection." });
    }
    case "/":
    case "C-s":
      return stay({ ...copy, prompt: { editor: createEditor("", false), backwards: false } });
    case "?":
    case "C-r":
      return stay({ ...copy, prompt: { editor: createEditor("", false), backwards: true } });
    case "n":
      return stay(jump(copy, copy.search?.backwards ? -1 : 1));
    case "N":
      return stay(jump(copy, copy.search?.backwards ? 1 : -1));
    case "Escape":
      return copy.selection ? stay({ ...copy, selection: null }) : { kind: "leave" };
    case "q":
    case "C-c":
    case "C-g":
      return { kind: "leave" };
    default:
      return stay({ ...copy, note: `${notation} does nothing here; q leaves, v selects, / searches.` });
  }
}

/** Takes search results in and goes to the nearest hit in the direction of the search. */
export function takeHits(copy: CopyState, pattern: string, hits: readonly SearchHit[]): CopyState {
  const backwards = copy.search?.backwards ?? false;
  const sorted = hits.toSorted((a, b) => a.row - b.row || a.col - b.col);
  if (sorted.length === 0) return { ...copy, search: null, note: `Nothing here says "${pattern}".` };
  const { row, col } = copy.cursor;
  const after = sorted.findIndex((hit) => hit.row > row || (hit.row === row && hit.col >= col));
  const before = sorted.findLastIndex((hit) => hit.row < row || (hit.row === row && hit.col <= col));
  const current = backwards ? (before < 0 ? sorted.length - 1 : before) : after < 0 ? 0 : after;
  const hit = sorted[current]!;
  return centred(
    moveTo({ ...copy, search: { pattern, hits: sorted, current, backwards } }, hit.row, hit.col),
  );
}

function jump(copy: CopyState, step: 1 | -1): CopyState {
  const { search } = copy;
  if (!search) return { ...copy, note: "Nothing was searched for yet; / searches." };
  const current = (search.current + step + search.hits.length) % search.hits.length;
  const hit = search.hits[current]!;
  return centred(moveTo({ ...copy, search: { ...search, current } }, hit.row, hit.col));
}

/** A hit at the very edge of the window is hard to see. */
function centred(copy: CopyState): CopyState {
  const at = copy.cursor.row - copy.top;
  if (at > 0 && at < copy.rows - 1) return copy;
  const top = Math.max(0, Math.min(copy.cursor.row - Math.floor(copy.rows / 2), copy.total - copy.rows));
  return { ...copy, top };
}

function promptKey(copy: CopyState, notation: string, typed: string | null): CopyOutcome {
  const prompt = copy.prompt!;
  if (notation === "Escape" || notation === "C-c" || notation === "C-g")
    return stay({ ...copy, prompt: null });
  if (notation === "Enter") {
    const pattern = prompt.editor.text;
    const closed = { ...copy, prompt: null };
    if (pattern === "") return stay(closed);
    const search = { pattern, hits: [], current: 0, backwards: prompt.backwards };
    return { kind: "search", pattern, copy: { ...closed, search, note: `searching for "${pattern}"` } };
  }
  const editor = editKey(prompt.editor, notation, typed);
  return stay(editor ? { ...copy, prompt: { ...prompt, editor } } : copy);
}

function toggle(copy: CopyState, kind: SelectionKind): CopyState {
  if (copy.selection?.kind === kind) return { ...copy, selection: null };
  return { ...copy, selection: { kind, anchor: copy.selection?.anchor ?? copy.cursor } };
}

function goTo(copy: CopyState, position: { row: number; col: number }): CopyState {
  return moveTo(copy, position.row, position.col);
}

function stay(copy: CopyState): CopyOutcome {
  return { kind: "stay", copy };
}
