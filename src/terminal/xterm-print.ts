/* oxlint-disable no-underscore-dangle -- the emulator's private names, as in xterm-core.ts */
/**
 * Prints runs of plain ASCII by filling the row's words. The emulator asks for each character's width, cluster, charset,
 * link and insert mode anew, which is half of the work of a flood; whatever is not plain is left to it.
 * Part of the fence around @xterm/headless: `xterm-core.ts` applies it, and its self-test goes through it.
 */
import { CELL_WORDS } from "../protocol/cells.ts";

interface PrivateRow {
  _data: Uint32Array;
  getWidth(index: number): number;
  hasContent(index: number): number;
  setCellFromCodepoint(index: number, codePoint: number, width: number, attributes: unknown): void;
}

/** What of the emulator's input handler is looked at. */
export interface PrintingInput {
  print(data: Uint32Array, start: number, end: number): void;
  _activeBuffer: {
    x: number;
    y: number;
    ybase: number;
    lines: { get(index: number): PrivateRow | undefined };
  };
  _bufferService: { cols: number };
  _charsetService: { charset: object | undefined };
  _coreService: { modes: { insertMode: boolean } };
  _curAttrData: { fg: number; bg: number; extended: { urlId: number } };
  _dirtyRowTracker: { markDirty(row: number): void };
  _unicodeService: { charProperties(codePoint: number, preceding: number): number };
  _parser: { precedingJoinState: number };
}

/** In the background word of a cell that has underline styles or a link. */
const HAS_EXTENDED = 0x1000_0000;
const WIDTH_ONE = 1 << 22;
/** Below this the emulator is as quick. */
const LEAST_RUN = 4;

/** Puts the quick way before the emulator's own. */
export function quickenPrint(input: PrintingInput): void {
  const printAsEver = input.print.bind(input);
  input.print = (data, start, end) => {
    for (let at = start; at < end; ) {
      const next = printPlainRun(input, data, at, end);
      if (next > at) {
        at = next;
        continue;
      }
      let slowEnd = at + 1;
      while (slowEnd < end && !startsRun(data, slowEnd, end)) slowEnd++;
      printAsEver(data, at, slowEnd);
      at = slowEnd;
    }
  };
}

function isPlain(codePoint: number): boolean {
  return codePoint >= 0x20 && codePoint < 0x7f;
}

function startsRun(data: Uint32Array, at: number, end: number): boolean {
  if (end - at < LEAST_RUN) return false;
  for (let i = at; i < at + LEAST_RUN; i++) if (!isPlain(data[i] as number)) return false;
  return true;
}

/** Prints what is plain and fits in the row. Returns the position behind it. */
function printPlainRun(input: PrintingInput, data: Uint32Array, start: number, end: number): number {
  const { _activeBuffer: buffer, _curAttrData: attributes } = input;
  const { fg, bg } = attributes;
  if (bg & HAS_EXTENDED || attributes.extended.urlId !== 0) return start;
  if (input._charsetService.charset !== undefined || input._coreService.modes.insertMode) return start;
  const { x } = buffer;
  const { cols } = input._bufferService;
  const limit = Math.min(end, start + cols - x);
  let stop = start;
  while (stop < limit && isPlain(data[stop] as number)) stop++;
  if (stop - start < LEAST_RUN) return start;
  const row = buffer.lines.get(buffer.ybase + buffer.y);
  if (row === undefined) return start;
  // Half of a wide character would stay to the left of the run.
  if (x > 0 && row.getWidth(x - 1) === 2) row.setCellFromCodepoint(x - 1, 0, 1, attributes);
  const words = row._data;
  let word = x * CELL_WORDS;
  for (let at = start; at < stop; at++) {
    words[word++] = (data[at] as number) | WIDTH_ONE;
    words[word++] = fg;
    words[word++] = bg;
  }
  buffer.x = x + stop - start;
  input._parser.precedingJoinState = input._unicodeService.charProperties(data[stop - 1] as number, 0);
  // … or to its right.
  if (buffer.x < cols && row.getWidth(buffer.x) === 0 && !row.hasContent(buffer.x)) {
    row.setCellFromCodepoint(buffer.x, 0, 1, attributes);
  }
  input._dirtyRowTracker.markDirty(buffer.y);
  return stop;
}
