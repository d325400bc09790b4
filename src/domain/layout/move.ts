import { type Area, placeAll, type Rect } from "./arrange.ts";
import type { Direction, LayoutNode } from "./tree.ts";

/**
 * The pane on a side of another. Of several, the one used last (`recent`, most recent first), else the one that
 * shares the longest edge. At the edge of the window it goes round to the other side, as in tmux. Null if the pane
 * spans the whole window in that direction.
 */
export function neighbour(
  tree: LayoutNode,
  area: Area,
  paneId: string,
  direction: Direction,
  recent: readonly string[],
): string | null {
  const placed = placeAll(tree, area);
  const from = placed.find((pane) => pane.paneId === paneId)?.outer;
  if (from === undefined) return null;
  const size = {
    cols: Math.max(...placed.map(({ outer }) => outer.x + outer.cols)),
    rows: Math.max(...placed.map(({ outer }) => outer.y + outer.rows)),
  };
  const edge = wantedEdge(from, direction, size);
  const candidates = placed
    .filter((pane) => pane.paneId !== paneId && facingEdge(pane.outer, direction) === edge)
    .map((pane) => ({ paneId: pane.paneId, shared: sharedEdge(from, pane.outer, direction) }))
    .filter(({ shared }) => shared > 0);
  const used = recent.find((id) => candidates.some((candidate) => candidate.paneId === id));
  return used ?? candidates.toSorted((left, right) => right.shared - left.shared)[0]?.paneId ?? null;
}

/** Where a neighbour on that side has to begin (or end). */
function wantedEdge(from: Rect, direction: Direction, size: Area): number {
  switch (direction) {
    case "left":
      return from.x === 0 ? size.cols : from.x;
    case "right":
      return from.x + from.cols === size.cols ? 0 : from.x + from.cols;
    case "up":
      return from.y === 0 ? size.rows : from.y;
    case "down":
      return from.y + from.rows === size.rows ? 0 : from.y + from.rows;
  }
}

function facingEdge(rect: Rect, direction: Direction): number {
  if (direction === "left") return rect.x + rect.cols;
  if (direction === "right") return rect.x;
  return direction === "up" ? rect.y + rect.rows : rect.y;
}

function sharedEdge(one: Rect, other: Rect, direction: Direction): number {
  if (direction === "left" || direction === "right")
    return Math.min(one.y + one.rows, other.y + other.rows) - Math.max(one.y, other.y);
  return Math.min(one.x + one.cols, other.x + other.cols) - Math.max(one.x, other.x);
}
