import type { Rect } from "../../protocol/views.ts";
import type { BlessedChrome } from "../blessed-chrome.ts";
import type { Frame } from "../compositor/frame.ts";
import type { PaneGrid } from "../compositor/pane-grid.ts";
import type { Style } from "../compositor/style.ts";
import { fit } from "../format.ts";
import type { Glyphs } from "../glyphs.ts";
import type { Model } from "../model.ts";
import type { Theme } from "../theme.ts";
import type { CursorState } from "../../protocol/cells.ts";
import { textWidth } from "../../protocol/width.ts";
import type { Reach } from "./reach.ts";

/** What every part of the view draws with. */
export interface Drawing {
  readonly frame: Frame;
  readonly model: Model;
  readonly theme: Theme;
  readonly glyphs: Glyphs;
  /** Live screens by pane number. */
  readonly grids: ReadonlyMap<number, PaneGrid>;
  /** The widget toolkit; null until it is loaded. */
  readonly chrome: BlessedChrome | null;
  /** Takes what the mouse can do; absent when only the picture is wanted. */
  readonly reach?: Reach;
}

/** Where the terminal's cursor belongs, or null for nowhere. */
export type Cursor = CursorState | null;

/** A piece of text with a meaning. */
export interface Segment {
  readonly text: string;
  readonly style: Style;
}

/** Writes segments one after the other within `columns`; returns the columns used. */
export function drawSegments(
  drawing: Drawing,
  x: number,
  y: number,
  segments: readonly Segment[],
  columns: number,
): number {
  let used = 0;
  for (const segment of segments) {
    if (used >= columns) break;
    const shown = fit(segment.text, columns - used, drawing.glyphs.ellipsis);
    used += drawing.frame.text(x + used, y, shown, segment.style);
  }
  return used;
}

export function segmentsWidth(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + textWidth(segment.text), 0);
}

/** Draws a box's line; the middle is left alone. */
export function drawBox(drawing: Drawing, rect: Rect, style: Style): void {
  const { frame, glyphs } = drawing;
  const right = rect.x + rect.cols - 1;
  const bottom = rect.y + rect.rows - 1;
  const middle = glyphs.horizontal.repeat(Math.max(0, rect.cols - 2));
  frame.text(rect.x, rect.y, glyphs.topLeft + middle + glyphs.topRight, style);
  frame.text(rect.x, bottom, glyphs.bottomLeft + middle + glyphs.bottomRight, style);
  for (let y = rect.y + 1; y < bottom; y++) {
    frame.text(rect.x, y, glyphs.vertical, style);
    frame.text(right, y, glyphs.vertical, style);
  }
}

export function frameRect(rect: Rect) {
  return { x: rect.x, y: rect.y, width: rect.cols, height: rect.rows };
}
