/** Turns a screen's changes into grid frames for one client: keeps the rows the client has and sends the difference. */
import {
  BG_HAS_EXTRA,
  type CellLine,
  CELL_WORDS,
  COMBINED,
  type CursorState,
  EMPTY_CONTENT,
  fillCells,
} from "../protocol/cells.ts";
import { encodeGridFrame, type GridSpan } from "../protocol/grid.ts";
import { haveSameWords } from "../streams/same-words.ts";
import { lineSpan } from "./rows-frame.ts";
import type { PaneModes, Screen } from "./screen.ts";

export interface GridEncoder {
  /**
   * The next encoded frame, or null when the client is up to date or the program is in the middle of its own frame (mode 2026;
   * ask again within 150 ms). The client counts as having every frame that was returned.
   */
  next(): Uint8Array | null;
  /** The client lost what it had, or is new: the next frame is full. */
  invalidate(): void;
  dispose(): void;
}

export function createGridEncoder(screen: Screen, pane: number): GridEncoder {
  const reader = screen.createReader();
  let cols = 0;
  let rows = 0;
  let sentWords = new Uint32Array(0);
  /** Strings and extra attributes as sent, by cell; cells without any are absent. */
  let sentSides = new Map<number, string>();
  let sentCursor: CursorState | null = null;
  let sentModes: PaneModes | null = null;
  let sentHistoryLength = -1;
  let full = true;

  const forgetAll = () => {
    cols = screen.cols;
    rows = screen.rows;
    // A full frame begins with an empty screen.
    sentWords = new Uint32Array(cols * rows * CELL_WORDS);
    fillCells(sentWords, CELL_WORDS, EMPTY_CONTENT);
    sentSides = new Map();
    full = true;
  };

  const spanOf = (y: number): GridSpan | undefined => {
    const line = screen.line(y);
    const { words } = line;
    const base = y * cols * CELL_WORDS;
    // Only full frames are sure of it: see `GridSpan.wrapped`.
    const isToldWrapped = full && line.isWrapped;
    // Most rows of a first frame: the system compares a row at once.
    if (!isToldWrapped && sentSides.size === 0 && haveSameWords(words, 0, sentWords, base, cols * CELL_WORDS))
      return undefined;
    let first = isToldWrapped ? 0 : -1;
    let last = first;
    for (let x = 0; x < cols; x++) {
      const at = x * CELL_WORDS;
      const isSame =
        words[at] === sentWords[base + at] &&
        words[at + 1] === sentWords[base + at + 1] &&
        words[at + 2] === sentWords[base + at + 2] &&
        (hasSide(words, at) ? sentSides.get(y * cols + x) === sideOf(line, x) : true);
      if (isSame) continue;
      if (first < 0) first = x;
      last = x;
    }
    if (first < 0) return undefined;
    for (let x = first; x <= last; x++) {
      const cell = y * cols + x;
      if (hasSide(words, x * CELL_WORDS)) sentSides.set(cell, sideOf(line, x));
      else if (sentSides.size > 0) sentSides.delete(cell);
    }
    const span = lineSpan(line, y, first, last);
    sentWords.set(span.words, base + first * CELL_WORDS);
    return span;
  };

  return {
    next() {
      const modes = screen.modes();
      if (modes.synchronized && !full) return null;
      if (full || cols !== screen.cols || rows !== screen.rows) forgetAll();
      const range = full ? { y0: 0, y1: rows - 1 } : reader.take();
      if (full) reader.take();
      const spans: GridSpan[] = [];
      if (range !== null) {
        for (let y = range.y0; y <= range.y1; y++) {
          const span = spanOf(y);
          if (span !== undefined) spans.push(span);
        }
      }
      const cursor = screen.cursor();
      const { historyLength } = screen;
      const isSameState =
        historyLength === sentHistoryLength && haveSame(cursor, sentCursor) && haveSame(modes, sentModes);
      if (spans.length === 0 && isSameState && !full) return null;
      [sentCursor, sentModes, sentHistoryLength] = [cursor, modes, historyLength];
      const bytes = encodeGridFrame({ pane, cols, rows, full, cursor, modes, historyLength, spans });
      full = false;
      return bytes;
    },
    invalidate() {
      full = true;
    },
    dispose() {
      reader.dispose();
    },
  };
}

function hasSide(words: Uint32Array, at: number): boolean {
  return ((words[at] as number) & COMBINED) !== 0 || ((words[at + 2] as number) & BG_HAS_EXTRA) !== 0;
}

function sideOf(line: CellLine, x: number): string {
  const at = x * CELL_WORDS;
  const text = (line.words[at] as number) & COMBINED ? line.combined(x) : "";
  const extra = (line.words[at + 2] as number) & BG_HAS_EXTRA ? line.extra(x) : undefined;
  return extra === undefined
    ? text
    : `${text}\0${extra.underlineStyle}\0${extra.underlineColour}\0${extra.url}`;
}

function haveSame<T extends object>(now: T, before: T | null): boolean {
  if (now === before) return true;
  if (before === null) return false;
  for (const key in now) if (now[key] !== before[key]) return false;
  return true;
}
