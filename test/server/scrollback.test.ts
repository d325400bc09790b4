// Looking back goes on into the raw log: real screens, real log files.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { marksFileName, segmentFileName } from "../../src/host/raw-log-files.ts";
import { decodeGridFrame } from "../../src/protocol/grid.ts";
import { wholeFrom } from "../../src/server/pane-rows.ts";
import { openRawLog } from "../../src/server/raw-log.ts";
import type { PaneRuntime } from "../../src/server/services/pane-runtime.ts";
import { createScrollbackService } from "../../src/server/services/scrollback-service.ts";
import { lineText } from "../../src/terminal/line-text.ts";
import type { Screen } from "../../src/terminal/screen.ts";
import { createPaneGrid } from "../../src/tui/compositor/pane-grid.ts";
import { rowText } from "../../src/tui/copy/copy-text.ts";
import { createTestScreen } from "../terminal/test-screen.ts";

const SLOW = process.env["IA_TMUX_SLOW"] === "1";
const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

interface Size {
  readonly cols: number;
  readonly rows: number;
}

/** A pane that printed these pieces, each in its size; its screen holds the last lines. */
function printed(
  pieces: readonly { readonly output: string | Buffer; readonly size: Size }[],
  scrollbackLines = 100,
) {
  const dir = mkdtempSync(join(tmpdir(), "ia-scrollback-"));
  dirs.push(dir);
  const { screen } = createTestScreen({ ...pieces[0]!.size, scrollbackLines });
  const whole = createTestScreen({ ...pieces[0]!.size, scrollbackLines: 100_000 }).screen;
  const marks: string[] = [];
  let bytes = Buffer.alloc(0);
  const pane = { id: "%1", number: 1, screen, offset: 0, record: { logName: "pane" } };
  const print = (output: string | Buffer, size: Size = screen) => {
    const piece = Buffer.from(output);
    marks.push(JSON.stringify({ offset: bytes.length, cols: size.cols, rows: size.rows }));
    for (const one of [screen, whole]) {
      one.resize(size.cols, size.rows);
      one.write(piece);
    }
    bytes = Buffer.concat([bytes, piece]);
    pane.offset = bytes.length;
    writeFileSync(join(dir, segmentFileName("pane", 0)), bytes);
    writeFileSync(join(dir, marksFileName("pane")), `${marks.join("\n")}\n`);
  };
  for (const { output, size } of pieces) print(output, size);
  /** The log's first bytes are removed, as the host does when there is no room. */
  const cutLog = (bytesCut: number) => {
    rmSync(join(dir, segmentFileName("pane", 0)));
    writeFileSync(join(dir, segmentFileName("pane", bytesCut)), bytes.subarray(bytesCut));
  };
  /** The disk did not take these bytes. */
  const loseFromLog = (from: number, to: number) => {
    rmSync(join(dir, segmentFileName("pane", 0)));
    writeFileSync(join(dir, segmentFileName("pane", 0)), bytes.subarray(0, from));
    if (to === bytes.length) return;
    writeFileSync(join(dir, segmentFileName("pane", to)), bytes.subarray(to));
    appendFileSync(
      join(dir, marksFileName("pane")),
      `${JSON.stringify({ offset: to, missingBytes: to - from })}\n`,
    );
  };
  let screens = 0;
  const service = createScrollbackService({
    openLog: (name) => openRawLog(dir, name),
    openScreen(cols, rows, lines) {
      screens++;
      return createTestScreen({ cols, rows, scrollbackLines: lines }).screen;
    },
  });
  return {
    service,
    screen,
    whole,
    print,
    cutLog,
    loseFromLog,
    pane: pane as unknown as PaneRuntime,
    screens: () => screens,
  };
}

type Rig = ReturnType<typeof printed>;

/** The texts of rows `from` to `to`, as copy mode gets them. */
async function texts({ service, pane }: Rig, from: number, to: number): Promise<string[]> {
  const lines: string[] = [];
  for (let at = from; at < to; ) {
    const answer = await service.rows(pane, "c1", at, Math.min(400, to - at));
    expect(answer.from).toBe(at);
    const frame = decodeGridFrame(Buffer.from(answer.frame, "base64"));
    if (!frame.ok) throw new Error("no frame");
    const grid = createPaneGrid();
    grid.apply(frame.value);
    const cache = new Map([[0, { source: grid, y: 0 }]]);
    for (let y = 0; y < grid.rows; y++) {
      cache.set(0, { source: grid, y });
      lines.push(rowText({ cache } as unknown as Parameters<typeof rowText>[0], 0));
    }
    at += grid.rows;
  }
  return lines;
}

