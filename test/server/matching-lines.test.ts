import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { matchingLines } from "../../src/server/matching-lines.ts";
import { tempDir } from "./services/coordination.ts";

async function found(text: string, ...words: string[]): Promise<string[]> {
  const path = join(tempDir(), "lines");
  writeFileSync(path, text);
  const lines: string[] = [];
  for await (const line of matchingLines(path, words)) lines.push(line);
  return lines;
}

test("finds the lines that hold all the words, whatever their case, also the last without an end", async () => {
  const text = "One two\n\nTWO three\nthree One two\nonetwo";
  expect(await found(text, "one", "two")).toEqual(["One two", "three One two", "onetwo"]);
  expect(await found(text)).toEqual(["One two", "TWO three", "three One two", "onetwo"]);
  expect(await found("", "one")).toEqual([]);
});

test("lines that lie over the edge of a piece are whole, and so are their characters", async () => {
  const lines = Array.from({ length: 3_000 }, (_, number) => `${number} ${"é🦊".repeat(60 + (number % 7))}`);
  expect(await found(lines.join("\n"))).toEqual(lines);
  expect(await found(lines.join("\n"), "2999 é")).toEqual([lines[2_999]]);
  const long = "x".repeat(700_000);
  expect(await found(`a\n${long}\nb\n`, "x")).toEqual([long]);
});
