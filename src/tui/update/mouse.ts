// The mouse: click to focus, wheel to scroll, drag a border to resize, click the status line.
import { parseCommandLine } from "../../domain/commands/parse.ts";
import type { MouseEvent } from "../../domain/keys/events.ts";
import type { PaneView } from "../../protocol/views.ts";
import { type Effect, toastCall } from "../effects.ts";
import { glyphsFor } from "../glyphs.ts";
import { selectedIndex, visibleRows } from "../lists/lists.ts";
import type { Drag, ListLayer, Model } from "../model.ts";
import { copyLayerOf, topLayer } from "../model.ts";
import { createTheme } from "../theme.ts";
import { rowAt } from "../view/list-view.ts";
import { sideRect } from "../view/overlay.ts";
import { statusParts } from "../view/status-line.ts";
import { type Change, closeLayer, replaceLayer, same } from "./change.ts";
import { listKey } from "./list-layer.ts";
import { beginSelect, countClick, dragSelect, inCopy, WHEEL_ROWS } from "./mouse-select.ts";
import { openList } from "./open-list.ts";
import { runCommand } from "./run-command.ts";

export function mouse(model: Model, onScreen: MouseEvent): Change {
  if (!model.view) return same(model);
  const { viewport } = model;
  const event = { ...onScreen, x: onScreen.x + viewport.x, y: onScreen.y + viewport.y };
  if (model.drag) return dragging(model, event, model.drag);
  const layer = topLayer(model);
  if (layer && layer.kind !== "copy" && layer.kind !== "display-panes") return overLayer(model, onScreen);
  if (model.hasStatusLine && onScreen.y === model.size.rows - 1)
    return event.action !== "press"
      ? same(model)
      : event.button === "left"
        ? statusClick(model, onScreen.x)
        : event.button === "right"
          ? openList(model, "menu")
          : same(model);
  const pane = model.view.panes.find((each) => each.outer && holds(each.outer, event));
  if (!pane?.inner || !pane.outer) return same(model);
  const inside = holds(pane.inner, event);
  const counted = countClick(model, event);
  const isWheel = event.button.startsWith("wheel");
  const looking = copyLayerOf(model, pane.id);
  if (looking && inside && (isWheel || pane.focused)) return inCopy(counted, event, pane, looking);
  if (event.action === "press" && !isWheel) {
    const focus: Effect[] = pane.focused ? [] : [toastCall("pane.focus", { target: pane.id })];
    if (!inside && event.button === "right") {
      const [opened, effects] = openList(model, "menu");
      return [opened, [...focus, ...effects]];
    }
    const axis = inside || event.button !== "left" ? null : borderAxis(model, pane, event);
    if (axis)
      return [
        {
          ...model,
          drag: {
            kind: "border",
            paneId: axis.paneId,
            axis: axis.axis,
            at: axis.axis === "x" ? event.x : event.y,
          },
        },
        [],
      ];
    // The click that brings the focus is not for the program.
    if (focus.length > 0 || !inside) return [counted, focus];
  }
  if (!inside) return same(model);
  // With Alt or Shift the mouse is ours, whatever the program wants.
  if ((event.alt || event.shift) && event.button === "left")
    return event.action === "press" || event.action === "drag"
      ? beginSelect(counted, pane, event)
      : same(model);
  const area = { x: pane.inner.x, y: pane.inner.y, width: pane.inner.cols, height: pane.inner.rows };
  const to = { paneId: pane.id, paneNumber: pane.number, event, area };
  if (event.ctrl && event.button === "left" && event.action === "press")
    return [counted, [{ type: "click-link", ...to, cwd: pane.cwd }]];
  return [counted, [{ type: "mouse", ...to }]];
}

function overLayer(model: Model, event: MouseEvent): Change {
  const layer = topLayer(model);
  if (event.action !== "press") return same(model);
  if (event.button === "left" && layer?.kind === "list") return listClick(model, layer, event);
  if (!event.button.startsWith("wheel")) return same(model);
  const step = event.button === "wheel-up" ? -1 : event.button === "wheel-down" ? 1 : 0;
  if (step === 0) return same(model);
  if (layer?.kind === "list") return listKey(model, layer, step < 0 ? "Up" : "Down", null);
  if (layer?.kind === "help" || layer?.kind === "text" || layer?.kind === "trust") {
    const scrolled = { ...layer, scroll: Math.max(0, layer.scroll + step * WHEEL_ROWS) };
    return same({ ...model, layers: model.layers.map((each) => (each.id === layer.id ? scrolled : each)) });
  }
  return same(model);
}

