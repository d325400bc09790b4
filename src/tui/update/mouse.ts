// The mouse: click to focus, wheel to scroll, drag a border to resize, click the status line.
import { parseCommandLine } from "../../domain/commands/parse.ts";
import type { MouseEvent } from "../../domain/keys/events.ts";
import { textWidth } from "../../protocol/width.ts";
import { type Effect, toastCall } from "../effects.ts";
import { glyphsFor } from "../glyphs.ts";
import type { Layer } from "../layers.ts";
import type { Drag, Model } from "../model.ts";
import { copyLayerOf, topLayer } from "../model.ts";
import { createTheme } from "../theme.ts";
import { covers } from "../view/reach.ts";
import { type StatusPart, statusParts } from "../view/status-line.ts";
import { dragBorder, grabBorder } from "./border-drag.ts";
import { type Change, same } from "./change.ts";
import { layerKey } from "./layer-keys.ts";
import { layerMouse } from "./layer-mouse.ts";
import { beginSelect, countClick, dragSelect, inCopy, unwantedMouse } from "./mouse-select.ts";
import { openList } from "./open-list.ts";
import { runCommand } from "./run-command.ts";

export function mouse(model: Model, onScreen: MouseEvent): Change {
  if (!model.view) return same(model);
  const { viewport } = model;
  const event = { ...onScreen, x: onScreen.x + viewport.x, y: onScreen.y + viewport.y };
  if (model.drag) return dragging(model, event, model.drag);
  const layer = topLayer(model);
  const isOnStatusLine = model.hasStatusLine && onScreen.y === model.size.rows - 1;
  if (layer && layer.kind !== "copy" && layer.kind !== "display-panes") {
    const [next, effects] = layerMouse(model, layer, onScreen);
    if (!isOnStatusLine || next.layers.includes(layer)) return [next, effects];
    // A click beside it has closed it: it gives way to what was clicked on, unless that is the same again.
    const part = statusPartAt(model, onScreen.x);
    if (opens(part, layer)) return [next, effects];
    const [then, more] = clickStatus(next, part);
    return [then, [...effects, ...more]];
  }
  if (isOnStatusLine)
    return event.action !== "press"
      ? same(model)
      : event.button === "left"
        ? clickStatus(model, statusPartAt(model, onScreen.x))
        : event.button === "right"
          ? openList(model, "menu")
          : same(model);
  const pane = model.view.panes.find((each) => each.outer && covers(each.outer, event.x, event.y));
  if (!pane?.inner || !pane.outer) return same(model);
  if (layer?.kind === "display-panes" && event.action === "press" && event.button === "left")
    return layerKey(model, layer, String(pane.index), null);
  const inside = covers(pane.inner, event.x, event.y);
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
    const drag = inside || event.button !== "left" ? null : grabBorder(model, pane, event);
    if (drag) return same({ ...model, drag });
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
  // A watcher's mouse is never for the program: it scrolls and selects.
  if (model.readOnly) return unwantedMouse(counted, pane.id, event);
  return [counted, [{ type: "mouse", ...to }]];
}

function statusPartAt(model: Model, x: number): StatusPart | undefined {
  const parts = statusParts(model, createTheme(model.theme), glyphsFor(model.ascii));
  return parts.find((each) => x >= each.x && x < each.x + textWidth(each.text));
}

function opens(part: StatusPart | undefined, layer: Layer): boolean {
  const action = part?.action;
  return action?.kind === "list"
    ? layer.kind === "list" && layer.list === action.list
    : action?.kind === layer.kind;
}

function clickStatus(model: Model, part: StatusPart | undefined): Change {
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
  return drag.kind === "select" ? dragSelect(model, event, drag) : dragBorder(model, event, drag);
}
