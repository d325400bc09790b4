import { ok, type Result } from "../../base/result.ts";
import type { Area } from "../layout/arrange.ts";
import { type Edge, moveBorderTo, resizePane as resizeIn, sizePane as sizeIn } from "../layout/borders.ts";
import { neighbour } from "../layout/move.ts";
import { nextPreset, type Preset, presetTree } from "../layout/presets.ts";
import {
  type Direction,
  evenShares,
  type LayoutNode,
  MAX_PANES,
  paneIdsOf,
  rotatePanes,
  type SplitDirection,
  type SplitOptions,
  splitPane as splitIn,
  swapPanes,
} from "../layout/tree.ts";
import {
  findWindow,
  findWindowOfPane,
  refuse,
  replaceWindow,
  type Session,
  type Window,
  windowOfPane,
  withFocus,
} from "./model.ts";
import { newWindow, show, withoutPane } from "./windows.ts";

/** Puts a new pane next to another and goes to it. A zoom ends. */
export function splitPane(
  session: Session,
  paneId: string,
  direction: SplitDirection,
  newPaneId: string,
  options: SplitOptions = {},
): Result<Session> {
  const found = findWindowOfPane(session, paneId);
  if (!found.ok) return found;
  if (windowOfPane(session, newPaneId) !== null) return refuse(`Pane ${newPaneId} is in a window already.`);
  const added = addPane(found.value, paneId, direction, newPaneId, options);
  return added.ok ? ok(replaceWindow(session, added.value)) : added;
}

function addPane(
  window: Window,
  paneId: string,
  direction: SplitDirection,
  newPaneId: string,
  options: SplitOptions,
): Result<Window> {
  if (paneIdsOf(window.tree).length >= MAX_PANES)
    return refuse(`A window has at most ${MAX_PANES} panes.`, "C-b c opens another window.");
  const tree = splitIn(window.tree, paneId, direction, newPaneId, options);
  return ok(withFocus({ ...window, tree, zoomedPaneId: null, preset: null }, newPaneId));
}

/** Takes a pane out; its program is the caller's to end. The last pane takes its window with it, the last window leaves an empty session. */
export function killPane(session: Session, paneId: string): Result<Session> {
  const found = findWindowOfPane(session, paneId);
  return found.ok ? ok(withoutPane(session, found.value, paneId)) : found;
}

/** Goes to a pane, and to its window. */
export function focusPane(session: Session, paneId: string): Result<Session> {
  const found = findWindowOfPane(session, paneId);
  return found.ok ? ok(show(replaceWindow(session, withFocus(found.value, paneId)), found.value.id)) : found;
}

export type FocusStep = Direction | "next" | "previous" | "last";

/** Moves the focus within a window. `area` is the window's, in cells: it decides what stands beside what. */
export function moveFocus(session: Session, windowId: string, step: FocusStep, area: Area): Result<Session> {
  const found = findWindow(session, windowId);
  if (!found.ok) return found;
  const window = found.value;
  const ids = paneIdsOf(window.tree);
  if (ids.length === 1) return refuse("There is only one pane in this window.", 'C-b % and C-b " split it.');
  const target = stepTarget(window, ids, step, area);
  return target.ok ? ok(replaceWindow(session, withFocus(window, target.value))) : target;
}

function stepTarget(window: Window, ids: readonly string[], step: FocusStep, area: Area): Result<string> {
  const at = ids.indexOf(window.focusedPaneId);
  const [last] = window.focusHistory;
  switch (step) {
    case "next":
      return ok(ids[(at + 1) % ids.length] ?? window.focusedPaneId);
    case "previous":
      return ok(ids.at(at - 1) ?? window.focusedPaneId);
    case "last":
      return last === undefined ? refuse("No other pane of this window has had the focus yet.") : ok(last);
    case "left":
    case "right":
    case "up":
    case "down": {
      const beside = neighbour(window.tree, area, window.focusedPaneId, step, window.focusHistory);
      return beside === null ? refuse(`There is no pane ${WHERE[step]} this one.`) : ok(beside);
    }
  }
}

