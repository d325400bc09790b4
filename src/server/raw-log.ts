import { open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { logNameOf, marksFileName, segmentFileName, segmentStart } from "../host/raw-log-files.ts";

/** From `offset` on a pane's output was written for this size. */
export interface SizeMark {
  readonly offset: number;
  readonly cols: number;
  readonly rows: number;
}

export interface RawLogPiece {
  /** Offset of the first byte: more than was asked for where the log has a hole. */
  readonly offset: number;
  /** Empty at the end of the log. */
  readonly bytes: Uint8Array;
}

/** A pane's output on disk, as it was when opened; the host may go on writing and deleting oldest segments meanwhile. */
export interface RawLog {
  /** Oldest byte kept; equals `end` when nothing is. */
  readonly start: number;
  /** Behind the newest byte found. The host writes in batches, so the newest 100 ms may be missing. */
  readonly end: number;
  /** In order of offset. The last one at or before an offset is the size there. */
  readonly sizes: readonly SizeMark[];
  /** In order of offset: what was printed and did not get to the disk. Other holes have never been output. */
  readonly gaps: readonly LogGap[];
  /** Up to `bytesMax` bytes at `offset` or, in a hole, behind it. */
  read(offset: number, bytesMax: number): Promise<RawLogPiece>;
}

/** `to` exclusive. */
export interface LogGap {
  readonly from: number;
  readonly to: number;
}

interface Segment {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Opens the log that the host named at the spawn. A log that was never written is empty. Reads no output yet. */
export async function openRawLog(directory: string, logName: string): Promise<RawLog> {
  const segments = await findSegments(directory, logName);
  const marks = await readMarks(join(directory, marksFileName(logName)));
  const end = segments.at(-1)?.end ?? 0;
  return {
    start: segments[0]?.start ?? end,
    end,
    ...marks,
    async read(offset, bytesMax) {
      for (const segment of segments) {
        if (segment.end <= offset) continue;
        const from = Math.max(offset, segment.start);
        const bytes = await readSlice(segment, from, Math.min(bytesMax, segment.end - from));
        // Deleted or cut short since: what comes next is in a later segment.
        if (bytes.length > 0) return { offset: from, bytes };
      }
      return { offset: Math.max(offset, end), bytes: new Uint8Array(0) };
    },
  };
}

/** Adds a piece to a log that nobody else writes to now. `offset` is behind all that is in it; a hole in between is allowed. */
export async function appendToRawLog(
  directory: string,
  logName: string,
  offset: number,
  bytes: Uint8Array,
): Promise<void> {
  await writeFile(join(directory, segmentFileName(logName, offset)), bytes, { mode: 0o600, flag: "wx" });
}

/** Deletes a pane's log. */
export async function removeRawLog(directory: string, logName: string): Promise<void> {
  for (const name of await namesIn(directory))
    if (segmentStart(logName, name) !== undefined) await rm(join(directory, name), { force: true });
  await rm(join(directory, marksFileName(logName)), { force: true });
}

export interface SweepRequest {
  readonly directory: string;
  /** What was written to last before that goes: milliseconds since 1970. */
  readonly writtenBeforeMs: number;
  /**
   * Logs of panes that there are. Their newest segment stays: a host may have it open, and it is what the pane shows
   * after a restart.
   */
  readonly inUse: ReadonlySet<string>;
}

/** Removes what panes printed long ago, by whole segments. Answers how many files went. @throws what the disk says */
export async function sweepRawLogs({ directory, writtenBeforeMs, inUse }: SweepRequest): Promise<number> {
  const names = (await namesIn(directory)).toSorted();
  const isOld = async (name: string) => {
    // One that has gone meanwhile is removed already.
    const found = await stat(join(directory, name)).catch(() => null);
    return found === null || found.mtimeMs < writtenBeforeMs;
  };
  let removed = 0;
  for (const logName of new Set(names.map(logNameOf))) {
    if (logName === undefined) continue;
    const files = names.filter((name) => logNameOf(name) === logName);
    const segments = files.filter((name) => segmentStart(logName, name) !== undefined);
    const closed = inUse.has(logName) ? segments.slice(0, -1) : segments;
    let left = segments.length;
    for (const name of closed) {
      // In the order in which they were written: behind one that stays, none is older.
      if (!(await isOld(name))) break;
      await rm(join(directory, name), { force: true });
      removed++;
      left--;
    }
    if (left > 0 || inUse.has(logName)) continue;
    for (const name of files.filter((file) => !segments.includes(file))) {
      if (!(await isOld(name))) continue;
      await rm(join(directory, name), { force: true });
      removed++;
    }
  }
  return removed;
}

async function findSegments(directory: string, logName: string): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const name of await namesIn(directory)) {
    const start = segmentStart(logName, name);
    if (start === undefined) continue;
    const path = join(directory, segmentFileName(logName, start));
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    if (size > 0) segments.push({ path, start, end: start + size });
  }
  return segments.sort((a, b) => a.start - b.start);
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

async function readSlice(segment: Segment, from: number, length: number): Promise<Uint8Array> {
  const file = await open(segment.path, "r").catch(() => undefined);
  if (file === undefined) return new Uint8Array(0);
  try {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, from - segment.start);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** A line that a crash tore, or that makes no sense, is left out: the size before it holds on. */
async function readMarks(path: string): Promise<Pick<RawLog, "sizes" | "gaps">> {
  const text = await readFile(path, "utf8").catch(() => "");
  const sizes: SizeMark[] = [];
  const gaps: LogGap[] = [];
  for (const line of text.split("\n").slice(0, -1)) {
    const { offset, cols, rows, missingBytes } = parseMark(line);
    if (!isCount(offset)) continue;
    if (isCount(missingBytes)) gaps.push({ from: offset - missingBytes, to: offset });
    else if (isCount(cols) && isCount(rows) && cols > 0 && rows > 0 && offset >= (sizes.at(-1)?.offset ?? 0))
      sizes.push({ offset, cols, rows });
  }
  return { sizes, gaps };
}

function parseMark(line: string): Partial<Record<keyof SizeMark | "missingBytes", unknown>> {
  try {
    return (JSON.parse(line) as object | null) ?? {};
  } catch {
    return {};
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
