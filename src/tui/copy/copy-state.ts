// Looking back through a pane: where one is, what is selected, what was found. A value; rows come from the server as needed.
import type { CellSource } from "../compositor/pane-grid.ts";
import type { Editor } from "../editor.ts";
import type { SearchHit } from "../../protocol/results.ts";

/** Row counted from the top of the scrollback; column in cells. */
export interface Position {
  readonly row: number;
  readonly col: number;
}

export type SelectionKind = "characters" | "lines" | "block";

export interface CopyState {
  readonly paneId: string;
  readonly paneNumber: number;
  /** Size of the pane's window on the screen. */
  readonly cols: number;
  readonly rows: number;
  /** Rows there are: scrollback and screen. 0 until the first answer. */
  readonly total: number;
  /** The row at the top of the window. */
  readonly top: number;
  readonly cursor: Position;
  readonly selection: { readonly kind: SelectionKind; readonly anchor: Position } | null;
  /** Rows that were fetched, at most MAX_CACHED_ROWS, and where each stands in its source. */
  readonly cache: ReadonlyMap<number, { readonly source: CellSource; readonly y: number }>;
  readonly fetching: boolean;
  readonly search: CopySearch | null;
  readonly prompt: { readonly editor: Editor; readonly backwards: boolean } | null;
  /** What to do once the rows are there: one page up, or ask for a pattern. */
  readonly start: "none" | "page-up" | "search";
  readonly note: string | null;
}

export interface CopySearch {
  readonly pattern: string;
  readonly hits: readonly SearchHit[];
  readonly current: number;
  readonly backwards: boolean;
}

export const MAX_CACHED_ROWS = 5_000;
/** Rows asked for at a time: what `pane.rows` gives at most. */
export const CHUNK_ROWS = 400;

export function createCopyState(
  pane: { id: string; number: number; cols: number; rows: number },
  start: CopyState["start"],
): CopyState {
  return {
    paneId: pane.id,
    paneNumber: pane.number,
    cols: pane.cols,
    rows: pane.rows,
    total: 0,
    top: 0,
    cursor: { row: 0, col: 0 },
    selection: null,
    cache: new Map(),
    fetching: true,
    search: null,
    prompt: null,
    start,
    note: null,
  };
}

/** The rows to ask for next so that the window is whole, or null when it is. */
export function missingRows(copy: CopyState): { readonly from: number; readonly count: number } | null {
  if (copy.total === 0) return null;
  for (let row = copy.top; row < Math.min(copy.total, copy.top + copy.rows); row++) {
    if (copy.cache.has(row)) continue;
    const from = Math.max(0, Math.min(row - Math.floor(CHUNK_ROWS / 4), copy.total - CHUNK_ROWS));
    return { from, count: Math.min(CHUNK_ROWS, copy.total - from) };
  }
  return null;
}

/** Puts fetched rows into the cache; the rows farthest from the window go first when there are too many. */
export function addRows(copy: CopyState, from: number, source: CellSource): CopyState {
  const cache = new Map(copy.cache);
  for (let y = 0; y < source.rows; y++) cache.set(from + y, { source, y });
  if (cache.size > MAX_CACHED_ROWS) {
    const farFirst = [...cache.keys()].toSorted((a, b) => Math.abs(b - copy.top) - Math.abs(a - copy.top));
    for (const row of farFirst.slice(0, cache.size - MAX_CACHED_ROWS)) cache.delete(row);
  }
  return { ...copy, cache, fetching: false };
}

/** Moves the cursor, keeps it inside, and scrolls so that it stays in view. */
export function moveTo(copy: CopyState, row: number, col: number): CopyState {
  const at = Math.max(0, Math.min(row, copy.total - 1));
  const column = Math.max(0, Math.min(col, copy.cols - 1));
  const top = at < copy.top ? at : at >= copy.top + copy.rows ? at - copy.rows + 1 : copy.top;
  return { ...copy, cursor: { row: at, col: column }, top: clampTop(copy, top), note: null };
}

/** Scrolls by rows; the cursor stays where it is on the screen, and moves on alone at either end. */
export function scrollBy(copy: CopyState, rows: number): CopyState {
  const top = clampTop(copy, copy.top + rows);
  const row = Math.max(0, Math.min(copy.cursor.row + rows, copy.total - 1));
  return { ...copy, top, cursor: { ...copy.cursor, row }, note: null };
}

function clampTop(copy: CopyState, top: number): number {
  return Math.max(0, Math.min(top, copy.total - copy.rows));
}
