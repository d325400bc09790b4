// What the keys do while looking back.
import {
  centre,
  type CopyState,
  type FindKind,
  moveTo,
  type Position,
  scrollBy,
  scrollWindow,
  type SelectionKind,
} from "./copy-state.ts";
import { type SearchStep, jumpToHit, openSearch, searchFor, searchPromptKey } from "./copy-search.ts";
import { rowEnd, rowText, selectedText } from "./copy-text.ts";
import { MAX_COPIED_ROWS, missingSelected, selectedRows } from "./needs.ts";
import { type CopyAction, copyActionOf, type Motion } from "./key-tables.ts";
import { type Link, linkAt } from "./links.ts";
import { findInRow, matchingBracket, paragraph, wordMove, wordUnderCursor } from "./motions.ts";

export type CopyOutcome =
  | { readonly kind: "stay"; readonly copy: CopyState }
  | { readonly kind: "leave" }
  | { readonly kind: "copied"; readonly text: string }
  /** To be put behind what was copied last. */
  | { readonly kind: "appended"; readonly text: string }
  /** The server is to be asked for the hits of `copy.search`. */
  | { readonly kind: "search"; readonly copy: CopyState }
  | { readonly kind: "open"; readonly link: Link }
  /** The next hit of the search through all panes. */
  | { readonly kind: "find-hit"; readonly step: 1 | -1 };

const MAX_COUNT = 9_999;

export function copyKey(copy: CopyState, notation: string, typed: string | null): CopyOutcome {
  if (copy.prompt) return outcomeOf(searchPromptKey(copy, notation, typed));
  if (copy.pending) return find({ ...copy, pending: null }, copy.pending, notation, typed);
  const digit = /^(?:M-)?([0-9])$/.exec(notation)?.[1];
  const isCount = copy.keys === "vi" ? notation === digit : digit !== undefined;
  if (digit !== undefined && isCount && (digit !== "0" || copy.count !== null))
    return stay({ ...copy, count: Math.min(MAX_COUNT, (copy.count ?? 0) * 10 + Number(digit)), note: null });
  const action = copyActionOf(copy.keys, notation);
  const ready = { ...copy, count: null };
  if (!action)
    return stay({ ...ready, note: `${notation} does nothing here; C-b ? shows the keys, q leaves.` });
  return run(ready, action, copy.count);
}

function run(copy: CopyState, action: CopyAction, count: number | null): CopyOutcome {
  switch (action.does) {
    case "move":
      return stay(move(copy, action.to, count));
    case "find":
      return stay({ ...copy, pending: action.kind, count, note: `${action.kind}: which character?` });
    case "find-again": {
      const { lastFind } = copy;
      if (!lastFind) return stay({ ...copy, note: "f, F, t and T go to a character first." });
      const kind = action.isReversed ? REVERSED[lastFind.kind] : lastFind.kind;
      return stay(goToCharacter(copy, kind, lastFind.character, count, true));
    }
    case "select":
      return stay(toggle(copy, action.kind));
    case "toggle-block": {
      const { selection } = copy;
      if (!selection) return stay(toggle(copy, "block"));
      return stay(toggle(copy, selection.kind === "block" ? "characters" : "block"));
    }
    case "other-end": {
      if (!copy.selection) return open(copy);
      const swapped = { ...copy, selection: { ...copy.selection, anchor: copy.cursor } };
      return stay(goTo(swapped, copy.selection.anchor));
    }
    case "clear-selection":
      return copy.selection ? stay({ ...copy, selection: null, note: null }) : { kind: "leave" };
    case "copy":
      return copied(copy, "copied", action.orLeave ?? false);
    case "append":
      return copied(copy, "appended", false);
    case "copy-to-end": {
      const { row, col } = copy.cursor;
      const text = selectedText(toEnd(copy));
      return text === ""
        ? stay({ ...copy, note: `Nothing stands behind column ${col + 1} of row ${row - copy.first + 1}.` })
        : { kind: "copied", text };
    }
    case "open":
      return open(copy);
    case "search":
      return stay(openSearch(copy, action.backwards));
    case "search-again":
      return copy.isFromFind
        ? { kind: "find-hit", step: action.isReversed ? -1 : 1 }
        : stay(jumpToHit(copy, action.isReversed));
    case "search-word": {
      const word = wordUnderCursor(copy);
      return word === ""
        ? stay({ ...copy, note: "There is no word here." })
        : outcomeOf(searchFor(stepOff(copy, action.backwards), word, action.backwards));
    }
    case "find-hit":
      return { kind: "find-hit", step: action.step };
    case "mark":
      return stay({ ...copy, mark: copy.cursor, note: "Marked; M-x comes back here." });
    case "to-mark":
      return stay(
        copy.mark === null
          ? { ...copy, note: "Nothing is marked; X marks a place." }
          : { ...goTo(copy, copy.mark), mark: copy.cursor },
      );
    case "leave":
      return { kind: "leave" };
  }
}

