// The panes: their cells, and the lines round them.
import type { PaneView, Rect } from "../../protocol/views.ts";
import { textWidth } from "../../protocol/width.ts";
import { fit, wrap } from "../format.ts";
import { copyLayerOf } from "../model.ts";
import {
  type Cursor,
  type Drawing,
  drawSegments,
  frameRect,
  type Segment,
  segmentsWidth,
} from "./context.ts";
import { paneBrief, paneFlags, paneMarks, paneName, paneState, paneTask } from "./pane-labels.ts";

/** Draws every pane of the current window. Returns where the focused program has its cursor. */
/** Only who watches comes to see this: everybody else opens what is missing. */
const NOTHING_OPEN =
  "Nothing is open here yet. This client only watches; `ia-tmux` in another terminal opens it.";

export function drawPanes(drawing: Drawing): Cursor {
  const { view } = drawing.model;
  if (!view) return null;
  let cursor: Cursor = null;
  if (view.windows.length === 0) drawPaneMessage(drawing, NOTHING_OPEN, { x: 0, y: 0, ...view.size });
  const shown = view.panes.filter((pane) => pane.outer && pane.inner);
  // The focused pane last: where borders meet, its colour wins.
  for (const pane of [...shown.filter((each) => !each.focused), ...shown.filter((each) => each.focused)]) {
    drawPaneBorder(drawing, pane, pane.outer!, pane.inner!);
    const at = drawPaneCells(drawing, pane, pane.inner!);
    if (pane.focused) cursor = at;
  }
  return cursor;
}

function drawPaneCells(drawing: Drawing, pane: PaneView, inner: Rect): Cursor {
  const { frame, grids, theme } = drawing;
  const grid = grids.get(pane.number);
  if (!grid) {
    if (pane.message !== null) drawPaneMessage(drawing, pane.message, inner);
    return null;
  }
  frame.blitPane(grid, 0, 0, frameRect(inner));
  if (pane.message !== null) {
    drawMessageBelow(drawing, pane, pane.message, inner);
    return null;
  }
  if (pane.dead) {
    const words = ` ${drawing.glyphs.exited} the program ended with ${pane.dead.exitCode}   r start again   x close `;
    const text = fit(words, inner.cols, drawing.glyphs.ellipsis);
    frame.text(inner.x, inner.y + inner.rows - 1, text, pane.focused ? theme.badgeWarn : theme.barMuted);
    return null;
  }
  const { cursor } = grid;
  if (!pane.focused || cursor.x >= inner.cols || cursor.y >= inner.rows) return null;
  return { ...cursor, x: inner.x + cursor.x, y: inner.y + cursor.y };
}

/** A message of ours in place of a program, in the middle of the pane. */
function drawPaneMessage(drawing: Drawing, message: string, inner: Rect): void {
  const { frame, theme } = drawing;
  const lines = wrap(message, Math.max(4, inner.cols - 4)).slice(0, inner.rows);
  const top = inner.y + Math.max(0, Math.floor((inner.rows - lines.length) / 2));
  lines.forEach((line, index) => {
    const x = inner.x + Math.max(0, Math.floor((inner.cols - textWidth(line)) / 2));
    frame.text(x, top + index, line, index === 0 ? theme.text : theme.muted, inner.cols);
  });
}

/** A message of ours below what an earlier program printed. */
function drawMessageBelow(drawing: Drawing, pane: PaneView, message: string, inner: Rect): void {
  const { frame, theme } = drawing;
  const lines = wrap(message, Math.max(4, inner.cols - 2)).slice(0, inner.rows);
  lines.forEach((line, index) => {
    const text = fit(` ${line}`, inner.cols, drawing.glyphs.ellipsis).padEnd(inner.cols);
    const y = inner.y + inner.rows - lines.length + index;
    frame.text(inner.x, y, text, pane.focused ? theme.badgeWarn : theme.barMuted, inner.cols);
  });
}

