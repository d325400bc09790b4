// Search through what a screen holds and what a pane has printed: real screens, real log files.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { marksFileName, segmentFileName } from "../../src/host/raw-log-files.ts";
import type { SearchHit } from "../../src/protocol/results.ts";
import { readRows } from "../../src/server/pane-rows.ts";
import { openRawLog } from "../../src/server/raw-log.ts";
import { createMatcher } from "../../src/server/search/matcher.ts";
import { searchScreen } from "../../src/server/search/screen-search.ts";
import type { PaneRuntime } from "../../src/server/services/pane-runtime.ts";
import { createSearchService } from "../../src/server/services/search-service.ts";
import { createTestScreen } from "../terminal/test-screen.ts";

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** A pane that has printed this: the end is on its screen, all of it in its log. */
function printed(
  output: string,
  size = { cols: 20, rows: 4 },
  scrollbackLines = 10,
  behind?: { readonly bytes: number; readonly output: string },
) {
  const dir = mkdtempSync(join(tmpdir(), "ia-search-"));
  dirs.push(dir);
  const { screen, type } = createTestScreen({ ...size, scrollbackLines });
  type(output + (behind?.output ?? ""));
  writeFileSync(join(dir, segmentFileName("pane", 0)), output);
  if (behind) {
    const at = Buffer.byteLength(output) + behind.bytes;
    writeFileSync(join(dir, segmentFileName("pane", at)), behind.output);
  }
  writeFileSync(join(dir, marksFileName("pane")), `${JSON.stringify({ offset: 0, ...size })}\n`);
  const pane = { id: "%1", screen, offset: 0, record: { logName: "pane" } } as unknown as PaneRuntime;
  const service = createSearchService({
    panes: () => [pane],
    openLog: (name) => openRawLog(dir, name),
    openScreen: (cols, rows, lines) => createTestScreen({ cols, rows, scrollbackLines: lines }).screen,
  });
  return { dir, pane, service, screen, type };
}

async function findAll(service: ReturnType<typeof printed>["service"], pattern: string, regex = false) {
  const { searchId } = service.open("c1", { pattern, regex, ignoreCase: true }, undefined);
  const hits: SearchHit[] = [];
  for (;;) {
    const read = await service.read("c1", searchId, hits.length);
    hits.push(...read.hits);
    if (read.isOver) return { ...read, hits, searchId };
  }
}

