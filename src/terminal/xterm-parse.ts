/* oxlint-disable no-underscore-dangle -- the emulator's private names, as in xterm-core.ts */
/**
 * Takes what most output is made of (text, line ends, CSI sequences of numbers) past the emulator's state machine, which
 * looks every byte up in a table: the same handlers are called in the same order. All else, and what was cut, is left to it.
 * Part of the fence around @xterm/headless: `xterm-core.ts` applies it, and its self-test goes through it.
 */

interface PrivateParams {
  reset(): void;
  addParam(value: number): void;
}

/** What of the emulator's parser is used. Handlers of ours are never asynchronous. */
export interface ParsingParser {
  parse(data: Uint32Array, length: number, promiseResult?: boolean): Promise<boolean> | undefined;
  currentState: number;
  precedingJoinState: number;
  _collect: number;
  _params: PrivateParams;
  _parseStack: { state: number };
  _printHandler(data: Uint32Array, start: number, end: number): void;
  _executeHandlers: Readonly<Record<number, (() => unknown) | undefined>>;
  _csiHandlers: Readonly<Record<number, ((params: PrivateParams) => unknown)[] | undefined>>;
  _csiHandlerFb(identifier: number, params: PrivateParams): void;
}

const GROUND = 0;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const ESC = 0x1b;
const CSI_BRACKET = 0x5b;
const SEMICOLON = 0x3b;
const ZERO = 0x30;
const NINE = 0x39;
/** The emulator's own bound of a parameter. */
const MAX_VALUE = 0x7fff_ffff;
/** The emulator's own borders of what is printed. */
const isPrinted = (code: number) => code >= 0x20 && (code < 0x7f || code >= 0xa0);

/** Prints what it can of the plain ASCII from `start` on. Returns the position behind it, or `start`. */
export type PrintPlain = (data: Uint32Array, start: number, end: number) => number;

/** Puts the quick way before the emulator's own. */
export function quickenParse(parser: ParsingParser, printPlain: PrintPlain): void {
  const parseAsEver = parser.parse.bind(parser);
  const handlers = createHandlers(parser);
  parser.parse = (data, length, promiseResult) => {
    if (promiseResult !== undefined || parser._parseStack.state !== 0)
      return parseAsEver(data, length, promiseResult);
    for (let at = 0; at < length; ) {
      const next =
        parser.currentState === GROUND ? takePlain(parser, printPlain, handlers, data, at, length) : at;
      if (next > at) {
        at = next;
        continue;
      }
      let end = at + 1;
      while (end < length && data[end] !== ESC) end++;
      const pending = parseAsEver(at === 0 && end === length ? data : data.subarray(at, end), end - at);
      if (pending !== undefined) return pending;
      at = end;
    }
    return undefined;
  };
}

type Handlers = readonly ((params: PrivateParams) => unknown)[];

/** By final byte. The emulator's own table has so many other keys that looking there costs more than all the rest. */
function createHandlers(parser: ParsingParser): (final: number) => Handlers | undefined {
  const known: (Handlers | undefined)[] = Array.from({ length: 0x80 });
  // A list stays the same when a handler is added to it.
  return (final) => (known[final] ??= parser._csiHandlers[final]);
}

/** Takes what is known to be whole. Returns the position behind it, or `start`. */
function takePlain(
  parser: ParsingParser,
  printPlain: PrintPlain,
  handlers: ReturnType<typeof createHandlers>,
  data: Uint32Array,
  start: number,
  length: number,
): number {
  let at = start;
  while (at < length) {
    const code = data[at] as number;
    if (isPrinted(code)) {
      const behind = printPlain(data, at, length);
      if (behind > at) {
        at = behind;
        continue;
      }
      let end = at + 1;
      while (end < length && isPrinted(data[end] as number)) end++;
      parser._printHandler(data, at, end);
      at = end;
    } else if (code === LINE_FEED || code === CARRIAGE_RETURN) {
      const execute = parser._executeHandlers[code];
      if (execute === undefined) return at;
      execute();
      parser.precedingJoinState = 0;
      at++;
    } else if (code === ESC) {
      const end = takeCsi(parser, handlers, data, at, length);
      if (end === at) return at;
      at = end;
    } else return at;
  }
  return at;
}

/** A CSI sequence of plain numbers. Returns `start` when it is another or is not whole: then the emulator begins it anew. */
function takeCsi(
  parser: ParsingParser,
  handlers: ReturnType<typeof createHandlers>,
  data: Uint32Array,
  start: number,
  length: number,
): number {
  if (start + 2 >= length || data[start + 1] !== CSI_BRACKET) return start;
  const { _params: params } = parser;
  params.reset();
  let value = 0;
  let end = start + 2;
  let code = data[end] as number;
  for (; (code >= ZERO && code <= NINE) || code === SEMICOLON; code = data[end] as number) {
    if (code === SEMICOLON) {
      params.addParam(value);
      value = 0;
    } else value = Math.min(value * 10 + code - ZERO, MAX_VALUE);
    if (++end >= length) return start;
  }
  if (code < 0x40 || code > 0x7e) return start;
  params.addParam(value);
  parser._collect = 0;
  const ofThis = handlers(code);
  let index = ofThis === undefined ? -1 : ofThis.length - 1;
  // The newest first; one that answers true was the last.
  while (index >= 0 && ofThis?.[index]?.(params) !== true) index--;
  if (index < 0) parser._csiHandlerFb(code, params);
  parser.precedingJoinState = 0;
  return end + 1;
}

/** What of the emulator's attributes is looked at. */
interface PrivateAttributes {
  fg: number;
  bg: number;
  readonly extended: { readonly _ext: number; readonly _urlId: number };
}

export interface ResettingInput {
  _processSGR0(attributes: PrivateAttributes): void;
}

/** SGR 0 makes a new object of underline styles and link each time, and most output ends each colour so. */
export function quickenReset(input: ResettingInput): void {
  const resetAsEver = input._processSGR0.bind(input);
  input._processSGR0 = (attributes) => {
    const { _ext, _urlId } = attributes.extended;
    if (_ext !== 0 || _urlId !== 0) return resetAsEver(attributes);
    attributes.fg = 0;
    attributes.bg = 0;
  };
}
