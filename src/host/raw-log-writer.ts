import {
  appendFileSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writev,
} from "node:fs";
import { join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { marksFileName, segmentFileName, segmentStart } from "./raw-log-files.ts";
import type { ResizeMark } from "./resize-marks.ts";

export const LOG_BYTES_MAX = 64 * 1024 * 1024;
const BATCH_BYTES = 64 * 1024;
const BATCH_MS = 100;
/** What may wait for the disk. Beyond it bytes are not logged, and a new segment starts behind the gap. */
export const LOG_QUEUE_BYTES_MAX = 4 * 1024 * 1024;
const SEGMENTS = 8;
const SMALLEST_SEGMENT_BYTES = 16 * 1024;
const RETRY_MS = 5_000;
/** What is older than the server's bound is removed by whole segments: none may hold more than a day's output. */
const SEGMENT_AGE_MS = 86_400_000;
const MARK_LINES_MAX = 8192;

/** Appends all output of one pane to files. Never throws, never blocks a pane; a power cut may cost what was not yet written back. */
export interface RawLogWriter {
  /** `bytes` begin at `offset` and must not change afterwards. */
  append(offset: number, bytes: Uint8Array): void;
  mark(mark: ResizeMark): void;
  /** Deletes everything that was appended and marked; what is appended afterwards stays. Resolves when nothing is left, rejects when the disk refuses. */
  clear(): Promise<void>;
  /** The most bytes that ever waited for the disk. */
  readonly mostBytes: number;
  /** Resolves when everything appended is with the kernel, or cannot be. */
  flush(): Promise<void>;
  /** Flushes and closes. What is appended afterwards is written, and its file closed at once. */
  close(): Promise<void>;
}

export interface RawLogOptions {
  readonly directory: string;
  readonly logName: string;
  /** Bound of all segments together; the oldest segment is deleted. */
  readonly bytesMax: number;
  /** There may be files of an earlier program: they are the beginning of this log. */
  readonly goesOn: boolean;
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Told once per trouble. */
  readonly onFailure: (message: string) => void;
}

export const noRawLog: RawLogWriter = {
  append() {},
  mark() {},
  clear: () => Promise.resolve(),
  mostBytes: 0,
  flush: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** The output before `offset` did not get to the disk. */
interface MissingMark {
  readonly offset: number;
  readonly missingBytes: number;
}

interface Segment {
  readonly path: string;
  readonly descriptor: number;
  readonly begunAtMs: number;
  bytes: number;
  end: number;
  /** Before its first byte, as long as the marks do not say so. */
  missingBytes: number;
}

export function createRawLogWriter(options: RawLogOptions): RawLogWriter {
  const segmentBytes = Math.max(SMALLEST_SEGMENT_BYTES, Math.floor(options.bytesMax / SEGMENTS));
  const marksPath = join(options.directory, marksFileName(options.logName));
  const closedSegments: { readonly path: string; readonly bytes: number }[] = [];
  if (options.goesOn) closedSegments.push(...segmentsOf(options));
  let current: Segment | undefined;
  let queue: Uint8Array[] = [];
  let queueStart = 0;
  let queueBytes = 0;
  let mostBytes = 0;
  let busy = false;
  let timer: NodeJS.Timeout | undefined;
  let retryAtMs = 0;
  let failing = false;
  let isOver = false;
  /** Where the next batch begins when all before it is in the log. */
  let nextOffset: number | undefined;
  let markLines = options.goesOn ? lineCount(marksPath) : 0;
  let idle: (() => void)[] = [];
  /** Told when all that was written before a `clear` is gone: a batch that is on its way has its file open. */
  let clearing: { readonly resolve: () => void; readonly reject: (thrown: unknown) => void }[] = [];

  function fail(thrown: unknown): void {
    retryAtMs = performance.now() + RETRY_MS;
    closeCurrent();
    tell(thrown);
  }

  function tell(thrown: unknown): void {
    if (failing) return;
    failing = true;
    options.onFailure(`The output of this pane is not being logged: ${messageOf(thrown)}`);
  }

  function closeCurrent(): void {
    if (current === undefined) return;
    const { path, bytes, missingBytes } = current;
    closeIfPossible(current.descriptor);
    current = undefined;
    // Nothing says what is missing before its first byte: then it is missing, too.
    if (bytes === 0 || missingBytes > 0) removeIfPossible(path);
    else closedSegments.push({ path, bytes });
  }

  /** The segment that takes bytes from `offset` on. */
  function segmentFor(offset: number): Segment {
    const nowMs = options.nowMs();
    const isFull = ({ bytes, end, begunAtMs }: Segment) =>
      bytes >= segmentBytes || end !== offset || nowMs - begunAtMs >= SEGMENT_AGE_MS;
    if (current !== undefined && isFull(current)) closeCurrent();
    if (current !== undefined) return current;
    let kept = closedSegments.reduce((sum, segment) => sum + segment.bytes, 0);
    while (closedSegments.length > 0 && kept + segmentBytes > options.bytesMax) {
      const oldest = closedSegments.shift();
      kept -= oldest?.bytes ?? 0;
      if (oldest !== undefined) rmSync(oldest.path, { force: true });
    }
    const path = join(options.directory, segmentFileName(options.logName, offset));
    const descriptor = openSync(path, "a", 0o600);
    const missingBytes = offset - (nextOffset ?? offset);
    current = { path, descriptor, begunAtMs: nowMs, bytes: 0, end: offset, missingBytes };
    return current;
  }

  function flushNow(): void {
    clearTimeout(timer);
    timer = undefined;
    if (busy) return;
    if (queueBytes === 0) return settle();
    const batch = queue;
    const offset = queueStart;
    queue = [];
    queueStart += queueBytes;
    queueBytes = 0;
    nextOffset ??= offset;
    if (failing && performance.now() < retryAtMs) return settle();
    let segment: Segment;
    try {
      segment = segmentFor(offset);
    } catch (thrown) {
      fail(thrown);
      return settle();
    }
    busy = true;
    writeAll(segment, batch, (error) => {
      busy = false;
      if (clearing.length > 0) removeAll();
      const isKept = segment === current;
      const trouble = error ?? (isKept ? sayMissing(segment, offset) : undefined);
      if (isKept && segment.missingBytes === 0) nextOffset = segment.end;
      if (trouble === undefined) failing = false;
      else fail(trouble);
      if (isOver && queueBytes === 0) closeCurrent();
      if (queueBytes >= BATCH_BYTES || idle.length > 0) flushNow();
      else if (queueBytes > 0) schedule();
    });
  }

  function addMark(mark: ResizeMark | MissingMark): void {
    if (markLines >= MARK_LINES_MAX) markLines = keepNewestHalf(marksPath);
    appendFileSync(marksPath, `${JSON.stringify(mark)}\n`, { mode: 0o600 });
    markLines += 1;
  }

  /** Answers why it cannot be said. */
  function sayMissing(segment: Segment, offset: number): unknown {
    const { missingBytes } = segment;
    if (missingBytes === 0) return undefined;
    try {
      addMark({ offset, missingBytes });
      segment.missingBytes = 0;
      return undefined;
    } catch (thrown) {
      return thrown;
    }
  }

  function removeAll(): void {
    nextOffset = undefined;
    closeCurrent();
    const waiting = clearing;
    clearing = [];
    try {
      for (const { path } of closedSegments.splice(0)) rmSync(path, { force: true });
      for (const { resolve } of waiting) resolve();
    } catch (thrown) {
      for (const { reject } of waiting) reject(thrown);
    }
  }

  function schedule(): void {
    timer ??= setTimeout(flushNow, BATCH_MS);
  }

  function settle(): void {
    const waiting = idle;
    idle = [];
    for (const done of waiting) done();
  }

  function flush(): Promise<void> {
    return new Promise((resolve) => {
      idle.push(resolve);
      flushNow();
    });
  }

  return {
    append(offset, bytes) {
      if (queueBytes + bytes.length > LOG_QUEUE_BYTES_MAX) {
        // A batch is on its way to the file, which stays open for it: closed, its descriptor would soon be another's.
        tell(new Error("the disk is too slow"));
        queue = [];
        queueBytes = 0;
        return;
      }
      if (queueBytes > 0 && offset !== queueStart + queueBytes) {
        queue = [];
        queueBytes = 0;
      }
      if (queueBytes === 0) queueStart = offset;
      queue.push(bytes);
      queueBytes += bytes.length;
      if (queueBytes > mostBytes) mostBytes = queueBytes;
      if (queueBytes >= BATCH_BYTES) flushNow();
      else schedule();
    },
    mark(mark) {
      try {
        addMark(mark);
      } catch (thrown) {
        if (failing) return;
        failing = true;
        options.onFailure(`The sizes of this pane are not being logged: ${messageOf(thrown)}`);
      }
    },
    async clear() {
      queue = [];
      queueBytes = 0;
      rmSync(marksPath, { force: true });
      markLines = 0;
      const gone = new Promise<void>((resolve, reject) => clearing.push({ resolve, reject }));
      if (!busy) removeAll();
      return gone;
    },
    get mostBytes() {
      return mostBytes;
    },
    flush,
    async close() {
      isOver = true;
      await flush();
      closeCurrent();
    },
  };
}

/** Not in another thread: a descriptor that goes while a pane is started leaves a hole (see fd-plug.ts). */
function closeIfPossible(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // some disks tell only now what they could not write; the descriptor is gone all the same
  }
}

/** A disk in trouble may refuse even that. */
function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // it is empty, or begins in the middle of something
  }
}

