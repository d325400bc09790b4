// Turns the model and the panes' cells into what the terminal is to be told. Knows what it drew last.
import type { ColourDepth } from "../protocol/sgr.ts";
import type { BlessedChrome } from "./blessed-chrome.ts";
import { createFrame } from "./compositor/frame.ts";
import type { PaneGrid } from "./compositor/pane-grid.ts";
import { createRenderer } from "./compositor/renderer.ts";
import { glyphsFor } from "./glyphs.ts";
import { focusedPane, type Model } from "./model.ts";
import { createTheme, themeForDepth } from "./theme.ts";
import type { Cursor, Drawing } from "./view/context.ts";
import { drawCovers, drawScreen, firstCoveredRow, MIN_COLS, MIN_ROWS } from "./view/draw.ts";
import { type Viewport, viewportOf, WHOLE } from "./view/viewport.ts";

export interface Painter {
  /** The output that brings the terminal up to date; empty when it is. Of a part the rest waits for a later call. */
  paint(model: Model, chrome: BlessedChrome | null, part?: PaintedPart): string;
  /** Something was left for a later call. */
  readonly hasMore: boolean;
  /** The part of the workspace that was painted last. */
  readonly viewport: Viewport;
  /** Rows of a pane's screen changed, both inclusive. */
  markRows(paneNumber: number, y0: number, y1: number): void;
  /** More than cells changed: look at everything again. */
  redrawAll(): void;
  /** What the terminal shows is unknown: send everything. */
  invalidate(): void;
}

/** The rows in which this pane changed, or about so many bytes of what waits longest. */
export type PaintedPart = { readonly pane: number | undefined } | { readonly bytes: number };

export function createPainter(colours: ColourDepth, grids: ReadonlyMap<number, PaneGrid>): Painter {
  const frame = createFrame(1, 1);
  let output = "";
  const renderer = createRenderer({ colours, write: (text) => void (output += text) });
  let drawnModel: Model | null = null;
  /** Of the model that was drawn last: from this row on something may lie over the panes. */
  let coveredFrom = 0;
  let viewport: Viewport = WHOLE;
  const dirtyRows = new Map<number, { y0: number; y1: number }>();

  function drawAll(model: Model, chrome: BlessedChrome | null): Cursor {
    const { cols, rows } = model.size;
    if (frame.cols !== cols || frame.rows !== rows) frame.resize(cols, rows);
    const drawing = drawingOf(model, chrome);
    coveredFrom = firstCoveredRow(drawing);
    dirtyRows.clear();
    return drawScreen(drawing);
  }

  function drawingOf(model: Model, chrome: BlessedChrome | null): Drawing {
    const theme = createTheme(themeForDepth(model.theme, colours));
    return { frame, model, theme, glyphs: glyphsFor(model.ascii), grids, chrome };
  }

  /** Only cells of panes changed and no layer lies over them: no need to look at the rest. */
  function canDrawRowsOnly(model: Model) {
    return (
      model.layers.length === 0 &&
      (model.view?.size.cols ?? 0) <= model.size.cols &&
      (model.view?.size.rows ?? 0) <= model.size.rows &&
      model.size.cols >= MIN_COLS &&
      model.size.rows >= MIN_ROWS
    );
  }

  function drawRows(model: Model, chrome: BlessedChrome | null, only: number | undefined): Cursor {
    let lowest = -1;
    for (const pane of model.view?.panes ?? []) {
      if (only !== undefined && pane.number !== only) continue;
      const rows = dirtyRows.get(pane.number);
      const grid = grids.get(pane.number);
      if (!rows || !grid || !pane.inner) continue;
      if (pane.dead || pane.message !== null) return drawAll(model, chrome);
      dirtyRows.delete(pane.number);
      const height = Math.min(rows.y1, pane.inner.rows - 1) - rows.y0 + 1;
      if (height <= 0) continue;
      const y = pane.inner.y + rows.y0;
      frame.blitPane(grid, 0, rows.y0, { x: pane.inner.x, y, width: pane.inner.cols, height });
      lowest = Math.max(lowest, y + height - 1);
    }
    if (lowest >= coveredFrom) drawCovers(drawingOf(model, chrome));
    const focused = focusedPane(model);
    const grid = focused && grids.get(focused.number);
    if (!focused?.inner || !grid || focused.dead || focused.message !== null) return null;
    const { cursor } = grid;
    if (cursor.x >= focused.inner.cols || cursor.y >= focused.inner.rows) return null;
    return { ...cursor, x: focused.inner.x + cursor.x, y: focused.inner.y + cursor.y };
  }

  /** Of the screen, both inclusive; none where the pane did not change or is not to be seen. */
  function rowsOf(model: Model, paneNumber: number | undefined): { from: number; to: number } {
    const rows = paneNumber === undefined ? undefined : dirtyRows.get(paneNumber);
    const inner = model.view?.panes.find(({ number }) => number === paneNumber)?.inner;
    if (!rows || !inner) return { from: 0, to: -1 };
    return { from: inner.y + rows.y0, to: Math.min(inner.y + rows.y1, frame.rows - 1) };
  }

  return {
    paint(model, chrome, part) {
      const isPane = part !== undefined && "pane" in part;
      const shownPart = isPane ? rowsOf(model, part.pane) : part;
      const canBeRows = drawnModel === model && canDrawRowsOnly(model);
      const cursor = canBeRows
        ? drawRows(model, chrome, isPane ? part.pane : undefined)
        : drawAll(model, chrome);
      drawnModel = model;
      viewport = viewportOf(model, grids);
      renderer.paint(frame, cursor ?? { x: 0, y: 0, visible: false, shape: 0 }, shownPart);
      const text = output;
      output = "";
      return text;
    },
    get hasMore() {
      return frame.drawnRows.includes(1);
    },
    get viewport() {
      return viewport;
    },
    markRows(paneNumber, y0, y1) {
      const before = dirtyRows.get(paneNumber);
      dirtyRows.set(
        paneNumber,
        before ? { y0: Math.min(before.y0, y0), y1: Math.max(before.y1, y1) } : { y0, y1 },
      );
    },
    redrawAll() {
      drawnModel = null;
    },
    invalidate() {
      drawnModel = null;
      renderer.invalidate();
    },
  };
}