/** A click selects a row, one on the selected row does what Enter does, one beside the list closes it. */
function listClick(model: Model, layer: ListLayer, event: MouseEvent): Change {
  const side = sideRect(model.size.cols, model.size.rows);
  if (event.x < side.x) return same(closeLayer(model, layer.id));
  const row = rowAt(model, layer, event.x, event.y);
  if (!row) return same(model);
  const rows = visibleRows(layer, model);
  if (rows[selectedIndex(layer, rows)]?.id === row.id) return listKey(model, layer, "Enter", null);
  return same(replaceLayer(model, { ...layer, selectedId: row.id, scroll: 0 }));
}

function statusClick(model: Model, x: number): Change {
  const part = statusParts(model, createTheme(model.theme), glyphsFor(model.ascii)).findLast(
    (each) => x >= each.x,
  );
  switch (part?.action?.kind) {
    case "window": {
      const { windowId } = part.action;
      const window = model.view?.windows.find((each) => each.id === windowId);
      return window ? [model, [toastCall("window.select", { target: String(window.index) })]] : same(model);
    }
    case "list":
      return openList(model, part.action.list);
    case "command": {
      const parsed = parseCommandLine(part.action.line);
      return parsed.ok ? runCommand(model, parsed.command) : same(model);
    }
    case "help":
      return runCommand(model, { kind: "local", action: { name: "help" } });
    default:
      return same(model);
  }
}

function dragging(model: Model, event: MouseEvent, drag: Drag): Change {
  if (drag.kind === "select") return dragSelect(model, event, drag);
  if (event.action === "release" || event.action === "press") return same({ ...model, drag: null });
  const at = drag.axis === "x" ? event.x : event.y;
  const moved = at - drag.at;
  if (moved === 0) return same(model);
  const direction = drag.axis === "x" ? (moved > 0 ? "right" : "left") : moved > 0 ? "down" : "up";
  return [
    { ...model, drag: { ...drag, at } },
    [toastCall("pane.resize", { target: drag.paneId, direction, cells: Math.abs(moved) })],
  ];
}

/** The pane whose right or lower border this is; the outer edge of the window cannot be dragged. */
function borderAxis(
  model: Model,
  pane: PaneView,
  event: MouseEvent,
): { paneId: string; axis: "x" | "y" } | null {
  const { outer, inner } = pane as {
    outer: NonNullable<PaneView["outer"]>;
    inner: NonNullable<PaneView["inner"]>;
  };
  const panes = model.view?.panes.filter((each) => each.outer) ?? [];
  if (event.x >= inner.x + inner.cols && event.y > outer.y) {
    return panes.some((each) => each.outer!.x >= outer.x + outer.cols)
      ? { paneId: pane.id, axis: "x" }
      : null;
  }
  if (event.x < inner.x && event.y > outer.y) {
    const left = panes.find(
      (each) =>
        each.outer!.x + each.outer!.cols === outer.x &&
        event.y >= each.outer!.y &&
        event.y < each.outer!.y + each.outer!.rows,
    );
    return left ? { paneId: left.id, axis: "x" } : null;
  }
  if (event.y >= inner.y + inner.rows)
    return panes.some((each) => each.outer!.y >= outer.y + outer.rows)
      ? { paneId: pane.id, axis: "y" }
      : null;
  const above = panes.find(
    (each) =>
      each.outer!.y + each.outer!.rows === outer.y &&
      event.x >= each.outer!.x &&
      event.x < each.outer!.x + each.outer!.cols,
  );
  return above && event.y === outer.y ? { paneId: above.id, axis: "y" } : null;
}

function holds(rect: { x: number; y: number; cols: number; rows: number }, event: MouseEvent): boolean {
  return (
    event.x >= rect.x && event.x < rect.x + rect.cols && event.y >= rect.y && event.y < rect.y + rect.rows
  );
}
