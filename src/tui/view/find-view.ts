// Draws the search through all panes: pattern, progress, hits by pane, and the selected hit's line whole.
import type { SearchHit } from "../../protocol/results.ts";
import { textWidth } from "../../protocol/width.ts";
import { layoutEditor } from "../editor.ts";
import { fit, pad, wrap } from "../format.ts";
import type { FindLayer } from "../layers.ts";
import { type FindState, type Model, paneLabel } from "../model.ts";
import type { Cursor, Drawing, Segment } from "./context.ts";
import { drawSegments } from "./context.ts";
import { drawOverlay, sideRect } from "./overlay.ts";
import { rowSpot } from "./reach.ts";

const PREVIEW_ROWS = 4;
const LABEL_COLUMNS = 16;

export function drawFind(drawing: Drawing, layer: FindLayer): Cursor {
  const { model, theme, frame, glyphs } = drawing;
  const { find } = model;
  const hits = find?.hits ?? [];
  const inside = drawOverlay(
    drawing,
    sideRect(model.size.cols, model.size.rows),
    "Search in all panes",
    footer(layer, find),
    find && { text: progressText(find), style: find.problem ? theme.overlayBad : theme.overlayMuted },
  );
  if (inside.rows < 4) return null;
  const label = layer.regex ? "regex " : "find ";
  frame.text(inside.x, inside.y, label, theme.overlayMuted);
  const room = inside.cols - label.length;
  frame.text(inside.x + label.length, inside.y, pad(layer.editor.text, room), theme.input, room);
  drawing.reach?.spots.push({
    rect: { ...inside, rows: 1 },
    does: { kind: "become", layer: { ...layer, isTyping: true } },
  });
  const at = layoutEditor(layer.editor, 10_000).cursorX;
  const cursor: Cursor = layer.isTyping
    ? { x: inside.x + label.length + Math.min(at, room - 1), y: inside.y, visible: true, shape: 0 }
    : null;
  const hasPreview = inside.rows > 12;
  const listRows = inside.rows - 2 - (hasPreview ? PREVIEW_ROWS + 1 : 0);
  const top = inside.y + 2;
  if (hits.length === 0) {
    const words = emptyText(find, model.prefixKey);
    wrap(words, inside.cols).forEach((line, index) =>
      frame.text(inside.x, top + index, line, find?.problem ? theme.overlayBad : theme.overlayMuted),
    );
    return cursor;
  }
  const selected = Math.min(layer.selected, hits.length - 1);
  const from = Math.max(0, Math.min(selected - Math.floor(listRows / 2), hits.length - listRows));
  hits.slice(from, from + listRows).forEach((hit, index) => {
    const isSelected = from + index === selected && !layer.isTyping;
    const y = top + index;
    drawing.reach?.spots.push(
      rowSpot({ ...inside, y, rows: 1 }, isSelected, { ...layer, isTyping: false, selected: from + index }),
    );
    if (isSelected) frame.fill({ x: inside.x, y, width: inside.cols, height: 1 }, theme.selected);
    const plain = isSelected ? theme.selected : theme.overlay;
    const segments: Segment[] = [
      {
        text: isSelected ? `${glyphs.arrow} ` : "  ",
        style: isSelected ? theme.selected : theme.overlayAccent,
      },
      {
        text: `${pad(paneOf(model, hit), LABEL_COLUMNS, "left", glyphs.ellipsis)} `,
        style: isSelected ? theme.selectedMuted : theme.overlayMuted,
      },
      {
        text: hit.logOffset === null ? "  " : `${glyphs.dot} `,
        style: isSelected ? theme.selectedMuted : theme.overlayMuted,
      },
      ...around(hit, find!, inside.cols - LABEL_COLUMNS - 6, plain, theme.match),
    ];
    drawSegments(drawing, inside.x, y, segments, inside.cols);
  });
  if (hasPreview)
    drawPreview(drawing, hits[selected]!, find!, {
      x: inside.x,
      y: inside.y + inside.rows - PREVIEW_ROWS - 1,
      cols: inside.cols,
    });
  return cursor;
}

