// Looking back through a pane: where one is, what is selected, what was found. A value; rows come from the server as needed.
import type { CellSource } from "../compositor/pane-grid.ts";
import type { Editor } from "../editor.ts";
import type { AboveRows, SearchHit } from "../../protocol/results.ts";

/** Row counted from the first that the pane ever had: its number stays when older ones are dropped. Column in cells. */
export interface Position {
  readonly row: number;
  readonly col: number;
}

export type SelectionKind = "characters" | "lines" | "block";
export type KeyStyle = "vi" | "emacs";
export type FindKind = "f" | "F" | "t" | "T";

export interface CopyState {
  readonly paneId: string;
  readonly paneNumber: number;
  /** Size of the pane's window on the screen. */
  readonly cols: number;
  readonly rows: number;
  /** The oldest row that is known: below zero where older lines were read from the log. */
  readonly first: number;
  /** What lies above it. */
  readonly above: AboveRows;
  /** The oldest row that the live screen holds. */
  readonly firstLive: number;
  /** Whether older lines are being read: ahead of one, or while one waits for them. */
  readonly older: "none" | "ahead" | "awaited";
  /** The row to be scrolled to as soon as it was read. */
  readonly goalTop: number | null;
  /** The last motion led above the oldest row that is known. */
  readonly isBeyond: boolean;
  /** Behind the last row: scrollback and screen. 0 until the first answer. */
  readonly total: number;
  /** The row at the top of the window. */
  readonly top: number;
  readonly cursor: Position;
  readonly selection: { readonly kind: SelectionKind; readonly anchor: Position } | null;
  /** Rows that were fetched, at most MAX_CACHED_ROWS, and where each stands in its source. */
  readonly cache: ReadonlyMap<number, { readonly source: CellSource; readonly y: number }>;
  readonly fetching: boolean;
  readonly search: CopySearch | null;
  readonly prompt: CopyPrompt | null;
  /** Rises with every search asked for: only the answer to the last one counts. */
  readonly searchSerial: number;
  /** The last of them that was answered. */
  readonly answeredSerial: number;
  /** The mouse has selected rows that are not all here yet: they are copied when they are. */
  readonly copiesWhenWhole: boolean;
  /** What to do once the rows are there. */
  readonly start: CopyStart;
  readonly keys: KeyStyle;
  /** Digits typed before a motion. */
  readonly count: number | null;
  /** Waits for the character to go to. */
  readonly pending: FindKind | null;
  readonly lastFind: { readonly kind: FindKind; readonly character: string } | null;
  /** A place to come back to. */
  readonly mark: Position | null;
  /** What the pane had printed at a time, instead of its live screen: an id of the server's. */
  readonly snapshot: string | null;
  /** One came from the search through all panes: the next hit may be in another. */
  readonly isFromFind: boolean;
  /** The mouse opened it for one selection. */
  readonly byMouse: boolean;
  readonly note: string | null;
}

export type CopyStart =
  | "none"
  | "page-up"
  | "wheel"
  | "search"
  /** After a resize. */
  | { readonly kind: "from-end"; readonly rows: number }
  | { readonly kind: "hit"; readonly row: number; readonly col: number; readonly length: number }
  /** Cells of the window, from where the mouse was pressed to where it is. */
  | {
      readonly kind: "select";
      readonly unit: "characters" | "word" | "line";
      readonly from: { readonly x: number; readonly y: number };
      readonly to: { readonly x: number; readonly y: number };
      readonly isReleased: boolean;
    };

export interface CopyPrompt {
  readonly editor: Editor;
  readonly backwards: boolean;
  readonly regex: boolean;
  /** Where one was: Escape goes back, and hits are counted from there while one types. */
  readonly from: { readonly cursor: Position; readonly top: number };
}

export interface CopySearch {
  readonly pattern: string;
  readonly regex: boolean;
  /** In the order of the rows. */
  readonly hits: readonly SearchHit[];
  readonly current: number;
  readonly backwards: boolean;
  /** Rows from here on were searched. */
  readonly searchedFrom: number;
  /** Older lines are being searched: for the nearest hit, or for the next one upwards. */
  readonly seeks: { readonly what: "nearest" | "next"; readonly isAsked: boolean } | null;
}

export const MAX_CACHED_ROWS = 5_000;
/** Rows asked for at a time, fewer of wide panes: an answer has to fit into a line of the socket. */
const CHUNK_ROWS = 400;
const CHUNK_CELLS = 48_000;

export function chunkRows(cols: number): number {
  return Math.max(8, Math.min(CHUNK_ROWS, Math.floor(CHUNK_CELLS / cols)));
}

