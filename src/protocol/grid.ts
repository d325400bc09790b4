/**
 * The grid frame: what changed on one pane's screen since the frame before. Little-endian, words aligned to 4 bytes.
 *
 *   header, 32 bytes: u8 version, u8 flags, u16 mode bits, u32 pane, u16 columns, u16 rows, u16 cursor x, u16 cursor y,
 *     u8 cursor shape, u8 mouse tracking, u8 kitty flags, u8 modifyOtherKeys, u32 lines of history, u32 spans, u32 zero
 *   span: u16 row (bit 15: the row goes on from the one above), u16 first column, u16 cells, u16 extras; 3 x u32 per cell;
 *     the extras, filled up to 4 bytes
 *   extra: u16 column, u8 kind, u8 zero, then  kind 1 (string): u16 bytes, UTF-8
 *                                              kind 2 (attributes): u32 style << 26 | colour, u16 bytes, URL in ASCII
 */
import { AppError } from "../base/errors.ts";
import { err, ok, type Result } from "../base/result.ts";
import {
  allowedUrl,
  type CellExtra,
  CELL_WORDS,
  COLOUR_BITS,
  type CursorState,
  MOUSE_TRACKING,
  type PaneModes,
} from "./cells.ts";
import { isUnprintable, MAX_CELL_CODE_POINTS } from "./width.ts";

/** A run of changed cells in one row. The maps are keyed by column. */
export interface GridSpan {
  readonly y: number;
  readonly x: number;
  /** Three words per cell. */
  readonly words: Uint32Array;
  readonly combined: ReadonlyMap<number, string>;
  readonly extras: ReadonlyMap<number, CellExtra>;
  /**
   * The terminal wrapped the row above into this one. Sure in full frames only: a row can become one that goes on without
   * a change of its cells. Absent is no.
   */
  readonly wrapped?: boolean;
}

export interface GridFrame {
  readonly pane: number;
  readonly cols: number;
  readonly rows: number;
  /** What the client had is void: cells that are not in the frame are empty. */
  readonly full: boolean;
  readonly cursor: CursorState;
  readonly modes: PaneModes;
  /** Lines above the live screen that can be asked for. */
  readonly historyLength: number;
  readonly spans: readonly GridSpan[];
}

export const GRID_VERSION = 2;
export const MAX_GRID_COLS = 2_000;
export const MAX_GRID_ROWS = 1_000;
export const MAX_GRID_CELLS = 400_000;

const HEADER_BYTES = 32;
const SPAN_HEADER_BYTES = 8;
const MAX_STRING_BYTES = MAX_CELL_CODE_POINTS * 4;
const MAX_URL_BYTES = 2_083;

/** Bit of the row number: there are at most MAX_GRID_ROWS. */
const ROW_WRAPPED = 0x8000;

const FLAG_FULL = 1;
const FLAG_CURSOR_VISIBLE = 2;

const MODE_BRACKETED_PASTE = 1;
const MODE_APPLICATION_CURSOR = 2;
const MODE_APPLICATION_KEYPAD = 4;
const MODE_MOUSE_SGR = 8;
const MODE_FOCUS_EVENTS = 16;
const MODE_ALTERNATE_SCREEN = 32;
const MODE_SYNCHRONIZED = 64;

const KIND_STRING = 1;
const KIND_ATTRIBUTES = 2;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Strings longer than a cell may hold are cut, URLs that are not allowed dropped. */
export function encodeGridFrame(frame: GridFrame): Uint8Array {
  let size = HEADER_BYTES;
  const bodies: Uint8Array[] = [];
  for (const span of frame.spans) {
    const extras = encodeExtras(span);
    bodies.push(extras);
    size += SPAN_HEADER_BYTES + span.words.length * 4 + extras.length;
  }
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const { cursor, modes } = frame;
  view.setUint8(0, GRID_VERSION);
  view.setUint8(1, (frame.full ? FLAG_FULL : 0) | (cursor.visible ? FLAG_CURSOR_VISIBLE : 0));
  view.setUint16(2, modeBits(modes), true);
  view.setUint32(4, frame.pane, true);
  view.setUint16(8, frame.cols, true);
  view.setUint16(10, frame.rows, true);
  view.setUint16(12, cursor.x, true);
  view.setUint16(14, cursor.y, true);
  view.setUint8(16, cursor.shape);
  view.setUint8(17, MOUSE_TRACKING.indexOf(modes.mouse));
  view.setUint8(18, modes.kittyFlags);
  view.setUint8(19, modes.modifyOtherKeys);
  view.setUint32(20, frame.historyLength, true);
  view.setUint32(24, frame.spans.length, true);
  let at = HEADER_BYTES;
  frame.spans.forEach((span, index) => {
    const extras = bodies[index] as Uint8Array;
    view.setUint16(at, span.y | (span.wrapped ? ROW_WRAPPED : 0), true);
    view.setUint16(at + 2, span.x, true);
    view.setUint16(at + 4, span.words.length / CELL_WORDS, true);
    view.setUint16(at + 6, countExtras(span), true);
    at += SPAN_HEADER_BYTES;
    bytes.set(new Uint8Array(span.words.buffer, span.words.byteOffset, span.words.byteLength), at);
    at += span.words.byteLength;
    bytes.set(extras, at);
    at += extras.length;
  });
  return bytes;
}

