import { type LayoutNode, type LayoutSplit, paneIdsOf, type SplitDirection, sum } from "./tree.ts";

/** In cells; x and y count from 0 at the top left of the window. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly cols: number;
  readonly rows: number;
}

export interface Area {
  readonly cols: number;
  readonly rows: number;
}

/**
 * How panes are set apart.
 * - boxed: each pane has a full border of its own.
 * - thin: each pane has a title line on top, and a separator on its right unless it touches the window's right edge.
 * - single: one pane has the whole window under a title line: it is zoomed, or there is no room for the others.
 * - bare: the same without the title line, in a window too small for one.
 */
export type Chrome = "boxed" | "thin" | "single" | "bare";

/** Below either of these, boxes would take too large a part of the screen. */
export const BOXED_MIN_COLS = 100;
export const BOXED_MIN_ROWS = 30;
/** What a program in a pane gets at the very least. */
export const MIN_INNER: Area = { cols: 2, rows: 1 };

export interface PlacedPane {
  readonly paneId: string;
  /** With border, title line and separator. Outer rectangles tile the window: each cell belongs to exactly one. */
  readonly outer: Rect;
  /** The program's cells. */
  readonly inner: Rect;
}

export interface Arrangement {
  readonly chrome: Chrome;
  /** In reading order; panes that are not shown are missing. */
  readonly panes: readonly PlacedPane[];
}

export interface ArrangeOptions {
  /** The pane to show when only one can be. */
  readonly focusedPaneId: string;
  readonly zoomedPaneId?: string | null;
}

/** Places the panes of a window. Never fails: where not all have room, the focused one is shown alone. */
export function arrange(tree: LayoutNode, area: Area, options: ArrangeOptions): Arrangement {
  const whole: Rect = { x: 0, y: 0, cols: Math.max(1, area.cols), rows: Math.max(1, area.rows) };
  const chrome = chromeFor(tree, whole);
  const { focusedPaneId, zoomedPaneId = null } = options;
  if (zoomedPaneId !== null || chrome === null) return alone(zoomedPaneId ?? focusedPaneId, whole);
  const panes = place(tree, whole, chrome).map(({ paneId, outer }) => ({
    paneId,
    outer,
    inner: innerOf(outer, chrome, whole),
  }));
  return { chrome, panes };
}

/** The richest way that leaves every pane its minimum; null if none does. */
export function chromeFor(tree: LayoutNode, area: Area): "boxed" | "thin" | null {
  const roomy = area.cols >= BOXED_MIN_COLS && area.rows >= BOXED_MIN_ROWS;
  if (roomy && fits(tree, area, "boxed")) return "boxed";
  return fits(tree, area, "thin") ? "thin" : null;
}

/** Cells the tree needs at least along a direction. */
export function minimumAlong(node: LayoutNode, direction: SplitDirection, chrome: "boxed" | "thin"): number {
  if (node.kind === "leaf") {
    const extra = chrome === "boxed" ? { row: 2, column: 2 } : { row: 1, column: 1 };
    return direction === "row" ? MIN_INNER.cols + extra.row : MIN_INNER.rows + extra.column;
  }
  const needs = node.children.map((child) => minimumAlong(child, direction, chrome));
  return node.direction === direction ? sum(needs) : Math.max(...needs);
}

/** Cells for each child of a split that has `total` cells: by weight, each at least its minimum, exactly `total` in sum. */
export function cellsOf(split: LayoutSplit, total: number, chrome: "boxed" | "thin"): number[] {
  const minimums = split.children.map((child) => minimumAlong(child, split.direction, chrome));
  return distribute(total, split.sizes, minimums);
}

/**
 * Shares out `total` cells by weight. Shares that would fall below their minimum are fixed there first and the others
 * share the rest; what rounding leaves goes to the largest fractions, the earlier of equals first.
 */
export function distribute(total: number, weights: readonly number[], minimums: readonly number[]): number[] {
  const fixed = new Set<number>();
  for (;;) {
    const rest = total - sum(minimums.filter((_, index) => fixed.has(index)));
    const weight = sum(weights.filter((_, index) => !fixed.has(index)));
    const ideal = weights.map((own, index) =>
      fixed.has(index) ? (minimums[index] ?? 0) : (rest * own) / weight,
    );
    const tooSmall = ideal.findIndex((cells, index) => !fixed.has(index) && cells < (minimums[index] ?? 0));
    if (tooSmall === -1) return roundTo(total, ideal);
    fixed.add(tooSmall);
  }
}

function roundTo(total: number, ideal: readonly number[]): number[] {
  // Weights are fractions of fractions: what is a whole number but for the last bits is that number.
  const cells = ideal.map((value) => Math.floor(value + 1e-9));
  const byFraction = ideal
    .map((value, index) => ({ index, fraction: value - (cells[index] ?? 0) }))
    .toSorted((a, b) => b.fraction - a.fraction);
  let left = total - sum(cells);
  for (const { index } of byFraction) {
    if (left <= 0) break;
    cells[index] = (cells[index] ?? 0) + 1;
    left--;
  }
  return cells;
}

function fits(tree: LayoutNode, area: Area, chrome: "boxed" | "thin"): boolean {
  return minimumAlong(tree, "row", chrome) <= area.cols && minimumAlong(tree, "column", chrome) <= area.rows;
}

function place(node: LayoutNode, rect: Rect, chrome: "boxed" | "thin"): { paneId: string; outer: Rect }[] {
  if (node.kind === "leaf") return [{ paneId: node.paneId, outer: rect }];
  const sideways = node.direction === "row";
  const cells = cellsOf(node, sideways ? rect.cols : rect.rows, chrome);
  let offset = 0;
  return node.children.flatMap((child, index) => {
    const size = cells[index] ?? 0;
    const part = sideways
      ? { ...rect, x: rect.x + offset, cols: size }
      : { ...rect, y: rect.y + offset, rows: size };
    offset += size;
    return place(child, part, chrome);
  });
}

function innerOf(outer: Rect, chrome: "boxed" | "thin", whole: Rect): Rect {
  if (chrome === "boxed")
    return { x: outer.x + 1, y: outer.y + 1, cols: outer.cols - 2, rows: outer.rows - 2 };
  const separator = outer.x + outer.cols < whole.cols ? 1 : 0;
  return { x: outer.x, y: outer.y + 1, cols: outer.cols - separator, rows: outer.rows - 1 };
}

function alone(paneId: string, whole: Rect): Arrangement {
  if (whole.rows <= MIN_INNER.rows)
    return { chrome: "bare", panes: [{ paneId, outer: whole, inner: whole }] };
  return {
    chrome: "single",
    panes: [{ paneId, outer: whole, inner: { ...whole, y: 1, rows: whole.rows - 1 } }],
  };
}

/** Places all panes whether or not the window is zoomed or large enough: for finding neighbours. */
export function placeAll(tree: LayoutNode, area: Area): { paneId: string; outer: Rect }[] {
  const panes = paneIdsOf(tree).length;
  const chrome = chromeFor(tree, area);
  if (chrome !== null) return place(tree, { x: 0, y: 0, ...area }, chrome);
  return place(tree, { x: 0, y: 0, cols: panes * 100, rows: panes * 100 }, "thin");
}
