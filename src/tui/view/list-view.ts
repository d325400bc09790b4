// Draws a list over the panes, or the details of one of its rows.
import { withPrefix } from "../../domain/keys/bindings.ts";
import type { Style } from "../compositor/style.ts";
import { layoutEditor } from "../editor.ts";
import { pad } from "../format.ts";
import type { ListRow, RowAction } from "../lists/list-row.ts";
import { LISTS, listTop, selectedIndex, visibleRows, withSelected } from "../lists/lists.ts";
import type { ListLayer } from "../layers.ts";
import type { Rect } from "../../protocol/views.ts";
import type { StyledLine } from "../blessed-chrome.ts";
import { textWidth } from "../../protocol/width.ts";
import { drawBoard, MIN_BOARD_COLUMNS } from "./board-view.ts";
import type { Cursor, Drawing, Segment } from "./context.ts";
import { drawDetails, drawPreview } from "./preview.ts";
import { drawOverlay, type FooterKey, sideRect } from "./overlay.ts";
import { keyDeed, rowSpot } from "./reach.ts";
import { drawTextBox } from "./text-box.ts";
import { wrap } from "../format.ts";

/** Of the list of keys: the key itself. */
const KEY_COLUMNS = 8;
/** A lower list needs its rows for itself. */
const MIN_ROWS_FOR_DETAILS = 12;

export function drawList(drawing: Drawing, layer: ListLayer): Cursor {
  const { model, theme, frame, glyphs, chrome } = drawing;
  const spec = LISTS[layer.list];
  const rows = visibleRows(layer, model);
  const at = selectedIndex(layer, rows);
  const selected = at >= 0 ? rows[at]! : null;
  const count = rows.filter((each) => !each.heading).length;
  const note: Segment | null =
    layer.data.state === "loading"
      ? { text: `loading${glyphs.ellipsis}`, style: theme.overlayMuted }
      : { text: String(count), style: theme.overlayMuted };
  const title = layer.open && selected ? `${spec.title} ${glyphs.arrow} ${selected.id}` : spec.title;
  const inside = drawOverlay(
    drawing,
    sideRect(model.size.cols, model.size.rows),
    title,
    footerKeys(layer, selected),
    note,
  );
  if (inside.rows < 1) return null;
  const hasFilter = layer.filtering || layer.filter.text !== "";
  const body = hasFilter ? { ...inside, y: inside.y + 1, rows: inside.rows - 1 } : inside;
  let cursor: Cursor = null;
  if (hasFilter) {
    const label = "filter ";
    frame.text(inside.x, inside.y, label, theme.overlayMuted);
    frame.text(
      inside.x + label.length,
      inside.y,
      pad(layer.filter.text, inside.cols - label.length),
      theme.input,
    );
    const x = inside.x + label.length + layoutEditor(layer.filter, 10_000).cursorX;
    if (layer.filtering) cursor = { x, y: inside.y, visible: true, shape: 0 };
  }
  if (layer.showKeys) {
    drawKeys(drawing, body, selected);
    return cursor;
  }
  const message = emptyMessage(layer, rows.length, withPrefix(spec.empty, model.prefixKey));
  if (message !== null) {
    wrap(message, body.cols).forEach((line, index) =>
      frame.text(
        body.x,
        body.y + 1 + index,
        line,
        layer.data.state === "failed" ? theme.overlayBad : theme.overlayMuted,
      ),
    );
    return cursor;
  }
  if (layer.open && selected) {
    const lines = selected.details.map((line): StyledLine => [{ text: line, style: theme.overlay }]);
    drawTextBox(drawing, body, { key: `details ${layer.id}`, lines, scroll: layer.scroll });
    return cursor;
  }
  const area = listArea(body, rows, selected, spec.detailsBelow === true);
  if (selected && area.rows < body.rows) {
    const below = { ...body, y: body.y + area.rows, rows: body.rows - area.rows };
    if (selected.previewPaneIds.length > 0) drawPreview(drawing, layer, selected.previewPaneIds, below);
    else drawDetails(drawing, selected.details, below);
  }
  if (isBoard(layer, body)) {
    drawBoard(drawing, layer, body, rows, selected?.id ?? null);
    return cursor;
  }
  const top = listTop(rows.length, at, area.rows);
  const shown = rows.slice(top, top + area.rows);
  for (const [index, row] of shown.entries())
    if (!row.heading)
      drawing.reach?.spots.push(
        rowSpot({ ...area, y: area.y + index, rows: 1 }, top + index === at, withSelected(layer, row)),
      );
  const lines = shown.map((row, index) => rowLine(row, body.cols, top + index === at, drawing));
  chrome?.list(frame, area, {
    key: `list ${layer.id}`,
    rows: lines,
    selected: at - top,
    selectedStyle: theme.selected,
    style: theme.overlay,
  });
  return cursor;
}

/** Below a list whose rows have something to show stands that; the list gets what it needs, at most half. */
function listArea(
  body: Rect,
  rows: readonly ListRow[],
  selected: ListRow | null,
  detailsBelow: boolean,
): Rect {
  const hasBelow =
    selected !== null &&
    (selected.previewPaneIds.length > 0 || (detailsBelow && body.rows >= MIN_ROWS_FOR_DETAILS));
  if (!hasBelow) return body;
  return { ...body, rows: Math.max(3, Math.min(rows.length, Math.floor(body.rows / 2))) };
}

