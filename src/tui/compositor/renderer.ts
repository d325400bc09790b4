/**
 * Paints frames: compares with what the terminal shows and writes the difference as one synchronised (mode 2026) string.
 * Every byte that goes out is made here from numbers and checked text; nothing of a pane passes through.
 */
import {
  BLANK_CONTENT,
  CODE_POINT_MASK,
  COMBINED,
  type CursorState,
  fillCells,
  WIDTH_SHIFT,
} from "../../protocol/cells.ts";
import { cellString } from "../../protocol/grid.ts";
import { type ColourDepth, sgrSequence } from "../../protocol/sgr.ts";
import { codePointWidth, isUnprintable } from "../../protocol/width.ts";
import { type Frame, FRAME_WORDS } from "./frame.ts";

export interface RendererOptions {
  readonly colours: ColourDepth;
  /** OSC 8 links. Default true. */
  readonly links?: boolean;
  /** Gets one string per painted frame. */
  write(output: string): void;
}

/** Some rows, from and to which both belong; or about so many bytes of rows that take turns. */
export type FramePart = { readonly from: number; readonly to: number } | { readonly bytes: number };

export interface Renderer {
  /**
   * Paints what changed, all of it or a part: the rest waits for a later call. Returns the characters written, 0 when
   * nothing did.
   */
  paint(frame: Frame, cursor?: CursorState, part?: FramePart): number;
  /** The terminal's contents are unknown: the next paint draws everything. */
  invalidate(): void;
  setColours(colours: ColourDepth): void;
}

/** Beyond this the frame's tables of strings and links are cleared of what is no longer shown. */
const COMPACT_FROM = 20_000;
const MAX_SGR_CACHE = 8_192;
/** A gap up to this many cells is jumped with a relative move. */
const SHORT_GAP = 4;
/** Blank ends of rows at least this long are erased instead of written. */
const ERASE_FROM = 8;
/** Cells that are compared in one go where nearly all are the same. */
const CHUNK_CELLS = 16;
const BYTES_PER_WORD = 4;

const HIDDEN: CursorState = { x: 0, y: 0, visible: false, shape: 0 };

