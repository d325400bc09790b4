import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../src/base/log.ts";
import { segmentFileName } from "../../src/host/raw-log-files.ts";
import { createRawLogWriter, LOG_QUEUE_BYTES_MAX } from "../../src/host/raw-log-writer.ts";
import { createRawLogAge } from "../../src/server/raw-log-age.ts";
import { openRawLog, removeRawLog, sweepRawLogs } from "../../src/server/raw-log.ts";

const DAY_MS = 86_400_000;
let directory: string;
let wallMs: number;
const nowMs = () => wallMs;
beforeEach(() => {
  wallMs = 1_800_000_000_000;
  directory = mkdtempSync(join(tmpdir(), "ia-raw-log-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function byteAt(offset: number): number {
  return (offset * 31 + Math.floor(offset / 251)) % 256;
}

/** Its log has room for all that a test writes. */
function freshWriter() {
  return createRawLogWriter({
    directory,
    logName: "3-ab",
    bytesMax: 1_000_000,
    goesOn: false,
    nowMs,
    onFailure() {},
  });
}

/** Of a link that may have gone meanwhile. */
function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return "";
  }
}

async function write(total: number, bytesMax: number, failures: string[] = [], from = 0): Promise<void> {
  const writer = createRawLogWriter({
    directory,
    logName: "3-ab",
    bytesMax,
    goesOn: from > 0,
    nowMs,
    onFailure: (message) => failures.push(message),
  });
  for (let offset = from; offset < total; ) {
    const length = Math.min(1 + ((offset * 7) % 9000), total - offset);
    const start = offset;
    writer.append(
      start,
      Uint8Array.from({ length }, (_, index) => byteAt(start + index)),
    );
    offset += length;
    if (offset % 3 === 0) await writer.flush();
  }
  await writer.close();
}

async function readAll(from: number): Promise<{ first: number; count: number; wrong: number }> {
  const log = await openRawLog(directory, "3-ab");
  let at = from;
  let first = -1;
  let wrong = 0;
  let count = 0;
  for (;;) {
    const piece = await log.read(at, 10_000);
    if (piece.bytes.length === 0) return { first, count, wrong };
    if (first < 0) first = piece.offset;
    piece.bytes.forEach((byte, index) => {
      if (byte !== byteAt(piece.offset + index)) wrong += 1;
    });
    count += piece.bytes.length;
    at = piece.offset + piece.bytes.length;
  }
}

describe("the raw log of a pane", () => {
  it("gives back every byte from any offset, across segments", async () => {
    await write(700_000, 8 * 100_000);
    expect(readdirSync(directory).filter((name) => name.endsWith(".raw")).length).toBeGreaterThan(3);
    expect(await readAll(0)).toEqual({ first: 0, count: 700_000, wrong: 0 });
    expect(await readAll(123_457)).toEqual({ first: 123_457, count: 700_000 - 123_457, wrong: 0 });
    expect(await readAll(700_000)).toEqual({ first: -1, count: 0, wrong: 0 });
  });

  it("stays within its bound by giving up the oldest segments", async () => {
    await write(3_000_000, 1_000_000);
    const size = readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
    expect(size).toBeLessThanOrEqual(1_100_000);
    expect(size).toBeGreaterThan(600_000);
    const { first, count, wrong } = await readAll(0);
    expect(wrong).toBe(0);
    expect(first + count).toBe(3_000_000);
    const log = await openRawLog(directory, "3-ab");
    expect([log.start, log.end]).toEqual([first, 3_000_000]);
  });

  it("stays within its bound when another program goes on with it", async () => {
    await write(700_000, 1_000_000);
    await write(1_500_000, 1_000_000, [], 700_000);
    const size = readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
    expect(size).toBeLessThanOrEqual(1_100_000);
    const { first, count, wrong } = await readAll(0);
    expect([first + count, wrong]).toEqual([1_500_000, 0]);
    expect(first).toBeLessThan(700_000);
  });

  it("reads on behind a torn segment, and says where", async () => {
    await write(300_000, 8 * 64 * 1024);
    const segments = readdirSync(directory)
      .filter((name) => name.endsWith(".raw"))
      .sort();
    const torn = join(directory, segments[1] as string);
    const start = Number((segments[1] as string).split(".")[1]);
    const lost = statSync(torn).size - 1000;
    truncateSync(torn, 1000);
    const log = await openRawLog(directory, "3-ab");
    expect((await log.read(start + 1000, 10)).offset).toBe(start + 1000 + lost);
    expect(await readAll(0)).toEqual({ first: 0, count: 300_000 - lost, wrong: 0 });
  });

  it("keeps the sizes, and leaves out what a crash tore", async () => {
    const writer = freshWriter();
    writer.mark({ offset: 0, cols: 80, rows: 24 });
    writer.mark({ offset: 500, cols: 100, rows: 30 });
    await writer.close();
    appendFileSync(
      join(directory, "3-ab.marks"),
      'nonsense\n{"offset":-1,"cols":1,"rows":1}\n{"offset":900,"co',
    );
    const log = await openRawLog(directory, "3-ab");
    expect(log.sizes).toEqual([
      { offset: 0, cols: 80, rows: 24 },
      { offset: 500, cols: 100, rows: 30 },
    ]);
  });

  it("keeps a bounded number of sizes", async () => {
    const writer = freshWriter();
    for (let offset = 0; offset < 9_000; offset += 1) writer.mark({ offset, cols: 80, rows: 24 });
    await writer.close();
    const { sizes } = await openRawLog(directory, "3-ab");
    expect(sizes.length).toBeLessThanOrEqual(8192);
    expect(sizes.at(-1)?.offset).toBe(8_999);
  });

  it("says once that it cannot write, and never throws", async () => {
    const failures: string[] = [];
    directory = join(directory, "absent");
    await write(300_000, 1_000_000, failures);
    expect(failures.length).toBe(1);
    expect(failures[0]).toContain("not being logged");
    expect(await readAll(0)).toEqual({ first: -1, count: 0, wrong: 0 });
    directory = join(directory, "..");
  });

  it("keeps its file as long as a batch is on its way there, however slow the disk: another's would be written into", async () => {
    const bytes = Buffer.alloc(70_000, "x");
    const writerOf = (logName: string, failures: string[]) =>
      createRawLogWriter({
        directory,
        logName,
        bytesMax: 100_000_000,
        goesOn: false,
        nowMs,
        onFailure: (message) => failures.push(message),
      });
    // Full pipes that nobody reads hold up all threads that write.
    const pipes = ["a", "b", "c", "d"].map((logName) => {
      const path = join(directory, segmentFileName(logName, 0));
      expect(spawnSync("mkfifo", [path]).status).toBe(0);
      const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
      const writer = writerOf(logName, []);
      writer.append(0, bytes);
      return { writer, reader };
    });
    const failures: string[] = [];
    const slow = writerOf("3-ab", failures);
    slow.append(0, bytes);
    slow.append(bytes.length, new Uint8Array(LOG_QUEUE_BYTES_MAX + 1));
    expect(failures.join()).toContain("the disk is too slow");
    const others = ["e", "f"].map((name) => join(directory, name));
    const opened = others.map((path) => openSync(path, "w"));
    for (const { reader } of pipes) closeSync(reader);
    await Promise.all([slow.close(), ...pipes.map(({ writer }) => writer.close())]);
    for (const descriptor of opened) closeSync(descriptor);
    expect(others.map((path) => statSync(path).size)).toEqual([0, 0]);
    expect(await openRawLog(directory, "3-ab")).toMatchObject({ start: 0, end: bytes.length });
  });

  it("is cleared also while a batch is on its way to it, and takes what comes afterwards", async () => {
    await write(300_000, 1_000_000);
    const writer = createRawLogWriter({
      directory,
      logName: "3-ab",
      bytesMax: 1_000_000,
      goesOn: true,
      nowMs,
      onFailure: (message) => expect(message).toBe(""),
    });
    const bytes = (from: number, length: number) =>
      Uint8Array.from({ length }, (_, index) => byteAt(from + index));
    // More than a batch: it is being written when the order comes.
    writer.append(300_000, bytes(300_000, 200_000));
    writer.append(500_000, bytes(500_000, 10));
    const cleared = writer.clear();
    writer.append(500_010, bytes(500_010, 100_000));
    await cleared;
    await writer.close();
    expect(await readAll(0)).toEqual({ first: 500_010, count: 100_000, wrong: 0 });
    expect(await openRawLog(directory, "3-ab")).toMatchObject({ sizes: [], gaps: [] });
  });

  it("holds no file open once it was closed, though an ended pane was cleared of what a server has seen", async () => {
    const writer = freshWriter();
    writer.append(0, new Uint8Array(10));
    await writer.close();
    await writer.clear();
    writer.append(5, new Uint8Array(5));
    await writer.flush();
    expect(await openRawLog(directory, "3-ab")).toMatchObject({ start: 5, end: 10 });
    const open = readdirSync("/proc/self/fd").map((name) => targetOf(`/proc/self/fd/${name}`));
    expect(open.filter((target) => target.startsWith(directory))).toEqual([]);
  });

  it("says what did not get to the disk, and takes nothing else for it: not what was cleared, nor where it begins", async () => {
    const writer = freshWriter();
    const append = async (offset: number) => {
      writer.append(offset, new Uint8Array(10));
      await writer.flush();
      return (await openRawLog(directory, "3-ab")).gaps;
    };
    expect(await append(50)).toEqual([]);
    expect(await append(60)).toEqual([]);
    // What was to come in between found no room.
    expect(await append(100)).toEqual([{ from: 70, to: 100 }]);
    expect(await append(110)).toEqual([{ from: 70, to: 100 }]);
    await writer.clear();
    expect(await append(500)).toEqual([]);
    // Where it cannot be said, what comes next is not kept: it would pass for what was before.
    mkdirSync(join(directory, "3-ab.marks"));
    expect(await append(600)).toEqual([]);
    expect(await openRawLog(directory, "3-ab")).toMatchObject({ start: 500, end: 510 });
    await writer.close();
  });

  it("begins a segment anew when a day has gone by since the first byte of the one before", async () => {
    const writer = freshWriter();
    const segments = () => readdirSync(directory).filter((name) => name.endsWith(".raw")).length;
    const append = async (at: number) => {
      writer.append(at, new Uint8Array(10));
      await writer.flush();
      return segments();
    };
    expect(await append(0)).toBe(1);
    wallMs += DAY_MS - 1;
    expect(await append(10)).toBe(1);
    wallMs += 1;
    expect(await append(20)).toBe(2);
    expect(await append(30)).toBe(2);
    await writer.close();
    expect(await openRawLog(directory, "3-ab")).toMatchObject({ start: 0, end: 40 });
  });

  it("is removed without touching a neighbour whose name begins alike", async () => {
    await write(100_000, 1_000_000);
    writeFileSync(join(directory, "3-abc.0000000000000000.raw"), "neighbour");
    await removeRawLog(directory, "3-ab");
    expect(readdirSync(directory)).toEqual(["3-abc.0000000000000000.raw"]);
  });
});

describe("the age of raw logs", () => {
  /** Files with the number of days for which nothing was written to them. */
  function files(ages: Readonly<Record<string, number>>) {
    for (const [name, days] of Object.entries(ages)) {
      const path = join(directory, name);
      writeFileSync(path, "x");
      utimesSync(path, (wallMs - days * DAY_MS) / 1_000, (wallMs - days * DAY_MS) / 1_000);
    }
  }
  const segment = (logName: string, offset: number) => segmentFileName(logName, offset);

  it("takes old segments, but for the newest of a pane that there is, and marks with the last one", async () => {
    files({
      [segment("1-aa", 0)]: 40,
      [segment("1-aa", 10)]: 31,
      [segment("1-aa", 20)]: 29,
      [segment("2-bb", 0)]: 90,
      [segment("2-bb", 10)]: 90,
      "2-bb.marks": 90,
      [segment("gone", 0)]: 90,
      "gone.marks": 90,
      [segment("lately", 0)]: 40,
      [segment("lately", 10)]: 2,
      "lately.marks": 40,
      "%2.checkpoint": 90,
    });
    const removed = await sweepRawLogs({
      directory,
      writtenBeforeMs: wallMs - 30 * DAY_MS,
      inUse: new Set(["1-aa", "2-bb"]),
    });
    expect(removed).toBe(6);
    expect(readdirSync(directory).toSorted()).toEqual([
      "%2.checkpoint",
      segment("1-aa", 20),
      segment("2-bb", 10),
      "2-bb.marks",
      segment("lately", 10),
      "lately.marks",
    ]);
  });

  it("is looked at after the start, each hour and at another setting, and not at all with none", async () => {
    const waiting: { job: () => void; delayMs: number }[] = [];
    const clock = {
      nowMs,
      bootMs: () => 0,
      bootId: "boot",
      after(delayMs: number, job: () => void) {
        const one = { job, delayMs };
        waiting.push(one);
        return () => void waiting.splice(waiting.indexOf(one), waiting.includes(one) ? 1 : 0);
      },
    };
    let days: number | null = null;
    const age = createRawLogAge({
      directory,
      clock,
      log: silentLogger,
      days: () => days,
      logNames: () => [],
    });
    const next = async () => {
      const { job, delayMs } = waiting.shift()!;
      job();
      await age.idle();
      return [delayMs, readdirSync(directory).length];
    };
    files({ [segment("gone", 0)]: 40, [segment("gone", 1)]: 20, [segment("gone", 2)]: 5 });
    expect(await next()).toEqual([30_000, 3]);
    days = 30;
    expect(await next()).toEqual([3_600_000, 2]);
    days = 10;
    age.settingsRead();
    await age.idle();
    expect(readdirSync(directory).length).toBe(1);
    expect(waiting.length).toBe(1);
    age.stop();
    expect(waiting.length).toBe(0);
  });
});
