import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const text = (path: string) => readFileSync(`${root}${path}`, "utf8");
const part = (name: string) => import(new URL(`bench/${name}.mjs`, import.meta.url).href);
const [{ toMarkdown }, { misplacedRows }, { withMeasured }] = await Promise.all(
  ["report", "promised", "readme"].map(part),
);
const report = JSON.parse(text("test/bench/results.json"));

describe("what was measured", () => {
  it("is told by RESULTS.md as it stands in results.json", () => {
    expect(text("test/bench/RESULTS.md")).toBe(toMarkdown(report));
  });

  it("is told by the README as it stands in results.json", () => {
    expect(text("README.md")).toBe(withMeasured(text("README.md"), report));
  });

  it("is held to its bound in one line of what is promised, each figure once", () => {
    expect(misplacedRows(report.results)).toEqual([]);
  });
});