/** Writes the batch whole, going on after a short write. */
function writeAll(segment: Segment, batch: Uint8Array[], done: (error: Error | undefined) => void): void {
  writev(segment.descriptor, batch, (error, written) => {
    if (error !== null) return done(error);
    segment.bytes += written;
    segment.end += written;
    const rest = behind(batch, written);
    if (rest.length === 0) return done(undefined);
    if (written === 0) return done(new Error("the disk takes no more"));
    writeAll(segment, rest, done);
  });
}

function behind(batch: Uint8Array[], written: number): Uint8Array[] {
  let skip = written;
  let first = 0;
  for (const piece of batch) {
    if (skip < piece.length) break;
    skip -= piece.length;
    first += 1;
  }
  const rest = batch.slice(first);
  if (rest[0] !== undefined && skip > 0) rest[0] = rest[0].subarray(skip);
  return rest;
}

/** Oldest first. None when they are not to be read: then the log's bound holds for what is written from now on. */
function segmentsOf({
  directory,
  logName,
}: RawLogOptions): { readonly path: string; readonly bytes: number }[] {
  try {
    return readdirSync(directory)
      .filter((name) => segmentStart(logName, name) !== undefined)
      .toSorted()
      .map((name) => join(directory, name))
      .map((path) => ({ path, bytes: statSync(path).size }));
  } catch {
    return [];
  }
}

function lineCount(path: string): number {
  try {
    return readFileSync(path, "utf8").split("\n").length - 1;
  } catch {
    return 0;
  }
}

function keepNewestHalf(path: string): number {
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .slice(-MARK_LINES_MAX / 2);
  writeFileSync(`${path}.new`, `${lines.join("\n")}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return lines.length;
}
