// Draws the window into the scrollback over the pane that is looked back in.
import type { SearchHit } from "../../protocol/results.ts";
import { withPrefix } from "../../domain/keys/bindings.ts";
import type { Rect } from "../../protocol/views.ts";
import { textWidth } from "../../protocol/width.ts";
import { layoutEditor } from "../editor.ts";
import { fit } from "../format.ts";
import type { Model } from "../model.ts";
import type { Cursor, Drawing } from "../view/context.ts";
import { isSearchedThrough } from "./copy-search.ts";
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
    drawHits(drawing, copy, row, { x: inner.x, y: inner.y + y, width: inner.cols });
    const range = selectedRange(copy, row);
    if (range && range.from < inner.cols) {
      const width = Math.min(range.to, inner.cols) - range.from;
      frame.restyle({ x: inner.x + range.from, y: inner.y + y, width, height: 1 }, theme.selection);
    }
  }
  const bottom = inner.y + inner.rows - 1;
  if (copy.prompt) {
    const { backwards, regex } = copy.prompt;
    const label = ` ${regex ? "regex" : "search"}${backwards ? " up" : ""}: `;
    frame.fill({ x: inner.x, y: bottom, width: inner.cols, height: 1 }, theme.input);
    frame.text(inner.x, bottom, label, theme.badge, inner.cols);
    const layout = layoutEditor(copy.prompt.editor, 10_000);
    const x = inner.x + textWidth(label);
    frame.text(x, bottom, layout.lines[0] ?? "", theme.input, Math.max(0, inner.x + inner.cols - x));
    drawPromptNote(drawing, copy, inner, x + textWidth(layout.lines[0] ?? "") + 2);
    return { x: Math.min(x + layout.cursorX, inner.x + inner.cols - 1), y: bottom, visible: true, shape: 0 };
  }
  const note =
    copy.count !== null
      ? `${copy.count}${copy.note ? ` ${copy.note}` : ""}`
      : (copy.note ?? hitsText(copy, drawing.model));
  if (note)
    frame.text(
      inner.x,
      bottom,
      fit(` ${withPrefix(note, drawing.model.prefixKey)} `, inner.cols, drawing.glyphs.ellipsis),
      theme.badge,
    );
  const y = copy.cursor.row - copy.top;
  if (y < 0 || y >= inner.rows || copy.cursor.col >= inner.cols) return null;
  return { x: inner.x + copy.cursor.col, y: inner.y + y, visible: true, shape: 2 };
}

/** The parts of hits that lie in this row: one may have begun in a row above. */
function drawHits(
  drawing: Drawing,
  copy: CopyState,
  row: number,
  at: { readonly x: number; readonly y: number; readonly width: number },
): void {
  const { search } = copy;
  if (!search) return;
  const { frame, theme } = drawing;
  const columns = copy.cache.get(row)?.source.cols ?? copy.cols;
  // Hits are in order: those that end above are many.
  for (let index = firstHitNear(search.hits, row - MAX_HIT_ROWS); index < search.hits.length; index++) {
    const hit = search.hits[index]!;
    if (hit.row > row) return;
    const start = (hit.row - row) * columns + hit.col;
    const from = Math.max(0, start);
    const width = Math.min(start + hit.length, at.width) - from;
    if (width > 0)
      frame.restyle(
        { x: at.x + from, y: at.y, width, height: 1 },
        index === search.current ? theme.currentMatch : theme.match,
      );
  }
}

const MAX_HIT_ROWS = 20;

function firstHitNear(hits: readonly SearchHit[], row: number): number {
  let low = 0;
  let high = hits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hits[middle]!.row < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

function hitsText(copy: CopyState, { find }: Model): string | null {
  const { search } = copy;
  // n and N then walk through the hits of all panes.
  if (copy.isFromFind && find)
    return `${find.current + 1} of ${find.hits.length} in all panes: ${find.pattern}`;
  if (!search || search.hits.length === 0) return null;
  return `${search.current + 1} of ${search.hits.length}${isSearchedThrough(copy) ? "" : "+"}: ${search.pattern}`;
}

/** How many there are so far, and how to type an expression, where there is room. */
function drawPromptNote(drawing: Drawing, copy: CopyState, inner: Rect, from: number): void {
  const { frame, theme } = drawing;
  const { search, prompt } = copy;
  const found = copy.note?.startsWith("searching")
    ? ""
    : (copy.note ?? (search?.hits.length ? `${search.current + 1} of ${search.hits.length}` : ""));
  const hint =
    prompt?.editor.text === "" ? `C-r ${prompt.regex ? "literal text" : "regular expression"}` : "";
  const text = found || hint;
  const x = inner.x + inner.cols - textWidth(text) - 1;
  if (text !== "" && x > from) frame.text(x, inner.y + inner.rows - 1, text, theme.overlayMuted);
}
