// Selecting with the mouse: drag for characters, two presses for words, three for lines; copied on release. Works wherever
// the program does not want the mouse, with Alt or Shift everywhere, and while looking back.
import type { MouseEvent } from "../../domain/keys/events.ts";
import type { PaneView } from "../../protocol/views.ts";
import { isAtEnd, moveTo, scrollBy, scrollFar } from "../copy/copy-state.ts";
import { selectUnits } from "../copy/select-units.ts";
import type { CopyLayer } from "../layers.ts";
import { copyLayerOf, type Drag, focusedPane, type Model } from "../model.ts";
import { type Change, same } from "./change.ts";
import { copyNeeds, copySelected, leaveCopy, openCopy } from "./copy-layer.ts";
import { openList } from "./open-list.ts";
import { runCommand } from "./run-command.ts";

export const WHEEL_ROWS = 3;
/** Presses closer than this in time, at one place, belong together. */
const CLICK_MS = 400;
/** A pointer held above or below the pane scrolls it by a row each time, as in tmux. */
const SCROLL_ON_MS = 50;

type Select = Extract<Drag, { kind: "select" }>;

/** Counts presses at one place: 1, 2, 3 and again 1. */
export function countClick(model: Model, event: MouseEvent): Model {
  if (event.action !== "press" || event.button !== "left") return model;
  const last = model.clicks;
  const isSame =
    last !== null &&
    model.nowMs - last.atMs <= CLICK_MS &&
    Math.abs(last.x - event.x) <= 1 &&
    last.y === event.y;
  const count = isSame ? (last.count % 3) + 1 : 1;
  return { ...model, clicks: { x: event.x, y: event.y, atMs: model.nowMs, count } };
}

/** The program does not want the event: it is ours. Coordinates are those of the workspace. */
export function unwantedMouse(model: Model, paneId: string, event: MouseEvent): Change {
  const pane = model.view?.panes.find((each) => each.id === paneId);
  if (!pane?.inner) return same(model);
  if (event.button === "wheel-up") {
    // The wheel is for the pane under it; the focus stays where one types.
    return copyLayerOf(model, pane.id) ? same(model) : openCopy(model, "wheel", { byMouse: true }, pane);
  }
  if (event.button === "right" && event.action === "press") return openList(model, "menu");
  if (event.button === "middle" && event.action === "press")
    return runCommand(model, { kind: "local", action: { name: "paste-buffer", buffer: null } });
  if (event.button !== "left" || event.action === "release" || event.action === "move") return same(model);
  return beginSelect(model, pane, event);
}

/** A press, or the first drag that was heard of: from where it was pressed. */
export function beginSelect(model: Model, pane: PaneView, event: MouseEvent): Change {
  const { inner } = pane;
  if (!inner) return same(model);
  const { clicks } = model;
  const count = event.action === "press" ? (clicks?.count ?? 1) : 1;
  const start = event.action === "drag" && clicks ? clicks : event;
  const from = cellOf(start, inner);
  const unit = count === 3 ? "line" : count === 2 ? "word" : "characters";
  const drag: Select = { kind: "select", paneId: pane.id, from, unit, moved: false, beyond: null };
  const begun = { ...model, drag };
  if (unit !== "characters" || event.action === "drag") return dragSelect(begun, event, drag);
  return same(begun);
}