/** The hit that one stands on is not the next one. */
function stepOff(copy: CopyState, backwards: boolean): CopyState {
  if (!backwards) return { ...copy, cursor: { ...copy.cursor, col: copy.cursor.col + 1 } };
  let { col } = copy.cursor;
  const word = wordUnderCursor(copy);
  const cells = rowText(copy, copy.cursor.row);
  while (col > 0 && !cells.slice(col).startsWith(word)) col--;
  return col > 0
    ? { ...copy, cursor: { ...copy.cursor, col: col - 1 } }
    : moveTo(copy, copy.cursor.row - 1, copy.cols);
}

function copied(copy: CopyState, kind: "copied" | "appended", orLeave: boolean): CopyOutcome {
  const rows = selectedRows(copy);
  if (rows > MAX_COPIED_ROWS) {
    const more = `${rows} rows are selected; at most ${MAX_COPIED_ROWS} can be copied. ia-tmux capture --history N writes more.`;
    return stay({ ...copy, note: more });
  }
  if (missingSelected(copy))
    return stay({ ...copy, note: "Some of these rows could not be fetched; the key tries again." });
  const text = selectedText(copy);
  if (text !== "") return { kind, text };
  const hint = copy.keys === "vi" ? "v" : "C-Space";
  return orLeave
    ? { kind: "leave" }
    : stay({ ...copy, note: `Nothing is selected; ${hint} starts a selection, q leaves.` });
}

function open(copy: CopyState): CopyOutcome {
  const link = linkAt((row) => copy.cache.get(row) ?? null, copy.cursor.row, copy.cursor.col);
  if (link) return { kind: "open", link };
  return stay({ ...copy, note: "No address and no file:line stands here." });
}

function toEnd(copy: CopyState): CopyState {
  const { row, col } = copy.cursor;
  const end = Math.max(col, rowEnd(copy, row) - 1);
  return {
    ...copy,
    cursor: { row, col: end },
    selection: { kind: "characters", anchor: copy.cursor },
  };
}

