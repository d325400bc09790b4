/**
 * What the whole terminal shall show: a grid of four 32-bit words per cell (content, foreground, background, extra), the
 * first three as in cells.ts with strings interned. Drawn into by the chrome and the panes, painted by the renderer.
 */
import {
  allowedUrl,
  BG_HAS_EXTRA,
  BG_PROTECTED,
  BLANK_CONTENT,
  CELL_WORDS,
  CODE_POINT_MASK,
  COMBINED,
  EMPTY_CONTENT,
  fillCells,
  WIDTH_MASK,
  WIDTH_SHIFT,
} from "../../protocol/cells.ts";
import { splitClusters } from "../../protocol/width.ts";
import { haveSameWords } from "../../streams/same-words.ts";
import { createInternTable, type InternTable } from "./intern.ts";
import type { CellSource } from "./pane-grid.ts";
import { type Style, styleWords } from "./style.ts";

export const FRAME_WORDS = 4;

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Frame {
  readonly cols: number;
  readonly rows: number;
  /** Four words per cell, row by row. Written only through the methods. */
  readonly cells: Uint32Array;
  readonly interned: InternTable;
  /** Rows that were drawn into since the renderer looked; 1 is yes. */
  readonly drawnRows: Uint8Array;
  /** Blank, with new measures. Old contents are gone. */
  resize(cols: number, rows: number): void;
  clear(): void;
  /**
   * Writes one line from (x, y), clipped to the frame and to `maxWidth` columns; returns the columns used. Control
   * characters never reach the terminal: they are shown as U+FFFD.
   */
  text(x: number, y: number, text: string, style?: Style, maxWidth?: number): number;
  /** Fills a rectangle with a character of one column, a blank by default. */
  fill(rect: Rect, style?: Style, character?: string): void;
  /** Lays colours and flags over what is there: for selections and dimming. Unset parts of the style stay. */
  restyle(rect: Rect, style: Style): void;
  /**
   * Copies cells of a pane, from column srcX and row srcY of the source, into a rectangle. What the source does not
   * cover is blank; wide characters cut by an edge become blanks.
   */
  blitPane(source: CellSource, srcX: number, srcY: number, target: Rect): void;
  /** Forgets interned values that no cell uses. Only the renderer calls this, when the frame is painted. */
  compact(): void;
}

