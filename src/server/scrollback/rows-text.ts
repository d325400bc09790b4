// Rows of a screen and its history as text, in pieces that fit into an answer.
import { lineAnsi, textOfRows } from "../../terminal/line-text.ts";
import type { Screen } from "../../terminal/screen.ts";

export interface RowsText {
  readonly lines: readonly string[];
  /** The row behind them. */
  readonly next: number;
  /** Wrapped rows are to be one line, and the last line goes on there. */
  readonly goesOn: boolean;
}

export interface TextStyle {
  /** With colours, as escape sequences. */
  readonly ansi: boolean;
  readonly joinWrapped: boolean;
}

/** Of an answer: it has to fit into a line of the socket, whatever the characters are encoded as. */
const MAX_CELLS = 200_000;
const MAX_ROWS = 2_000;

/** Rows `from` to `end` of a screen, counted from the oldest that it holds, or the first of them, at least one. */
export function rowsText(screen: Screen, from: number, end: number, how: TextStyle): RowsText {
  const most = Math.max(1, Math.min(MAX_ROWS, Math.floor(MAX_CELLS / screen.cols)));
  const next = Math.min(end, from + most);
  const lines = how.ansi
    ? Array.from({ length: next - from }, (_, index) => lineAnsi(screen.historyLine(from + index)))
    : textOfRows(screen, from, next, how.joinWrapped);
  const hasMore = next < screen.historyLength + screen.rows;
  return {
    lines,
    next,
    goesOn: !how.ansi && how.joinWrapped && hasMore && screen.historyLine(next).isWrapped,
  };
}
