/** Rows of a screen as spans and as a frame of their own: what copy mode and the encoder send. */
import { BG_HAS_EXTRA, type CellExtra, type CellLine, CELL_WORDS, COMBINED } from "../protocol/cells.ts";
import { encodeGridFrame, type GridSpan, MAX_GRID_CELLS, MAX_GRID_ROWS } from "../protocol/grid.ts";
import type { Screen } from "./screen.ts";

/** Cells first to last, both inclusive, of a line, as row y of a frame. */
export function lineSpan(line: CellLine, y: number, first: number, last: number): GridSpan {
  const { words } = line;
  const combined = new Map<number, string>();
  const extras = new Map<number, CellExtra>();
  for (let x = first; x <= last; x++) {
    const at = x * CELL_WORDS;
    if ((words[at] as number) & COMBINED) combined.set(x, line.combined(x));
    const extra = (words[at + 2] as number) & BG_HAS_EXTRA ? line.extra(x) : undefined;
    if (extra !== undefined) extras.set(x, extra);
  }
  return {
    y,
    x: first,
    words: words.slice(first * CELL_WORDS, (last + 1) * CELL_WORDS),
    combined,
    extras,
    wrapped: line.isWrapped,
  };
}

/**
 * Rows counted from the oldest of the history, through the live screen, as one full frame. Rows that do not exist are
 * left out at both ends, and at least one row comes back; `from` says which the first is.
 */
export function encodeRows(
  screen: Screen,
  pane: number,
  wanted: { readonly from: number; readonly count: number },
): { from: number; bytes: Uint8Array } {
  const { cols, historyLength } = screen;
  const total = historyLength + screen.rows;
  const from = Math.max(0, Math.min(wanted.from, total - 1));
  const most = Math.min(MAX_GRID_ROWS, Math.floor(MAX_GRID_CELLS / cols));
  const rows = Math.max(1, Math.min(wanted.from + wanted.count, total, from + most) - from);
  const spans: GridSpan[] = [];
  for (let y = 0; y < rows; y++) {
    const line = screen.historyLine(from + y);
    const cells = Math.min(cols, line.words.length / CELL_WORDS);
    if (cells > 0) spans.push(lineSpan(line, y, 0, cells - 1));
  }
  const cursor = { ...screen.cursor(), visible: false };
  const frame = { pane, cols, rows, full: true, cursor, modes: screen.modes(), historyLength, spans };
  return { from, bytes: encodeGridFrame(frame) };
}
