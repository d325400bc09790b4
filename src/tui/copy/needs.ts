// Which rows have to be fetched: for the window, and for a selection, because one may have gone far in one step.
import { chunkRows, type CopyState } from "./copy-state.ts";
import { selectionEnds } from "./copy-text.ts";

/** More would have to be held in the memory of the screen. */
export const MAX_COPIED_ROWS = 50_000;

/** Rows from the server, by the number of the first. */
export interface WantedRows {
  readonly from: number;
  readonly count: number;
}

/** The rows to ask for next so that the window is whole, or null when it is. */
export function missingRows(copy: CopyState): WantedRows | null {
  if (copy.total === 0) return null;
  for (let row = Math.max(copy.first, copy.top); row < Math.min(copy.total, copy.top + copy.rows); row++) {
    if (copy.cache.has(row)) continue;
    const chunk = chunkRows(copy.cols);
    const from = Math.max(copy.first, Math.min(row - Math.floor(chunk / 4), copy.total - chunk));
    return { from, count: Math.min(chunk, copy.total - from) };
  }
  return null;
}

export function selectedRows(copy: CopyState): number {
  if (!copy.selection) return 0;
  const [start, end] = selectionEnds(copy);
  return end.row - start.row + 1;
}

/** The rows to ask for next so that all of the selection is here. Null when it is, or is too long to be copied. */
export function missingSelected(copy: CopyState): WantedRows | null {
  if (!copy.selection || copy.total === 0 || selectedRows(copy) > MAX_COPIED_ROWS) return null;
  const [start, end] = selectionEnds(copy);
  // The rows beside whole lines tell whether the lines go on there.
  const beside = copy.selection.kind === "lines" ? 1 : 0;
  const from = Math.max(copy.first, start.row - beside);
  const to = Math.min(copy.total, end.row + beside + 1);
  for (let row = from; row < to; row++)
    if (!copy.cache.has(row)) return { from: row, count: Math.min(chunkRows(copy.cols), to - row) };
  return null;
}

/** Windows between the top of this one and the oldest row that is known: closer, the next page of older lines is read. */
const AHEAD_WINDOWS = 10;

/** Older lines are to be read now. */
export function needsOlder(copy: CopyState): boolean {
  if (copy.above !== "older" || copy.older !== "none" || copy.total === 0 || copy.snapshot !== null)
    return false;
  return copy.goalTop !== null || copy.top - copy.first < AHEAD_WINDOWS * copy.rows;
}

/** A key pressed now would act on rows or hits that are not here yet. In the search line one types on. */
export function isWaiting(copy: CopyState): boolean {
  if (copy.total === 0) return true;
  if (copy.prompt) return false;
  if (copy.older === "awaited") return true;
  const isSearching = copy.search !== null && copy.searchSerial !== copy.answeredSerial;
  return (
    isSearching ||
    copy.search?.seeks != null ||
    (copy.fetching && (missingRows(copy) ?? missingSelected(copy)) !== null)
  );
}
