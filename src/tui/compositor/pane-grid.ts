/** The client's copy of one pane's screen, built from grid frames. */
import {
  type CellExtra,
  CELL_WORDS,
  type CursorState,
  DEFAULT_MODES,
  EMPTY_CONTENT,
  fillCells,
  type PaneModes,
} from "../../protocol/cells.ts";
import type { GridFrame } from "../../protocol/grid.ts";

/** A grid of cells that can be copied into a frame: a live pane, or a page of its history. */
export interface CellSource {
  readonly cols: number;
  readonly rows: number;
  /** Three words per cell, row by row. */
  readonly words: Uint32Array;
  /** String of the cell at index y * cols + x, when its COMBINED bit is set. */
  combined(index: number): string;
  /** Extra attributes of that cell, when BG_HAS_EXTRA is set. */
  extra(index: number): CellExtra | undefined;
  /** The terminal wrapped the row above into this one. */
  isWrapped(y: number): boolean;
}

export interface PaneGrid extends CellSource {
  readonly cursor: CursorState;
  readonly modes: PaneModes;
  readonly historyLength: number;
  /** False until a full frame came, and after a frame that did not fit: ask the server for a full one. */
  readonly isComplete: boolean;
  /** Takes a frame in; returns the rows that changed, both inclusive, or null. */
  apply(frame: GridFrame): { y0: number; y1: number } | null;
}

export function createPaneGrid(): PaneGrid {
  let cols = 1;
  let rows = 1;
  let words = new Uint32Array(CELL_WORDS);
  let strings = new Map<number, string>();
  let extras = new Map<number, CellExtra>();
  let wrapped = new Set<number>();
  let cursor: CursorState = { x: 0, y: 0, visible: false, shape: 0 };
  let modes = DEFAULT_MODES;
  let historyLength = 0;
  let isComplete = false;

  const startAnew = (frame: GridFrame) => {
    cols = frame.cols;
    rows = frame.rows;
    words = new Uint32Array(cols * rows * CELL_WORDS);
    fillCells(words, CELL_WORDS, EMPTY_CONTENT);
    strings = new Map();
    extras = new Map();
    wrapped = new Set();
    isComplete = true;
  };

  return {
    get cols() {
      return cols;
    },
    get rows() {
      return rows;
    },
    get words() {
      return words;
    },
    get cursor() {
      return cursor;
    },
    get modes() {
      return modes;
    },
    get historyLength() {
      return historyLength;
    },
    get isComplete() {
      return isComplete;
    },
    combined: (index) => strings.get(index) ?? " ",
    extra: (index) => extras.get(index),
    isWrapped: (y) => wrapped.has(y),
    apply(frame) {
      if (frame.full) startAnew(frame);
      else if (!isComplete || frame.cols !== cols || frame.rows !== rows) {
        isComplete = false;
        return null;
      }
      let y0 = Number.POSITIVE_INFINITY;
      let y1 = -1;
      for (const span of frame.spans) {
        const start = span.y * cols + span.x;
        words.set(span.words, start * CELL_WORDS);
        const count = span.words.length / CELL_WORDS;
        if (strings.size > 0 || extras.size > 0) {
          for (let index = start; index < start + count; index++) {
            strings.delete(index);
            extras.delete(index);
          }
        }
        for (const [x, text] of span.combined) strings.set(span.y * cols + x, text);
        for (const [x, extra] of span.extras) extras.set(span.y * cols + x, extra);
        if (span.wrapped) wrapped.add(span.y);
        else if (wrapped.size > 0) wrapped.delete(span.y);
        y0 = Math.min(y0, span.y);
        y1 = Math.max(y1, span.y);
      }
      cursor = frame.cursor;
      modes = frame.modes;
      historyLength = frame.historyLength;
      if (frame.full) return { y0: 0, y1: rows - 1 };
      return y1 < 0 ? null : { y0, y1 };
    },
  };
}
