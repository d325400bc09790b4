/* oxlint-disable no-underscore-dangle -- the emulator's private names, as in xterm-core.ts */
/**
 * Prints runs of plain ASCII by filling the row's words. The emulator asks for each character's width, cluster, charset,
 * link and insert mode anew, which is half of the work of a flood; whatever is not plain is left to it.
 * Part of the fence around @xterm/headless: `xterm-core.ts` applies it, and its self-test goes through it.
 */
import { CELL_WORDS } from "../protocol/cells.ts";
import type { PrintPlain } from "./xterm-parse.ts";

interface PrivateRow {
  _data: Uint32Array;
  _extendedAttrs: Record<number, unknown>;
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
  _curAttrData: { fg: number; bg: number; extended: object };
  _dirtyRowTracker: { markDirty(row: number): void };
  _unicodeService: { charProperties(codePoint: number, preceding: number): number };
  _parser: { precedingJoinState: number };
}

/** In the background word of a cell that has underline styles or a link. */
const HAS_EXTENDED = 0x1000_0000;
const WIDTH_SHIFT = 22;
const WIDTH_ONE = 1 << WIDTH_SHIFT;
/** The right half of a wide character: no content and no width. */
const RIGHT_HALF = 0;

/** Puts the quick way before the emulator's own, and returns it alone. */
export function quickenPrint(input: PrintingInput): PrintPlain {
  const printAsEver = input.print.bind(input);
  const properties = new Int32Array(0x7f);
  for (let codePoint = 0x20; codePoint < 0x7f; codePoint++)
    properties[codePoint] = input._unicodeService.charProperties(codePoint, 0);
  const isPlainMode = () =>
    input._charsetService.charset === undefined && !input._coreService.modes.insertMode;
  input.print = (data, start, end) => {
    if (!isPlainMode()) return printAsEver(data, start, end);
    for (let at = start; at < end; ) {
      const next = printPlainRun(input, data, at, end, properties, at === start);
      if (next > at) {
        at = next;
        continue;
      }
      let slowEnd = at + 1;
      while (slowEnd < end && !isPlain(data[slowEnd] as number)) slowEnd++;
      printAsEver(data, at, slowEnd);
      at = slowEnd;
    }
  };
  return (data, start, end) =>
    isPlainMode() ? printPlainRun(input, data, start, end, properties, true) : start;
}

function isPlain(codePoint: number): boolean {
  return codePoint >= 0x20 && codePoint < 0x7f;
}

/**
 * Prints what is plain and fits in the row. Returns the position behind it. Only where printing begins (`isFirst`) is it
 * looked at what stands to the left, as the emulator does: without autowrap a cluster can grow wide in the last column.
 */
function printPlainRun(
  input: PrintingInput,
  data: Uint32Array,
  start: number,
  end: number,
  properties: Int32Array,
  isFirst: boolean,
): number {
  const { _activeBuffer: buffer, _curAttrData: attributes } = input;
  const { x } = buffer;
  const { cols } = input._bufferService;
  const limit = Math.min(end, start + cols - x);
  if (start >= limit || !isPlain(data[start] as number)) return start;
  const row = buffer.lines.get(buffer.ybase + buffer.y);
  if (row === undefined) return start;
  const { fg, bg } = attributes;
  const words = row._data;
  let word = x * CELL_WORDS;
  // Half of a wide character would stay to the left of the run.
  if (isFirst && x > 0 && (words[word - CELL_WORDS] as number) >>> WIDTH_SHIFT === 2)
    row.setCellFromCodepoint(x - 1, 0, 1, attributes);
  let stop = start;
  for (; stop < limit; stop++, word += CELL_WORDS) {
    const codePoint = data[stop] as number;
    if (!isPlain(codePoint)) break;
    words[word] = codePoint | WIDTH_ONE;
    words[word + 1] = fg;
    words[word + 2] = bg;
  }
  const behind = x + stop - start;
  if (bg & HAS_EXTENDED)
    for (let column = x; column < behind; column++) row._extendedAttrs[column] = attributes.extended;
  buffer.x = behind;
  input._parser.precedingJoinState = properties[data[stop - 1] as number] as number;
  // … or to its right.
  if (behind < cols && words[word] === RIGHT_HALF) row.setCellFromCodepoint(behind, 0, 1, attributes);
  input._dirtyRowTracker.markDirty(buffer.y);
  return stop;
}
