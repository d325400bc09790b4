/** Rows of cells as text and as ANSI. */
import {
  BG_DIM,
  BG_HAS_EXTRA,
  BG_ITALIC,
  type CellLine,
  CELL_WORDS,
  CODE_POINT_MASK,
  COLOUR_BITS,
  COMBINED,
  FG_BOLD,
  FG_INVERSE,
  FG_INVISIBLE,
  FG_STRIKETHROUGH,
  FG_UNDERLINE,
  WIDTH_SHIFT,
} from "../protocol/cells.ts";
import { cellString } from "../protocol/grid.ts";
import { sgrSequence } from "../protocol/sgr.ts";
import { isUnprintable } from "../protocol/width.ts";
import type { CellStyle, Screen, TextOptions } from "./screen.ts";

/** The text of one cell: "" for the second half of a wide character, a blank for an empty cell. */
export function cellText(line: CellLine, x: number): string {
  const content = line.words[x * CELL_WORDS] ?? 0;
  if (content & COMBINED) return cellString(line.combined(x));
  const codePoint = content & CODE_POINT_MASK;
  if (codePoint === 0) return content >>> WIDTH_SHIFT === 0 ? "" : " ";
  return isUnprintable(codePoint) ? " " : String.fromCodePoint(codePoint);
}

/** Written anew by every call of `lineText`: rows are at most 1,000 columns. */
const units = new Uint16Array(1_024);

export function lineText(line: CellLine, trim = true): string {
  const { words } = line;
  let cols = words.length / CELL_WORDS;
  if (trim) while (cols > 0 && isBlankContent(words[(cols - 1) * CELL_WORDS] as number)) cols--;
  let text = "";
  let count = 0;
  const flush = () => {
    text += String.fromCharCode.apply(null, units.subarray(0, count) as unknown as number[]);
    count = 0;
  };
  for (let x = 0; x < cols; x++) {
    const content = words[x * CELL_WORDS] as number;
    const codePoint = content & (CODE_POINT_MASK | COMBINED);
    // Most cells are plain ASCII: a search reads hundreds of thousands of them.
    if (codePoint >= 0x20 && codePoint < 0x7f) units[count++] = codePoint;
    else {
      flush();
      text += cellText(line, x);
    }
    if (count === units.length) flush();
  }
  flush();
  return trim ? text.trimEnd() : text;
}

function isBlankContent(content: number): boolean {
  const codePoint = content & (CODE_POINT_MASK | COMBINED);
  return codePoint === 0x20 || (codePoint === 0 && content >>> WIDTH_SHIFT !== 0);
}

/** Rows that the terminal wrapped, as the one line that the program wrote. */
export interface LogicalLine {
  readonly text: string;
  /** The first of its rows, counted as `lineAt` counts. */
  readonly row: number;
  /** UTF-16 offset in the text at which each of its rows begins. */
  readonly starts: readonly number[];
}

/** The line that begins at row `first`, at most up to row `end` (exclusive). */
export function logicalLine(lineAt: (row: number) => CellLine, first: number, end: number): LogicalLine {
  let line = lineAt(first);
  let next = first + 1 < end ? lineAt(first + 1) : undefined;
  if (next?.isWrapped !== true) return { text: lineText(line), row: first, starts: [0] };
  let text = "";
  const starts: number[] = [];
  for (let row = first; ; row++) {
    starts.push(text.length);
    const goesOn = next?.isWrapped === true;
    text += goesOn ? withoutGap(line, next as CellLine) : lineText(line);
    if (!goesOn) return { text, row: first, starts };
    line = next as CellLine;
    next = row + 2 < end ? lineAt(row + 2) : undefined;
  }
}

/** A wide character that found only one column left behind it an empty cell that nobody wrote. */
function withoutGap(line: CellLine, next: CellLine): string {
  const text = lineText(line, false);
  const last = (line.words[line.words.length - CELL_WORDS] as number) & (CODE_POINT_MASK | COMBINED);
  const isWide = (next.words[0] as number) >>> WIDTH_SHIFT === 2;
  return last === 0 && isWide && text.endsWith(" ") ? text.slice(0, -1) : text;
}