function move(copy: CopyState, to: Motion, count: number | null): CopyState {
  const times = count ?? 1;
  const { row, col } = copy.cursor;
  const half = Math.max(1, Math.floor(copy.rows / 2));
  const page = Math.max(1, copy.rows - 2);
  const repeat = (step: (held: CopyState) => CopyState) => {
    let held = copy;
    for (let left = times; left > 0; left--) {
      const next = step(held);
      if (next.cursor.row === held.cursor.row && next.cursor.col === held.cursor.col) return next;
      held = next;
    }
    return held;
  };
  switch (to) {
    case "left":
      return moveTo(copy, row, col - times);
    case "right":
      return moveTo(copy, row, col + times);
    case "up":
      return moveTo(copy, row - times, col);
    case "down":
      return moveTo(copy, row + times, col);
    case "line-start":
      return moveTo(copy, row, 0);
    case "first-character":
      return moveTo(copy, row, Math.max(0, rowText(copy, row).search(/\S/)));
    case "line-end":
      return moveTo(copy, row, Math.max(0, rowEnd(copy, row) - 1));
    case "next-word":
      return repeat((held) => goTo(held, wordMove(held, "next")));
    case "previous-word":
      return repeat((held) => goTo(held, wordMove(held, "previous")));
    case "word-end":
      return repeat((held) => goTo(held, wordMove(held, "end")));
    case "next-big-word":
      return repeat((held) => goTo(held, wordMove(held, "next", true)));
    case "previous-big-word":
      return repeat((held) => goTo(held, wordMove(held, "previous", true)));
    case "big-word-end":
      return repeat((held) => goTo(held, wordMove(held, "end", true)));
    case "top":
      return moveTo(copy, rowNumbered(copy, times), 0);
    case "bottom":
      return moveTo(copy, count === null ? copy.total - 1 : rowNumbered(copy, count), 0);
    case "window-top":
      return moveTo(copy, copy.top + times - 1, col);
    case "window-middle":
      return moveTo(copy, copy.top + Math.floor(copy.rows / 2), col);
    case "window-bottom":
      return moveTo(copy, copy.top + copy.rows - times, col);
    case "half-page-up":
      return scrollBy(copy, -half * times);
    case "half-page-down":
      return scrollBy(copy, half * times);
    case "page-up":
      return scrollBy(copy, -page * times);
    case "page-down":
      return scrollBy(copy, page * times);
    case "scroll-up":
      return scrollWindow(copy, -times);
    case "scroll-down":
      return scrollWindow(copy, times);
    case "next-paragraph":
      return repeat((held) => goTo(held, paragraph(held, 1)));
    case "previous-paragraph":
      return repeat((held) => goTo(held, paragraph(held, -1)));
    case "matching-bracket": {
      const at = matchingBracket(copy);
      return at ? goTo(copy, at) : { ...copy, note: "No bracket here has its other end near." };
    }
    case "centre":
      return centre(copy);
  }
}

/** Rows are numbered from the oldest: while that is not known, it lies above all that is. */
function rowNumbered(copy: CopyState, number: number): number {
  return copy.above === "older" ? -Infinity : copy.first + number - 1;
}

const REVERSED: Readonly<Record<FindKind, FindKind>> = { f: "F", F: "f", t: "T", T: "t" };

function find(copy: CopyState, kind: FindKind, notation: string, typed: string | null): CopyOutcome {
  const character = typed ?? (notation === "Space" ? " " : null);
  if (character === null) return stay({ ...copy, count: null, note: null });
  const next = goToCharacter({ ...copy, count: null }, kind, character, copy.count, false);
  return stay({ ...next, lastFind: { kind, character } });
}

function goToCharacter(
  copy: CopyState,
  kind: FindKind,
  character: string,
  count: number | null,
  isRepeat: boolean,
): CopyState {
  let held = copy;
  for (let left = count ?? 1, again = isRepeat; left > 0; left--, again = true) {
    const at = findInRow(held, kind, character, again);
    if (!at) return { ...copy, note: `There is no ${character} in this row.` };
    held = goTo(held, at);
  }
  return held;
}

function toggle(copy: CopyState, kind: SelectionKind): CopyState {
  if (copy.selection?.kind === kind) return { ...copy, selection: null, note: null };
  return { ...copy, selection: { kind, anchor: copy.selection?.anchor ?? copy.cursor }, note: null };
}

function goTo(copy: CopyState, position: Position): CopyState {
  return moveTo(copy, position.row, position.col);
}

function outcomeOf({ copy, asks }: SearchStep): CopyOutcome {
  return asks ? { kind: "search", copy } : stay(copy);
}

function stay(copy: CopyState): CopyOutcome {
  return { kind: "stay", copy };
}
