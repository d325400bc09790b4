// Where a motion leads in the rows that were fetched. Pure; none goes beyond what is there.
import type { CopyState, FindKind, Position } from "./copy-state.ts";
import { rowCells, rowEnd, rowText } from "./copy-text.ts";

type CellKind = "blank" | "word" | "sign";

/** Start of the next word, of the one before, or the end of this one; words as vi has them, big ones end at blanks. */
export function wordMove(copy: CopyState, to: "next" | "previous" | "end", isBig = false): Position {
  let { row, col } = copy.cursor;
  const cache = new Map<number, readonly string[]>();
  const cellsOf = (at: number) => {
    let cells = cache.get(at);
    if (!cells) cache.set(at, (cells = rowCells(copy, at)));
    return cells;
  };
  const kindAt = (at: Position): CellKind => {
    const cells = cellsOf(at.row);
    // The right half of a wide character is of the left one's kind.
    const cell = cells[at.col] === "" ? cells[at.col - 1] : cells[at.col];
    return kindOf(cell ?? " ", isBig);
  };
  const step = (direction: 1 | -1): boolean => {
    if (direction > 0) {
      if (col + 1 < Math.max(1, rowEnd(copy, row))) col++;
      else if (row + 1 < copy.total && copy.cache.has(row + 1)) {
        row++;
        col = 0;
      } else return false;
    } else if (col > 0) col--;
    else if (copy.cache.has(row - 1)) {
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
  if (cellsOf(row)[col] === "") col--;
  return { row, col: Math.max(0, col) };
}

const BRACKETS = ["()", "[]", "{}"] as const;

/**
 * The other end of the bracket under the cursor, or of the next one in its row. Null where there is none among the rows that
 * were fetched.
 */
export function matchingBracket(copy: CopyState): Position | null {
  const { row, col } = copy.cursor;
  const pairOf = (cell: string) => BRACKETS.find((pair) => cell !== "" && pair.includes(cell));
  const from = rowCells(copy, row).findIndex((cell, at) => at >= col && pairOf(cell) !== undefined);
  const bracket = rowCells(copy, row)[from];
  const pair = bracket === undefined ? undefined : pairOf(bracket);
  if (pair === undefined) return null;
  const step = pair.startsWith(bracket as string) ? 1 : -1;
  let depth = 0;
  for (let y = row, first = from; copy.cache.has(y); y += step, first = step > 0 ? 0 : copy.cols - 1) {
    const cells = rowCells(copy, y);
    for (let x = Math.min(first, cells.length - 1); x >= 0 && x < cells.length; x += step) {
      if (pairOf(cells[x] as string) === pair) depth += cells[x] === bracket ? 1 : -1;
      if (depth === 0) return { row: y, col: x };
    }
  }
  return null;
}

/** The word, sign or blank at a place: columns of its row, the end exclusive. */
export function wordAt(copy: CopyState, at: Position): { from: number; to: number } {
  const cells = rowCells(copy, at.row);
  const kind = (col: number) => kindOf((cells[col] === "" ? cells[col - 1] : cells[col]) ?? " ", false);
  // Paths and addresses are one word to a double click.
  const isSame = (col: number) => {
    const own = kind(at.col);
    if (own === "blank") return kind(col) === "blank";
    return kind(col) === own || (own === "word" && /[-./~:@?=&%#+]/.test(cells[col] ?? ""));
  };
  let from = at.col;
  while (from > 0 && isSame(from - 1)) from--;
  let to = at.col + 1;
  while (to < cells.length && isSame(to)) to++;
  // A sentence's full stop is not the word's.
  while (to - 1 > at.col && /[.:?]/.test(cells[to - 1] ?? "")) to--;
  return { from, to };
}

/** The empty line before or behind the paragraph. */
export function paragraph(copy: CopyState, step: 1 | -1): Position {
  let { row } = copy.cursor;
  const isEmpty = (at: number) => rowText(copy, at) === "";
  const exists = (at: number) => copy.cache.has(at) && at < copy.total;
  while (exists(row + step) && isEmpty(row)) row += step;
  while (exists(row + step) && !isEmpty(row)) row += step;
  return { row, col: isEmpty(row) || step < 0 ? 0 : Math.max(0, rowEnd(copy, row) - 1) };
}

/** The character in this row, as vi's f, F, t and T go to it; null when it is not there. */
export function findInRow(
  copy: CopyState,
  kind: FindKind,
  character: string,
  isRepeat: boolean,
): Position | null {
  const { row, col } = copy.cursor;
  const cells = rowCells(copy, row);
  const forwards = kind === "f" || kind === "t";
  const step = forwards ? 1 : -1;
  // Repeated, t would stay before the same character.
  const skip = isRepeat && (kind === "t" || kind === "T") ? 2 : 1;
  for (let at = col + step * skip; at >= 0 && at < cells.length; at += step) {
    if (cells[at] !== character) continue;
    return { row, col: kind === "t" ? at - 1 : kind === "T" ? at + 1 : at };
  }
  return null;
}

/** The word under the cursor or the next one in its row; "" when there is none. */
export function wordUnderCursor(copy: CopyState): string {
  const { row, col } = copy.cursor;
  const text = rowCells(copy, row);
  for (let at = col; at < text.length; at++) {
    if (kindOf(text[at] ?? " ", false) !== "word") continue;
    let from = at;
    while (from > 0 && kindOf(text[from - 1] || text[from - 2] || " ", false) === "word") from--;
    let to = at;
    while (to < text.length && (text[to] === "" || kindOf(text[to] ?? " ", false) === "word")) to++;
    return text.slice(from, to).join("");
  }
  return "";
}

function kindOf(cell: string, isBig: boolean): CellKind {
  if (cell === "" || cell.trim() === "") return "blank";
  return isBig || /[\p{L}\p{N}_]/u.test(cell) ? "word" : "sign";
}