/** Reads a frame. Anything out of bounds makes the whole frame `bad-data`; it never throws. */
export function decodeGridFrame(bytes: Uint8Array): Result<GridFrame> {
  if (bytes.length < HEADER_BYTES) return bad("header is cut short");
  // a copy (the slice of a Buffer would be none), so that the words are aligned and the frame outlives the socket
  const copy = new Uint8Array(bytes);
  const view = new DataView(copy.buffer);
  if (view.getUint8(0) !== GRID_VERSION) return bad(`version ${view.getUint8(0)} instead of ${GRID_VERSION}`);
  const flags = view.getUint8(1);
  const cols = view.getUint16(8, true);
  const rows = view.getUint16(10, true);
  if (cols < 1 || rows < 1 || cols > MAX_GRID_COLS || rows > MAX_GRID_ROWS || cols * rows > MAX_GRID_CELLS) {
    return bad(`size ${cols}x${rows}`);
  }
  const mouse = MOUSE_TRACKING[view.getUint8(17)];
  if (mouse === undefined) return bad("unknown mouse tracking");
  const spanCount = view.getUint32(24, true);
  if (spanCount > rows) return bad(`${spanCount} spans for ${rows} rows`);
  const spans: GridSpan[] = [];
  let at = HEADER_BYTES;
  for (let index = 0; index < spanCount; index++) {
    if (at + SPAN_HEADER_BYTES > copy.length) return bad("span is cut short");
    const rowWord = view.getUint16(at, true);
    const y = rowWord & ~ROW_WRAPPED;
    const x = view.getUint16(at + 2, true);
    const count = view.getUint16(at + 4, true);
    const extraCount = view.getUint16(at + 6, true);
    at += SPAN_HEADER_BYTES;
    const wordBytes = count * CELL_WORDS * 4;
    if (y >= rows || count < 1 || x + count > cols || extraCount > count * 2)
      return bad("span outside the screen");
    if (at + wordBytes > copy.length) return bad("cells are cut short");
    const words = new Uint32Array(copy.buffer, at, count * CELL_WORDS);
    at += wordBytes;
    const combined = new Map<number, string>();
    const extras = new Map<number, CellExtra>();
    const end = decodeExtras(copy, view, at, extraCount, { from: x, to: x + count, combined, extras });
    if (end === undefined) return bad("extras are malformed");
    at = end;
    spans.push({ y, x, words, combined, extras, wrapped: (rowWord & ROW_WRAPPED) !== 0 });
  }
  if (at !== copy.length) return bad(`${copy.length - at} bytes too many`);
  return ok({
    pane: view.getUint32(4, true),
    cols,
    rows,
    full: (flags & FLAG_FULL) !== 0,
    cursor: {
      x: Math.min(view.getUint16(12, true), cols - 1),
      y: Math.min(view.getUint16(14, true), rows - 1),
      visible: (flags & FLAG_CURSOR_VISIBLE) !== 0,
      shape: Math.min(view.getUint8(16), 6),
    },
    modes: modesOf(view.getUint16(2, true), mouse, view.getUint8(18) & 31, Math.min(view.getUint8(19), 2)),
    historyLength: view.getUint32(20, true),
    spans,
  });
}

function bad(reason: string): Result<never> {
  return err(new AppError("bad-data", `not a grid frame: ${reason}`));
}