export function createRenderer(options: RendererOptions): Renderer {
  const withLinks = options.links ?? true;
  let { colours } = options;
  let cols = 0;
  let rows = 0;
  let shown = new Uint32Array(0);
  let shownCursor: CursorState | undefined;
  /** Where the next part begins. */
  let nextRow = 0;
  let sgrCache = new Map<number, Map<number, string>>();
  let sgrCount = 0;

  const sgrOf = (frame: Frame, fg: number, bg: number, extraId: number): string => {
    let byBackground = sgrCache.get(fg);
    if (byBackground === undefined) {
      byBackground = new Map();
      sgrCache.set(fg, byBackground);
    }
    // 32 bits of background and 21 of extra id fit a double exactly
    const key = bg + extraId * 0x1_0000_0000;
    let sequence = byBackground.get(key);
    if (sequence === undefined) {
      sequence = sgrSequence(fg, bg, frame.interned.extra(extraId), colours);
      byBackground.set(key, sequence);
      if (++sgrCount > MAX_SGR_CACHE) clearCache();
    }
    return sequence;
  };

  const clearCache = () => {
    sgrCache = new Map();
    sgrCount = 0;
  };

  /** `isCleared`: most cells are blank still. Code that runs for the first time is slow: the system compares many at once. */
  const paintRows = (frame: Frame, isCleared: boolean, part: FramePart | undefined): string => {
    const { cells, drawnRows, interned } = frame;
    let output = "";
    let [penX, penY] = [-1, -1];
    let [fg, bg, extra] = [-1, -1, -1];
    let link = "";
    const sameCell = (at: number) =>
      cells[at] === shown[at] &&
      cells[at + 1] === shown[at + 1] &&
      cells[at + 2] === shown[at + 2] &&
      cells[at + 3] === shown[at + 3];
    const [wanted, there] = [bytesOf(cells), bytesOf(shown)];
    const sameChunk = (at: number) => {
      const from = at * BYTES_PER_WORD;
      const to = from + CHUNK_CELLS * FRAME_WORDS * BYTES_PER_WORD;
      return wanted.compare(there, from, to, from, to) === 0;
    };
    const isTurn = part !== undefined && "bytes" in part;
    const from = part === undefined ? 0 : isTurn ? nextRow : part.from;
    const until = part === undefined || isTurn ? from + rows : Math.min(rows, part.to + 1);
    const bytesMax = isTurn ? part.bytes : Number.POSITIVE_INFINITY;
    for (let at = from; at < until && output.length < bytesMax; at++) {
      const y = at % rows;
      nextRow = (y + 1) % rows;
      if (drawnRows[y] === 0) continue;
      drawnRows[y] = 0;
      const rowStart = y * cols * FRAME_WORDS;
      const rowEnd = rowStart + cols * FRAME_WORDS;
      let x = 0;
      while (x < cols) {
        const at = rowStart + x * FRAME_WORDS;
        if (isCleared && x % CHUNK_CELLS === 0 && x + CHUNK_CELLS <= cols && sameChunk(at)) {
          x += CHUNK_CELLS;
          continue;
        }
        const content = cells[at] as number;
        const isWide = content >>> WIDTH_SHIFT === 2;
        const columns = isWide ? 2 : 1;
        if (sameCell(at) && (!isWide || sameCell(at + FRAME_WORDS))) {
          x += columns;
          continue;
        }
        if (penY !== y || penX !== x) output += moveTo(penX, penY, x, y);
        if (cells[at + 1] !== fg || cells[at + 2] !== bg || cells[at + 3] !== extra) {
          fg = cells[at + 1] as number;
          bg = cells[at + 2] as number;
          extra = cells[at + 3] as number;
          output += sgrOf(frame, fg, bg, extra);
          const url = withLinks ? (interned.extra(extra)?.url ?? "") : "";
          if (url !== link) output += `\x1b]8;;${url}\x1b\\`;
          link = url;
        }
        if (content === BLANK_CONTENT && fg === 0 && bg === 0 && extra === 0 && cols - x >= ERASE_FROM) {
          if (isBlankUntil(cells, at, rowEnd)) {
            output += "\x1b[K";
            shown.set(cells.subarray(at, rowEnd), at);
            [penX, penY] = [x, y];
            break;
          }
        }
        const isCluster = (content & COMBINED) !== 0;
        // terminals disagree on the width of clusters: clear both cells first, go to the absolute column after
        if (isCluster && isWide) output += "\x1b[2X";
        output += isCluster
          ? safeCluster(interned.string(content & CODE_POINT_MASK))
          : safeCharacter(content);
        shown.set(cells.subarray(at, at + columns * FRAME_WORDS), at);
        x += columns;
        [penX, penY] = isCluster || x >= cols ? [-1, -1] : [x, y];
      }
    }
    if (output === "") return "";
    return `${output}${link === "" ? "" : "\x1b]8;;\x1b\\"}\x1b[0m`;
  };

  const cursorSequence = (cursor: CursorState, painted: boolean): string => {
    const before = shownCursor;
    let output = "";
    if (cursor.visible) {
      const moved =
        before === undefined || painted || before.x !== cursor.x || before.y !== cursor.y || !before.visible;
      if (moved) output += `\x1b[${cursor.y + 1};${cursor.x + 1}H`;
      if (before === undefined || before.shape !== cursor.shape) output += `\x1b[${cursor.shape} q`;
      if (before === undefined || painted || !before.visible) output += "\x1b[?25h";
    } else if (before === undefined || before.visible) output += "\x1b[?25l";
    shownCursor = cursor.visible ? cursor : { ...cursor, shape: before?.shape ?? 0 };
    return output;
  };

  return {
    paint(frame, wanted = HIDDEN, part = undefined) {
      if (frame.cols !== cols || frame.rows !== rows) {
        cols = frame.cols;
        rows = frame.rows;
        shown = new Uint32Array(cols * rows * FRAME_WORDS);
        shownCursor = undefined;
      }
      const isFirst = shownCursor === undefined;
      if (isFirst) {
        // What the terminal shows once it is cleared.
        fillCells(shown, FRAME_WORDS, BLANK_CONTENT);
        frame.drawnRows.fill(1);
      }
      const cursor = {
        ...wanted,
        x: Math.max(0, Math.min(wanted.x, cols - 1)),
        y: Math.max(0, Math.min(wanted.y, rows - 1)),
      };
      // Tables are cleared when all that is in the frame is shown as well.
      const isCrowded = frame.interned.size > COMPACT_FROM;
      const body = paintRows(frame, isFirst, isFirst || isCrowded ? undefined : part);
      const hide = body !== "" && shownCursor?.visible === true ? "\x1b[?25l" : "";
      const start = isFirst ? "\x1b[0m\x1b[2J" : "";
      const tail = cursorSequence(cursor, body !== "");
      if (isCrowded) {
        frame.compact();
        shown.set(frame.cells);
        clearCache();
      }
      if (body === "" && tail === "" && start === "") return 0;
      const output = `\x1b[?2026h${hide}${start}${body}${tail}\x1b[?2026l`;
      options.write(output);
      return output.length;
    },
    invalidate() {
      shownCursor = undefined;
    },
    setColours(next) {
      colours = next;
      clearCache();
      shownCursor = undefined;
    },
  };
}

function bytesOf(words: Uint32Array): Buffer {
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength);
}

function moveTo(penX: number, penY: number, x: number, y: number): string {
  const gap = x - penX;
  if (penY === y && penX >= 0 && gap > 0 && gap <= SHORT_GAP) return gap === 1 ? "\x1b[C" : `\x1b[${gap}C`;
  return `\x1b[${y + 1};${x + 1}H`;
}

function isBlankUntil(cells: Uint32Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += FRAME_WORDS) {
    if (cells[at] !== BLANK_CONTENT || cells[at + 1] !== 0 || cells[at + 2] !== 0 || cells[at + 3] !== 0)
      return false;
  }
  return true;
}

function safeCharacter(content: number): string {
  const codePoint = content & CODE_POINT_MASK;
  if (codePoint >= 0x20 && codePoint < 0x7f) return String.fromCharCode(codePoint);
  if (isUnprintable(codePoint)) return content >>> WIDTH_SHIFT === 2 ? "  " : " ";
  const character = String.fromCodePoint(codePoint);
  // a mark alone would land on the cell before
  return codePointWidth(codePoint) === 0 ? ` ${character}` : character;
}

function safeCluster(text: string): string {
  const shown = cellString(text);
  return codePointWidth(shown.codePointAt(0) as number) === 0 ? ` ${shown}` : shown;
}
