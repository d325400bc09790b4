/* oxlint-disable no-underscore-dangle -- the emulator's private names are this file's business */
/**
 * The only file, with xterm-print.ts and xterm-parse.ts, that knows @xterm/headless, its private names above all. They are pinned by the exact version in
 * package.json and looked at by a self-test at start; when they are gone, `openPublicCore` does with documented calls
 * what can be done so: it parses a turn later, and underline styles and links are lost.
 */
import headless, { type IDisposable, type Terminal } from "@xterm/headless";
import {
  allowedUrl,
  type CellExtra,
  type CellLine,
  CELL_WORDS,
  COLOUR_BITS,
  COLOUR_MODE_MASK,
  COLOUR_RGB,
} from "../protocol/cells.ts";
import { joinProperties, codePointWidth, MAX_CELL_CODE_POINTS } from "../protocol/width.ts";
import { type ParsingParser, quickenParse, quickenReset, type ResettingInput } from "./xterm-parse.ts";
import { type PrintingInput, quickenPrint } from "./xterm-print.ts";
import { openPublicCore } from "./xterm-public.ts";
import { createWholeCharacters } from "./whole-characters.ts";

/** Emulator and the few things that the screen needs beyond its public face. */
export interface XtermCore {
  readonly terminal: Terminal;
  parse(bytes: Uint8Array): void;
  /** Rows changed since the last call of the listener; null means all. */
  onDirty(listener: (range: { start: number; end: number } | null) => void): void;
  /** Row counted from the oldest line of history. */
  line(absoluteRow: number): CellLine;
  /** Index of the first live row. */
  baseRow(): number;
  /** Lines that were dropped at the top of the history, in all. */
  trimmedRows(): number;
  /** Drops the history, and what lies above the screen under the alternate one. */
  clearHistory(): void;
  /** The buffers were made anew. */
  buffersReset(): void;
  /** The parser is between sequences and characters. */
  isGround(): boolean;
  /** The parser is inside an OSC, DCS, APC, PM or SOS string. */
  isInString(): boolean;
  /** Ends whatever sequence the parser is in. */
  resetParser(): void;
  /**
   * Looks at the parameters of a CSI sequence before the emulator does and may change them.
   * Returning true swallows the sequence.
   */
  onCsi(
    id: { prefix?: string; intermediates?: string; final: string },
    handler: (params: CsiParams) => boolean,
  ): void;
}

export interface CsiParams {
  length: number;
  /** Values; unset ones are 0. */
  params: ArrayLike<number> & { [index: number]: number };
}

export interface XtermCoreOptions {
  readonly cols: number;
  readonly rows: number;
  readonly scrollbackLines: number;
}

/** OSC and DCS strings beyond this are dropped whole; the emulator itself would hold ten million characters. */
export const MAX_STRING_LENGTH = 1_048_576;

const STRING_STATES_FROM = 7;
const MAX_LINKS = 4_096;
/** xterm's text of 32 code points in UTF-16 units. */
const MAX_COMBINED_LENGTH = MAX_CELL_CODE_POINTS * 2;

interface PrivateLine {
  _data: Uint32Array;
  _combined: Record<number, string>;
  _extendedAttrs: Record<number, PrivateExtended | undefined>;
  isWrapped: boolean;
}
interface PrivateExtended {
  _ext: number;
  _urlId: number;
  urlId: number;
  clone(): PrivateExtended;
}
interface PrivateStringParser {
  start?: () => void;
  hook?: (identifier: number, params: unknown) => void;
  put(data: Uint32Array, start: number, end: number): void;
  end?: (success: boolean, promiseResult?: boolean) => unknown;
  unhook?: (success: boolean, promiseResult?: boolean) => unknown;
  reset(): void;
}
interface PrivateLines {
  get(index: number): PrivateLine | undefined;
  length: number;
  trimStart(count: number): void;
  onTrim(listener: (count: number) => void): IDisposable;
}
interface PrivateCore {
  _bufferService: {
    buffer: { lines: PrivateLines; ybase: number };
    buffers: { normal: { lines: PrivateLines; ybase: number; ydisp: number } };
  };
  _inputHandler: PrintingInput &
    ResettingInput & {
      parse(data: Uint8Array): unknown;
      onRequestRefreshRows(
        listener: (range: { start: number; end: number } | undefined) => void,
      ): IDisposable;
      onRequestReset(listener: () => void): IDisposable;
      _curAttrData: { extended: PrivateExtended; updateExtended(): void };
      _parser: ParsingParser & {
        reset(): void;
        _oscParser: PrivateStringParser;
        _dcsParser: PrivateStringParser;
      };
    };
  registerCsiHandler(
    id: { prefix?: string; intermediates?: string; final: string },
    handler: (params: CsiParams) => boolean,
  ): IDisposable;
}

