// The whole screen from the model and the panes' cells. Returns where the cursor belongs.
import { drawCopy } from "../copy/copy-view.ts";
import { createFrame } from "../compositor/frame.ts";
import { fit } from "../format.ts";
import { glyphsFor } from "../glyphs.ts";
import type { Layer } from "../layers.ts";
import type { Model } from "../model.ts";
import { createTheme } from "../theme.ts";
import { textWidth } from "../../protocol/width.ts";
import type { Cursor, Drawing } from "./context.ts";
import { drawDelegate } from "./delegate-view.ts";
import { drawFind } from "./find-view.ts";
import { drawHelp } from "./help-view.ts";
import { drawList } from "./list-view.ts";
import { sideRect } from "./overlay.ts";
import { drawPanes } from "./panes.ts";
import { drawRestore } from "./restore-view.ts";
import { drawConfirm, drawPaneNumbers, drawPrompt, drawText, drawTrust } from "./small-layers.ts";
import { captionOf } from "../coach.ts";
import { drawStatusLine, statusLine } from "./status-line.ts";
import { levelStyle } from "./pane-labels.ts";
import type { Reach } from "./reach.ts";
import { drawThrough, viewportOf } from "./viewport.ts";

export const MIN_COLS = 40;
export const MIN_ROWS = 10;

export function drawScreen(drawing: Drawing): Cursor {
  const { frame, model } = drawing;
  frame.clear();
  if (model.size.cols < MIN_COLS || model.size.rows < MIN_ROWS) {
    drawTooSmall(drawing);
    return null;
  }
  drawOutside(drawing);
  const size = model.view?.size ?? model.size;
  const isPart = size.cols > model.size.cols || size.rows > model.size.rows;
  let cursor = isPart
    ? drawThrough(drawing, viewportOf(model, drawing.grids), drawAnchored)
    : drawAnchored(drawing);
  if (model.hasStatusLine) drawStatusLine(drawing);
  drawBanner(drawing);
  drawCaption(drawing);
  for (const layer of model.layers) if (!isAnchored(layer)) cursor = drawLayer(drawing, layer, cursor);
  drawToasts(drawing);
  return cursor;
}

/** The first row that is not the panes' alone: what is said there lies over them. */
export function firstCoveredRow(drawing: Drawing): number {
  const { model } = drawing;
  const rows = (model.view?.banner ? 1 : 0) + (needsCaptionRow(drawing) ? 1 : 0) + model.toasts.length;
  return lastPaneRow(model) + 1 - rows;
}

/** Draws again what lies over the panes when no layer does. */
export function drawCovers(drawing: Drawing): void {
  drawBanner(drawing);
  drawCaption(drawing);
  drawToasts(drawing);
}

/** What stands at the panes' places, wherever those are on the screen. */
function drawAnchored(drawing: Drawing): Cursor {
  let cursor = drawPanes(drawing);
  for (const layer of drawing.model.layers) if (isAnchored(layer)) cursor = drawLayer(drawing, layer, cursor);
  return cursor;
}

function isAnchored(layer: Layer): boolean {
  return layer.kind === "copy" || layer.kind === "display-panes";
}

/** What a layer that does not stand at the panes' places answers to, as it is drawn now. */
export function reachOf(model: Model, layer: Layer): Readonly<Reach> {
  const reach: Reach = { spots: [], maxScroll: 0 };
  const frame = createFrame(model.size.cols, model.size.rows);
  const theme = createTheme(model.theme);
  const glyphs = glyphsFor(model.ascii);
  drawLayer({ frame, model, theme, glyphs, grids: new Map(), chrome: null, reach }, layer, null);
  return reach;
}

function drawLayer(drawing: Drawing, layer: Layer, below: Cursor): Cursor {
  switch (layer.kind) {
    case "delegate":
      return drawDelegate(drawing, layer);
    case "list":
      return drawList(drawing, layer);
    case "help":
      return drawHelp(drawing, layer);
    case "text":
      return drawText(drawing, layer);
    case "prompt":
      return drawPrompt(drawing, layer);
    case "confirm":
      return drawConfirm(drawing, layer);
    case "find":
      return drawFind(drawing, layer);
    case "trust":
      return drawTrust(drawing, layer);
    case "restore":
      return drawRestore(drawing, layer);
    case "display-panes":
      return drawPaneNumbers(drawing);
    case "copy": {
      const pane = drawing.model.view?.panes.find((each) => each.id === layer.copy.paneId);
      // Until the rows are here the live screen is what one sees.
      if (!pane?.inner || layer.copy.total === 0) return below;
      const cursor = drawCopy(drawing, layer.copy, pane.inner);
      return pane.focused ? cursor : below;
    }
  }
}