const WHERE: Record<Direction, string> = { left: "left of", right: "right of", up: "above", down: "below" };

/** Shows a pane alone in its window, or all again. */
export function zoomToggle(session: Session, paneId: string): Result<Session> {
  const found = findWindowOfPane(session, paneId);
  if (!found.ok) return found;
  const window = found.value;
  if (window.zoomedPaneId === paneId) return ok(replaceWindow(session, { ...window, zoomedPaneId: null }));
  if (window.tree.kind === "leaf")
    return refuse("There is only one pane in this window; it has all the room.");
  return ok(replaceWindow(session, { ...withFocus(window, paneId), zoomedPaneId: paneId }));
}

/** Two panes change places, also across windows. The focus stays with the place it is on when the other pane is from elsewhere. */
export function swapPane(session: Session, paneId: string, otherId: string): Result<Session> {
  const first = findWindowOfPane(session, paneId);
  if (!first.ok) return first;
  const second = findWindowOfPane(session, otherId);
  if (!second.ok) return second;
  if (paneId === otherId) return refuse("A pane cannot be swapped with itself.");
  if (first.value.id === second.value.id) {
    return ok(
      replaceWindow(session, {
        ...first.value,
        tree: swapPanes(first.value.tree, paneId, otherId),
        zoomedPaneId: null,
      }),
    );
  }
  return ok(
    replaceWindow(
      replaceWindow(session, exchanged(first.value, paneId, otherId)),
      exchanged(second.value, otherId, paneId),
    ),
  );
}

function exchanged(window: Window, leaving: string, coming: string): Window {
  const change = (paneId: string) => (paneId === leaving ? coming : paneId);
  return {
    ...window,
    tree: swapPanes(window.tree, leaving, coming),
    focusedPaneId: change(window.focusedPaneId),
    focusHistory: window.focusHistory.map(change),
    zoomedPaneId: null,
  };
}

/** Swaps a pane with the one before or after it in reading order. */
export function swapWithNeighbour(
  session: Session,
  paneId: string,
  step: "next" | "previous",
): Result<Session> {
  const found = findWindowOfPane(session, paneId);
  if (!found.ok) return found;
  const ids = paneIdsOf(found.value.tree);
  if (ids.length === 1) return refuse("There is only one pane in this window.");
  const at = ids.indexOf(paneId);
  return swapPane(session, paneId, ids.at(step === "next" ? (at + 1) % ids.length : at - 1) ?? paneId);
}

/** Every pane of a window moves to the next one's place. */
export function rotate(session: Session, windowId: string, step: 1 | -1 = 1): Result<Session> {
  const found = findWindow(session, windowId);
  if (!found.ok) return found;
  if (found.value.tree.kind === "leaf") return refuse("There is only one pane in this window.");
  return ok(
    replaceWindow(session, { ...found.value, tree: rotatePanes(found.value.tree, step), zoomedPaneId: null }),
  );
}

/** Moves a pane into a window of its own. */
export function breakPane(session: Session, paneId: string, name: string): Result<Session> {
  const found = findWindowOfPane(session, paneId);
  if (!found.ok) return found;
  if (found.value.tree.kind === "leaf") return refuse("It is the only pane of its window already.");
  return newWindow(withoutPane(session, found.value, paneId), { name, tree: paneId, autoName: true });
}

/** Moves a pane next to another one, in the same window or from elsewhere, and goes to it. */
export function joinPane(
  session: Session,
  paneId: string,
  besideId: string,
  direction: SplitDirection,
  options: SplitOptions = {},
): Result<Session> {
  const source = findWindowOfPane(session, paneId);
  if (!source.ok) return source;
  const target = findWindowOfPane(session, besideId);
  if (!target.ok) return target;
  if (paneId === besideId) return refuse("A pane cannot be moved next to itself.");
  const taken = withoutPane(session, source.value, paneId);
  const split = splitPane(taken, besideId, direction, paneId, options);
  return split.ok ? ok(show(split.value, target.value.id)) : split;
}

