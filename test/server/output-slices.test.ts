import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createOutputSlices, SLICE_MS } from "../../src/server/services/output-slices.ts";

/** A parser that needs so long for each byte, on a clock of its own; turns come when the test takes them. */
function slicing(msPerByte: Readonly<Record<string, number>>) {
  let nowMs = 0;
  let wanted: (() => void) | null = null;
  let pauseMs = 0;
  const parsed: { paneId: string; offset: number; text: string }[] = [];
  const slices = createOutputSlices({
    now: () => nowMs,
    nextTurn: (job) => void (wanted = job),
    after(delayMs, job) {
      pauseMs = delayMs;
      wanted = job;
    },
    parse(paneId, offset, bytes) {
      nowMs += bytes.length * (msPerByte[paneId] ?? 0);
      parsed.push({ paneId, offset, text: new TextDecoder().decode(bytes) });
    },
  });
  return {
    slices,
    parsed,
    pass: (ms: number) => void (nowMs += ms),
    textOf: (paneId: string) =>
      parsed
        .filter((one) => one.paneId === paneId)
        .map((one) => one.text)
        .join(""),
    /** One turn; says how long it took, or null when none was asked for. */
    turn(): number | null {
      if (wanted === null) return null;
      const job = wanted;
      wanted = null;
      nowMs += pauseMs;
      pauseMs = 0;
      const startedMs = nowMs;
      job();
      return nowMs - startedMs;
    },
  };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (length: number) =>
  Array.from({ length }, (_, index) => String.fromCharCode(97 + (index % 26))).join("");

describe("output is parsed in slices", () => {
  test("what costs little is parsed at once, whole and uncopied", () => {
    const { slices, parsed, turn } = slicing({ a: 0.000_1 });
    slices.output("a", 7, bytes("hello"));
    expect(parsed).toEqual([{ paneId: "a", offset: 7, text: "hello" }]);
    expect(turn()).toBeNull();
  });

  test("what costs much is cut, comes in order and whole, and no turn is long", () => {
    const { slices, parsed, textOf, turn } = slicing({ slow: 0.02 });
    const output = text(65_536);
    slices.output("slow", 0, bytes(output.slice(0, 40_000)));
    slices.output("slow", 40_000, bytes(output.slice(40_000)));
    const turns: number[] = [];
    for (let took = turn(); took !== null; took = turn()) turns.push(took);
    expect(textOf("slow")).toBe(output);
    for (let at = 1; at < parsed.length; at++)
      expect(parsed[at]!.offset).toBe(parsed[at - 1]!.offset + parsed[at - 1]!.text.length);
    // Only the first piece is as long as a read.
    expect(Math.max(...turns)).toBeLessThan(4 * SLICE_MS);
  });

  test("what waits is a copy: the memory of a read is used again by the next", () => {
    const { slices, textOf, turn } = slicing({ slow: 0.02 });
    const read = Buffer.alloc(4_000);
    for (let round = 0; round < 5; round++) {
      read.fill(String(round));
      slices.output("slow", round * read.length, read);
    }
    while (turn() !== null);
    expect(textOf("slow")).toBe([0, 1, 2, 3, 4].map((round) => String(round).repeat(4_000)).join(""));
  });

  test("another pane's output is not kept waiting", () => {
    const { slices, textOf, turn } = slicing({ slow: 0.02, quick: 0.000_1 });
    slices.output("slow", 0, bytes(text(65_536)));
    turn();
    slices.output("quick", 0, bytes("echo"));
    expect(textOf("quick")).toBe("echo");
    expect(textOf("slow").length).toBeLessThan(65_536);
  });

  test("two slow panes take turns", () => {
    const { slices, textOf, turn } = slicing({ a: 0.02, b: 0.02 });
    slices.output("a", 0, bytes(text(20_000)));
    turn();
    slices.output("b", 0, bytes(text(20_000)));
    while (textOf("a").length < 20_000) turn();
    expect(textOf("b").length).toBeGreaterThan(10_000);
  });

  test("a new size and the end come behind the output before them", () => {
    const { slices, textOf, turn } = slicing({ a: 0.02 });
    const seen: number[] = [];
    slices.after("a", () => seen.push(textOf("a").length));
    slices.output("a", 0, bytes(text(10_000)));
    slices.after("a", () => seen.push(textOf("a").length));
    slices.output("a", 10_000, bytes(text(10_000)));
    slices.after("a", () => seen.push(textOf("a").length));
    while (turn() !== null);
    expect(seen).toEqual([0, 10_000, 20_000]);
  });

  test("who decides by the screen has all of it parsed at once", () => {
    const { slices, textOf, turn } = slicing({ a: 0.02 });
    slices.output("a", 0, bytes(text(20_000)));
    slices.catchUp("a");
    expect(textOf("a")).toBe(text(20_000));
    while (turn() !== null);
    expect(textOf("a").length).toBe(20_000);
  });

  test("a pane that is gone is not parsed any more", () => {
    const { slices, textOf, turn } = slicing({ a: 0.02 });
    slices.output("a", 0, bytes(text(20_000)));
    slices.forget("a");
    const before = textOf("a").length;
    while (turn() !== null);
    expect(textOf("a").length).toBe(before);
  });
});

describe("while somebody waits", () => {
  const PLAIN_MS = 0.02 / 1024;

  test("the echo of a key goes before the flood that came first", () => {
    const { slices, textOf } = slicing({ flood: PLAIN_MS, typed: PLAIN_MS });
    slices.hurry("typed");
    for (let read = 0; read < 16; read++) slices.output("flood", read * 4_096, bytes(text(4_096)));
    expect(textOf("flood").length).toBeLessThan(20 * 1024);
    slices.output("typed", 0, bytes("x"));
    expect(textOf("typed")).toBe("x");
    expect(slices.mostWaitingBytes).toBeGreaterThan(40 * 1024);
  });

  test("the flood goes on in small portions, with pauses", () => {
    const { slices, textOf, turn } = slicing({ flood: PLAIN_MS });
    slices.hurry("typed");
    for (let read = 0; read < 16; read++) slices.output("flood", read * 4_096, bytes(text(4_096)));
    const before = textOf("flood").length;
    expect(turn()).toBeLessThan(0.4);
    expect(textOf("flood").length - before).toBeLessThan(20 * 1024);
  });

  test("when nobody waits any more everything is parsed as it comes", () => {
    const { slices, textOf, turn, pass } = slicing({ flood: PLAIN_MS });
    slices.hurry(null);
    for (let read = 0; read < 16; read++) slices.output("flood", read * 4_096, bytes(text(4_096)));
    pass(400);
    while (turn() !== null);
    expect(textOf("flood")).toHaveLength(16 * 4_096);
    slices.output("flood", 16 * 4_096, bytes(text(4_096)));
    expect(textOf("flood")).toHaveLength(17 * 4_096);
  });
});

test("whoever waits and whatever comes between, each pane's bytes come once and in order", () => {
  const pane = fc.constantFrom("a", "b", "c");
  const step = fc.oneof(
    fc.record({ output: pane, length: fc.integer({ min: 1, max: 9_000 }) }),
    fc.record({ hurry: fc.option(pane) }),
    fc.record({ catchUp: pane }),
    fc.record({ passMs: fc.integer({ min: 0, max: 400 }) }),
    fc.constant("turn" as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { slices, parsed, turn, pass } = slicing({ a: 0.001, b: 0.000_02, c: 0.01 });
      const printed = new Map<string, number>();
      for (const one of steps) {
        if (one === "turn") turn();
        else if ("output" in one) {
          const offset = printed.get(one.output) ?? 0;
          printed.set(one.output, offset + one.length);
          slices.output(one.output, offset, bytes(text(one.length)));
        } else if ("hurry" in one) slices.hurry(one.hurry);
        else if ("catchUp" in one) slices.catchUp(one.catchUp);
        else pass(one.passMs);
      }
      while (turn() !== null);
      const next = new Map<string, number>();
      for (const { paneId, offset, text: piece } of parsed) {
        expect(offset).toBe(next.get(paneId) ?? 0);
        next.set(paneId, offset + piece.length);
      }
      expect(next).toEqual(printed);
    }),
  );
});
