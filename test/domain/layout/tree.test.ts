import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextPreset, PRESETS, presetTree } from "../../../src/domain/layout/presets.ts";
import {
  closePane,
  isWellFormed,
  type LayoutNode,
  LayoutNodeSchema,
  leaf,
  paneIdsOf,
  rotatePanes,
  splitPane,
  swapPanes,
} from "../../../src/domain/layout/tree.ts";
import { anyTree } from "./arbitrary.ts";

/** row[1 column[2 3]] reads as "1|(2/3)". */
function show(node: LayoutNode | null): string {
  if (node === null) return "nothing";
  if (node.kind === "leaf") return node.paneId.slice(1);
  return node.children
    .map((child) => (child.kind === "leaf" ? show(child) : `(${show(child)})`))
    .join(node.direction === "row" ? "|" : "/");
}

const three = splitPane(splitPane(leaf("%1"), "%1", "row", "%2"), "%2", "column", "%3");

describe("a layout", () => {
  test("a full split goes along the whole window, beside or before everything that is there", () => {
    const row = splitPane(leaf("%1"), "%1", "row", "%2");
    expect(splitPane(row, "%2", "column", "%3", { full: true, percent: 25 })).toEqual({
      kind: "split",
      direction: "column",
      children: [row, leaf("%3")],
      sizes: [0.75, 0.25],
    });
    expect(paneIdsOf(splitPane(row, "%2", "row", "%3", { full: true, before: true }))).toEqual([
      "%3",
      "%1",
      "%2",
    ]);
    expect(splitPane(row, "%9", "row", "%3", { full: true })).toBe(row);
  });

  test.each([
    ["right of a pane", splitPane(leaf("%1"), "%1", "row", "%2"), "1|2"],
    ["above it", splitPane(leaf("%1"), "%1", "column", "%2", { before: true }), "2/1"],
    ["across the split it is in", three, "1|(2/3)"],
    ["along the split it is in", splitPane(three, "%1", "row", "%4"), "1|4|(2/3)"],
    ["of a pane that does not exist", splitPane(three, "%9", "row", "%4"), "1|(2/3)"],
  ])("splits %s", (_, tree, expected) => {
    expect(show(tree)).toBe(expected);
  });

  test("a split takes its percentage from the split pane only", () => {
    const tree = splitPane(splitPane(leaf("%1"), "%1", "row", "%2", { percent: 50 }), "%2", "row", "%3", {
      percent: 20,
    });
    expect(tree).toMatchObject({ sizes: [0.5, 0.4, 0.1] });
  });

  test("a closed pane leaves its room to its neighbour, and splits of one vanish", () => {
    expect(show(closePane(three, "%3"))).toBe("1|2");
    expect(show(closePane(three, "%1"))).toBe("2/3");
    expect(show(closePane(leaf("%1"), "%1"))).toBe("nothing");
    const row = splitPane(splitPane(leaf("%1"), "%1", "row", "%2"), "%2", "row", "%3");
    expect(closePane(row, "%2")).toMatchObject({ sizes: [0.75, 0.25] });
    // 1|(2/(3|4)) without 2 is one row, not a row in a row
    expect(show(closePane(splitPane(three, "%3", "row", "%4"), "%2"))).toBe("1|3|4");
  });

  test("panes can be swapped and rotated through the same places", () => {
    expect(show(swapPanes(three, "%1", "%3"))).toBe("3|(2/1)");
    expect(show(rotatePanes(three))).toBe("3|(1/2)");
    expect(show(rotatePanes(three, -1))).toBe("2|(3/1)");
  });

  test.each([
    ["even-horizontal", "1|2|3|4|5"],
    ["even-vertical", "1/2/3/4/5"],
    ["main-horizontal", "1/(2|3|4|5)"],
    ["main-vertical", "1|(2/3/4/5)"],
    ["tiled", "(1|2|3)/(4|5)"],
  ] as const)("%s", (preset, expected) => {
    expect(show(presetTree(preset, ["%1", "%2", "%3", "%4", "%5"]))).toBe(expected);
    expect(show(presetTree(preset, ["%1"]))).toBe("1");
    expect(show(presetTree(preset, ["%1", "%2"]))).toMatch(/^1[|/]2$/);
  });

  test("the presets come in turn", () => {
    const seen = [nextPreset(null)];
    while (seen.length < PRESETS.length) seen.push(nextPreset(seen.at(-1) ?? null));
    expect(seen).toEqual(PRESETS);
    expect(nextPreset(PRESETS.at(-1) ?? null)).toBe(PRESETS[0]);
  });

  test("stays well-formed and keeps its panes whatever is done to it", () => {
    fc.assert(
      fc.property(anyTree, fc.nat(), fc.nat(), fc.constantFrom(...PRESETS), (tree, one, two, preset) => {
        const ids = paneIdsOf(tree);
        const first = ids[one % ids.length] ?? "";
        const second = ids[two % ids.length] ?? "";
        expect(isWellFormed(tree)).toBe(true);
        expect(LayoutNodeSchema.parse(JSON.parse(JSON.stringify(tree)))).toEqual(tree);
        for (const changed of [swapPanes(tree, first, second), rotatePanes(tree), presetTree(preset, ids)]) {
          expect(isWellFormed(changed)).toBe(true);
          expect(paneIdsOf(changed).toSorted()).toEqual(ids.toSorted());
        }
        const closed = closePane(tree, first);
        expect(closed === null ? [] : paneIdsOf(closed)).toEqual(ids.filter((id) => id !== first));
        expect(closed === null || isWellFormed(closed)).toBe(true);
        expect(rotatePanes(rotatePanes(tree), -1)).toEqual(tree);
        expect(swapPanes(swapPanes(tree, first, second), first, second)).toEqual(tree);
      }),
    );
  });
});
