// Draws a list in columns: a heading each, and cards below it.
import type { Rect } from "../../protocol/views.ts";
import { textWidth } from "../../protocol/width.ts";
import { fit, pad, wrap } from "../format.ts";
import { type BoardColumn, boardColumns } from "../lists/board-columns.ts";
import type { ListRow } from "../lists/list-row.ts";
import { withSelected } from "../lists/lists.ts";
import type { ListLayer } from "../layers.ts";
import type { Drawing } from "./context.ts";
import { rowSpot } from "./reach.ts";

const GAP = 2;
/** Width of a column with nothing in it: enough for its name. */
const EMPTY_COLUMNS = 9;
const TITLE_LINES = 2;
const CARD_ROWS = TITLE_LINES + 1;
/** Cards stand apart by a blank row. */
const CARD_STEP = CARD_ROWS + 1;
/** Narrower than that a card says nothing. */
export const MIN_BOARD_COLUMNS = 70;

interface PlacedColumn extends BoardColumn {
  readonly x: number;
  readonly cols: number;
  /** The first card that is seen. */
  readonly top: number;
}

/** Where the columns stand and how far they are scrolled. */
function placeColumns(
  rows: readonly ListRow[],
  selectedId: string | null,
  body: Rect,
): readonly PlacedColumn[] {
  const columns = boardColumns(rows);
  const full = columns.filter((column) => column.cards.length > 0).length;
  const room = body.cols - GAP * (columns.length - 1) - EMPTY_COLUMNS * (columns.length - full);
  const wide = full === 0 ? EMPTY_COLUMNS : Math.max(EMPTY_COLUMNS, Math.floor(room / full));
  const seen = Math.max(1, Math.floor((body.rows - 1) / CARD_STEP));
  let x = body.x;
  return columns.map((column) => {
    const cols = column.cards.length > 0 ? wide : EMPTY_COLUMNS;
    const at = column.cards.findIndex((card) => card.id === selectedId);
    const top = Math.max(0, Math.min(at - Math.floor(seen / 2), column.cards.length - seen));
    const placed = { ...column, x, cols, top };
    x += cols + GAP;
    return placed;
  });
}

export function drawBoard(
  drawing: Drawing,
  layer: ListLayer,
  body: Rect,
  rows: readonly ListRow[],
  selectedId: string | null,
): void {
  const { frame, theme, glyphs } = drawing;
  const bottom = body.y + body.rows;
  for (const column of placeColumns(rows, selectedId, body)) {
    const { x, cols, cards, top } = column;
    const runs = column.heading.cells.flatMap((each) => each.runs.map((run) => run.text));
    // An empty column is narrow: its name says enough.
    const title = cards.length > 0 ? runs.join("") : (runs[0] ?? "").trim();
    frame.text(
      x,
      body.y,
      fit(title, cols, glyphs.ellipsis),
      cards.length > 0 ? theme.overlayAccent : theme.overlayMuted,
    );
    for (const [at, row] of cards.slice(top).entries()) {
      const y = body.y + 1 + at * CARD_STEP;
      if (y + CARD_ROWS > bottom) {
        frame.text(x, bottom - 1, `${cards.length - top - at} more`, theme.overlayMuted, cols);
        break;
      }
      const rect = { x, y, cols, rows: CARD_ROWS };
      drawing.reach?.spots.push(rowSpot(rect, row.id === selectedId, withSelected(layer, row)));
      drawCard(drawing, row, rect, row.id === selectedId);
    }
  }
}

function drawCard(drawing: Drawing, row: ListRow, rect: Rect, isSelected: boolean): void {
  const { frame, theme, glyphs } = drawing;
  const { card } = row;
  if (!card) return;
  const back = isSelected ? theme.selected : theme.overlay;
  frame.fill({ x: rect.x, y: rect.y, width: rect.cols, height: rect.rows }, back);
  const marker = isSelected ? `${glyphs.arrow} ` : "  ";
  const lines = wrap(card.title, rect.cols - 2);
  const shown = lines.slice(0, TITLE_LINES);
  if (lines.length > TITLE_LINES)
    shown[TITLE_LINES - 1] = fit(lines.slice(TITLE_LINES - 1).join(" "), rect.cols - 2, glyphs.ellipsis);
  shown.forEach((line, at) =>
    frame.text(rect.x, rect.y + at, `${at === 0 ? marker : "  "}${line}`, back, rect.cols),
  );
  const y = rect.y + rect.rows - 1;
  const muted = isSelected ? theme.selectedMuted : theme.overlayMuted;
  const age = ` ${card.age}`;
  const room = Math.max(0, rect.cols - 2 - textWidth(age));
  const mark = card.mark === "" ? "" : ` ${card.mark}`;
  const who = fit(card.who, Math.max(3, room - textWidth(mark)), glyphs.ellipsis);
  frame.text(rect.x, y, pad(`  ${who}`, rect.cols), muted, rect.cols);
  if (textWidth(who) + textWidth(mark) <= room)
    frame.text(rect.x + 2 + textWidth(who), y, mark, isSelected ? theme.selected : theme[card.markStyle]);
  frame.text(rect.x + rect.cols - textWidth(age), y, age, muted);
}