export function createCopyState(
  pane: { id: string; number: number; cols: number; rows: number },
  start: CopyStart,
  more: Partial<Pick<CopyState, "keys" | "snapshot" | "isFromFind" | "byMouse">> = {},
): CopyState {
  return {
    paneId: pane.id,
    paneNumber: pane.number,
    cols: pane.cols,
    rows: pane.rows,
    first: 0,
    above: "nothing",
    firstLive: 0,
    older: "none",
    goalTop: null,
    isBeyond: false,
    total: 0,
    top: 0,
    cursor: { row: 0, col: 0 },
    selection: null,
    cache: new Map(),
    fetching: true,
    search: null,
    prompt: null,
    searchSerial: 0,
    answeredSerial: 0,
    copiesWhenWhole: false,
    start,
    keys: "vi",
    count: null,
    pending: null,
    lastFind: null,
    mark: null,
    snapshot: null,
    isFromFind: false,
    byMouse: false,
    note: null,
    ...more,
  };
}

/** Puts fetched rows into the cache; the rows farthest from the window go first when there are too many and none are selected. */
export function addRows(copy: CopyState, from: number, source: CellSource): CopyState {
  const cache = new Map(copy.cache);
  for (let y = 0; y < source.rows; y++) cache.set(from + y, { source, y });
  if (cache.size > MAX_CACHED_ROWS && !copy.selection) {
    const farFirst = [...cache.keys()].toSorted((a, b) => Math.abs(b - copy.top) - Math.abs(a - copy.top));
    for (const row of farFirst.slice(0, cache.size - MAX_CACHED_ROWS)) cache.delete(row);
  }
  return { ...copy, cache, fetching: false };
}

/**
 * Older rows were read, or old ones were dropped: what is cached of those stays to be seen, and nothing moves unless it has to.
 */
export function takeFirst(copy: CopyState, first: number): CopyState {
  const kept = { ...copy, first };
  const isGone = copy.top < first && !copy.cache.has(copy.top);
  return isGone ? moveTo({ ...kept, top: first }, copy.cursor.row, copy.cursor.col) : kept;
}

/** Moves the cursor, keeps it inside, and scrolls so that it stays in view. */
export function moveTo(copy: CopyState, row: number, col: number): CopyState {
  const at = Math.max(oldest(copy), Math.min(row, copy.total - 1));
  const column = Math.max(0, Math.min(col, copy.cols - 1));
  const top = at < copy.top ? at : at >= copy.top + copy.rows ? at - copy.rows + 1 : copy.top;
  const isBeyond = row < oldest(copy);
  return { ...copy, cursor: { row: at, col: column }, top: clampTop(copy, top), note: null, isBeyond };
}

/** Scrolls by rows; the cursor stays where it is on the screen, and moves on alone at either end. */
export function scrollBy(copy: CopyState, rows: number): CopyState {
  const top = clampTop(copy, copy.top + rows);
  const row = Math.max(oldest(copy), Math.min(copy.cursor.row + rows, copy.total - 1));
  return { ...copy, top, cursor: { ...copy.cursor, row }, note: null, isBeyond: isAbove(copy, rows) };
}

/** Scrolls by rows, also to where older lines have to be read first. */
export function scrollFar(copy: CopyState, rows: number): CopyState {
  const scrolled = scrollBy(copy, rows);
  const goesOn = scrolled.isBeyond && copy.above === "older";
  return { ...scrolled, goalTop: goesOn ? (copy.goalTop ?? copy.top) + rows : null };
}

/** Moves the window alone; the cursor stays on its row as long as that is in view. */
export function scrollWindow(copy: CopyState, rows: number): CopyState {
  const top = clampTop(copy, copy.top + rows);
  const row = Math.max(top, Math.min(copy.cursor.row, top + copy.rows - 1));
  return { ...copy, top, cursor: { ...copy.cursor, row }, note: null, isBeyond: isAbove(copy, rows) };
}

/** The cursor's row into the middle: a hit at the very edge of the window is hard to see. */
export function centre(copy: CopyState): CopyState {
  return { ...copy, top: clampTop(copy, copy.cursor.row - Math.floor(copy.rows / 2)) };
}

/** Nothing lies below the window. */
export function isAtEnd(copy: CopyState): boolean {
  return copy.top + copy.rows >= copy.total;
}

function isAbove(copy: CopyState, rows: number): boolean {
  return rows < 0 && copy.top + rows < oldest(copy);
}

/** Rows that the server has dropped may still be looked at while they are cached. */
function oldest(copy: CopyState): number {
  return Math.min(copy.first, copy.top);
}

function clampTop(copy: CopyState, top: number): number {
  return Math.max(oldest(copy), Math.min(top, copy.total - copy.rows));
}
