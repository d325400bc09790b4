// A terminal smaller than the workspace shows a part of it: the one with the focused pane, and its cursor.
import { BG_HAS_EXTRA, CELL_WORDS } from "../../protocol/cells.ts";
import { createFrame, type Frame, FRAME_WORDS } from "../compositor/frame.ts";
import type { CellSource, PaneGrid } from "../compositor/pane-grid.ts";
import { focusedPane, type Model } from "../model.ts";
import type { Cursor, Drawing } from "./context.ts";

/** The cell of the workspace that stands at the screen's top left. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
}

export const WHOLE: Viewport = { x: 0, y: 0 };

/** Shifted as little as needed: the pane's beginning is seen, unless the cursor would not be. */
export function viewportOf(model: Model, grids: ReadonlyMap<number, PaneGrid>): Viewport {
  const { view, size } = model;
  if (!view || (view.size.cols <= size.cols && view.size.rows <= size.rows)) return WHOLE;
  const status = model.hasStatusLine ? 1 : 0;
  const pane = focusedPane(model);
  if (!pane?.outer || !pane.inner) return WHOLE;
  const cursor = grids.get(pane.number)?.cursor ?? { x: 0, y: 0 };
  return {
    x: shift(view.size.cols, size.cols, pane.outer.x, pane.outer.cols, pane.inner.x + cursor.x),
    y: shift(
      view.size.rows - status,
      size.rows - status,
      pane.outer.y,
      pane.outer.rows,
      pane.inner.y + cursor.y,
    ),
  };
}

function shift(whole: number, shown: number, start: number, length: number, cursor: number): number {
  const most = Math.max(0, whole - shown);
  // All of the pane, if it fits: as far as its end. Else from its beginning, or further when the cursor is further.
  const wanted = length <= shown ? start + length - shown : Math.max(start, cursor + 2 - shown);
  return Math.min(most, Math.max(0, wanted));
}

/** Draws the panes' part of the screen through the viewport; the cursor comes back in cells of the screen. */
export function drawThrough(drawing: Drawing, viewport: Viewport, draw: (large: Drawing) => Cursor): Cursor {
  const { model, frame } = drawing;
  const status = model.hasStatusLine ? 1 : 0;
  const size = model.view?.size ?? model.size;
  const large = createFrame(Math.max(size.cols, model.size.cols), Math.max(size.rows, model.size.rows));
  const cursor = draw({ ...drawing, frame: large });
  const height = model.size.rows - status;
  frame.blitPane(asSource(large), viewport.x, viewport.y, { x: 0, y: 0, width: model.size.cols, height });
  if (!cursor) return null;
  const [x, y] = [cursor.x - viewport.x, cursor.y - viewport.y];
  return x < 0 || y < 0 || x >= model.size.cols || y >= height ? null : { ...cursor, x, y };
}

function asSource(frame: Frame): CellSource {
  const count = frame.cols * frame.rows;
  const words = new Uint32Array(count * CELL_WORDS);
  for (let at = 0; at < count; at++) {
    const from = at * FRAME_WORDS;
    const hasExtra = frame.cells[from + 3] !== 0;
    words[at * CELL_WORDS] = frame.cells[from] as number;
    words[at * CELL_WORDS + 1] = frame.cells[from + 1] as number;
    words[at * CELL_WORDS + 2] = ((frame.cells[from + 2] as number) | (hasExtra ? BG_HAS_EXTRA : 0)) >>> 0;
  }
  return {
    cols: frame.cols,
    rows: frame.rows,
    words,
    combined: (index) => frame.interned.string((frame.cells[index * FRAME_WORDS] as number) & 0x1fffff),
    extra: (index) => frame.interned.extra(frame.cells[index * FRAME_WORDS + 3] as number),
    isWrapped: () => false,
  };
}
