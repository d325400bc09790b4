import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arrange, type Area, minimumAlong, type Rect } from "../../../src/domain/layout/arrange.ts";
import { moveBorderTo, resizePane, sizePane } from "../../../src/domain/layout/borders.ts";
import {
  isWellFormed,
  leaf,
  type LayoutNode,
  makeSplit,
  paneIdsOf,
  splitPane,
} from "../../../src/domain/layout/tree.ts";
import { anyTree } from "./arbitrary.ts";

const trio = splitPane(splitPane(leaf("%1"), "%1", "row", "%2", { percent: 40 }), "%2", "column", "%3");

const arranged = (tree: LayoutNode, area: Area) => arrange(tree, area, { focusedPaneId: "%1" });
function rectOf(tree: LayoutNode, area: Area, paneId: string): Rect {
  return arranged(tree, area).panes.find((pane) => pane.paneId === paneId)!.outer;
}

describe("resizing", () => {
  const area = { cols: 120, rows: 40 };

  test.each([
    ["%1", "right", 5, "%1", { cols: 77 }],
    ["%1", "left", 5, "%1", { cols: 67 }],
    ["%2", "left", 5, "%2", { cols: 53 }],
    ["%2", "down", 3, "%2", { rows: 23 }],
    ["%3", "down", 3, "%3", { rows: 17 }],
    ["%3", "up", 100, "%2", { rows: 3 }],
    ["%1", "right", 100, "%2", { cols: 4 }],
  ] as const)("%s %s by %i", (paneId, direction, cells, watched, expected) => {
    const tree = resizePane(trio, area, paneId, direction, cells);
    expect(rectOf(tree!, area, watched)).toMatchObject(expected);
  });

  test("moves a border by exactly the cells asked for, or up to a minimum, and changes nothing else", () => {
    fc.assert(
      fc.property(
        anyTree,
        fc.nat(),
        fc.constantFrom("left", "right", "up", "down"),
        fc.integer({ min: 1, max: 30 }),
        (tree, at, direction, cells) => {
          const ids = paneIdsOf(tree);
          const paneId = ids[at % ids.length] ?? "";
          const size = { cols: 200, rows: 60 };
          const resized = resizePane(tree, size, paneId, direction, cells);
          if (resized === null) return;
          expect(isWellFormed(resized)).toBe(true);
          const [was, is] = [rectOf(tree, size, paneId), rectOf(resized, size, paneId)];
          const sideways = direction === "left" || direction === "right";
          expect(sideways ? [is.y, is.rows] : [is.x, is.cols]).toEqual(
            sideways ? [was.y, was.rows] : [was.x, was.cols],
          );
          expect(Math.abs(sideways ? is.cols - was.cols : is.rows - was.rows)).toBeLessThanOrEqual(cells);
        },
      ),
    );
  });

  test("there is nothing to move in a single pane, or where both sides have their minimum", () => {
    expect(resizePane(leaf("%1"), area, "%1", "right", 1)).toBeNull();
    expect(resizePane(trio, area, "%9", "right", 1)).toBeNull();
    expect(resizePane(trio, { cols: 6, rows: 4 }, "%2", "down", 1)).toBeNull();
  });
});

