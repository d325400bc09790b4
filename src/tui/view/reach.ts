// What a layer answers to. Who draws something says what a click on it does and how far it scrolls, so that the mouse always
// finds what one sees.
import type { Rect } from "../../protocol/views.ts";
import type { Layer } from "../layers.ts";

export type Deed =
  /** The same as pressing this key, named as bindings name it. */
  | { readonly kind: "key"; readonly notation: string }
  /** The layer is this one from now on: another row is selected, another field has the cursor. */
  | { readonly kind: "become"; readonly layer: Layer }
  /** Nothing, but it is not beside the layer either. */
  | { readonly kind: "nothing" };

/** A place on the screen. Later ones lie over earlier ones. */
export interface Spot {
  readonly rect: Rect;
  readonly does: Deed;
}

/** Filled by who draws a layer. */
export interface Reach {
  readonly spots: Spot[];
  /** Rows. 0: all of it is seen. */
  maxScroll: number;
}

/** A row, card or candidate: a click selects it, one on the selected one does what Enter does. */
export function rowSpot(rect: Rect, isSelected: boolean, whenSelected: Layer): Spot {
  return {
    rect,
    does: isSelected ? { kind: "key", notation: "Enter" } : { kind: "become", layer: whenSelected },
  };
}

/** What lies on top at a cell; null where nothing answers. */
export function spotAt(spots: readonly Spot[], x: number, y: number): Spot | null {
  return spots.findLast(({ rect }) => covers(rect, x, y)) ?? null;
}

export function covers(rect: Rect, x: number, y: number): boolean {
  return x >= rect.x && x < rect.x + rect.cols && y >= rect.y && y < rect.y + rect.rows;
}

/** How footers name keys that have a longer name there than in bindings. */
const NOTATIONS: Readonly<Record<string, string>> = {
  enter: "Enter",
  esc: "Escape",
  tab: "Tab",
  "alt-enter": "M-Enter",
  "ctrl-e": "C-e",
};

/** What a click on a key of a footer does; two keys in one place, such as `j k`, are for reading only. */
export function keyDeed(key: string): Deed {
  const notation = NOTATIONS[key] ?? key;
  return notation.includes(" ") ? { kind: "nothing" } : { kind: "key", notation };
}