function modeBits(modes: PaneModes): number {
  return (
    (modes.bracketedPaste ? MODE_BRACKETED_PASTE : 0) |
    (modes.applicationCursor ? MODE_APPLICATION_CURSOR : 0) |
    (modes.applicationKeypad ? MODE_APPLICATION_KEYPAD : 0) |
    (modes.mouseSgr ? MODE_MOUSE_SGR : 0) |
    (modes.focusEvents ? MODE_FOCUS_EVENTS : 0) |
    (modes.alternateScreen ? MODE_ALTERNATE_SCREEN : 0) |
    (modes.synchronized ? MODE_SYNCHRONIZED : 0)
  );
}

function modesOf(
  bits: number,
  mouse: PaneModes["mouse"],
  kittyFlags: number,
  modifyOtherKeys: number,
): PaneModes {
  return {
    bracketedPaste: (bits & MODE_BRACKETED_PASTE) !== 0,
    applicationCursor: (bits & MODE_APPLICATION_CURSOR) !== 0,
    applicationKeypad: (bits & MODE_APPLICATION_KEYPAD) !== 0,
    mouse,
    mouseSgr: (bits & MODE_MOUSE_SGR) !== 0,
    focusEvents: (bits & MODE_FOCUS_EVENTS) !== 0,
    alternateScreen: (bits & MODE_ALTERNATE_SCREEN) !== 0,
    synchronized: (bits & MODE_SYNCHRONIZED) !== 0,
    kittyFlags,
    modifyOtherKeys,
  };
}

function countExtras(span: GridSpan): number {
  return span.combined.size + span.extras.size;
}

function encodeExtras(span: GridSpan): Uint8Array {
  if (countExtras(span) === 0) return new Uint8Array(0);
  const parts: { x: number; kind: number; word: number; payload: Uint8Array }[] = [];
  for (const [x, text] of span.combined) {
    const payload = encoder.encode(cellString(text));
    parts.push({ x, kind: KIND_STRING, word: 0, payload });
  }
  for (const [x, extra] of span.extras) {
    const word = ((extra.underlineStyle & 7) << 26) | (extra.underlineColour & COLOUR_BITS);
    parts.push({ x, kind: KIND_ATTRIBUTES, word, payload: encoder.encode(allowedUrl(extra.url)) });
  }
  let size = 0;
  for (const part of parts) size += (part.kind === KIND_STRING ? 6 : 10) + part.payload.length;
  const bytes = new Uint8Array((size + 3) & ~3);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint16(at, part.x, true);
    view.setUint8(at + 2, part.kind);
    at += 4;
    if (part.kind === KIND_ATTRIBUTES) {
      view.setUint32(at, part.word, true);
      at += 4;
    }
    view.setUint16(at, part.payload.length, true);
    bytes.set(part.payload, at + 2);
    at += 2 + part.payload.length;
  }
  return bytes;
}

interface ExtrasTarget {
  readonly from: number;
  readonly to: number;
  readonly combined: Map<number, string>;
  readonly extras: Map<number, CellExtra>;
}

/** Returns the offset behind the extras, or undefined when they are malformed. */
function decodeExtras(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  count: number,
  target: ExtrasTarget,
): number | undefined {
  let at = start;
  for (let index = 0; index < count; index++) {
    if (at + 6 > bytes.length) return undefined;
    const x = view.getUint16(at, true);
    const kind = view.getUint8(at + 2);
    if (x < target.from || x >= target.to) return undefined;
    at += 4;
    let word = 0;
    if (kind === KIND_ATTRIBUTES) {
      if (at + 6 > bytes.length) return undefined;
      word = view.getUint32(at, true);
      at += 4;
    } else if (kind !== KIND_STRING) return undefined;
    const length = view.getUint16(at, true);
    at += 2;
    if (length > (kind === KIND_STRING ? MAX_STRING_BYTES : MAX_URL_BYTES) || at + length > bytes.length)
      return undefined;
    const text = decodeUtf8(bytes.subarray(at, at + length));
    if (text === undefined) return undefined;
    at += length;
    if (kind === KIND_STRING) target.combined.set(x, cellString(text));
    else {
      const underlineStyle = Math.min((word >>> 26) & 7, 5);
      target.extras.set(x, { underlineStyle, underlineColour: word & COLOUR_BITS, url: allowedUrl(text) });
    }
  }
  const end = start + ((at - start + 3) & ~3);
  return end > bytes.length ? undefined : end;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** What a cell may hold: printable, at most 32 code points, never empty. */
export function cellString(text: string): string {
  let shown = "";
  let count = 0;
  for (const character of text) {
    if (isUnprintable(character.codePointAt(0) as number)) continue;
    shown += character;
    if (++count === MAX_CELL_CODE_POINTS) break;
  }
  return shown === "" ? " " : shown;
}
