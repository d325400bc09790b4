// What the selected row is about, below the list: the panes of it, small, or its details.
import type { Rect } from "../../protocol/views.ts";
import { fit, wrap } from "../format.ts";
import type { ListLayer } from "../layers.ts";
import { paneLabel } from "../model.ts";
import { type Drawing, frameRect } from "./context.ts";

/** More panes side by side show nothing any more. */
const MAX_SHOWN = 4;
const MIN_COLUMNS = 16;

/** Panes side by side; those on the screen as they are, the others as the server told when the list was opened. */
export function drawPreview(
  drawing: Drawing,
  layer: ListLayer,
  paneIds: readonly string[],
  rect: Rect,
): void {
  const { frame, theme, glyphs, model } = drawing;
  if (rect.rows < 3 || paneIds.length === 0) return;
  frame.text(rect.x, rect.y, glyphs.horizontal.repeat(rect.cols), theme.overlayBorder, rect.cols);
  const count = Math.max(1, Math.min(paneIds.length, MAX_SHOWN, Math.floor(rect.cols / MIN_COLUMNS)));
  const cols = Math.floor((rect.cols - (count - 1)) / count);
  paneIds.slice(0, count).forEach((id, at) => {
    const pane = model.view?.panes.find((each) => each.id === id);
    if (!pane) return;
    const x = rect.x + at * (cols + 1);
    if (at > 0)
      for (let y = rect.y + 1; y < rect.y + rect.rows; y++)
        frame.text(x - 1, y, glyphs.vertical, theme.overlayBorder);
    const more = at === count - 1 && paneIds.length > count ? ` and ${paneIds.length - count} more` : "";
    const title = ` ${pane.index} ${paneLabel(pane)}${more} `;
    frame.text(x + 1, rect.y, fit(title, cols - 2, glyphs.ellipsis), theme.overlayAccent);
    drawOne(drawing, layer, id, { x, y: rect.y + 1, cols, rows: rect.rows - 1 });
  });
}

/** Details as far as there is room for them; Enter shows the rest. */
export function drawDetails(drawing: Drawing, lines: readonly string[], rect: Rect): void {
  const { frame, theme, glyphs } = drawing;
  if (rect.rows < 2) return;
  frame.text(rect.x, rect.y, glyphs.horizontal.repeat(rect.cols), theme.overlayBorder, rect.cols);
  const room = rect.rows - 1;
  const wrapped = lines.flatMap((line) => wrap(line, rect.cols));
  const shown = wrapped.length > room ? wrapped.slice(0, room - 1) : wrapped;
  for (const [at, line] of shown.entries())
    frame.text(rect.x, rect.y + 1 + at, line, theme.overlay, rect.cols);
  if (shown.length < wrapped.length)
    frame.text(
      rect.x,
      rect.y + room,
      `${glyphs.ellipsis} enter shows the rest`,
      theme.overlayMuted,
      rect.cols,
    );
}

function drawOne(drawing: Drawing, layer: ListLayer, paneId: string, rect: Rect): void {
  const { frame, theme, glyphs, model, grids } = drawing;
  const pane = model.view?.panes.find((each) => each.id === paneId);
  const grid = pane?.inner ? grids.get(pane.number) : undefined;
  if (pane?.message != null) {
    frame.text(rect.x, rect.y, fit(pane.message.split("\n")[0] ?? "", rect.cols), theme.overlayMuted);
    return;
  }
  if (grid) {
    // The rows round the cursor: there it happens.
    const top = Math.max(0, Math.min(grid.cursor.y - rect.rows + 2, grid.rows - rect.rows));
    frame.blitPane(grid, 0, top, frameRect(rect));
    return;
  }
  const lines = layer.previews.get(paneId);
  if (!lines) {
    frame.text(rect.x, rect.y, `loading${glyphs.ellipsis}`, theme.overlayMuted, rect.cols);
    return;
  }
  const used = lines.findLastIndex((line) => line.trim() !== "") + 1;
  const from = Math.max(0, used - rect.rows);
  lines
    .slice(from, from + rect.rows)
    .forEach((line, at) =>
      frame.text(rect.x, rect.y + at, fit(line, rect.cols, glyphs.ellipsis), theme.overlay),
    );
}
