// The text of fetched rows, and what a selection copies.
import { CELL_WORDS, CODE_POINT_MASK, COMBINED, WIDTH_SHIFT } from "../../protocol/cells.ts";
import type { CellSource } from "../compositor/pane-grid.ts";
import { withoutBoxes } from "./box.ts";
import type { CopyState, Position } from "./copy-state.ts";

/** The cells of row `y` as strings by column; the right half of a wide character is "". */
export function sourceCells(source: CellSource, y: number): readonly string[] {
  const cells: string[] = [];
  for (let x = 0; x < source.cols; x++) {
    const index = y * source.cols + x;
    const content = source.words[index * CELL_WORDS] as number;
    if (content >>> WIDTH_SHIFT === 0) cells.push(x === 0 ? " " : "");
    else if (content & COMBINED) cells.push(source.combined(index));
    else cells.push(String.fromCodePoint(content & CODE_POINT_MASK || 0x20));
  }
  return cells;
}

export function rowCells(copy: CopyState, row: number): readonly string[] {
  const found = copy.cache.get(row);
  return found ? sourceCells(found.source, found.y) : [];
}

/** The terminal wrapped the row above into this one. */
export function isWrapped(copy: CopyState, row: number): boolean {
  const found = copy.cache.get(row);
  return found?.source.isWrapped(found.y) ?? false;
}

export function rowText(copy: CopyState, row: number): string {
  return rowCells(copy, row).join("").trimEnd();
}

/** Column behind the last character that is not a blank. */
export function rowEnd(copy: CopyState, row: number): number {
  const cells = rowCells(copy, row);
  let end = cells.length;
  while (end > 0 && (cells[end - 1] === " " || cells[end - 1] === "")) end--;
  // The right half of a wide character belongs to it.
  return end > 0 && cells[end] === "" ? end + 1 : end;
}

export interface RowRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** First and last cell of the selection. Lines are what the program wrote: all rows that one was wrapped into. */
export function selectionEnds(copy: CopyState): readonly [Position, Position] {
  const { anchor, kind } = copy.selection!;
  const [start, end] = ordered(anchor, copy.cursor);
  if (kind !== "lines") return [start, end];
  let first = start.row;
  while (isWrapped(copy, first) && copy.cache.has(first - 1)) first--;
  let last = end.row;
  while (isWrapped(copy, last + 1)) last++;
  return [
    { row: first, col: 0 },
    { row: last, col: copy.cols - 1 },
  ];
}

/** The selected columns of a row, or null. A wide character is selected whole, whichever half the edge is on. */
export function selectedRange(copy: CopyState, row: number): RowRange | null {
  const range = rangeIn(copy, row);
  if (range === null) return null;
  const cells = rowCells(copy, row);
  const from = cells[range.from] === "" ? range.from - 1 : range.from;
  const to = cells[range.to] === "" ? range.to + 1 : range.to;
  return { from, to };
}

function rangeIn(copy: CopyState, row: number): RowRange | null {
  if (!copy.selection) return null;
  const { anchor, kind } = copy.selection;
  const [start, end] = selectionEnds(copy);
  if (row < start.row || row > end.row) return null;
  if (kind === "lines") return { from: 0, to: copy.cols };
  if (kind === "block")
    return { from: Math.min(anchor.col, copy.cursor.col), to: Math.max(anchor.col, copy.cursor.col) + 1 };
  return { from: row === start.row ? start.col : 0, to: row === end.row ? end.col + 1 : copy.cols };
}

/**
 * What `y` copies. Rows that the terminal wrapped are one line; blanks at the ends of lines and the boxes round some of them
 * are left out. A block keeps its rows. Empty when nothing is selected.
 */
export function selectedText(copy: CopyState): string {
  if (!copy.selection) return "";
  const { kind } = copy.selection;
  const [start, end] = selectionEnds(copy);
  const lines: string[] = [];
  for (let row = start.row; row <= end.row; row++) {
    const range = selectedRange(copy, row)!;
    const cells = rowCells(copy, row);
    const text = cells.slice(range.from, range.to).join("");
    const goesOn = kind !== "block" && row < end.row && isWrapped(copy, row + 1);
    const piece = goesOn ? withoutGap(copy, row, text) : text.trimEnd();
    if (kind !== "block" && row > start.row && isWrapped(copy, row)) lines[lines.length - 1] += piece;
    else lines.push(piece);
  }
  if (kind === "block") return lines.join("\n");
  const isWhole = kind === "lines";
  const unboxed = withoutBoxes(lines, start.col, isWhole);
  return unboxed.join("\n") + (isWhole ? "\n" : "");
}

/** A wide character that found only one column left behind it a cell that nobody wrote. */
function withoutGap(copy: CopyState, row: number, text: string): string {
  const found = copy.cache.get(row);
  if (!found || !text.endsWith(" ")) return text;
  const { source, y } = found;
  const last = source.words[((y + 1) * source.cols - 1) * CELL_WORDS] as number;
  const isEmpty = (last & (CODE_POINT_MASK | COMBINED)) === 0;
  return isEmpty && rowCells(copy, row + 1)[1] === "" ? text.slice(0, -1) : text;
}

export function ordered(a: Position, b: Position): readonly [Position, Position] {
  return a.row < b.row || (a.row === b.row && a.col <= b.col) ? [a, b] : [b, a];
}
