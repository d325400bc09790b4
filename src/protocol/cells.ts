/**
 * A terminal cell as three 32-bit words (content, foreground, background) plus what does not fit: a string of several
 * code points and the extra attributes. The layout of the words is that of the emulator in use, so that rows can be
 * copied whole.
 */

/** Words of one cell on the wire. */
export const CELL_WORDS = 3;

/** Content: bits 0-20 code point (or an interned id), bit 21 several code points, bits 22-23 columns. */
export const WIDTH_SHIFT = 22;
export const WIDTH_MASK = 0xc00000;
export const COMBINED = 0x200000;
export const CODE_POINT_MASK = 0x1fffff;

/** Foreground: bits 0-25 colour, then flags. */
export const FG_INVERSE = 0x4000000;
export const FG_BOLD = 0x8000000;
export const FG_UNDERLINE = 0x10000000;
export const FG_BLINK = 0x20000000;
export const FG_INVISIBLE = 0x40000000;
export const FG_STRIKETHROUGH = 0x80000000;

/** Background: bits 0-25 colour, then flags. */
export const BG_ITALIC = 0x4000000;
export const BG_DIM = 0x8000000;
export const BG_HAS_EXTRA = 0x10000000;
export const BG_PROTECTED = 0x20000000;
export const BG_OVERLINE = 0x40000000;

/** Colour: bits 24-25 the mode, below it a palette index or RGB. 0 is the terminal's default. */
export const COLOUR_BITS = 0x3ffffff;
export const COLOUR_MODE_MASK = 0x3000000;
export const COLOUR_16 = 0x1000000;
export const COLOUR_256 = 0x2000000;
export const COLOUR_RGB = 0x3000000;

/** A blank: space, one column, default colours. */
export const BLANK_CONTENT = 0x20 | (1 << WIDTH_SHIFT);
/** A cell that nothing was written to, as emulators have it; it is shown as a blank. */
export const EMPTY_CONTENT = 1 << WIDTH_SHIFT;

/** Makes all cells alike, with default colours. Cell by cell it would take milliseconds where code has not been compiled yet. */
export function fillCells(words: Uint32Array, wordsPerCell: number, content: number): void {
  words.fill(0);
  words[0] = content;
  for (let filled = wordsPerCell; filled < words.length; filled *= 2) words.copyWithin(filled, 0, filled);
}

/** Underline styles of SGR 4:n: 0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed. */
export interface CellExtra {
  readonly underlineStyle: number;
  /** A colour word as in the foreground; 0 takes the text's colour. */
  readonly underlineColour: number;
  /** http or https, or empty. */
  readonly url: string;
}

/** One row of a screen. `words` may be the emulator's own memory: read it before the next write and never change it. */
export interface CellLine {
  readonly words: Uint32Array;
  readonly isWrapped: boolean;
  /** The string of a cell that has the COMBINED bit. */
  combined(x: number): string;
  /** The extra attributes of a cell that has BG_HAS_EXTRA. */
  extra(x: number): CellExtra | undefined;
}

/** What a client must know of a pane's program to encode keys for it. */
export interface PaneModes {
  readonly bracketedPaste: boolean;
  readonly applicationCursor: boolean;
  readonly applicationKeypad: boolean;
  readonly mouse: MouseTracking;
  readonly mouseSgr: boolean;
  readonly focusEvents: boolean;
  readonly alternateScreen: boolean;
  /** The program is in the middle of a frame (mode 2026), at most 150 ms. */
  readonly synchronized: boolean;
  /** Kitty keyboard flags in force, 0-31. */
  readonly kittyFlags: number;
  /** xterm's modifyOtherKeys, 0-2. */
  readonly modifyOtherKeys: number;
}

export const MOUSE_TRACKING = ["none", "x10", "vt200", "drag", "any"] as const;
export type MouseTracking = (typeof MOUSE_TRACKING)[number];

export const DEFAULT_MODES: PaneModes = {
  bracketedPaste: false,
  applicationCursor: false,
  applicationKeypad: false,
  mouse: "none",
  mouseSgr: false,
  focusEvents: false,
  alternateScreen: false,
  synchronized: false,
  kittyFlags: 0,
  modifyOtherKeys: 0,
};

/** Where the cursor is (0-based), and its DECSCUSR shape 0-6. */
export interface CursorState {
  readonly x: number;
  readonly y: number;
  readonly visible: boolean;
  readonly shape: number;
}

const MAX_URL_LENGTH = 2_083;

/** The link if it is one a user may be led to, else "". */
export function allowedUrl(url: string): string {
  if (url.length > MAX_URL_LENGTH || !/^https?:\/\//i.test(url)) return "";
  return /^[\x21-\x7e]+$/.test(url) ? url : "";
}
