// Moving borders: only the panes on both sides of the one that moves change, all others stay where they are.
import { type Area, arrange, cellsOf, chromeFor, minimumAlong } from "./arrange.ts";
import { type Direction, hasPane, type LayoutNode, type LayoutSplit, type SplitDirection } from "./tree.ts";

/** The side of a pane that a border is on. The sides of the window are no borders. */
export type Edge = "right" | "bottom";

/** Between child `before` and the next one of the split at `path`, the places to go down from the root. */
interface Border {
  readonly path: readonly number[];
  readonly before: number;
}

/** A split that holds a pane. */
interface Holder {
  readonly path: readonly number[];
  readonly split: LayoutSplit;
  /** The child with the pane. */
  readonly at: number;
}

/**
 * Moves a border of a pane by cells: the one behind it (right or below) or, if it is the last of its split, the one
 * before it, as tmux does; where that has no room, one further out. It stops where a pane beside it has its minimum.
 * Null if there is no such border, or no room.
 */
export function resizePane(
  tree: LayoutNode,
  area: Area,
  paneId: string,
  direction: Direction,
  cells: number,
): LayoutNode | null {
  const axis: SplitDirection = direction === "left" || direction === "right" ? "row" : "column";
  const shift = direction === "right" || direction === "down" ? cells : -cells;
  for (const { path, split, at } of holdersOf(tree, paneId, axis)) {
    const before = at < split.children.length - 1 ? at : at - 1;
    const moved = moveBorder(tree, area, { path, before }, shift);
    if (moved !== null) return moved;
  }
  return null;
}

/**
 * Moves the very border that is on that side of a pane, to a column or row of the window: the first one behind it, as a
 * hand that drags it sees it. Null if there is none, or if it cannot come any nearer to that place.
 */
export function moveBorderTo(
  tree: LayoutNode,
  area: Area,
  paneId: string,
  edge: Edge,
  to: number,
): LayoutNode | null {
  const axis: SplitDirection = edge === "right" ? "row" : "column";
  const border = borderBehind(tree, paneId, axis);
  const pane = placed(tree, area, paneId);
  if (border === null || pane === null) return null;
  const { x, y, cols, rows } = pane.outer;
  return moveBorder(tree, area, border, to - (edge === "right" ? x + cols : y + rows));
}

/** Gives the program in a pane so many cells along an axis, as near as its two borders can come. Null if nothing moves. */
export function sizePane(
  tree: LayoutNode,
  area: Area,
  paneId: string,
  axis: SplitDirection,
  cells: number,
): LayoutNode | null {
  const missing = (node: LayoutNode) => {
    const pane = placed(node, area, paneId);
    return pane === null ? 0 : cells - pane.inner[ALONG[axis]];
  };
  const behind = borderBehind(tree, paneId, axis);
  const first = behind && moveBorder(tree, area, behind, missing(tree));
  const before = borderBefore(tree, paneId, axis);
  const second = before && moveBorder(first ?? tree, area, before, -missing(first ?? tree));
  return second ?? first;
}

function placed(tree: LayoutNode, area: Area, paneId: string) {
  return arrange(tree, area, { focusedPaneId: paneId }).panes.find((pane) => pane.paneId === paneId) ?? null;
}

/** Innermost first. */
function holdersOf(tree: LayoutNode, paneId: string, axis: SplitDirection): Holder[] {
  const found: Holder[] = [];
  let node = tree;
  let path: readonly number[] = [];
  while (node.kind === "split") {
    const at = node.children.findIndex((child) => hasPane(child, paneId));
    const child = node.children[at];
    if (child === undefined) break;
    if (node.direction === axis) found.unshift({ path, split: node, at });
    path = [...path, at];
    node = child;
  }
  return found;
}

function borderBehind(tree: LayoutNode, paneId: string, axis: SplitDirection): Border | null {
  const holder = holdersOf(tree, paneId, axis).find(({ split, at }) => at < split.children.length - 1);
  return holder ? { path: holder.path, before: holder.at } : null;
}

