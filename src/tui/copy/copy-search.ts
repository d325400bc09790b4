// Searching while looking back: the line one types into, the hits, and which is the next.
import type { OlderHits, SearchHit } from "../../protocol/results.ts";
import { createEditor, editKey, insertText } from "../editor.ts";
import { centre, type CopyState, moveTo } from "./copy-state.ts";

/** More nobody walks through; the newest go. */
const MAX_KEPT_HITS = 20_000;

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
  const search = { pattern, regex, backwards, hits: [], current: 0, searchedFrom: copy.total, seeks: null };
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

/** Takes the hits on the live screen in and goes to the nearest one in the direction of the search, or on to older lines. */
export function takeHits(copy: CopyState, hits: readonly SearchHit[]): CopyState {
  if (!copy.search) return copy;
  const sorted = hits.toSorted((a, b) => a.row - b.row || a.col - b.col);
  return nearest({ ...copy, search: { ...copy.search, hits: sorted, searchedFrom: copy.firstLive } });
}

/** Takes the hits in older lines in. */
export function takeOlderHits(copy: CopyState, found: OlderHits): CopyState {
  const { search } = copy;
  if (!search) return copy;
  // The live screen may have dropped rows in between: these were searched twice.
  const oldest = search.hits[0]?.row ?? Infinity;
  const older = found.hits.filter((hit) => hit.row < oldest).toReversed();
  const isStuck = found.above === "older" && found.from >= search.searchedFrom;
  const next = {
    ...copy,
    first: found.first,
    above: found.above,
    search: {
      ...search,
      hits: [...older, ...search.hits].slice(0, MAX_KEPT_HITS),
      current: search.current + older.length,
      searchedFrom: isStuck ? -Infinity : Math.min(found.from, search.searchedFrom),
    },
  };
  return search.seeks?.what === "next" ? nextUp(next, older.length) : nearest(next);
}

/** Whether all lines that the pane has were searched. */
export function isSearchedThrough(copy: CopyState): boolean {
  if (copy.snapshot !== null || !copy.search) return true;
  return (
    copy.search.searchedFrom <= copy.first &&
    (copy.above !== "older" || copy.search.searchedFrom === -Infinity)
  );
}

function nearest(copy: CopyState): CopyState {
  const search = copy.search!;
  const { hits, backwards, pattern } = search;
  const from = copy.prompt?.from ?? { cursor: copy.cursor, top: copy.top };
  const { row, col } = from.cursor;
  const after = hits.findIndex((hit) => hit.row > row || (hit.row === row && hit.col >= col));
  const before = hits.findLastIndex((hit) => hit.row < row || (hit.row === row && hit.col <= col));
  const isShort = hits.length === 0 || row < search.searchedFrom || (backwards && before < 0);
  if (isShort && !isSearchedThrough(copy)) return seek(copy, "nearest");
  if (hits.length === 0) {
    const back = copy.prompt ? { ...copy, cursor: from.cursor, top: from.top } : copy;
    return { ...back, search: null, note: `Nothing here says "${pattern}"; C-b f searches all panes.` };
  }
  const current = backwards ? (before < 0 ? hits.length - 1 : before) : after < 0 ? 0 : after;
  return goToHit(copy, current);
}

/** The hit above the one that was the oldest, round at the end. */
function nextUp(copy: CopyState, added: number): CopyState {
  if (added > 0) return goToHit(copy, added - 1);
  return isSearchedThrough(copy) ? goToHit(copy, copy.search!.hits.length - 1) : seek(copy, "next");
}

function seek(copy: CopyState, what: "nearest" | "next"): CopyState {
  const seen = Math.max(0, copy.total - copy.search!.searchedFrom);
  return {
    ...copy,
    search: { ...copy.search!, seeks: { what, isAsked: false } },
    note: `searching older lines, ${seen} so far; Escape stops`,
  };
}

function goToHit(copy: CopyState, current: number): CopyState {
  const search = { ...copy.search!, current, seeks: null };
  const hit = search.hits[current];
  if (!hit) return { ...copy, search };
  return inView(moveTo({ ...copy, search }, hit.row, hit.col));
}

/** Older lines are searched no further; what was found stays. */
export function stopSeeking(copy: CopyState): CopyState {
  const { search } = copy;
  if (!search?.seeks) return copy;
  const kept = search.hits.length > 0 ? { ...search, seeks: null } : null;
  const serial = copy.searchSerial + 1;
  return { ...copy, search: kept, searchSerial: serial, answeredSerial: serial };
}

/** The next hit of this pane; above the oldest of them older lines are searched, and round at the ends. */
export function jumpToHit(copy: CopyState, isReversed: boolean): CopyState {
  const { search } = copy;
  if (!search) return { ...copy, note: "Nothing was searched for yet; / searches." };
  if (search.hits.length === 0) return copy;
  const step = search.backwards !== isReversed ? -1 : 1;
  if (step < 0 && search.current === 0 && !isSearchedThrough(copy)) return seek(copy, "next");
  return goToHit(copy, (search.current + step + search.hits.length) % search.hits.length);
}

/** A hit at the very edge of the window is hard to see. */
export function inView(copy: CopyState): CopyState {
  const at = copy.cursor.row - copy.top;
  return at > 0 && at < copy.rows - 1 ? copy : centre(copy);
}