/** Row and column (cells) of a UTF-16 offset in a logical line. */
export function positionIn(
  line: LogicalLine,
  lineAt: (row: number) => CellLine,
  offset: number,
): { row: number; col: number } {
  let index = line.starts.length - 1;
  while (index > 0 && (line.starts[index] as number) > offset) index--;
  const cells = lineAt(line.row + index);
  let left = offset - (line.starts[index] as number);
  let col = 0;
  const cols = cells.words.length / CELL_WORDS;
  while (col < cols) {
    const { length } = cellText(cells, col);
    if (length > left) break;
    left -= length;
    col++;
  }
  return { row: line.row + index, col };
}

/** The row with SGR sequences; ends with a reset, trailing default blanks are left out. */
export function lineAnsi(line: CellLine): string {
  const { words } = line;
  let end = words.length / CELL_WORDS;
  while (end > 0 && isDefaultBlank(words, end - 1)) end--;
  let text = "";
  let style = "\x1b[0m";
  for (let x = 0; x < end; x++) {
    const bg = words[x * CELL_WORDS + 2] as number;
    const extra = bg & BG_HAS_EXTRA ? line.extra(x) : undefined;
    const wanted = sgrSequence(words[x * CELL_WORDS + 1] as number, bg, extra, "truecolor");
    if (wanted !== style) text += wanted;
    style = wanted;
    text += cellText(line, x);
  }
  return style === "\x1b[0m" ? text : `${text}\x1b[0m`;
}

function isDefaultBlank(words: Uint32Array, x: number): boolean {
  const at = x * CELL_WORDS;
  const codePoint = (words[at] as number) & (CODE_POINT_MASK | COMBINED);
  return (codePoint === 0 || codePoint === 0x20) && words[at + 1] === 0 && words[at + 2] === 0;
}

export function styleOf(line: CellLine, x: number): CellStyle {
  const fg = line.words[x * CELL_WORDS + 1] ?? 0;
  const bg = line.words[x * CELL_WORDS + 2] ?? 0;
  return {
    bold: (fg & FG_BOLD) !== 0,
    dim: (bg & BG_DIM) !== 0,
    italic: (bg & BG_ITALIC) !== 0,
    underline: (fg & FG_UNDERLINE) !== 0,
    inverse: (fg & FG_INVERSE) !== 0,
    strikethrough: (fg & FG_STRIKETHROUGH) !== 0,
    invisible: (fg & FG_INVISIBLE) !== 0,
    foreground: fg & COLOUR_BITS,
    background: bg & COLOUR_BITS,
  };
}

/** Rows of the screen, or of its history and the screen, as `Screen.text` promises them. */
export function screenText(screen: Screen, options: TextOptions = {}): string[] {
  const base = screen.historyLength;
  const from = options.from === "history" ? 0 : base;
  const total = base + screen.rows;
  const first = options.lines === undefined ? from : Math.max(from, total - options.lines);
  return textOfRows(screen, first, total, options.joinWrapped === true);
}

/** Rows counted from the oldest of the history, the last exclusive. Joined: rows that the terminal wrapped are one line again. */
export function textOfRows(screen: Screen, first: number, end: number, joinWrapped: boolean): string[] {
  const rows: string[] = [];
  const total = screen.historyLength + screen.rows;
  for (let i = first; i < end; i++) {
    const line = screen.historyLine(i);
    const next = i + 1 < total ? screen.historyLine(i + 1) : undefined;
    const text = lineText(line, !(joinWrapped && next?.isWrapped === true));
    if (joinWrapped && line.isWrapped && rows.length > 0) rows[rows.length - 1] += text;
    else rows.push(text);
  }
  return rows;
}