function isBoard(layer: ListLayer, body: Rect): boolean {
  return LISTS[layer.list].layout === "columns" && body.cols >= MIN_BOARD_COLUMNS;
}

function emptyMessage(layer: ListLayer, rowCount: number, empty: string): string | null {
  if (layer.data.state === "failed") return layer.data.message;
  if (layer.data.state === "loading" || rowCount > 0) return null;
  return layer.filter.text === "" ? empty : `Nothing matches "${layer.filter.text}"; esc shows all.`;
}

/** Lays the cells of a row out: fixed ones have their width, the open one takes the rest. */
function rowLine(row: ListRow, columns: number, isSelected: boolean, drawing: Drawing): StyledLine {
  const { theme, glyphs } = drawing;
  const marker = isSelected ? glyphs.arrow : " ";
  const indent = row.heading ? "" : `${marker} `;
  const narrow = columns < 70;
  const cells = row.cells
    .filter((cell) => columns >= (cell.fromColumns ?? 0) && columns < (cell.belowColumns ?? Infinity))
    .map((cell) => ({ ...cell, width: narrow && cell.width > 10 ? 10 : cell.width }));
  const fixed = cells.reduce((sum, cell) => sum + (cell.width > 0 ? cell.width + 1 : 0), 0);
  const open = Math.max(4, columns - textWidth(indent) - fixed - 1);
  const runs: { text: string; style: Style }[] = [{ text: indent, style: theme.overlayAccent }];
  for (const cell of cells) {
    const width = cell.width > 0 ? cell.width : open;
    let left = width;
    const shown: { text: string; style: Style }[] = [];
    for (const run of cell.runs) {
      const text = textWidth(run.text) > left ? pad(run.text, left, "left", glyphs.ellipsis) : run.text;
      shown.push({ text, style: theme[run.style] });
      left -= textWidth(text);
    }
    const blank = { text: " ".repeat(Math.max(0, left)), style: theme.overlay };
    runs.push(...(cell.side === "right" ? [blank, ...shown] : [...shown, blank]), {
      text: " ",
      style: theme.overlay,
    });
  }
  return runs;
}

function footerKeys(layer: ListLayer, selected: ListRow | null): FooterKey[] {
  const always: FooterKey[] = [
    { key: "/", label: "filter", enabled: true },
    { key: "?", label: "keys", enabled: true, always: true },
    { key: "esc", label: "back", enabled: true },
  ];
  if (layer.filtering)
    return [
      { key: "enter", label: "keep filter", enabled: true },
      { key: "esc", label: "show all", enabled: true },
    ];
  const actions = enabledFirst(selected);
  // A second key for the same is listed by ? only.
  const isFirst = (action: RowAction, at: number) =>
    actions.findIndex((other) => other.label === action.label) === at;
  const own = actions.filter(isFirst).map((action) => ({
    key: action.key.toLowerCase() === "enter" ? "enter" : action.key,
    label: action.label,
    enabled: action.disabled === null,
  }));
  if (layer.open)
    return [
      { key: "j k", label: "scroll", enabled: true },
      ...own,
      { key: "esc", label: "back", enabled: true },
    ];
  const open: FooterKey[] =
    selected && selected.details.length > 0 && !own.some((each) => each.key === "enter")
      ? [{ key: "enter", label: "open", enabled: true }]
      : [];
  return [...open, ...own, ...always];
}

/** What can be done now stands first: there may be no room for all. */
function enabledFirst(row: ListRow | null): readonly RowAction[] {
  const isOff = (action: RowAction) => Number(action.disabled !== null);
  return (row?.actions ?? []).toSorted((a, b) => isOff(a) - isOff(b));
}

function drawKeys(
  drawing: Drawing,
  rect: { x: number; y: number; cols: number; rows: number },
  selected: ListRow | null,
): void {
  const { frame, theme } = drawing;
  const lines: [string, string, boolean][] = [
    ["j k", "move, also the arrows and the wheel", true],
    ["g G", "first, last", true],
    ["enter", "open", true],
    ["/", "filter", true],
    ["esc q", "back", true],
    ...enabledFirst(selected).map((action): [string, string, boolean] => [
      action.key,
      action.disabled === null ? action.label : `${action.label}: ${action.disabled}`,
      action.disabled === null,
    ]),
  ];
  let y = rect.y;
  for (const [key, label, enabled] of lines) {
    const wrapped = wrap(label, rect.cols - KEY_COLUMNS);
    if (y + wrapped.length > rect.y + rect.rows) break;
    drawing.reach?.spots.push({ rect: { ...rect, y, rows: wrapped.length }, does: keyDeed(key) });
    frame.text(rect.x, y, key, enabled ? theme.overlayAccent : theme.overlayMuted);
    for (const line of wrapped)
      frame.text(rect.x + KEY_COLUMNS, y++, line, enabled ? theme.overlay : theme.overlayMuted);
  }
}
