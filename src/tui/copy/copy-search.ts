// Searching while looking back: the line one types into, the hits, and which is the next.
import type { SearchHit } from "../../protocol/results.ts";
import { createEditor, editKey, insertText } from "../editor.ts";
import { centre, type CopyState, moveTo } from "./copy-state.ts";

/** Opens the line. Hits are shown while one types. */
export function openSearch(copy: CopyState, backwards: boolean): CopyState {
  const from = { cursor: copy.cursor, top: copy.top };
  const regex = copy.search?.regex ?? false;
  return { ...copy, note: null, prompt: { editor: createEditor("", false), backwards, regex, from } };
}

/** With `asks` the server is to be asked for the hits of `copy.search`. */
export interface SearchStep {
  readonly copy: CopyState;
  readonly asks: boolean;
}

export function searchPromptKey(copy: CopyState, notation: string, typed: string | null): SearchStep {
  const prompt = copy.prompt!;
  switch (notation) {
    case "Escape":
    case "C-c":
    case "C-g":
      return {
        copy: { ...copy, prompt: null, search: null, cursor: prompt.from.cursor, top: prompt.from.top },
        asks: false,
      };
    case "Enter": {
      const closed = { ...copy, prompt: null };
      if (prompt.editor.text === "") return { copy: closed, asks: false };
      return asking(closed, prompt.editor.text, prompt.regex, prompt.backwards);
    }
    case "M-r":
    case "C-r":
    case "C-t":
      return typedSearch({ ...copy, prompt: { ...prompt, regex: !prompt.regex } });
    default: {
      const editor = editKey(prompt.editor, notation, typed);
      if (!editor) return { copy, asks: false };
      const next = { ...copy, prompt: { ...prompt, editor } };
      return editor.text === prompt.editor.text ? { copy: next, asks: false } : typedSearch(next);
    }
  }
}

export function searchPromptPaste(copy: CopyState, text: string): SearchStep {
  const prompt = copy.prompt!;
  return typedSearch({ ...copy, prompt: { ...prompt, editor: insertText(prompt.editor, text) } });
}

/** Searches for a text that was not typed at the line. */
export function searchFor(copy: CopyState, pattern: string, backwards: boolean): SearchStep {
  return asking(copy, pattern, false, backwards);
}

function typedSearch(copy: CopyState): SearchStep {
  const { editor, regex, backwards, from } = copy.prompt!;
  if (editor.text === "")
    return { copy: { ...copy, search: null, cursor: from.cursor, top: from.top }, asks: false };
  return asking(copy, editor.text, regex, backwards);
}

function asking(copy: CopyState, pattern: string, regex: boolean, backwards: boolean): SearchStep {
  const search = { pattern, regex, backwards, hits: [], current: 0 };
  return {
    copy: {
      ...copy,
      isFromFind: false,
      search,
      searchSerial: copy.searchSerial + 1,
      note: `searching for "${pattern}"`,
    },
    asks: true,
  };
}

/** As in other programs: a capital letter in the pattern means that the case matters. */
export function ignoresCase(pattern: string): boolean {
  return pattern === pattern.toLowerCase();
}

/** Takes search results in and goes to the nearest hit in the direction of the search. */
export function takeHits(copy: CopyState, pattern: string, hits: readonly SearchHit[]): CopyState {
  const backwards = copy.search?.backwards ?? false;
  const regex = copy.search?.regex ?? false;
  const sorted = hits.toSorted((a, b) => a.row - b.row || a.col - b.col);
  const from = copy.prompt?.from ?? { cursor: copy.cursor, top: copy.top };
  if (sorted.length === 0) {
    const back = copy.prompt ? { ...copy, cursor: from.cursor, top: from.top } : copy;
    return { ...back, search: null, note: `Nothing here says "${pattern}".` };
  }
  const { row, col } = from.cursor;
  const after = sorted.findIndex((hit) => hit.row > row || (hit.row === row && hit.col >= col));
  const before = sorted.findLastIndex((hit) => hit.row < row || (hit.row === row && hit.col <= col));
  const current = backwards ? (before < 0 ? sorted.length - 1 : before) : after < 0 ? 0 : after;
  const hit = sorted[current]!;
  const search = { pattern, regex, hits: sorted, current, backwards };
  return inView(moveTo({ ...copy, search }, hit.row, hit.col));
}

/** The next hit of this pane, round at the ends. */
export function jumpToHit(copy: CopyState, isReversed: boolean): CopyState {
  const { search } = copy;
  if (!search) return { ...copy, note: "Nothing was searched for yet; / searches." };
  if (search.hits.length === 0) return copy;
  const step = search.backwards !== isReversed ? -1 : 1;
  const current = (search.current + step + search.hits.length) % search.hits.length;
  const hit = search.hits[current]!;
  return inView(moveTo({ ...copy, search: { ...search, current } }, hit.row, hit.col));
}

/** A hit at the very edge of the window is hard to see. */
export function inView(copy: CopyState): CopyState {
  const at = copy.cursor.row - copy.top;
  return at > 0 && at < copy.rows - 1 ? copy : centre(copy);
}
