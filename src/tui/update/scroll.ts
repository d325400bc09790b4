// Scrolling what is longer than its place, up to its end and no further: who turned the wheel too far needs no turns back.
import type { Layer } from "../layers.ts";
import type { Model } from "../model.ts";
import { reachOf } from "../view/draw.ts";
import { type Change, replaceLayer, same } from "./change.ts";

/** `step`: rows, down when positive. */
export function scrollLayer(
  model: Model,
  layer: Extract<Layer, { readonly scroll: number }>,
  step: number,
): Change {
  const { maxScroll } = reachOf(model, layer);
  const scroll = Math.max(0, Math.min(layer.scroll + step, maxScroll));
  return same(replaceLayer(model, { ...layer, scroll }));
}

const STEPS: Readonly<Record<string, number>> = {
  j: 1,
  Down: 1,
  "C-n": 1,
  k: -1,
  Up: -1,
  "C-p": -1,
  PageDown: 10,
  Space: 10,
  "C-d": 10,
  PageUp: -10,
  "C-u": -10,
  g: -Infinity,
  Home: -Infinity,
  G: Infinity,
  End: Infinity,
};

/** How far a key scrolls, in rows; null for one that does not. */
export function scrollStep(notation: string): number | null {
  return STEPS[notation] ?? null;
}
