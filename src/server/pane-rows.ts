// Rows of a screen and its history, for copy mode. A row is counted from the first that the screen ever had, so that its
// number stays the same while old ones are dropped at the top.
import { encodeRows } from "../terminal/rows-frame.ts";
import type { Screen } from "../terminal/screen.ts";

/** In base64 it has to fit into a line of the socket. */
const MAX_FRAME_BYTES = 700_000;

export interface PaneRows {
  /** The oldest row that is still there. */
  readonly first: number;
  /** The oldest that the screen itself holds. */
  readonly firstLive: number;
  /** Behind the last row. */
  readonly total: number;
  /** Rows above the live screen. */
  readonly history: number;
  /** The row that the frame begins with. */
  readonly from: number;
  /** Grid frame, base64. */
  readonly frame: string;
}

/**
 * Where the first line begins that the screen has whole. The end of the one before, whose beginning it has dropped, is
 * wrapped by itself at another width.
 */
export function wholeFrom(screen: Screen): number {
  let row = 0;
  while (row < screen.historyLength && screen.historyLine(row).isWrapped) row++;
  return screen.historyTrimmed + row;
}

/**
 * A grid frame (base64) of rows counted from the oldest that the screen holds: as many as exist and fit, at least one; `from`
 * null: the last ones.
 */
export function framedRows(screen: Screen, paneNumber: number, from: number | null, count: number) {
  const total = screen.historyLength + screen.rows;
  let rows = Math.min(count, Math.max(1, Math.floor(MAX_FRAME_BYTES / (screen.cols * 12))));
  let found: ReturnType<typeof encodeRows>;
  // Links and clusters make some rows longer than their cells.
  do {
    found = encodeRows(screen, paneNumber, { from: from ?? total - rows, count: rows });
    rows = Math.floor(rows / 2);
  } while (found.bytes.length > MAX_FRAME_BYTES && rows > 0);
  return { from: found.from, frame: Buffer.from(found.bytes).toString("base64") };
}

/** The rows `from` to `from + count` of a screen that are there, at least one; `from` null: the last ones. */
export function readRows(
  screen: Screen | null,
  paneNumber: number,
  from: number | null,
  count: number,
): PaneRows {
  if (!screen) return { first: 0, firstLive: 0, total: 0, history: 0, from: 0, frame: "" };
  const first = screen.historyTrimmed;
  const found = framedRows(screen, paneNumber, from === null ? null : from - first, count);
  return {
    first,
    firstLive: first,
    total: first + screen.historyLength + screen.rows,
    history: screen.historyLength,
    from: found.from + first,
    frame: found.frame,
  };
}