describe("dragging a border", () => {
  const area = { cols: 200, rows: 60 };
  const end = (rect: Rect, axis: "row" | "column") =>
    axis === "row" ? rect.x + rect.cols : rect.y + rect.rows;
  const start = (rect: Rect, axis: "row" | "column") => (axis === "row" ? rect.x : rect.y);

  test("in nested splits moves the border that was grabbed, and not the innermost of the pane beside it", () => {
    // Two columns, the left one with two panes side by side at its top: %1 | %2 over %3, then %4.
    const left = makeSplit("column", [
      {
        node: makeSplit("row", [
          { node: leaf("%1"), size: 1 },
          { node: leaf("%2"), size: 1 },
        ]),
        size: 1,
      },
      { node: leaf("%3"), size: 1 },
    ]);
    const tree = makeSplit("row", [
      { node: left, size: 1 },
      { node: leaf("%4"), size: 1 },
    ]);
    for (const grabbed of ["%2", "%3"]) {
      const moved = moveBorderTo(tree, area, grabbed, "right", 110)!;
      expect(rectOf(moved, area, "%1")).toEqual(rectOf(tree, area, "%1"));
      expect(rectOf(moved, area, "%2")).toMatchObject({ x: 50, cols: 60 });
      expect(rectOf(moved, area, "%3")).toMatchObject({ x: 0, cols: 110 });
      expect(rectOf(moved, area, "%4")).toMatchObject({ x: 110, cols: 90 });
    }
    expect(rectOf(moveBorderTo(tree, area, "%1", "right", 60)!, area, "%2")).toMatchObject({
      x: 60,
      cols: 40,
    });
  });

  test("moves it to the pointer, or as far as the panes at it can give way, and all others stay", () => {
    const edge = fc.constantFrom("right" as const, "bottom" as const);
    fc.assert(
      fc.property(anyTree, fc.nat(), edge, fc.integer({ min: 0, max: 200 }), (tree, at, side, to) => {
        const ids = paneIdsOf(tree);
        const paneId = ids[at % ids.length]!;
        const axis = side === "right" ? "row" : "column";
        const before = arranged(tree, area);
        if (before.chrome === "single" || before.chrome === "bare") return;
        const from = end(rectOf(tree, area, paneId), axis);
        const moved = moveBorderTo(tree, area, paneId, side, to);
        if (from === (axis === "row" ? area.cols : area.rows)) {
          expect(moved).toBeNull();
          return;
        }
        const after = moved === null ? before : arranged(moved, area);
        if (moved) expect(isWellFormed(moved)).toBe(true);
        const came = end(after.panes.find((pane) => pane.paneId === paneId)!.outer, axis);
        expect(came).toBeGreaterThanOrEqual(Math.min(from, to));
        expect(came).toBeLessThanOrEqual(Math.max(from, to));
        const least = minimumAlong(leaf("%1"), axis, before.chrome as "boxed" | "thin");
        let isHeld = false;
        for (const [index, { outer: was }] of before.panes.entries()) {
          const is = after.panes[index]!.outer;
          const [startWas, startIs, endWas, endIs] = [
            start(was, axis),
            start(is, axis),
            end(was, axis),
            end(is, axis),
          ];
          if (startIs !== startWas) expect([startWas, startIs]).toEqual([from, came]);
          if (endIs !== endWas) expect([endWas, endIs]).toEqual([from, came]);
          const across = axis === "row" ? ["y", "rows"] : ["x", "cols"];
          for (const key of across as (keyof Rect)[]) expect(is[key]).toBe(was[key]);
          if (endIs - startIs === least && (endIs === came || startIs === came)) isHeld = true;
        }
        if (came !== to) expect(isHeld).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test("a border of the window itself, and one of a pane that is not here, cannot be dragged", () => {
    expect(moveBorderTo(trio, area, "%2", "right", 10)).toBeNull();
    expect(moveBorderTo(trio, area, "%3", "bottom", 10)).toBeNull();
    expect(moveBorderTo(trio, area, "%9", "right", 10)).toBeNull();
  });
});

describe("giving a pane a size", () => {
  const area = { cols: 120, rows: 40 };
  const innerOf = (tree: LayoutNode, paneId: string) =>
    arranged(tree, area).panes.find((pane) => pane.paneId === paneId)!.inner;

  test.each([
    ["%1", "row", 80, 80],
    ["%1", "row", 20, 20],
    ["%2", "row", 80, 80],
    ["%3", "column", 5, 5],
    ["%2", "column", 30, 30],
    ["%2", "column", 1000, 35],
    ["%1", "row", 1, 2],
  ] as const)("%s along its %s to %i: the program has %i cells", (paneId, axis, cells, comes) => {
    const tree = sizePane(trio, area, paneId, axis, cells)!;
    expect(innerOf(tree, paneId)[axis === "row" ? "cols" : "rows"]).toBe(comes);
  });

  test("one between two others takes from the one before it when the one behind it has no more", () => {
    const row = makeSplit(
      "row",
      ["%1", "%2", "%3"].map((id) => ({ node: leaf(id), size: 1 })),
    );
    const tree = sizePane(row, area, "%2", "row", 100)!;
    expect(innerOf(tree, "%2").cols).toBe(100);
    expect(innerOf(tree, "%3").cols).toBe(2);
  });

  test("what has all the room, or the size already, has no border to move", () => {
    expect(sizePane(trio, area, "%1", "column", 10)).toBeNull();
    expect(sizePane(trio, area, "%1", "row", innerOf(trio, "%1").cols)).toBeNull();
  });
});
