import * as fc from "fast-check";
import { expect, test } from "vitest";
import { lineEdits, unifiedDiff } from "../../../src/domain/spec/diff.ts";
import { startCpuTime } from "../../support/cpu-time.ts";

const names = { before: "a", after: "b" };

test("the edits lead from the one text to the other, and are as few as can be", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const edits = lineEdits(before, after);
      expect(edits.filter(({ mark }) => mark !== "+").map(({ line }) => line)).toEqual(before);
      expect(edits.filter(({ mark }) => mark !== "-").map(({ line }) => line)).toEqual(after);
      expect(edits.filter(({ mark }) => mark === " ")).toHaveLength(longestCommon(before, after));
    }),
    { numRuns: 2_000 },
  );
});

/** By the textbook table: slow, and plainly right. */
function longestCommon(left: readonly string[], right: readonly string[]): number {
  let row: number[] = Array.from({ length: right.length + 1 }, () => 0);
  for (const line of left) {
    const next = [0];
    right.forEach((other, at) =>
      next.push(line === other ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0)),
    );
    row = next;
  }
  return row.at(-1) ?? 0;
}

test("far changes are separate hunks with their line numbers", () => {
  const before = Array.from({ length: 20 }, (_, n) => `line ${n + 1}`);
  const after = before.map((line, at) => (at === 1 ? "second" : at === 18 ? "" : line));
  const text = unifiedDiff(before.join("\n"), after.join("\n"), names);
  expect(text.split("\n").filter((line) => line.startsWith("@@"))).toEqual([
    "@@ -1,5 +1,5 @@",
    "@@ -16,5 +16,5 @@",
  ]);
  expect(unifiedDiff("x", "x", names)).toBe("");
});

test("texts that have nothing in common are answered in time", () => {
  const make = (mark: string) => Array.from({ length: 20_000 }, (_, n) => `${mark}${n}`).join("\n");
  const usedMs = startCpuTime();
  expect(unifiedDiff(make("a"), make("b"), names).split("\n")).toHaveLength(40_003);
  expect(usedMs()).toBeLessThan(3_000);
});