function drawTooSmall(drawing: Drawing): void {
  const { frame, model, theme } = drawing;
  const { cols, rows } = model.size;
  const lines = [
    `${cols}x${rows} is too small.`,
    `ia-tmux needs ${MIN_COLS}x${MIN_ROWS};`,
    "your agents go on.",
  ];
  const top = Math.max(0, Math.floor((rows - lines.length) / 2));
  lines
    .slice(0, rows)
    .forEach((line, index) =>
      frame.text(
        Math.max(0, Math.floor((cols - textWidth(line)) / 2)),
        top + index,
        fit(line, cols),
        index === 0 ? theme.strong : theme.muted,
      ),
    );
}

/** A larger terminal than the workspace: what is outside says so by its dots. */
function drawOutside(drawing: Drawing): void {
  const { frame, model, theme, glyphs } = drawing;
  const size = model.view?.size;
  if (!size) return;
  const { cols, rows } = model.size;
  if (size.cols < cols)
    frame.fill(
      { x: size.cols, y: 0, width: cols - size.cols, height: rows - (model.hasStatusLine ? 1 : 0) },
      theme.faint,
      glyphs.outside,
    );
  if (size.rows < rows)
    frame.fill(
      { x: 0, y: size.rows - (model.hasStatusLine ? 1 : 0), width: cols, height: rows - size.rows },
      theme.faint,
      glyphs.outside,
    );
}

function drawBanner(drawing: Drawing): void {
  const { frame, model, theme, glyphs } = drawing;
  const text = model.view?.banner;
  if (!text) return;
  const { cols } = model.size;
  const y = lastPaneRow(model);
  frame.fill({ x: 0, y, width: cols, height: 1 }, theme.badgeWarn);
  frame.text(1, y, fit(text, cols - 2, glyphs.ellipsis), theme.badgeWarn);
}

/** The row above the status line. */
function lastPaneRow(model: Drawing["model"]): number {
  return model.size.rows - (model.hasStatusLine ? 2 : 1);
}

/** A caption that has no room in the status line gets a line of its own above it. */
function drawCaption(drawing: Drawing): void {
  const { frame, model, theme, glyphs } = drawing;
  // Who looks back or searches reads the last row.
  if (!needsCaptionRow(drawing) || model.layers.some((layer) => layer.kind === "copy")) return;
  const y = lastPaneRow(model) - (model.view?.banner ? 1 : 0);
  const text = fit(` ${captionOf(model) ?? ""} `, model.size.cols, glyphs.ellipsis);
  frame.text(0, y, text, theme.barAccent);
}

function needsCaptionRow({ model, theme, glyphs }: Drawing): boolean {
  if (captionOf(model) === null) return false;
  return !model.hasStatusLine || !statusLine(model, theme, glyphs).hasCaption;
}

function hasSideFooter({ kind }: Layer): boolean {
  return kind === "list" || kind === "help" || kind === "text" || kind === "find";
}

/** In the lower right corner, newest lowest, over everything but the status line. */
function drawToasts(drawing: Drawing): void {
  const { frame, model, theme, glyphs } = drawing;
  const { cols } = model.size;
  const widest = Math.min(cols - 4, 72);
  let y = lastPaneRow(model) - (model.view?.banner ? 1 : 0) - (needsCaptionRow(drawing) ? 1 : 0);
  // The keys at the lower edge of what is open stay readable.
  if (model.layers.some(hasSideFooter)) y = Math.min(y, sideRect(cols, model.size.rows).rows - 2);
  for (const toast of model.toasts.toReversed()) {
    if (y < 1) return;
    const glyph = { info: glyphs.info, good: glyphs.good, warn: glyphs.needs, bad: glyphs.bad }[toast.level];
    const text = ` ${fit(`${glyph} ${toast.text}`, widest, glyphs.ellipsis)} `;
    const style = {
      ...levelStyle(drawing, toast.level),
      bg: theme.overlay.bg,
      inverse: theme.name === "plain",
    };
    frame.text(cols - textWidth(text) - 1, y, text, style);
    y--;
  }
}
