import { type LayoutNode, leaf, makeSplit, type SplitDirection } from "./tree.ts";
import { PRESETS } from "./words.ts";

export { PRESETS };

export type Preset = (typeof PRESETS)[number];

/** Of the window, for the main pane of a main-… layout. */
const MAIN_SHARE = 0.6;

/** Arranges panes, first one first. `paneIds` is not empty. */
export function presetTree(preset: Preset, paneIds: readonly string[]): LayoutNode {
  switch (preset) {
    case "even-horizontal":
      return evenly("row", paneIds.map(leaf));
    case "even-vertical":
      return evenly("column", paneIds.map(leaf));
    case "main-horizontal":
      return withMain("column", paneIds);
    case "main-vertical":
      return withMain("row", paneIds);
    case "tiled":
      return tiled(paneIds);
  }
}

export function nextPreset(preset: Preset | null): Preset {
  const at = preset === null ? -1 : PRESETS.indexOf(preset);
  return PRESETS[(at + 1) % PRESETS.length] ?? "tiled";
}

function evenly(direction: SplitDirection, nodes: readonly LayoutNode[]): LayoutNode {
  return makeSplit(
    direction,
    nodes.map((node) => ({ node, size: 1 })),
  );
}

function withMain(direction: SplitDirection, paneIds: readonly string[]): LayoutNode {
  const [main = "", ...others] = paneIds;
  if (others.length === 0) return leaf(main);
  const across: SplitDirection = direction === "row" ? "column" : "row";
  return makeSplit(direction, [
    { node: leaf(main), size: MAIN_SHARE },
    { node: evenly(across, others.map(leaf)), size: 1 - MAIN_SHARE },
  ]);
}

/** As near to a square as it goes; the last line may hold fewer panes, which are then wider. */
function tiled(paneIds: readonly string[]): LayoutNode {
  const columns = Math.ceil(Math.sqrt(paneIds.length));
  const lines: LayoutNode[] = [];
  for (let at = 0; at < paneIds.length; at += columns)
    lines.push(evenly("row", paneIds.slice(at, at + columns).map(leaf)));
  return evenly("column", lines);
}
