// The mouse: click to focus, wheel to scroll, drag a border to resize, click the status line.
import { parseCommandLine } from "../../domain/commands/parse.ts";
import type { MouseEvent } from "../../domain/keys/events.ts";
import type { PaneView } from "../../protocol/views.ts";
import { moveTo, scrollBy } from "../copy/copy-state.ts";
import { selectedText } from "../copy/copy-text.ts";
import { type Effect, toastCall } from "../effects.ts";
import { glyphsFor } from "../glyphs.ts";
import type { Drag, Model } from "../model.ts";
import { topLayer } from "../model.ts";
import { createTheme } from "../theme.ts";
import { statusParts } from "../view/status-line.ts";
import { addBuffer, type Change, same, toast } from "./change.ts";
import { copyNeeds, leaveCopy } from "./copy-layer.ts";
import { listKey } from "./list-layer.ts";
import { openList } from "./open-list.ts";
import { openCopy, runCommand } from "./run-command.ts";

const WHEEL_ROWS = 3;

export function mouse(model: Model, event: MouseEvent): Change {
  if (!model.view) return same(model);
  if (model.drag) return dragging(model, event, model.drag);
  const layer = topLayer(model);
  if (layer && layer.kind !== "copy" && layer.kind !== "display-panes") return overLayer(model, event);
  if (model.hasStatusLine && event.y === model.size.rows - 1)
    return event.action === "press" && event.button === "left" ? statusClick(model, event.x) : same(model);
  const pane = model.view.panes.find((each) => each.outer && holds(each.outer, event));
  if (!pane?.inner || !pane.outer) return same(model);
  const inside = holds(pane.inner, event);
  if (layer?.kind === "copy" && layer.copy.paneId === pane.id && inside) return inCopy(model, event, pane);
  const isWheel = event.button.startsWith("wheel");
  if (event.action === "press" && !isWheel) {
    const focus: Effect[] = pane.focused ? [] : [toastCall("pane.focus", { target: pane.id })];
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
    if (focus.length > 0 || !inside) return [model, focus];
  }
  if (!inside || model.readOnly) return same(model);
  const area = { x: pane.inner.x, y: pane.inner.y, width: pane.inner.cols, height: pane.inner.rows };
  return [model, [{ type: "mouse", paneId: pane.id, paneNumber: pane.number, event, area }]];
}

/** The program does not want the wheel: it scrolls back instead. */
export function unwantedWheel(model: Model, paneId: string, event: MouseEvent): Change {
  const pane = model.view?.panes.find((each) => each.id === paneId);
  if (!pane || event.button !== "wheel-up") return same(model);
  if (!pane.focused) return [model, [toastCall("pane.focus", { target: pane.id })]];
  return topLayer(model) === null ? openCopy(model, "page-up") : same(model);
}

function overLayer(model: Model, event: MouseEvent): Change {
  const layer = topLayer(model);
  if (event.action !== "press" || !event.button.startsWith("wheel")) return same(model);
  const step = event.button === "wheel-up" ? -1 : event.button === "wheel-down" ? 1 : 0;
  if (step === 0) return same(model);
  if (layer?.kind === "list") return listKey(model, layer, step < 0 ? "Up" : "Down", null);
  if (layer?.kind === "help" || layer?.kind === "text" || layer?.kind === "trust") {
    const scrolled = { ...layer, scroll: Math.max(0, layer.scroll + step * WHEEL_ROWS) };
    return same({ ...model, layers: model.layers.map((each) => (each.id === layer.id ? scrolled : each)) });
  }
  return same(model);
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
  if (event.action === "release" || event.action === "press") return same({ ...model, drag: null });
  if (drag.kind !== "border") return same(model);
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

function inCopy(model: Model, event: MouseEvent, pane: PaneView): Change {
  const layer = topLayer(model);
  if (layer?.kind !== "copy" || !pane.inner) return same(model);
  const { copy } = layer;
  const row = copy.top + event.y - pane.inner.y;
  const col = event.x - pane.inner.x;
  if (event.button === "wheel-up") return copyNeeds(model, { ...layer, copy: scrollBy(copy, -WHEEL_ROWS) });
  if (event.button === "wheel-down") {
    // Back at the live end one has seen enough.
    if (copy.total > 0 && copy.top + copy.rows >= copy.total && !copy.selection)
      return leaveCopy(model, layer);
    return copyNeeds(model, { ...layer, copy: scrollBy(copy, WHEEL_ROWS) });
  }
  if (event.button !== "left" || copy.total === 0) return same(model);
  if (event.action === "press")
    return copyNeeds(model, { ...layer, copy: { ...moveTo(copy, row, col), selection: null } });
  if (event.action === "drag") {
    const selection = copy.selection ?? { kind: "characters" as const, anchor: copy.cursor };
    return copyNeeds(model, { ...layer, copy: { ...moveTo(copy, row, col), selection } });
  }
  const text = selectedText(copy);
  if (event.action !== "release" || text === "") return same(model);
  return [toast(addBuffer(model, text), "good", "Copied.", "copied"), [{ type: "clipboard", text }]];
}

function holds(rect: { x: number; y: number; cols: number; rows: number }, event: MouseEvent): boolean {
  return (
    event.x >= rect.x && event.x < rect.x + rect.cols && event.y >= rect.y && event.y < rect.y + rect.rows
  );
}
