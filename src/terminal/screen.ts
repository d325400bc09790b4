/** The port of a pane's screen: what the server asks of a terminal emulator. */
import type { CellLine, CursorState, PaneModes } from "../protocol/cells.ts";
import type { ProgramStatus } from "./program-status.ts";

export type { CellLine, CursorState, PaneModes } from "../protocol/cells.ts";

/** Rows of the live screen, both inclusive. */
export interface RowRange {
  readonly y0: number;
  readonly y1: number;
}

/** What changed since this reader looked last. Every reader sees every change. */
export interface ScreenReader {
  take(): RowRange | null;
  dispose(): void;
}

export interface TextOptions {
  /** "live": the visible rows; "history": what scrolled off as well, oldest first. Default "live". */
  readonly from?: "live" | "history";
  /** At most the last so many rows. */
  readonly lines?: number;
  /** Rows that the terminal wrapped become one line again. Default false. */
  readonly joinWrapped?: boolean;
}

export interface CellStyle {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  readonly strikethrough: boolean;
  readonly invisible: boolean;
  /** Colour words as in cells.ts. */
  readonly foreground: number;
  readonly background: number;
}

/** Answers to a program that asks for more in a second are dropped and counted. */
export const MAX_REPLY_BYTES_PER_SECOND = 1_000_000;

export interface Screen {
  /** Parses at once. Never throws; whatever the bytes are, time and memory stay bounded. */
  write(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  readonly cols: number;
  readonly rows: number;
  /** Without control characters, at most 200 characters. */
  readonly title: string;
  cursor(): CursorState;
  modes(): PaneModes;
  /** The parser stands between two sequences and between two characters: a checkpoint may be taken here. */
  readonly isGround: boolean;
  createReader(): ScreenReader;
  /** Row y of the live screen, 0 to rows - 1. */
  line(y: number): CellLine;
  /** Text rows without trailing blanks. */
  text(options?: TextOptions): string[];
  rowText(y: number): string;
  cellStyle(x: number, y: number): CellStyle;
  /** Rows above the live screen. The alternate screen has none. */
  readonly historyLength: number;
  /** Rows that were dropped off the top of the history since the screen was made: row i was the (i + this)th ever. */
  readonly historyTrimmed: number;
  /** Drops all rows of the history; the live screen stays as it is. */
  clearHistory(): void;
  /** Row i of the history, 0 is the oldest. */
  historyLine(i: number): CellLine;
  /** The live rows with SGR sequences, for people's eyes. */
  ansi(): string[];
  /** Mode 2031: the program wants to hear when the colours become dark or light. */
  readonly wantsScheme: boolean;
  /** Tells the program whether the colours are dark or light now, if it wants to hear it. */
  tellScheme(): void;
  /** Bytes of answers that were dropped because the program asked for too many. */
  readonly droppedReplyBytes: number;
  /** Screen and modes as new: another program starts in the pane. */
  reset(): void;
  dispose(): void;
}

/** Colours that programs get told when they ask, as `#rrggbb`. */
export interface ScreenTheme {
  readonly foreground: string;
  readonly background: string;
  readonly cursor: string;
}

export const DEFAULT_THEME: ScreenTheme = {
  foreground: "#d4d4d4",
  background: "#1e1e1e",
  cursor: "#d4d4d4",
};

/** Whether light text belongs on this colour. */
export function isDark(colour: string): boolean {
  const channel = (from: number) => Number.parseInt(colour.slice(from, from + 2), 16);
  return 0.299 * channel(1) + 0.587 * channel(3) + 0.114 * channel(5) < 128;
}

export interface ScreenHandlers {
  /** Bytes that go back to the program. */
  onReply(bytes: Uint8Array): void;
  onTitle(title: string): void;
  onBell(): void;
  /** A claim of the program about itself. Evidence, not truth. */
  onStatus(status: ProgramStatus): void;
  /** The program wants text in the clipboard (OSC 52). Nothing is ever read back. */
  onClipboard(kind: string, text: string): void;
  /** OSC 9 and 777; sanitised, at most 200 characters. */
  onNotification(text: string): void;
  /** OSC 7: a path and the machine it is on, which may be empty. A claim of the program. */
  onWorkingDirectory?(path: string, host: string): void;
}

export interface ScreenOptions extends ScreenHandlers {
  readonly cols: number;
  readonly rows: number;
  /** Default 2,000: more costs parse speed; older output is in the raw log. */
  readonly scrollbackLines?: number;
  /** Milliseconds that only grow. */
  now(): number;
  /** Asked anew for each answer. Default: `DEFAULT_THEME`. */
  theme?(): ScreenTheme;
}
