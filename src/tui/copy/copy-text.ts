// The text of fetched rows, and what a selection copies.
import { CODE_POINT_MASK, COMBINED, CELL_WORDS, WIDTH_SHIFT } from "../../protocol/cells.ts";
import type { CopyState, Position } from "./copy-state.ts";

/** The cells of a row as strings by column; the right half of a wide character is "". */
export function rowCells(copy: CopyState, row: number): readonly string[] {
  const found = copy.cache.get(row);
  if (!found) return [];
  const { source, y } = found;
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

export function rowText(copy: CopyState, row: number): string {
  return rowCells(copy, row).join("").trimEnd();
}

/** Column behind the last character that is not a blank. */
export function rowEnd(copy: CopyState, row: number): number {
  const cells = rowCells(copy, row);
  let end = cells.length;
  while (end > 0 && (cells[end - 1] === " " || cells[end - 1] === "")) end--;
  return end;
}

export interface RowRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** The selected columns of a row, or null. */
export function selectedRange(copy: CopyState, row: number): RowRange | null {
  if (!copy.selection) return null;
  const { anchor, kind } = copy.selection;
  const [start, end] = ordered(anchor, copy.cursor);
  if (row < start.row || row > end.row) return null;
  if (kind === "lines") return { from: 0, to: copy.cols };
  if (kind === "block")
    return { from: Math.min(anchor.col, copy.cursor.col), to: Math.max(anchor.col, copy.cursor.col) + 1 };
  return { from: row === start.row ? start.col : 0, to: row === end.row ? end.col + 1 : copy.cols };
}

/** What `y` copies: rows joined by newlines, blanks at their ends dropped. Empty when nothing is selected. */
export function selectedText(copy: CopyState): string {
  if (!copy.selection) return "";
  const [start, end] = ordered(copy.selection.anchor, copy.cursor);
  const lines: string[] = [];
  for (let row = start.row; row <= end.row; row++) {
    const range = selectedRange(copy, row);
    if (range) lines.push(rowCells(copy, row).slice(range.from, range.to).join("").trimEnd());
  }
  return lines.join("\n") + (copy.selection.kind === "lines" ? "\n" : "");
}

/** Start of the next word, of the one before, or the end of this one; words as vi has them. */
export function wordMove(copy: CopyState, to: "next" | "previous" | "end"): Position {
  let { row, col } = copy.cursor;
  const kindAt = (at: Position) => kindOf(rowCells(copy, at.row)[at.col] ?? " ");
  const step = (direction: 1 | -1): boolean => {
    if (direction > 0) {
      if (col + 1 < Math.max(1, rowEnd(copy, row))) col++;
      else if (row + 1 < copy.total && copy.cache.has(row + 1)) {
        row++;
        col = 0;
      } else return false;
    } else if (col > 0) col--;
    else if (row > 0 && copy.cache.has(row - 1)) {
      row--;
      col = Math.max(0, rowEnd(copy, row) - 1);
    } else return false;
    return true;
  };
  const here = () => kindAt({ row, col });
  if (to === "next") {
    const from = { row, col };
    const kind = kindAt(from);
    const isSameWord = () => row === from.row && here() === kind;
    if (kind !== "blank") while (isSameWord() && step(1));
    while (here() === "blank" && step(1));
  } else if (to === "end") {
    if (!step(1)) return { row, col };
    while (here() === "blank" && step(1));
    const kind = here();
    const line = row;
    while (col + 1 < rowEnd(copy, line) && kindAt({ row: line, col: col + 1 }) === kind) col++;
  } else {
    if (!step(-1)) return { row, col };
    while (here() === "blank" && step(-1));
    const kind = here();
    while (col > 0 && kindAt({ row, col: col - 1 }) === kind) col--;
  }
  return { row, col };
}

function kindOf(cell: string): "blank" | "word" | "sign" {
  if (cell === "" || cell.trim() === "") return "blank";
  return /[\p{L}\p{N}_]/u.test(cell) ? "word" : "sign";
}

function ordered(a: Position, b: Position): readonly [Position, Position] {
  return a.row < b.row || (a.row === b.row && a.col <= b.col) ? [a, b] : [b, a];
}
