import { describe, expect, test } from "vitest";
import { createOutputSlices, SLICE_MS } from "../../src/server/services/output-slices.ts";

/** A parser that needs so long for each byte, on a clock of its own; turns come when the test takes them. */
function slicing(msPerByte: Readonly<Record<string, number>>) {
  let nowMs = 0;
  let wanted: (() => void) | null = null;
  const parsed: { paneId: string; offset: number; text: string }[] = [];
  const slices = createOutputSlices({
    now: () => nowMs,
    nextTurn: (job) => void (wanted = job),
    parse(paneId, offset, bytes) {
      nowMs += bytes.length * (msPerByte[paneId] ?? 0);
      parsed.push({ paneId, offset, text: new TextDecoder().decode(bytes) });
    },
  });
  return {
    slices,
    parsed,
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