/** Opens an emulator: with private names where they hold what the self-test expects, else with public ones. */
export function openXtermCore(options: XtermCoreOptions): XtermCore {
  const terminal = newTerminal(options);
  return privateNamesHold() ? openPrivateCore(terminal) : openPublicCore(terminal);
}

function newTerminal(options: XtermCoreOptions): Terminal {
  const terminal = new headless.Terminal({
    cols: options.cols,
    rows: options.rows,
    scrollback: options.scrollbackLines,
    allowProposedApi: true,
    // xterm prints "Parsing error" to our own terminal otherwise
    logLevel: "off",
    windowOptions: { getWinSizeChars: true },
  });
  terminal.unicode.register({ version: "clusters", wcwidth: codePointWidth, charProperties: joinProperties });
  terminal.unicode.activeVersion = "clusters";
  return terminal;
}

let selfTestResult: boolean | undefined;

/** True when the private names of the pinned version are there and do what this file believes. Run once. */
export function privateNamesHold(): boolean {
  selfTestResult ??= selfTest();
  return selfTestResult;
}

function selfTest(): boolean {
  const terminal = newTerminal({ cols: 8, rows: 2, scrollbackLines: 4 });
  try {
    const core = openPrivateCore(terminal);
    let dirtyRows = 0;
    core.onDirty(() => dirtyRows++);
    core.onCsi({ final: "b" }, (params) => {
      params.params[0] = Math.min(params.params[0] ?? 0, 2);
      return false;
    });
    core.parse(
      encode("\x1b]8;;https://a.b\x1b\\\x1b[1;4:3;58:2::1:2:3mx\x1b[9b\x1b]8;;\x1b\\\x1b[0m\u{1f600}\x1b["),
    );
    const openInSequence = !core.isGround();
    core.parse(encode("me\u0301\r\nplain"));
    const line = core.line(core.baseRow());
    const plain = core.line(core.baseRow() + 1).words;
    const extra = line.extra(0);
    core.clearHistory();
    return (
      core.baseRow() === 0 &&
      dirtyRows >= 2 &&
      openInSequence &&
      core.isGround() &&
      line.words.length === 8 * CELL_WORDS &&
      extra?.url === "https://a.b" &&
      extra.underlineStyle === 3 &&
      extra.underlineColour === 0x3010203 &&
      (line.words[0] as number) === (0x78 | (1 << 22)) &&
      (line.words[3 * CELL_WORDS] as number) === (0x1f600 | (2 << 22)) &&
      line.combined(5) === "e\u0301" &&
      [...plain.subarray(4 * CELL_WORDS, 5 * CELL_WORDS)].join() === `${0x6e | (1 << 22)},0,0`
    );
  } catch {
    return false;
  } finally {
    terminal.dispose();
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function openPrivateCore(terminal: Terminal): XtermCore {
  const core = (terminal as unknown as { _core: PrivateCore })._core;
  const { _inputHandler: input, _bufferService: buffers } = core;
  const parser = input._parser;
  const urls = new Map<number, string>();
  capStringLength(parser._oscParser);
  capStringLength(parser._dcsParser);
  capCombined(buffers.buffer.lines.get(0));
  takeLinks(terminal, input, urls);
  quickenParse(parser, quickenPrint(input));
  quickenReset(input);
  const characters = createWholeCharacters();
  let trimmed = 0;
  let watched: PrivateLines | null = null;
  const watchTrims = () => {
    const { lines } = buffers.buffers.normal;
    if (lines === watched) return;
    // Made anew: all rows of before are gone, and none that comes has the number of one of them.
    trimmed += watched?.length ?? 0;
    watched = lines;
    lines.onTrim((count) => {
      trimmed += count;
    });
  };
  watchTrims();
  input.onRequestReset(watchTrims);
  return {
    terminal,
    parse(bytes) {
      input.parse(characters.take(bytes));
    },
    onDirty(listener) {
      input.onRequestRefreshRows((range) => listener(range ?? null));
      input.onRequestReset(() => listener(null));
    },
    line(absoluteRow) {
      const line = buffers.buffer.lines.get(absoluteRow);
      return line === undefined ? blankLine(terminal.cols) : cellLine(line, urls);
    },
    baseRow: () => buffers.buffer.ybase,
    trimmedRows: () => trimmed,
    clearHistory() {
      const { normal } = buffers.buffers;
      normal.lines.trimStart(normal.ybase);
      normal.ybase = 0;
      normal.ydisp = 0;
    },
    buffersReset: watchTrims,
    isGround: () => parser.currentState === 0 && !characters.isInCharacter,
    isInString: () => parser.currentState >= STRING_STATES_FROM,
    resetParser() {
      characters.reset();
      parser.reset();
    },
    onCsi: (id, handler) => void core.registerCsiHandler(id, handler),
  };
}

function cellLine(line: PrivateLine, urls: ReadonlyMap<number, string>): CellLine {
  return {
    words: line._data,
    isWrapped: line.isWrapped,
    combined: (x) => line._combined[x] ?? " ",
    extra(x): CellExtra | undefined {
      const extended = line._extendedAttrs[x];
      if (extended === undefined) return undefined;
      const underlineStyle = Math.min((extended._ext >>> 26) & 7, 5);
      const url = extended._urlId === 0 ? "" : (urls.get(extended._urlId) ?? "");
      return { underlineStyle, underlineColour: cleanColour(extended._ext), url };
    },
  };
}

/** The emulator leaves bits of an RGB colour in the indexed colour set after it. */
function cleanColour(word: number): number {
  const isRgb = (word & COLOUR_MODE_MASK) === COLOUR_RGB;
  return word & (isRgb ? COLOUR_BITS : COLOUR_MODE_MASK | 0xff);
}

function blankLine(cols: number): CellLine {
  return {
    words: new Uint32Array(cols * CELL_WORDS),
    isWrapped: false,
    combined: () => " ",
    extra: () => undefined,
  };
}

/** Stops a string sequence at MAX_STRING_LENGTH: what was collected goes, the rest is not collected. */
function capStringLength(parser: PrivateStringParser): void {
  let length = 0;
  for (const name of ["start", "hook"] as const) {
    const begin = parser[name]?.bind(parser) as ((...values: unknown[]) => void) | undefined;
    if (begin === undefined) continue;
    parser[name] = (...values: unknown[]) => {
      length = 0;
      begin(...values);
    };
  }
  const put = parser.put.bind(parser);
  parser.put = (data, start, end) => {
    if (length > MAX_STRING_LENGTH) return;
    length += end - start;
    if (length > MAX_STRING_LENGTH) parser.reset();
    else put(data, start, end);
  };
}

const CAPPED = Symbol("combined text is capped");

/** A million marks on one cell would be one string of a million characters. */
function capCombined(line: PrivateLine | undefined): void {
  if (line === undefined) throw new Error("no line to look at");
  const prototype = Object.getPrototypeOf(line) as {
    [CAPPED]?: true;
    addCodepointToCell(this: PrivateLine, index: number, codePoint: number, width: number): void;
  };
  if (prototype[CAPPED]) return;
  const add = prototype.addCodepointToCell;
  prototype.addCodepointToCell = function (index, codePoint, width) {
    const text = this._combined[index];
    const isCombined = ((this._data[index * CELL_WORDS] ?? 0) & 0x200000) !== 0;
    if (isCombined && text !== undefined && text.length >= MAX_COMBINED_LENGTH) return;
    add.call(this, index, codePoint, width);
  };
  prototype[CAPPED] = true;
}

/**
 * Links are kept here and not by the emulator's link service: that one searches every row of a link for every character
 * written, so an unclosed link makes output quadratic.
 */
function takeLinks(terminal: Terminal, input: PrivateCore["_inputHandler"], urls: Map<number, string>): void {
  const ids = new Map<string, number>();
  let nextId = 1;
  terminal.parser.registerOscHandler(8, (data) => {
    const separator = data.indexOf(";");
    if (separator < 0) return true;
    const url = allowedUrl(data.slice(separator + 1));
    let id = url === "" ? 0 : ids.get(url);
    if (id === undefined) {
      id = nextId++;
      ids.set(url, id);
      urls.set(id, url);
      if (urls.size > MAX_LINKS) {
        // the oldest link's cells lose it; ids are never used twice, so none gets a wrong one
        const [oldestId, oldestUrl] = urls.entries().next().value as [number, string];
        urls.delete(oldestId);
        ids.delete(oldestUrl);
      }
    }
    const attributes = input._curAttrData;
    attributes.extended = attributes.extended.clone();
    attributes.extended.urlId = id;
    attributes.updateExtended();
    return true;
  });
}
