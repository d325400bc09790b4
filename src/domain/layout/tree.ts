import * as z from "zod";

/**
 * How the panes of a window share its area. `row` puts children side by side, `column` one above the other. `sizes`
 * are weights, one a child: only their proportion counts, so a window that shrinks and grows comes back as it was.
 */
export type LayoutNode = LayoutLeaf | LayoutSplit;

export interface LayoutLeaf {
  readonly kind: "leaf";
  readonly paneId: string;
}

export interface LayoutSplit {
  readonly kind: "split";
  readonly direction: SplitDirection;
  readonly children: readonly LayoutNode[];
  readonly sizes: readonly number[];
}

export type SplitDirection = "row" | "column";
export type Direction = "left" | "right" | "up" | "down";

/** Most panes of one window; more could not be read on any screen. */
export const MAX_PANES = 64;

/** A tree as it is stored; `isWellFormed` says the rest. */
export const LayoutNodeSchema: z.ZodType<LayoutNode> = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("leaf"), paneId: z.string().min(1) }),
    z.object({
      kind: z.literal("split"),
      direction: z.enum(["row", "column"]),
      children: z.array(LayoutNodeSchema).min(2).max(MAX_PANES),
      sizes: z.array(z.number().positive().max(1e9)).min(2).max(MAX_PANES),
    }),
  ]),
);

export function leaf(paneId: string): LayoutLeaf {
  return { kind: "leaf", paneId };
}

/** Splits side by side by side are one split: a child never has its parent's direction, and a single child stands alone. */
export function makeSplit(
  direction: SplitDirection,
  parts: readonly { node: LayoutNode; size: number }[],
): LayoutNode {
  const flat = parts.flatMap(({ node, size }) => {
    if (node.kind === "leaf" || node.direction !== direction) return [{ node, size }];
    const total = sum(node.sizes);
    return node.children.map((child, index) => ({
      node: child,
      size: (size * (node.sizes[index] ?? 1)) / total,
    }));
  });
  const [only] = flat;
  if (only !== undefined && flat.length === 1) return only.node;
  return {
    kind: "split",
    direction,
    children: flat.map(({ node }) => node),
    sizes: flat.map(({ size }) => size),
  };
}

/** Reading order: left to right, top to bottom. A pane's number on the screen is its place here. */
export function paneIdsOf(node: LayoutNode): string[] {
  return node.kind === "leaf" ? [node.paneId] : node.children.flatMap(paneIdsOf);
}

export function hasPane(node: LayoutNode, paneId: string): boolean {
  return node.kind === "leaf"
    ? node.paneId === paneId
    : node.children.some((child) => hasPane(child, paneId));
}

/** What every function here keeps true: ids are unique, splits are real and alternate, weights are positive. */
export function isWellFormed(node: LayoutNode): boolean {
  const ids = paneIdsOf(node);
  return new Set(ids).size === ids.length && ids.length <= MAX_PANES && isWellFormedNode(node);
}

function isWellFormedNode(node: LayoutNode): boolean {
  if (node.kind === "leaf") return true;
  const { children, sizes, direction } = node;
  if (children.length < 2 || sizes.length !== children.length) return false;
  if (!sizes.every((size) => Number.isFinite(size) && size > 0)) return false;
  return children.every(
    (child) => (child.kind === "leaf" || child.direction !== direction) && isWellFormedNode(child),
  );
}

export interface SplitOptions {
  /** The new pane goes left of, or above, the old one. */
  readonly before?: boolean;
  /** Of the old pane's area (of the window's with `full`), for the new one; 1 to 99. */
  readonly percent?: number;
  /** The new pane goes along the whole window. */
  readonly full?: boolean;
}

/** Gives a part of a pane's area to a new one. A tree without that pane is returned as it is. */
export function splitPane(
  node: LayoutNode,
  paneId: string,
  direction: SplitDirection,
  newPaneId: string,
  options: SplitOptions = {},
): LayoutNode {
  const share = Math.min(99, Math.max(1, options.percent ?? 50)) / 100;
  const shared = (old: LayoutNode) => {
    const parts = [
      { node: old, size: 1 - share },
      { node: leaf(newPaneId), size: share },
    ];
    return makeSplit(direction, options.before === true ? parts.toReversed() : parts);
  };
  if (options.full === true) return hasPane(node, paneId) ? shared(node) : node;
  return replaceLeaf(node, paneId, shared);
}

/** Takes a pane out; its neighbour gets the room. Null when it was the only one. */
export function closePane(node: LayoutNode, paneId: string): LayoutNode | null {
  if (node.kind === "leaf") return node.paneId === paneId ? null : node;
  const at = node.children.findIndex((child) => hasPane(child, paneId));
  const touched = node.children[at];
  if (touched === undefined) return node;
  const rest = closePane(touched, paneId);
  const parts = node.children.map((child, index) => ({ node: child, size: node.sizes[index] ?? 1 }));
  if (rest !== null) {
    parts[at] = { node: rest, size: node.sizes[at] ?? 1 };
    return makeSplit(node.direction, parts);
  }
  const heir = parts[at === 0 ? 1 : at - 1];
  if (heir !== undefined) heir.size += node.sizes[at] ?? 1;
  return makeSplit(node.direction, parts.toSpliced(at, 1));
}

/** Two panes change places. Ids that are not in the tree may be given: it then holds the other one, as across windows. */
export function swapPanes(node: LayoutNode, paneId: string, otherId: string): LayoutNode {
  return mapLeaves(node, (id) => (id === paneId ? otherId : id === otherId ? paneId : id));
}

/** Every pane moves to the place of the next one (or of the one before it). */
export function rotatePanes(node: LayoutNode, step: 1 | -1 = 1): LayoutNode {
  const ids = paneIdsOf(node);
  const next = new Map(ids.map((id, index) => [id, ids[(index - step + ids.length) % ids.length] ?? id]));
  return mapLeaves(node, (id) => next.get(id) ?? id);
}

function mapLeaves(node: LayoutNode, change: (paneId: string) => string): LayoutNode {
  if (node.kind === "leaf") return leaf(change(node.paneId));
  return { ...node, children: node.children.map((child) => mapLeaves(child, change)) };
}

function replaceLeaf(node: LayoutNode, paneId: string, change: (old: LayoutLeaf) => LayoutNode): LayoutNode {
  if (node.kind === "leaf") return node.paneId === paneId ? change(node) : node;
  const parts = node.children.map((child, index) => ({
    node: replaceLeaf(child, paneId, change),
    size: node.sizes[index] ?? 1,
  }));
  return makeSplit(node.direction, parts);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The same panes in the same places, those of each split with equal shares. */
export function evenShares(node: LayoutNode): LayoutNode {
  if (node.kind === "leaf") return node;
  return { ...node, children: node.children.map(evenShares), sizes: node.children.map(() => 1) };
}
