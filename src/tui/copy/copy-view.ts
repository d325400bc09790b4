// Draws the window into the scrollback over the pane that is looked back in.
import type { Rect } from "../../protocol/views.ts";
import { textWidth } from "../../protocol/width.ts";
import { layoutEditor } from "../editor.ts";
import { fit } from "../format.ts";
import type { Cursor, Drawing } from "../view/context.ts";
import type { CopyState } from "./copy-state.ts";
import { selectedRange } from "./copy-text.ts";

export function drawCopy(drawing: Drawing, copy: CopyState, inner: Rect): Cursor {
  const { frame, theme } = drawing;
  if (copy.total === 0) return null;
  frame.fill({ x: inner.x, y: inner.y, width: inner.cols, height: inner.rows });
  for (let y = 0; y < inner.rows; y++) {
    const row = copy.top + y;
    const found = copy.cache.get(row);
    if (found)
      frame.blitPane(found.source, 0, found.y, { x: inner.x, y: inner.y + y, width: inner.cols, height: 1 });
    for (const [index, hit] of (copy.search?.hits ?? []).entries()) {
      if (hit.row !== row) continue;
      const width = Math.min(hit.length, inner.cols - hit.col);
      if (width > 0)
        frame.restyle(
          { x: inner.x + hit.col, y: inner.y + y, width, height: 1 },
          index === copy.search!.current ? theme.currentMatch : theme.match,
        );
    }
    const range = selectedRange(copy, row);
    if (range && range.from < inner.cols) {
      const width = Math.min(range.to, inner.cols) - range.from;
      frame.restyle({ x: inner.x + range.from, y: inner.y + y, width, height: 1 }, theme.selection);
    }
  }
  const bottom = inner.y + inner.rows - 1;
  if (copy.prompt) {
    const label = copy.prompt.backwards ? " search up: " : " search: ";
    frame.fill({ x: inner.x, y: bottom, width: inner.cols, height: 1 }, theme.input);
    frame.text(inner.x, bottom, label, theme.badge, inner.cols);
    const layout = layoutEditor(copy.prompt.editor, 10_000);
    const x = inner.x + textWidth(label);
    frame.text(x, bottom, layout.lines[0] ?? "", theme.input, Math.max(0, inner.x + inner.cols - x));
    return { x: Math.min(x + layout.cursorX, inner.x + inner.cols - 1), y: bottom, visible: true, shape: 0 };
  }
  const note =
    copy.note ??
    (copy.search && copy.search.hits.length > 0
      ? `${copy.search.current + 1} of ${copy.search.hits.length}: ${copy.search.pattern}`
      : null);
  if (note) frame.text(inner.x, bottom, fit(` ${note} `, inner.cols, drawing.glyphs.ellipsis), theme.badge);
  const y = copy.cursor.row - copy.top;
  if (y < 0 || y >= inner.rows || copy.cursor.col >= inner.cols) return null;
  return { x: inner.x + copy.cursor.col, y: inner.y + y, visible: true, shape: 2 };
}
