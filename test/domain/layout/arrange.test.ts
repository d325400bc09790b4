import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  arrange,
  BOXED_MIN_COLS,
  BOXED_MIN_ROWS,
  distribute,
  MIN_INNER,
} from "../../../src/domain/layout/arrange.ts";
import { neighbour } from "../../../src/domain/layout/move.ts";
import { presetTree } from "../../../src/domain/layout/presets.ts";
import { leaf, paneIdsOf, splitPane } from "../../../src/domain/layout/tree.ts";
import { anyArea, anyTree } from "./arbitrary.ts";

const trio = splitPane(splitPane(leaf("%1"), "%1", "row", "%2", { percent: 40 }), "%2", "column", "%3");

describe("arranging", () => {
  test("every cell of the window belongs to exactly one pane, and each program gets its minimum", () => {
    fc.assert(
      fc.property(anyTree, anyArea, fc.boolean(), (tree, area, zoomed) => {
        const focusedPaneId = paneIdsOf(tree)[0] ?? "";
        const { panes, chrome } = arrange(tree, area, {
          focusedPaneId,
          zoomedPaneId: zoomed ? focusedPaneId : null,
        });
        const owners = new Uint8Array(area.cols * area.rows);
        for (const { outer, inner } of panes) {
          for (let y = outer.y; y < outer.y + outer.rows; y++)
            for (let x = outer.x; x < outer.x + outer.cols; x++) owners[y * area.cols + x]! += 1;
          expect(inner.x >= outer.x && inner.y >= outer.y).toBe(true);
          expect(
            inner.x + inner.cols <= outer.x + outer.cols && inner.y + inner.rows <= outer.y + outer.rows,
          ).toBe(true);
          if (chrome === "boxed" || chrome === "thin") {
            expect(inner.cols).toBeGreaterThanOrEqual(MIN_INNER.cols);
            expect(inner.rows).toBeGreaterThanOrEqual(MIN_INNER.rows);
          }
          expect(inner.cols * inner.rows).toBeGreaterThan(0);
        }
        expect(owners.every((count) => count === 1)).toBe(true);
        if (chrome === "boxed" || chrome === "thin")
          expect(panes.map((pane) => pane.paneId)).toEqual(paneIdsOf(tree));
        else expect(panes.map((pane) => pane.paneId)).toEqual([focusedPaneId]);
      }),
    );
  });

  test("with room, each pane has a box of its own", () => {
    expect(arrange(trio, { cols: 120, rows: 40 }, { focusedPaneId: "%1" })).toEqual({
      chrome: "boxed",
      panes: [
        {
          paneId: "%1",
          outer: { x: 0, y: 0, cols: 72, rows: 40 },
          inner: { x: 1, y: 1, cols: 70, rows: 38 },
        },
        {
          paneId: "%2",
          outer: { x: 72, y: 0, cols: 48, rows: 20 },
          inner: { x: 73, y: 1, cols: 46, rows: 18 },
        },
        {
          paneId: "%3",
          outer: { x: 72, y: 20, cols: 48, rows: 20 },
          inner: { x: 73, y: 21, cols: 46, rows: 18 },
        },
      ],
    });
  });

  test("in a small window there are title lines, and separators only between panes", () => {
    expect(arrange(trio, { cols: 80, rows: 23 }, { focusedPaneId: "%1" })).toEqual({
      chrome: "thin",
      panes: [
        {
          paneId: "%1",
          outer: { x: 0, y: 0, cols: 48, rows: 23 },
          inner: { x: 0, y: 1, cols: 47, rows: 22 },
        },
        {
          paneId: "%2",
          outer: { x: 48, y: 0, cols: 32, rows: 12 },
          inner: { x: 48, y: 1, cols: 32, rows: 11 },
        },
        {
          paneId: "%3",
          outer: { x: 48, y: 12, cols: 32, rows: 11 },
          inner: { x: 48, y: 13, cols: 32, rows: 10 },
        },
      ],
    });
  });

  test.each([
    [BOXED_MIN_COLS, BOXED_MIN_ROWS, "boxed"],
    [BOXED_MIN_COLS - 1, BOXED_MIN_ROWS, "thin"],
    [BOXED_MIN_COLS, BOXED_MIN_ROWS - 1, "thin"],
    [7, 4, "thin"],
    [5, 4, "single"],
    [7, 3, "single"],
    [1, 1, "bare"],
    [200, 1, "bare"],
  ])("%i x %i is %s", (cols, rows, chrome) => {
    expect(arrange(trio, { cols, rows }, { focusedPaneId: "%2" }).chrome).toBe(chrome);
  });

  test("a zoomed pane has all but a title line", () => {
    expect(arrange(trio, { cols: 120, rows: 40 }, { focusedPaneId: "%3", zoomedPaneId: "%3" })).toEqual({
      chrome: "single",
      panes: [
        {
          paneId: "%3",
          outer: { x: 0, y: 0, cols: 120, rows: 40 },
          inner: { x: 0, y: 1, cols: 120, rows: 39 },
        },
      ],
    });
  });

  test("even layouts differ by one cell at most", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 60, max: 400 }), (count, cols) => {
        const ids = Array.from({ length: count }, (_, index) => `%${index}`);
        const { panes } = arrange(
          presetTree("even-horizontal", ids),
          { cols, rows: 40 },
          { focusedPaneId: "%0" },
        );
        const widths = panes.map((pane) => pane.outer.cols);
        expect(Math.max(...widths) - Math.min(...widths)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("sharing out gives all of it, by weight, never below a minimum", () => {
    expect(distribute(10, [1, 1, 1], [0, 0, 0])).toEqual([4, 3, 3]);
    expect(distribute(10, [8, 1, 1], [0, 3, 3])).toEqual([4, 3, 3]);
    expect(distribute(9, [1000, 1, 1], [3, 3, 3])).toEqual([3, 3, 3]);
  });
});

describe("neighbours", () => {
  const area = { cols: 120, rows: 40 };

  test.each([
    ["%1", "right", [], "%2"],
    ["%1", "right", ["%3"], "%3"],
    ["%1", "right", ["%9", "%3", "%2"], "%3"],
    ["%3", "left", [], "%1"],
    ["%3", "up", [], "%2"],
    ["%2", "down", [], "%3"],
    ["%3", "down", [], "%2"],
    ["%1", "left", [], "%2"],
    ["%2", "right", [], "%1"],
    ["%1", "up", [], null],
    ["%9", "up", [], null],
  ] as const)("%s %s (used before: %j) is %s", (paneId, direction, recent, expected) => {
    expect(neighbour(trio, area, paneId, direction, recent)).toBe(expected);
  });

  test("of several that were never used, the one with the longest common edge is taken", () => {
    const lopsided = splitPane(splitPane(leaf("%1"), "%1", "row", "%2"), "%2", "column", "%3", {
      percent: 70,
    });
    expect(neighbour(lopsided, area, "%1", "right", [])).toBe("%3");
  });

  test("going somewhere and back ends where it began", () => {
    fc.assert(
      fc.property(
        anyTree,
        fc.nat(),
        fc.constantFrom(["left", "right"] as const, ["up", "down"] as const),
        (tree, at, [there, back]) => {
          const ids = paneIdsOf(tree);
          const from = ids[at % ids.length] ?? "";
          const other = neighbour(tree, area, from, there, []);
          if (other !== null) expect(neighbour(tree, area, other, back, [from])).toBe(from);
        },
      ),
    );
  });
});