/** Draws on the sides where the outer rectangle is larger than the inner one: a full box, or a title line and separators. */
function drawPaneBorder(drawing: Drawing, pane: PaneView, outer: Rect, inner: Rect): void {
  const { frame, theme, glyphs } = drawing;
  const style = pane.focused ? theme.borderFocused : theme.border;
  const hasTop = inner.y > outer.y;
  const hasLeft = inner.x > outer.x;
  const hasRight = inner.x + inner.cols < outer.x + outer.cols;
  const hasBottom = inner.y + inner.rows < outer.y + outer.rows;
  const right = outer.x + outer.cols - 1;
  const bottom = outer.y + outer.rows - 1;
  const line = glyphs.horizontal.repeat(outer.cols);
  if (hasTop) frame.text(outer.x, outer.y, line, style, outer.cols);
  if (hasBottom) frame.text(outer.x, bottom, line, style, outer.cols);
  for (let y = outer.y + (hasTop ? 1 : 0); y <= bottom - (hasBottom ? 1 : 0); y++) {
    if (hasLeft) frame.text(outer.x, y, glyphs.vertical, style);
    if (hasRight) frame.text(right, y, glyphs.vertical, style);
  }
  if (hasTop && hasLeft) frame.text(outer.x, outer.y, glyphs.topLeft, style);
  if (hasTop && hasRight) {
    // Where there are only separators, one that comes from above goes on below.
    const corner = hasLeft ? glyphs.topRight : outer.y === 0 ? glyphs.teeDown : glyphs.teeLeft;
    frame.text(right, outer.y, corner, style);
  }
  if (hasBottom && hasLeft) frame.text(outer.x, bottom, glyphs.bottomLeft, style);
  if (hasBottom && hasRight) frame.text(right, bottom, glyphs.bottomRight, style);
  const from = outer.x + (hasLeft ? 1 : 0);
  const columns = outer.cols - (hasLeft ? 1 : 0) - (hasRight ? 1 : 0);
  if (hasTop) drawTitle(drawing, pane, { x: from, y: outer.y, columns, isOnlyLine: !hasBottom });
  if (hasBottom)
    drawEdgeLine(drawing, from, bottom, columns, paneTask(drawing, pane), paneMarks(drawing, pane));
}

interface TitleLine {
  readonly x: number;
  readonly y: number;
  readonly columns: number;
  /** There is no lower border: what would stand there has to stand here. */
  readonly isOnlyLine: boolean;
}

function drawTitle(drawing: Drawing, pane: PaneView, line: TitleLine): void {
  const { model, theme, glyphs } = drawing;
  const flags = paneFlags(drawing, pane, line.columns);
  const leftWith = (name: string): Segment[] => [
    { text: ` ${name} `, style: pane.focused ? theme.titleFocused : theme.title },
    ...flags,
  ];
  const whole = leftWith(paneName(model, pane, glyphs.dot));
  const right =
    copyPosition(drawing, pane, line.columns - segmentsWidth(whole) - 3) ??
    (line.isOnlyLine ? paneBrief(drawing, pane) : paneState(drawing, pane));
  // Where there is not room for all, what an agent does matters more than its role.
  const fits = segmentsWidth(whole) + segmentsWidth(right) + 3 <= line.columns;
  const left = fits || pane.agent === null ? whole : leftWith(`${pane.index} ${pane.agent}`);
  drawEdge(drawing, line.x, line.y, line.columns, left, right);
}

/** While one looks back, where one is takes the place of the state; as tmux writes it where there is little room. */
function copyPosition(drawing: Drawing, pane: PaneView, room: number): Segment[] | null {
  const copy = copyLayerOf(drawing.model, pane.id)?.copy;
  if (!copy) return null;
  const below = Math.max(0, copy.total - copy.rows - copy.top);
  const above = Math.max(0, copy.top - copy.first);
  const what = copy.snapshot === null ? "looking back" : "as it was then";
  const more = copy.above === "older" ? "+" : "";
  const long = ` ${what}: ${below} below, ${above}${more} above `;
  const text = textWidth(long) <= room ? long : ` [${below}/${below + above}${more}] `;
  return [{ text, style: drawing.theme.badgeWarn }];
}

function drawEdgeLine(
  drawing: Drawing,
  x: number,
  y: number,
  columns: number,
  left: Segment[],
  right: Segment[],
): void {
  const blank: Segment = { text: " ", style: drawing.theme.border };
  drawEdge(drawing, x, y, columns, left.length > 0 ? [blank, ...left, blank] : [], right);
}

/** Left text and right text on a border line; the left one is cut first to half, then the right one takes what is left. */
function drawEdge(
  drawing: Drawing,
  x: number,
  y: number,
  columns: number,
  left: readonly Segment[],
  right: readonly Segment[],
): void {
  const blank: Segment = { text: " ", style: drawing.theme.border };
  const rightSegments = right.length > 0 ? [blank, ...right, blank] : [];
  const leftWidth = segmentsWidth(left);
  const rightWidth = segmentsWidth(rightSegments);
  const leftRoom = Math.min(leftWidth, Math.max(columns - rightWidth - 1, Math.ceil(columns / 2)));
  const used = drawSegments(drawing, x, y, left, Math.min(leftRoom, columns));
  const room = columns - used - 1;
  if (rightSegments.length === 0 || room < 4) return;
  const shown = Math.min(rightWidth, room);
  drawSegments(drawing, x + columns - shown, y, rightSegments, shown);
}
