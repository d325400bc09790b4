// Which parts of a pane's raw log bring a screen back to what it was, and their way into it.
import type { RawLog } from "./raw-log.ts";

/** A stretch of a log, and the screen that it was printed on. */
export interface ReplayPart {
  readonly from: number;
  readonly to: number;
  readonly alternate: boolean;
  /** It is the alternate screen to its end: nothing of it but the last picture stays. */
  readonly isPicture: boolean;
}

/** What takes a replay. */
export interface ReplayTarget {
  resize(cols: number, rows: number): void;
  write(offset: number, bytes: Uint8Array): void | Promise<void>;
}

const PIECE_BYTES = 64 * 1024;
/** As far back as it is looked for the moment when a program took the alternate screen. */
const LOOK_BACK_BYTES = 16 * 1_048_576;
const LOOK_BACK_PIECE_BYTES = 1_048_576;
const ENTER = ["\x1b[?1049h", "\x1b[?1047h", "\x1b[?47h"].map((text) => Buffer.from(text));
const LEAVE = ["\x1b[?1049l", "\x1b[?1047l", "\x1b[?47l"].map((text) => Buffer.from(text));
const LONGEST_SWITCH_BYTES = 8;

/**
 * The end of the log, at most `bytesMax`, from the beginning of a line. Where it begins on the alternate screen, the end
 * of what was printed before that comes first: it is what the program's end uncovers. `endsAlternate`: the screen at the
 * log's end, when that is known.
 */
export async function planReplay(
  log: RawLog,
  bytesMax: number,
  endsAlternate: boolean | null,
): Promise<readonly ReplayPart[]> {
  const from = await lineStart(log, log.end - bytesMax);
  const whole = { from, to: log.end, alternate: false, isPicture: false };
  if (from <= log.start) return [whole];
  const first = await firstSwitch(log, from, log.end);
  if (first === "enter" || (first === null && endsAlternate === false)) return [whole];
  const entered = await lastEntry(log, from);
  if (entered === null && first === null && endsAlternate === null) return [whole];
  const alternate = { ...whole, alternate: true, isPicture: first === null };
  if (entered === null) return [alternate];
  return [{ ...whole, from: await lineStart(log, entered - bytesMax / 2), to: entered }, alternate];
}

/** Writes a stretch of the log, each byte in the size it was printed for. Says where it ended: earlier when the log does. */
export async function replayLog(
  log: RawLog,
  from: number,
  to: number,
  target: ReplayTarget,
): Promise<number> {
  let at = from;
  while (at < to) {
    const size = log.sizes.findLast((mark) => mark.offset <= at);
    if (size) target.resize(size.cols, size.rows);
    const until = Math.min(to, log.sizes.find((mark) => mark.offset > at)?.offset ?? to);
    const { offset, bytes } = await log.read(at, Math.min(PIECE_BYTES, until - at));
    if (bytes.length === 0 || offset >= to) break;
    // Behind a hole the next size may hold already.
    if (offset >= until) {
      at = offset;
      continue;
    }
    const piece = bytes.subarray(0, to - offset);
    await target.write(offset, piece);
    at = offset + piece.length;
  }
  return at;
}

/** A cut may lie inside a sequence or a character; behind an end of line it does not. */
export async function lineStart(log: RawLog, wanted: number): Promise<number> {
  if (wanted <= log.start) return log.start;
  const { offset, bytes } = await log.read(wanted, PIECE_BYTES);
  return offset + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(10) + 1;
}

/** Each byte at its place; zeros where the log has none. */
async function readAll(log: RawLog, from: number, to: number): Promise<Buffer> {
  const all = Buffer.alloc(to - from);
  for (let at = from; at < to; ) {
    const { offset, bytes } = await log.read(at, to - at);
    if (bytes.length === 0 || offset >= to) break;
    all.set(bytes.subarray(0, to - offset), offset - from);
    at = offset + bytes.length;
  }
  return all;
}

/** Whether this stretch begins on the alternate screen, as far as it says so itself. */
export async function startsAlternate(log: RawLog, from: number, to: number): Promise<boolean> {
  return (await firstSwitch(log, from, to)) === "leave";
}

async function firstSwitch(log: RawLog, from: number, to: number): Promise<"enter" | "leave" | null> {
  for (let at = from; at < to; at += LOOK_BACK_PIECE_BYTES) {
    const bytes = await readAll(log, at, Math.min(to, at + LOOK_BACK_PIECE_BYTES + LONGEST_SWITCH_BYTES));
    const nearest = (patterns: readonly Buffer[]) =>
      Math.min(
        ...patterns.map((pattern) => bytes.indexOf(pattern)).map((found) => (found < 0 ? Infinity : found)),
      );
    const [enter, leave] = [nearest(ENTER), nearest(LEAVE)];
    if (enter !== leave) return enter < leave ? "enter" : "leave";
  }
  return null;
}

/** Where the alternate screen was taken that was on at this offset; null when it was not, or too far back. */
async function lastEntry(log: RawLog, before: number): Promise<number | null> {
  const least = Math.max(log.start, before - LOOK_BACK_BYTES);
  for (let to = before; to > least; to -= LOOK_BACK_PIECE_BYTES) {
    const from = Math.max(least, to - LOOK_BACK_PIECE_BYTES);
    // One that was cut by the piece before is whole in this one.
    const bytes = await readAll(log, from, Math.min(before, to + LONGEST_SWITCH_BYTES));
    const last = (patterns: readonly Buffer[]) =>
      Math.max(...patterns.map((pattern) => bytes.lastIndexOf(pattern)));
    const [enter, leave] = [last(ENTER), last(LEAVE)];
    if (enter > leave) return from + enter;
    if (leave >= 0) return null;
  }
  return null;
}