const flood = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}\r\n`).join("");

describe("a search in what the screen holds", () => {
  const search = (text: string, pattern: string, regex = false) => {
    const { screen, type } = createTestScreen({ cols: 20, rows: 4, scrollbackLines: 100 });
    type(text);
    const match = createMatcher({ pattern, regex, ignoreCase: true });
    const { signal } = new AbortController();
    return searchScreen({ paneId: "%1", screen, match, limit: 100, texts: true }, signal);
  };

  test("finds history and screen, newest first", async () => {
    const hits = await search(flood(1, 30), "line 2");
    expect(hits.map((hit) => hit.text).slice(0, 2)).toEqual(["line 29", "line 28"]);
    expect(hits.at(-1)).toMatchObject({ text: "line 2", row: 1, col: 0, length: 6 });
  });

  test("finds what the terminal wrapped in the middle of a word", async () => {
    expect(await search(`${"x".repeat(17)}needle and more`, "needle")).toMatchObject([
      { row: 0, col: 17, length: 6 },
    ]);
  });

  test("counts columns of wide characters", async () => {
    expect(await search("日本語 needle 日本", "日本")).toMatchObject([
      { row: 0, col: 14, length: 4 },
      { row: 0, col: 0, length: 4 },
    ]);
  });

  test("takes regular expressions, and refuses what is none", async () => {
    expect((await search("error 42\r\nerror x", "error \\d+", true)).length).toBe(1);
    expect(() => createMatcher({ pattern: "(", regex: true, ignoreCase: true })).toThrow(
      "not a regular expression",
    );
  });

  test("gives an expression up that would take for ever", () => {
    const match = createMatcher({ pattern: "(a+)+$", regex: true, ignoreCase: false });
    expect(() => match([`${"a".repeat(50)}!`])).toThrow("takes too long");
    expect(match(["aaa"])[0]).toEqual([{ at: 0, length: 3 }]);
  });
});

describe("a search through everything", () => {
  test("is through a log with a gap, as each start of the program again leaves one, when it has read it", async () => {
    const { service } = printed(flood(1, 40), undefined, 10, { bytes: 65_536, output: flood(40, 80) });
    const all = await findAll(service, "line 7");
    expect(all.hits.map((hit) => hit.text)).toContain("line 79");
    expect(all.doneBytes).toBe(all.totalBytes);
  });

  test("finds what scrolled out of the history in the raw log, and each line once", async () => {
    const { service } = printed(`first needle\r\n${flood(1, 200)}last needle\r\n`);
    const { hits } = await findAll(service, "needle");
    expect(hits.map((hit) => [hit.text, hit.logOffset === null])).toEqual([
      ["last needle", true],
      ["first needle", false],
    ]);
  });

  test.each([
    ["higher", { cols: 20, rows: 30 }],
    ["wider", { cols: 60, rows: 8 }],
    ["narrower", { cols: 12, rows: 8 }],
  ])("finds each line once, though the pane got %s in between", async (_how, size) => {
    const numbered = (from: number, to: number, words: string) =>
      Array.from({ length: to - from }, (_, index) => `${from + index} ${words}\r\n`).join("");
    const before = numbered(0, 100, `${"x".repeat(30)} needle`);
    const after = numbered(100, 300, "needle");
    const { dir, service, screen, type } = printed(before, { cols: 20, rows: 8 });
    screen.resize(size.cols, size.rows);
    type(after);
    appendFileSync(join(dir, segmentFileName("pane", 0)), after);
    appendFileSync(
      join(dir, marksFileName("pane")),
      `${JSON.stringify({ offset: Buffer.byteLength(before), ...size })}\n`,
    );
    const { hits } = await findAll(service, "needle");
    const found = hits.map(({ text }) => Number.parseInt(text, 10)).toSorted((a, b) => a - b);
    expect(found).toEqual(Array.from({ length: 300 }, (_, index) => index));
  });

  test.each([
    ["at its end", 80],
    ["in the middle of it", 70],
  ])("finds what a full disk has taken before it took no more, %s", async (_where, to) => {
    const { dir, service, type, pane } = printed(flood(1, 40));
    type(flood(40, 80));
    const offsetOf = (line: number) => Buffer.byteLength(flood(1, line));
    Object.assign(pane, { offset: offsetOf(80) });
    if (to < 80) {
      writeFileSync(join(dir, segmentFileName("pane", offsetOf(to))), flood(to, 80));
      const mark = { offset: offsetOf(to), missingBytes: offsetOf(to) - offsetOf(40) };
      appendFileSync(join(dir, marksFileName("pane")), `${JSON.stringify(mark)}\n`);
    }
    const { hits } = await findAll(service, "line \\d+$", true);
    const found = hits.map(({ text }) => Number(text.slice(5))).toSorted((a, b) => a - b);
    const all = Array.from({ length: 79 }, (_, index) => index + 1);
    // The screen has the last 13.
    expect(found).toEqual(all.filter((line) => line < 40 || line > 79 - 13));
  });

  test("finds every line of a flood exactly once", async () => {
    const { service } = printed(flood(0, 3_000));
    const { hits } = await findAll(service, "line");
    expect(new Set(hits.map((hit) => hit.text)).size).toBe(3_000);
    expect(hits.length).toBe(3_000);
  });

  test("finds what stood on the alternate screen, however short, also while the program is on it", async () => {
    const alternate = "\x1b[?1049h\x1b[2J\x1b[Ha needle that hides\x1b[2J\x1b[Hother";
    for (const end of ["\x1b[?1049lback\r\n", ""]) {
      const { service } = printed(`before\r\n${alternate}${end}`);
      const { hits } = await findAll(service, "needle");
      expect(hits.map((hit) => hit.text)).toEqual(["a needle that hides"]);
    }
  });

  test("finds what stood on the alternate screen after a hit that the live screen still has", async () => {
    const { service } = printed(`needle here\r\n${flood(0, 6)}\x1b[?1049h\x1b[Hneedle there\x1b[?1049l`);
    const { hits } = await findAll(service, "needle");
    expect(hits.map((hit) => [hit.text, hit.logOffset === null])).toEqual([
      ["needle here", true],
      ["needle there", false],
    ]);
  });

  test("finds what stood above when a program cleared the history", async () => {
    const { service } = printed(`${flood(0, 20)}needle here\r\n${flood(20, 40)}\x1b[2J\x1b[3J\x1b[Hnew`);
    expect((await findAll(service, "needle")).hits).toHaveLength(1);
  });

  test("shows a hit of the log on a screen as it was then", async () => {
    const { service } = printed(`${flood(0, 50)}the needle\r\n${flood(50, 300)}`);
    const { searchId, hits } = await findAll(service, "needle");
    const place = await service.show("c1", searchId, 0);
    expect(hits[0]?.logOffset).not.toBeNull();
    const screen = service.snapshot("c1", place.snapshot!);
    const page = readRows(screen, 1, place.row, 1);
    expect(page.from).toBe(place.row);
    expect(screen.text({ from: "history" })[place.row - page.first]).toBe("the needle");
  });

  test("can be stopped, and keeps what was found", async () => {
    const { service } = printed(flood(0, 20_000));
    const { searchId } = service.open("c1", { pattern: "line", regex: false, ignoreCase: true }, undefined);
    const first = await service.read("c1", searchId, 0);
    service.stop("c1", searchId);
    let read = first;
    while (!read.isOver) read = await service.read("c1", searchId, read.next);
    expect(read.next).toBeLessThan(20_000);
    expect(await service.show("c1", searchId, 0)).toMatchObject({ snapshot: null });
  });

  test("lets others have their turn: no slice of its work is long", async () => {
    const { service } = printed(flood(0, 60_000), { cols: 120, rows: 40 }, 2_000);
    await findAll(service, "warm up");
    const slices: number[] = [];
    let last = process.cpuUsage();
    let isOver = false;
    const beat = () => {
      // Processor time: the machine of the test may be busy with others.
      const used = process.cpuUsage(last);
      last = process.cpuUsage();
      slices.push((used.user + used.system) / 1_000);
      if (!isOver) setImmediate(beat);
    };
    setImmediate(beat);
    await findAll(service, "no such thing");
    isOver = true;
    slices.sort((a, b) => a - b);
    expect(slices.length).toBeGreaterThan(20);
    expect(slices[Math.floor(slices.length * 0.95)]).toBeLessThan(20);
  });
});

describe("rows of a pane", () => {
  test("fit into a line of the socket, however wide the pane is", () => {
    const { screen, type } = createTestScreen({ cols: 1_000, rows: 300, scrollbackLines: 1_000 });
    type(`${"x".repeat(900)}\r\n`.repeat(900));
    const page = readRows(screen, 1, null, 500);
    expect(page.frame.length).toBeLessThan(1_000_000);
    expect(page.from).toBeGreaterThan(page.total - 100);
    expect(readRows(screen, 1, 5, 500)).toMatchObject({ from: 5 });
  });

  test("keep their numbers when old ones are dropped", () => {
    const { screen, type } = createTestScreen({ cols: 20, rows: 4, scrollbackLines: 10 });
    type(flood(0, 12));
    const before = readRows(screen, 1, null, 4);
    expect(before).toMatchObject({ first: 0, total: 13, from: 9 });
    type(flood(12, 40));
    const after = readRows(screen, 1, 30, 2);
    expect(after).toMatchObject({ first: 27, total: 41, from: 30 });
    expect(screen.text({ from: "history" })[30 - after.first]).toBe("line 30");
  });
});