async function toTop({ service, pane }: Rig) {
  for (let pages = 1; ; pages++) {
    const { first, above } = await service.older(pane, "c1");
    if (above !== "older") return { first, above, pages };
    if (pages > 100) throw new Error("it does not end");
  }
}

function textsOf(screen: Screen): string[] {
  return Array.from({ length: screen.historyLength + screen.rows }, (_, index) =>
    lineText(screen.historyLine(index)),
  );
}

/** What copy mode can show, from the oldest row that it was told of, and what an endless screen would. */
async function shownAndWhole(rig: Rig) {
  const end = await toTop(rig);
  const { total } = await rig.service.rows(rig.pane, "c1", null, 1);
  return { ...end, shown: await texts(rig, end.first, total), whole: textsOf(rig.whole) };
}

const flood = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}\r\n`).join("");
/** Lines of all lengths, wide characters and colours. */
const mixed = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const kind = (number * 7) % 10;
    if (kind < 2) return `${number} ${"日本語".repeat(1 + (number % 19))}\r\n`;
    if (kind < 5) return `${number} ${"x".repeat((number * 13) % 190)}\r\n`;
    return kind < 6 ? "\r\n" : `\x1b[31m${number}\x1b[0m words\r\n`;
  }).join("");
const SIZE = { cols: 20, rows: 6 };

describe("looking back into the log", () => {
  test("each line of a flood stands there once, up to the first", async () => {
    const rig = printed([{ output: flood(1, 15_001), size: SIZE }]);
    const { above, pages, first, shown } = await shownAndWhole(rig);
    expect([above, pages > 1]).toEqual(["nothing", true]);
    expect(shown.filter(Boolean)).toEqual(Array.from({ length: 15_000 }, (_, index) => `line ${index + 1}`));
    expect(await texts(rig, first, first + 3)).toEqual(["line 1", "line 2", "line 3"]);
  });

  test("lines are wrapped as the live screen wraps them, whatever sizes they were printed in", async () => {
    const pieces = Array.from({ length: 10 }, (_, index) => ({
      output: mixed(450, index * 450),
      size: { cols: 30 + ((index * 37) % 60), rows: 5 + ((index * 11) % 30) },
    }));
    const { shown, whole } = await shownAndWhole(printed(pieces));
    expect(shown).toEqual(whole);
  });

  test("whatever is printed, cleared and resized, across the pages and at each width, they are those of an endless screen", async () => {
    const size = fc.record({ cols: fc.integer({ min: 8, max: 90 }), rows: fc.integer({ min: 3, max: 30 }) });
    const output = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.integer({ min: 1, max: SLOW ? 6_000 : 1_500 }).map((count) => flood(0, count)),
      },
      { weight: 3, arbitrary: fc.integer({ min: 1, max: SLOW ? 500 : 200 }).map((count) => mixed(count)) },
      fc.constantFrom("\x1b[3J", "\x1b[H\x1b[2J\x1b[3J", "\x1bc", "\x1b[?1049habove\x1b[?1049l"),
    );
    const pieces = fc.array(fc.record({ output, size }), { minLength: 3, maxLength: 9 });
    const widths = fc.array(size, { minLength: 3, maxLength: 3 });
    const property = fc.asyncProperty(pieces, widths, async (printedPieces, sizes) => {
      const rig = printed(printedPieces, 60);
      for (const next of sizes) {
        rig.print("", next);
        const { first, shown, whole } = await shownAndWhole(rig);
        // Behind it the emulator has wrapped the lines, on a screen that has dropped some.
        const known = wholeFrom(rig.screen) - first;
        expect(shown.slice(0, known)).toEqual(whole.slice(0, known));
        const held = rig.screen.historyTrimmed;
        if (first + known > held) expect(await texts(rig, held, held + 1)).toEqual([whole[held - first]]);
      }
    });
    const cut = { output: `${"0123456789".repeat(70)}\r\n${flood(0, 20)}`, size: { cols: 8, rows: 3 } };
    const wider = { cols: 20, rows: 10 };
    // One that the screen has in part, and wraps anew.
    const examples: [(typeof cut)[], Size[]][] = [[[cut], [wider, wider, wider]]];
    await fc.assert(property, { seed: 1, numRuns: SLOW ? 25 : 3, examples });
  });

  test("what a full-screen program drew is not among them, and a size that changed behind it does no harm", async () => {
    const full = (output: string) => `\x1b[?1049h\x1b[H\x1b[2J${output}\x1b[?1049l`;
    const rig = printed([
      { output: mixed(2_000) + full(mixed(1_500)) + mixed(100), size: { cols: 40, rows: 10 } },
      { output: `${mixed(1_500)}\x1b[?1049h${mixed(300)}`, size: { cols: 40, rows: 12 } },
      { output: `${mixed(300)}\x1b[?1049l${mixed(1_500)}`, size: { cols: 60, rows: 14 } },
    ]);
    const { shown, whole } = await shownAndWhole(rig);
    expect(shown).toEqual(whole);
  });

  test("what the program cleared stays cleared, and one that has the whole screen hides what was before", async () => {
    const rig = printed([{ output: `${flood(1, 500)}\x1b[H\x1b[2J\x1b[3J${flood(500, 5_000)}`, size: SIZE }]);
    const { above, shown } = await shownAndWhole(rig);
    expect([above, shown[0]]).toEqual(["cleared", "line 500"]);
    // Only the history: the screen begins in the middle of a line.
    const cut = printed([{ output: `${"x".repeat(130)}\r\n\x1b[3J${flood(1, 500)}`, size: SIZE }]);
    expect((await shownAndWhole(cut)).shown.slice(0, 3)).toEqual([
      "x".repeat(20),
      "x".repeat(20),
      "x".repeat(20),
    ]);
    rig.print("\x1b[?1049h");
    const { first, above: hidden } = await rig.service.older(rig.pane, "c1");
    expect(hidden).toBe("hidden");
    expect((await rig.service.rows(rig.pane, "c1", null, 1)).first).toBe(first);
  });

  test("rows keep their numbers while the pane prints on, and a screen that is reset has new ones", async () => {
    const rig = printed([{ output: flood(1, 5_000), size: SIZE }]);
    const { first } = await toTop(rig);
    for (const [from, to] of [
      [5_000, 5_050],
      [5_050, 12_000],
    ] as const) {
      rig.print(flood(from, to));
      expect(await texts(rig, first + 3_000, first + 3_002)).toEqual(["line 3001", "line 3002"]);
      const { shown, whole } = await shownAndWhole(rig);
      expect(shown).toEqual(whole);
    }
    rig.print(`\x1bc${flood(1, 3_000)}`);
    const { above, shown } = await shownAndWhole(rig);
    expect([above, shown[0], shown.at(-2)]).toEqual(["cleared", "line 1", "line 2999"]);
  });

  test("a search goes on page by page, in the numbers of the rows", async () => {
    const rig = printed([{ output: flood(1, 18_000), size: SIZE }]);
    const query = { pattern: "line 77", regex: false, ignoreCase: true };
    const rows: number[] = [];
    let before: number | null = null;
    for (;;) {
      const found: Awaited<ReturnType<typeof rig.service.searchOlder>> = await rig.service.searchOlder(
        rig.pane,
        "c1",
        query,
        before,
        1_000,
      );
      rows.push(...found.hits.map((hit) => hit.row));
      before = found.from;
      if (found.above !== "older" && found.from <= found.first) break;
    }
    expect(rows).toEqual(rows.toSorted((a, b) => b - a));
    expect(rows.length).toBe(1 + 10 + 100);
    expect(await texts(rig, rows.at(-1)!, rows.at(-1)! + 1)).toEqual(["line 77"]);
  });

  test("lines whose file is gone are not shown as others", async () => {
    const rig = printed([{ output: flood(1, 60_000), size: SIZE }]);
    const { first } = await toTop(rig);
    for (const above of [30_000, 40_000, 48_000]) await texts(rig, first + above, first + above + 1);
    rig.cutLog(500_000);
    const { total } = await rig.service.rows(rig.pane, "c1", null, 1);
    const kept = await rig.service.rows(rig.pane, "c1", first, 1);
    expect(kept.first).toBeGreaterThan(first);
    const shown = await texts(rig, Math.max(kept.first, total - 16_000), total);
    expect(new Set(shown).size).toBe(shown.length);
    expect(shown.at(-2)).toBe("line 59999");
  });

  test.each([
    ["in the middle of it", 2_000, 3_000],
    ["at its end", 2_000, 3_500],
  ])(
    "what a full disk did not take, %s, is missed by nobody while the screen has it",
    async (_where, from, to) => {
      const rig = printed([{ output: flood(0, 3_500), size: SIZE }], 1_800);
      const offsetOf = (line: number) => Buffer.byteLength(flood(0, line));
      rig.loseFromLog(offsetOf(from) + 3, offsetOf(to));
      const { shown, whole, above } = await shownAndWhole(rig);
      expect(above).toBe("nothing");
      expect(shown).toEqual(whole);
    },
  );

  test.each([
    { where: "in the middle of it", from: 4_000, to: 5_000, next: 5_000 },
    { where: "at its end", from: 4_000, to: 7_000, next: 7_000 - 5 - 100 },
  ])("where the screen's rows of it have gone, $where, a line says so", async ({ from, to, next }) => {
    const rig = printed([{ output: flood(0, 7_000), size: SIZE }]);
    const offsetOf = (line: number) => Buffer.byteLength(flood(0, line));
    rig.loseFromLog(offsetOf(from) + 3, offsetOf(to));
    const { shown } = await shownAndWhole(rig);
    const lines = (first: number, end: number) =>
      Array.from({ length: end - first }, (_, index) => `line ${first + index}`);
    expect(shown.filter(Boolean)).toEqual([
      ...lines(0, from),
      "lin",
      "── output is missing",
      " here ──",
      ...lines(next, 7_000),
    ]);
  });

  test("at another width the rows above the screen are read anew, and the old ones are not told of", async () => {
    const rig = printed([{ output: flood(1, 5_000), size: SIZE }]);
    await toTop(rig);
    rig.print("", { cols: 8, rows: 6 });
    const { first, firstLive, above } = await rig.service.rows(rig.pane, "c1", null, 1);
    expect([first, above]).toEqual([firstLive, "older"]);
    const { shown, whole } = await shownAndWhole(rig);
    expect(shown).toEqual(whole);
  });

  test("its text comes in pieces, wrapped lines whole if wanted, however long", async () => {
    const long = "0123456789".repeat(9_000);
    const rig = printed([{ output: `${flood(1, 3_000)}${long}\r\n${flood(1, 200)}`, size: SIZE }]);
    const { first } = await toTop(rig);
    const { total } = await rig.service.rows(rig.pane, "c1", null, 1);
    const lines: string[] = [];
    let pieces = 0;
    for (let from: number | null = first, goesOn = false; from !== null; pieces++) {
      const piece = await rig.service.text(rig.pane, "c1", from, total, { ansi: false, joinWrapped: true });
      for (const [index, line] of piece.lines.entries())
        if (index === 0 && goesOn) lines[lines.length - 1] += line;
        else lines.push(line);
      ({ goesOn, next: from } = piece);
    }
    expect(pieces).toBeGreaterThan(3);
    expect(lines.join("\r\n").trimEnd()).toBe(`${flood(1, 3_000)}${long}\r\n${flood(1, 200)}`.trimEnd());
  });

  test("nobody's pages are kept", async () => {
    const rig = printed([{ output: flood(1, 20_000), size: SIZE }]);
    await rig.service.older(rig.pane, "c1");
    await rig.service.older(rig.pane, "c2");
    const made = rig.screens();
    rig.service.forget("c1", "%1");
    rig.service.forget("c2");
    const live = await rig.service.rows(rig.pane, "c1", null, 1);
    expect([live.first, rig.screens()]).toEqual([rig.screen.historyTrimmed, made]);
    const asked = rig.service.older(rig.pane, "c1");
    rig.service.forgetPane("%1");
    await expect(asked).rejects.toThrow("Nobody looks back");
  });
});
