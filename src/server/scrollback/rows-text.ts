// Rows of a screen and its history as text, in pieces that fit into an answer.
import { lineAnsi, textOfRows } from "../../terminal/line-text.ts";
import type { Screen } from "../../terminal/screen.ts";

export interface RowsText {
  readonly lines: readonly string[];
  /** The row behind them. */
  readonly next: number;
  /** The last line goes on there: wrapped rows are to be one line, and this one is long. */
  readonly goesOn: boolean;
}

/** Characters of an answer, about: it has to fit into a line of the socket, whatever they are encoded as. */
const MAX_CELLS = 200_000;
/** A line that is wrapped into more rows than the rest of an answer comes in several. */
const MAX_ROWS = 2_000;

/** Rows `from` to `end` of a screen, counted from the oldest that it holds, or the first of them, at least one. */
export function rowsText(
  screen: Screen,
  from: number,
  end: number,
  how: { readonly ansi: boolean; readonly joinWrapped: boolean },
): RowsText {
  const most = Math.max(1, Math.min(MAX_ROWS, Math.floor(MAX_CELLS / screen.cols)));
  const isWrapped = (row: number) => row < end && screen.historyLine(row).isWrapped;
  let next = Math.min(end, from + most);
  if (how.joinWrapped) while (next > from + 1 && isWrapped(next)) next--;
  const isCut = how.joinWrapped && next === from + 1 && isWrapped(next);
  if (isCut) next = Math.min(end, from + most);
  const lines = how.ansi
    ? Array.from({ length: next - from }, (_, index) => lineAnsi(screen.historyLine(from + index)))
    : textOfRows(screen, from, next, how.joinWrapped);
  return { lines, next, goesOn: isCut && isWrapped(next) };
}
