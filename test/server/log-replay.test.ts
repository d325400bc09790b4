// Which parts of a log bring a screen back, also when it begins in the middle of a full-screen program.
import { describe, expect, it } from "vitest";
import { planReplay, replayLog } from "../../src/server/log-replay.ts";
import type { RawLog, SizeMark } from "../../src/server/raw-log.ts";

/** A log in memory; `hole` bytes at its middle are not there. */
function logOf(text: string, sizes: readonly SizeMark[] = [], hole?: { from: number; to: number }): RawLog {
  const all = Buffer.from(text, "latin1");
  return {
    start: 0,
    end: all.length,
    sizes,
    gaps: [],
    async read(offset, bytesMax) {
      const from = hole && offset >= hole.from && offset < hole.to ? hole.to : offset;
      const until = hole && from < hole.from ? hole.from : all.length;
      return { offset: from, bytes: all.subarray(from, Math.min(until, from + bytesMax)) };
    },
  };
}

const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}\r\n`).join("");
const frames = (count: number) => Array.from({ length: count }, (_, at) => `\x1b[1;1Hframe ${at}\n`).join("");

/** The text of each part, and its screen. */
async function plan(
  text: string,
  bytesMax: number,
  endsAlternate: boolean | null = null,
  hole?: { from: number; to: number },
) {
  const parts = await planReplay(logOf(text, [], hole), bytesMax, endsAlternate);
  return parts.map(({ from, to, ...screen }) => ({ text: text.slice(from, to), ...screen }));
}

describe("the part of a log that is written to a screen", () => {
  it("is the whole of a short one", async () => {
    const main = { alternate: false, isPicture: false };
    expect(await plan(lines(10), 1_000)).toEqual([{ text: lines(10), ...main }]);
    expect(await plan("", 1_000)).toEqual([{ text: "", ...main }]);
  });

  it("is the end of a long one, from the beginning of a line", async () => {
    const [only, ...more] = await plan(lines(1_000), 100);
    expect(more).toEqual([]);
    expect(only?.text).toMatch(/^line 99\d\r\n[^]*line 999\r\n$/);
    expect(only?.alternate).toBe(false);
  });

  it.each([true, null])(
    "has what stood under a full-screen program that drew all of the end (known to be one: %s)",
    async (endsAlternate) => {
      const before = lines(500);
      const [main, full, ...more] = await plan(`${before}\x1b[?1049h${frames(500)}`, 200, endsAlternate);
      expect(more).toEqual([]);
      expect(main).toMatchObject({ alternate: false, isPicture: false });
      expect(before.endsWith(main!.text)).toBe(true);
      expect(main!.text.length).toBeGreaterThan(80);
      expect(full).toMatchObject({ alternate: true, isPicture: true });
      expect(full!.text).toMatch(/frame 499\n$/);
    },
  );

  it("ends what stood under it where it was entered, though the program was started again shortly before", async () => {
    const [before, after] = [lines(50), lines(60)];
    const text = `${before}${"?".repeat(700)}${after}\x1b[?1049h${frames(500)}`;
    const hole = { from: before.length, to: before.length + 700 };
    const [main] = await plan(text, 200, true, hole);
    expect(main!.text).not.toBe("");
    expect(after.endsWith(main!.text)).toBe(true);
  });

  it("begins on the full screen when a program leaves it within", async () => {
    const [main, full] = await plan(
      `${lines(500)}\x1b[?1049h${frames(500)}\x1b[?1049l${lines(3)}`,
      200,
      false,
    );
    expect(main?.alternate).toBe(false);
    expect(full).toMatchObject({
      alternate: true,
      isPicture: false,
      text: expect.stringMatching(/^\x1b\[1;1Hframe/),
    });
  });

  it("is the main screen's when the program was left before, or enters within", async () => {
    const left = `\x1b[?1049h${frames(50)}\x1b[?1049l${lines(500)}`;
    expect(await plan(left, 200)).toMatchObject([{ alternate: false }]);
    expect(await plan(`${lines(500)}\x1b[?1049h${frames(3)}`, 200)).toMatchObject([{ alternate: false }]);
  });
});

describe("a replay", () => {
  it("gives each byte in the size that it was printed for, over holes", async () => {
    const sizes = [
      { offset: 0, cols: 80, rows: 24 },
      { offset: 3, cols: 100, rows: 30 },
      { offset: 7, cols: 60, rows: 20 },
    ];
    const seen: string[] = [];
    let size = "";
    const target = {
      resize: (cols: number, rows: number) => void (size = `${cols}x${rows}`),
      write: (offset: number, bytes: Uint8Array) =>
        void seen.push(`${size} ${offset}:${Buffer.from(bytes).toString()}`),
    };
    expect(await replayLog(logOf("abcdefghij", sizes), 1, 9, target)).toBe(9);
    expect(seen.splice(0)).toEqual(["80x24 1:bc", "100x30 3:defg", "60x20 7:hi"]);
    expect(await replayLog(logOf("abcdefghij", sizes, { from: 2, to: 8 }), 0, 10, target)).toBe(10);
    expect(seen.splice(0)).toEqual(["80x24 0:ab", "60x20 8:ij"]);
    expect(await replayLog(logOf("abc"), 0, 10, target)).toBe(3);
  });
});