function drawPreview(
  drawing: Drawing,
  hit: SearchHit,
  find: FindState,
  at: { x: number; y: number; cols: number },
): void {
  const { frame, theme, glyphs, model } = drawing;
  const where =
    hit.logOffset === null
      ? `${paneOf(model, hit)}, row ${hit.row + 1}`
      : `${paneOf(model, hit)}, printed earlier: shown as it was then`;
  const line = glyphs.horizontal.repeat(at.cols);
  frame.text(at.x, at.y, line, theme.overlayBorder, at.cols);
  frame.text(at.x + 1, at.y, fit(` ${where} `, at.cols - 2, glyphs.ellipsis), theme.overlayMuted);
  let left = hit.text.trim();
  for (let row = 0; row < PREVIEW_ROWS && left !== ""; row++) {
    let end = left.length;
    while (textWidth(left.slice(0, end)) > at.cols) end--;
    drawSegments(
      drawing,
      at.x,
      at.y + 1 + row,
      marked(left.slice(0, end), find, theme.overlay, theme.match),
      at.cols,
    );
    left = left.slice(end);
  }
}

/** The match with as much round it as there is room for. */
function around(
  hit: SearchHit,
  find: FindState,
  columns: number,
  plain: Segment["style"],
  match: Segment["style"],
): Segment[] {
  const text = hit.text.trim();
  const found = firstMatch(text, find);
  const from = found && found.at > columns / 2 ? Math.max(0, found.at - Math.floor(columns / 3)) : 0;
  return marked(text.slice(from), find, plain, match);
}

function marked(text: string, find: FindState, plain: Segment["style"], match: Segment["style"]): Segment[] {
  const found = firstMatch(text, find);
  if (!found) return [{ text, style: plain }];
  return [
    { text: text.slice(0, found.at), style: plain },
    { text: text.slice(found.at, found.at + found.length), style: match },
    { text: text.slice(found.at + found.length), style: plain },
  ];
}

/** A literal is marked here too; of an expression only the server knows the matches. */
function firstMatch(text: string, { pattern, regex }: FindState): { at: number; length: number } | null {
  if (regex) return null;
  const isExact = pattern !== pattern.toLowerCase();
  const at = (isExact ? text : text.toLowerCase()).indexOf(pattern);
  return at < 0 ? null : { at, length: pattern.length };
}

function paneOf(model: Model, hit: SearchHit): string {
  const pane = model.view?.panes.find((each) => each.id === hit.paneId);
  if (!pane) return hit.paneId;
  const window = model.view?.windows.find((each) => each.id === pane.windowId);
  return `${window?.index ?? "?"}.${pane.index} ${paneLabel(pane)}`;
}

function progressText(find: FindState): string {
  const count = `${find.hits.length}${find.isCut ? "+" : ""}`;
  if (find.problem) return find.problem;
  if (find.isOver)
    return find.totalBytes > 0 && find.doneBytes < find.totalBytes && !find.isCut
      ? `${count}, stopped`
      : count;
  if (find.totalBytes === 0) return `${count}, searching`;
  return `${count}, searching ${Math.floor((100 * find.doneBytes) / find.totalBytes)} % of ${megabytes(find.totalBytes)}`;
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function emptyText(find: FindState | null, prefixKey: string): string {
  if (!find)
    return "Searches what every pane shows, its scrollback, and all it has printed, full-screen programs included.";
  if (find.problem) return find.problem;
  if (!find.isOver) return "Searching…";
  return `Nothing says "${find.pattern}". ${prefixKey} / searches in this pane alone.`;
}

function footer(layer: FindLayer, find: FindState | null) {
  if (layer.isTyping)
    return [
      { key: "enter", label: "search", enabled: layer.editor.text !== "" },
      { key: "C-r", label: layer.regex ? "literal text" : "regular expression", enabled: true },
      { key: "esc", label: "back", enabled: true },
    ];
  const any = (find?.hits.length ?? 0) > 0;
  return [
    { key: "enter", label: "go there", enabled: any },
    { key: "j k", label: "move", enabled: any },
    { key: "/", label: "search anew", enabled: true },
    ...(find && !find.isOver ? [{ key: "c", label: "stop", enabled: true }] : []),
    { key: "esc", label: "back", enabled: true },
  ];
}
