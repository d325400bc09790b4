// The mouse over what lies over the panes, the same in all of it: a click on a row selects it, on the selected row or on a key
// it does what the key does, the wheel moves, and a click beside something that holds no words of yours closes it.
import type { MouseEvent } from "../../domain/keys/events.ts";
import type { Layer } from "../layers.ts";
import type { Model } from "../model.ts";
import { reachOf } from "../view/draw.ts";
import { spotAt } from "../view/reach.ts";
import { type Change, closeLayer, replaceLayer, same } from "./change.ts";
import { leaveFind } from "./find-layer.ts";
import { layerKey } from "./layer-keys.ts";
import { WHEEL_ROWS } from "./mouse-select.ts";
import { scrollLayer } from "./scroll.ts";

/** Coordinates are those of the screen. */
export function layerMouse(model: Model, layer: Layer, event: MouseEvent): Change {
  if (event.action !== "press") return same(model);
  if (event.button === "wheel-up") return wheel(model, layer, -1);
  if (event.button === "wheel-down") return wheel(model, layer, 1);
  if (event.button !== "left") return same(model);
  const spot = spotAt(reachOf(model, layer).spots, event.x, event.y);
  if (!spot) return besideLayer(model, layer);
  switch (spot.does.kind) {
    case "key": {
      const { notation } = spot.does;
      return layerKey(model, layer, notation, notation.length === 1 ? notation : null);
    }
    case "become":
      return same(replaceLayer(model, spot.does.layer));
    case "nothing":
      return same(model);
  }
}

function wheel(model: Model, layer: Layer, step: 1 | -1): Change {
  const press = (up: string, down: string) => layerKey(model, layer, step < 0 ? up : down, null);
  switch (layer.kind) {
    case "help":
    case "text":
    case "trust":
    case "restore":
      return scrollLayer(model, layer, step * WHEEL_ROWS);
    case "list":
      return layer.open ? scrollLayer(model, layer, step * WHEEL_ROWS) : press("Up", "Down");
    case "find":
      return layer.isTyping ? same(model) : press("Up", "Down");
    case "prompt":
      return layer.purpose.kind === "command" ? press("S-Tab", "Tab") : same(model);
    case "delegate":
      return layer.field === "text" ? press("Up", "Down") : same(model);
    case "confirm":
    case "copy":
    case "display-panes":
      return same(model);
  }
}

/** What is typed, and an answer that something waits for, is not lost to a click that missed. */
function besideLayer(model: Model, layer: Layer): Change {
  switch (layer.kind) {
    case "list":
    case "help":
    case "text":
    case "confirm":
      return same(closeLayer(model, layer.id));
    case "find":
      return leaveFind(model, layer);
    default:
      return same(model);
  }
}