export function dragSelect(model: Model, event: MouseEvent, drag: Select): Change {
  const pane = model.view?.panes.find((each) => each.id === drag.paneId);
  const layer = copyLayerOf(model, drag.paneId);
  if (!pane?.inner || (event.action === "press" && drag.moved)) return same({ ...model, drag: null });
  if (event.action === "release") {
    const ended = { ...model, drag: null };
    if (!layer || (!drag.moved && drag.unit === "characters")) return same(ended);
    return release(ended, layer);
  }
  if (event.action === "move") return same(model);
  const to = cellOf(event, pane.inner);
  const moved = drag.moved || drag.unit !== "characters" || to.x !== drag.from.x || to.y !== drag.from.y;
  if (!moved) return same(model);
  const { inner } = pane;
  const outside = event.y < inner.y ? -1 : event.y >= inner.y + inner.rows ? 1 : 0;
  const beyond = outside === 0 ? null : { event, againAtMs: model.nowMs + SCROLL_ON_MS };
  const next = { ...model, drag: { ...drag, moved, beyond } };
  if (!layer) {
    // The one that has the focus is the one that can be looked back in.
    if (focusedPane(model)?.id !== drag.paneId) return same(next);
    const start = { kind: "select", unit: drag.unit, from: drag.from, to, isReleased: false } as const;
    return openCopy(next, start, { byMouse: true });
  }
  const { copy } = layer;
  if (copy.total === 0) {
    if (typeof copy.start === "string" || copy.start.kind !== "select") return same(next);
    return copyNeeds(next, { ...layer, copy: { ...copy, start: { ...copy.start, to } } });
  }
  const scrolled = outside === 0 ? copy : scrollBy(copy, outside);
  const anchor = { row: copy.top + drag.from.y, col: drag.from.x };
  const selected = selectUnits(scrolled, drag.unit, anchor, { row: scrolled.top + to.y, col: to.x });
  // The window has moved under the place where the mouse was pressed.
  const from = { x: drag.from.x, y: anchor.row - selected.top };
  const goesOn = scrolled.top === copy.top ? null : beyond;
  return copyNeeds({ ...next, drag: { ...drag, moved, from, beyond: goesOn } }, { ...layer, copy: selected });
}

/** The pointer is still where it was: beyond the pane that goes on scrolling. */
export function scrollOn(model: Model): Change {
  const { drag, nowMs } = model;
  if (drag?.kind !== "select" || drag.beyond === null || nowMs < drag.beyond.againAtMs) return same(model);
  return dragSelect(model, drag.beyond.event, drag);
}

function release(model: Model, layer: CopyLayer): Change {
  const { copy } = layer;
  if (copy.total > 0) return copySelected(model, layer);
  if (typeof copy.start === "string" || copy.start.kind !== "select") return same(model);
  return copyNeeds(model, { ...layer, copy: { ...copy, start: { ...copy.start, isReleased: true } } });
}

/** The mouse inside the pane that is looked back in. */
export function inCopy(model: Model, event: MouseEvent, pane: PaneView, layer: CopyLayer): Change {
  const { copy } = layer;
  if (!pane.inner || copy.total === 0) return same(model);
  if (event.button === "wheel-up") return copyNeeds(model, { ...layer, copy: scrollFar(copy, -WHEEL_ROWS) });
  if (event.button === "wheel-down") {
    // Back at the live end one has seen enough.
    if (isAtEnd(copy) && !copy.selection && copy.snapshot === null && !copy.prompt)
      return leaveCopy(model, layer);
    return copyNeeds(model, { ...layer, copy: scrollFar(copy, WHEEL_ROWS) });
  }
  if (event.button === "right" && event.action === "press") return openList(model, "menu");
  if (event.button !== "left" || event.action !== "press") return same(model);
  const at = cellOf(event, pane.inner);
  const placed = { ...moveTo(copy, copy.top + at.y, at.x), selection: null };
  const [next, effects] = copyNeeds(model, { ...layer, copy: placed });
  const [begun, more] = beginSelect(next, pane, event);
  return [begun, [...effects, ...more]];
}

/** The cell of the pane's window, the nearest one when the place is outside. */
function cellOf(at: { x: number; y: number }, inner: NonNullable<PaneView["inner"]>) {
  return {
    x: Math.max(0, Math.min(at.x - inner.x, inner.cols - 1)),
    y: Math.max(0, Math.min(at.y - inner.y, inner.rows - 1)),
  };
}