export function createFrame(cols: number, rows: number): Frame {
  let width = 0;
  let height = 0;
  let cells = new Uint32Array(0);
  let drawnRows = new Uint8Array(0);
  /** A row of a pane that nothing was written to, and how it is shown. */
  let emptyRow = new Uint32Array(0);
  let blankRow = new Uint32Array(0);
  let interned = createInternTable();

  const resize = (nextCols: number, nextRows: number) => {
    width = Math.max(1, nextCols);
    height = Math.max(1, nextRows);
    cells = new Uint32Array(width * height * FRAME_WORDS);
    drawnRows = new Uint8Array(height);
    emptyRow = new Uint32Array(width * CELL_WORDS);
    fillCells(emptyRow, CELL_WORDS, EMPTY_CONTENT);
    blankRow = new Uint32Array(width * FRAME_WORDS);
    fillCells(blankRow, FRAME_WORDS, BLANK_CONTENT);
    clear();
  };

  const clear = () => {
    fillCells(cells, FRAME_WORDS, BLANK_CONTENT);
    drawnRows.fill(1);
  };

  const put = (at: number, content: number, fg: number, bg: number, extra: number) => {
    cells[at] = content;
    cells[at + 1] = fg;
    cells[at + 2] = bg;
    cells[at + 3] = extra;
  };

  const widthAt = (at: number) => (cells[at] as number) >>> WIDTH_SHIFT;

  /** Before cells x0 to x1 - 1 are written: a wide character that crosses either edge loses both halves. */
  const freeEdges = (x0: number, x1: number, y: number) => {
    const row = y * width * FRAME_WORDS;
    const left = row + x0 * FRAME_WORDS;
    if (x0 > 0 && x0 < width && widthAt(left) === 0) blankContent(left - FRAME_WORDS);
    const right = row + x1 * FRAME_WORDS;
    if (x1 > 0 && x1 < width && widthAt(right) === 0) blankContent(right);
  };

  const blankContent = (at: number) => {
    cells[at] = BLANK_CONTENT;
  };

  const clip = (rect: Rect) => ({
    x0: Math.max(0, rect.x),
    y0: Math.max(0, rect.y),
    x1: Math.min(width, rect.x + rect.width),
    y1: Math.min(height, rect.y + rect.height),
  });

  const contentOf = (text: string, columns: number) => {
    const codePoint = text.codePointAt(0) as number;
    const isSingle = text.length === (codePoint > 0xffff ? 2 : 1);
    return (isSingle ? codePoint : COMBINED | interned.stringId(text)) | (columns << WIDTH_SHIFT);
  };

  const extraOf = (style: Style) => {
    const url = style.url === undefined ? "" : allowedUrl(style.url);
    if (url === "") return 0;
    return interned.extraId({ underlineStyle: style.underline ? 1 : 0, underlineColour: 0, url });
  };

  const blitRow = (source: CellSource, srcX: number, srcRow: number, x0: number, x1: number, y: number) => {
    const { words } = source;
    let at = (y * width + x0) * FRAME_WORDS;
    if (isEmptyRun(source, srcX, srcRow, x1 - x0)) {
      cells.set(blankRow.subarray(0, (x1 - x0) * FRAME_WORDS), at);
      return;
    }
    for (let x = x0; x < x1; x++, at += FRAME_WORDS) {
      const sourceX = srcX + x - x0;
      if (srcRow < 0 || srcRow >= source.rows || sourceX < 0 || sourceX >= source.cols) {
        put(at, BLANK_CONTENT, 0, 0, 0);
        continue;
      }
      const index = srcRow * source.cols + sourceX;
      const from = index * CELL_WORDS;
      let content = words[from] as number;
      const bg = words[from + 2] as number;
      if (content & COMBINED) {
        content = (content & WIDTH_MASK) | COMBINED | interned.stringId(source.combined(index));
      } else if ((content & CODE_POINT_MASK) === 0 && content >>> WIDTH_SHIFT !== 0) {
        content = BLANK_CONTENT;
      }
      const extra = bg & BG_HAS_EXTRA ? source.extra(index) : undefined;
      put(
        at,
        content,
        words[from + 1] as number,
        bg & ~BG_PROTECTED,
        extra === undefined ? 0 : interned.extraId(extra),
      );
    }
    mendWideCells(x0, x1, y);
  };

  /** Most rows of a first picture: the system compares and copies a row at once, also where code was not compiled yet. */
  const isEmptyRun = (
    { words, cols: sourceCols, rows: sourceRows }: CellSource,
    x: number,
    y: number,
    count: number,
  ) => {
    if (x < 0 || count <= 0 || x + count > sourceCols || y < 0 || y >= sourceRows) return false;
    const from = (y * sourceCols + x) * CELL_WORDS;
    return haveSameWords(words, from, emptyRow, 0, count * CELL_WORDS);
  };

  /** Makes widths consistent inside a run: no half without its other half. */
  const mendWideCells = (x0: number, x1: number, y: number) => {
    let at = (y * width + x0) * FRAME_WORDS;
    let previousWidth = 1;
    for (let x = x0; x < x1; x++, at += FRAME_WORDS) {
      const columns = widthAt(at);
      if (columns === 0 && previousWidth !== 2) {
        const isEmpty = ((cells[at] as number) & (CODE_POINT_MASK | COMBINED)) === 0;
        if (isEmpty) blankContent(at);
        else cells[at] = ((cells[at] as number) & ~WIDTH_MASK) | (1 << WIDTH_SHIFT);
      }
      if (columns >= 2) {
        const isCut = x + 1 >= x1 || widthAt(at + FRAME_WORDS) !== 0;
        if (isCut || columns > 2) blankContent(at);
      }
      previousWidth = widthAt(at);
    }
  };

  resize(cols, rows);
  return {
    get cols() {
      return width;
    },
    get rows() {
      return height;
    },
    get cells() {
      return cells;
    },
    get interned() {
      return interned;
    },
    get drawnRows() {
      return drawnRows;
    },
    resize,
    clear,
    text(x, y, text, style = {}, maxWidth = Number.POSITIVE_INFINITY) {
      if (y < 0 || y >= height) return 0;
      const { fg, bg } = styleWords(style);
      const extra = extraOf(style);
      let column = x;
      for (const cluster of splitClusters(text)) {
        if (column + cluster.width - x > maxWidth || column >= width) break;
        const end = column + cluster.width;
        if (column >= 0 && end <= width) {
          freeEdges(column, end, y);
          const at = (y * width + column) * FRAME_WORDS;
          put(at, contentOf(cluster.text, cluster.width), fg, bg, extra);
          if (cluster.width === 2) put(at + FRAME_WORDS, 0, fg, bg, extra);
        } else {
          // half of it lies outside
          const visible = column < 0 ? end - 1 : column;
          if (visible >= 0 && visible < width) {
            freeEdges(visible, visible + 1, y);
            put((y * width + visible) * FRAME_WORDS, BLANK_CONTENT, fg, bg, extra);
          }
        }
        column = end;
      }
      drawnRows[y] = 1;
      return Math.max(0, Math.min(column, width) - x);
    },
    fill(rect, style = {}, character = " ") {
      const { x0, y0, x1, y1 } = clip(rect);
      if (x0 >= x1) return;
      const { fg, bg } = styleWords(style);
      const cluster = splitClusters(character)[0];
      const content =
        cluster === undefined || cluster.width !== 1 ? BLANK_CONTENT : contentOf(cluster.text, 1);
      const extra = extraOf(style);
      for (let y = y0; y < y1; y++) {
        freeEdges(x0, x1, y);
        for (let x = x0; x < x1; x++) put((y * width + x) * FRAME_WORDS, content, fg, bg, extra);
        drawnRows[y] = 1;
      }
    },
    restyle(rect, style) {
      const { x0, y0, x1, y1 } = clip(rect);
      const { fg, bg } = styleWords({ ...style, url: undefined });
      const keepFg = style.fg === undefined ? 0xffffffff : ~0x3ffffff;
      const keepBg = style.bg === undefined ? 0xffffffff : ~0x3ffffff;
      for (let y = y0; y < y1; y++) {
        for (let x = x0; x < x1; x++) {
          const at = (y * width + x) * FRAME_WORDS;
          cells[at + 1] = ((cells[at + 1] as number) & keepFg) | fg;
          cells[at + 2] = ((cells[at + 2] as number) & keepBg) | bg;
        }
        drawnRows[y] = 1;
      }
    },
    blitPane(source, srcX, srcY, target) {
      const { x0, y0, x1, y1 } = clip(target);
      if (x0 >= x1) return;
      for (let y = y0; y < y1; y++) {
        freeEdges(x0, x1, y);
        blitRow(source, srcX + x0 - target.x, srcY + y - target.y, x0, x1, y);
        drawnRows[y] = 1;
      }
    },
    compact() {
      const next = createInternTable();
      for (let at = 0; at < cells.length; at += FRAME_WORDS) {
        const content = cells[at] as number;
        if (content & COMBINED) {
          cells[at] =
            (content & WIDTH_MASK) | COMBINED | next.stringId(interned.string(content & CODE_POINT_MASK));
        }
        const extra = interned.extra(cells[at + 3] as number);
        cells[at + 3] = extra === undefined ? 0 : next.extraId(extra);
      }
      interned = next;
    },
  };
}