function borderBefore(tree: LayoutNode, paneId: string, axis: SplitDirection): Border | null {
  const holder = holdersOf(tree, paneId, axis).find(({ at }) => at > 0);
  return holder ? { path: holder.path, before: holder.at - 1 } : null;
}

/** Which side of a part of the tree gives or takes cells. */
interface Side {
  readonly axis: SplitDirection;
  readonly end: "first" | "last";
  readonly chrome: "boxed" | "thin";
}

/** As far as the panes at the border can give way. Null when it does not move. */
function moveBorder(tree: LayoutNode, area: Area, border: Border, shift: number): LayoutNode | null {
  const chrome = chromeFor(tree, area);
  return chrome === null ? null : moveWithin(tree, area, border, shift, chrome);
}

function moveWithin(
  node: LayoutNode,
  area: Area,
  border: Border,
  shift: number,
  chrome: Side["chrome"],
): LayoutNode | null {
  if (node.kind === "leaf") return null;
  const parts = partsOf(node, area, chrome);
  const [step, ...path] = border.path;
  if (step !== undefined) {
    const part = parts[step];
    const inside = part && moveWithin(part.child, part.area, { ...border, path }, shift, chrome);
    return inside ? { ...node, children: node.children.with(step, inside) } : null;
  }
  const [before, after] = [parts[border.before], parts[border.before + 1]];
  if (before === undefined || after === undefined) return null;
  const behind: Side = { axis: node.direction, end: "last", chrome };
  const ahead: Side = { axis: node.direction, end: "first", chrome };
  const least = -spare(before.child, before.area, behind);
  const moved = Math.max(least, Math.min(spare(after.child, after.area, ahead), shift));
  if (moved === 0) return null;
  return {
    ...node,
    children: node.children
      .with(before.at, stretched(before.child, before.area, behind, moved))
      .with(after.at, stretched(after.child, after.area, ahead, -moved)),
    sizes: parts
      .map(({ cells }) => cells)
      .with(before.at, before.cells + moved)
      .with(after.at, after.cells - moved),
  };
}

/** Cells that the panes on that side can give up. */
function spare(node: LayoutNode, area: Area, side: Side): number {
  if (node.kind === "leaf") return area[ALONG[side.axis]] - minimumAlong(node, side.axis, side.chrome);
  return Math.min(...touching(node, area, side).map((part) => spare(part.child, part.area, side)));
}

/** The part with so many cells more on that side; the panes that do not touch it keep theirs. */
function stretched(node: LayoutNode, area: Area, side: Side, more: number): LayoutNode {
  if (node.kind === "leaf") return node;
  const touched = touching(node, area, side);
  const children = touched.reduce(
    (held, part) => held.with(part.at, stretched(part.child, part.area, side, more)),
    node.children,
  );
  if (node.direction !== side.axis) return { ...node, children };
  const sizes = partsOf(node, area, side.chrome).map(({ cells }) => cells);
  return {
    ...node,
    children,
    sizes: touched.reduce((held, { at, cells }) => held.with(at, cells + more), sizes),
  };
}

/** The children that reach to that side: one of a split along it, all of one across it. */
function touching(node: LayoutSplit, area: Area, { axis, end, chrome }: Side) {
  const parts = partsOf(node, area, chrome);
  if (node.direction !== axis) return parts;
  return end === "first" ? parts.slice(0, 1) : parts.slice(-1);
}

const ALONG = { row: "cols", column: "rows" } as const;

/** The children with their cells along the split, and the area that each has. */
function partsOf(node: LayoutSplit, area: Area, chrome: Side["chrome"]) {
  const along = ALONG[node.direction];
  return cellsOf(node, area[along], chrome).map((cells, at) => ({
    at,
    cells,
    child: node.children[at]!,
    area: { ...area, [along]: cells },
  }));
}