export function applyPreset(session: Session, windowId: string, preset: Preset): Result<Session> {
  const found = findWindow(session, windowId);
  if (!found.ok) return found;
  const ids = paneIdsOf(found.value.tree);
  if (ids.length === 1)
    return refuse("There is only one pane in this window.", 'Split it first: C-b % or C-b ".');
  return ok(arranged(session, found.value, presetTree(preset, ids), preset));
}

function arranged(session: Session, window: Window, tree: LayoutNode, preset: Preset | null): Session {
  return replaceWindow(session, { ...window, tree, zoomedPaneId: null, preset, before: window.tree });
}

/** Gives the panes of every split equal shares. */
export function spreadPanes(session: Session, windowId: string): Result<Session> {
  const found = findWindow(session, windowId);
  if (!found.ok) return found;
  if (found.value.tree.kind === "leaf") return refuse("There is only one pane in this window.");
  return ok(arranged(session, found.value, evenShares(found.value.tree), null));
}

/** Puts the panes as they stood before they were last arranged; a second time puts them back. */
export function undoArrangement(session: Session, windowId: string): Result<Session> {
  const found = findWindow(session, windowId);
  if (!found.ok) return found;
  const { tree, before } = found.value;
  if (before === null) return refuse("The panes of this window were not arranged yet.");
  const ids = new Set(paneIdsOf(tree));
  const earlier = paneIdsOf(before);
  if (earlier.length !== ids.size || !earlier.every((id) => ids.has(id)))
    return refuse("Panes have come or gone since they were arranged.");
  return ok(arranged(session, found.value, before, null));
}

export function nextLayout(session: Session, windowId: string): Result<Session> {
  const found = findWindow(session, windowId);
  return found.ok ? applyPreset(session, windowId, nextPreset(found.value.preset)) : found;
}

/** Moves a border of a pane by cells, as far as its neighbour's minimum lets it. A zoom ends. */
export function resizePane(
  session: Session,
  paneId: string,
  direction: Direction,
  cells: number,
  area: Area,
): Result<Session> {
  const change = (tree: LayoutNode) => resizeIn(tree, area, paneId, direction, cells);
  return reshaped(session, paneId, change, `No border of this pane can move ${MOVES[direction]}.`);
}

/** Moves the border on that side of a pane to a column or row of the window. A zoom ends. */
export function moveBorder(
  session: Session,
  paneId: string,
  edge: Edge,
  to: number,
  area: Area,
): Result<Session> {
  const change = (tree: LayoutNode) => moveBorderTo(tree, area, paneId, edge, to);
  return reshaped(session, paneId, change, "This border can go no further.");
}

/** Gives the program in a pane so many columns, rows or both, as near as its borders can come. A zoom ends. */
export function sizePane(
  session: Session,
  paneId: string,
  size: { readonly cols?: number; readonly rows?: number },
  area: Area,
): Result<Session> {
  const change = (tree: LayoutNode) => {
    const wide = size.cols === undefined ? null : sizeIn(tree, area, paneId, "row", size.cols);
    const high = size.rows === undefined ? null : sizeIn(wide ?? tree, area, paneId, "column", size.rows);
    return high ?? wide;
  };
  return reshaped(session, paneId, change, "No border of this pane can come nearer to that size.");
}

function reshaped(
  session: Session,
  paneId: string,
  change: (tree: LayoutNode) => LayoutNode | null,
  refusal: string,
): Result<Session> {
  const found = findWindowOfPane(session, paneId);
  if (!found.ok) return found;
  const tree = change(found.value.tree);
  if (tree === null) return refuse(refusal);
  return ok(replaceWindow(session, { ...found.value, tree, zoomedPaneId: null, preset: null }));
}

const MOVES: Record<Direction, string> = {
  left: "to the left",
  right: "to the right",
  up: "up",
  down: "down",
};
