// The frame that lists, help and dialogs share: a box with a title, a footer of keys, and an inside.
import type { Rect } from "../../protocol/views.ts";
import type { Style } from "../compositor/style.ts";
import { fit } from "../format.ts";
import { textWidth } from "../../protocol/width.ts";
import { type Drawing, drawBox, drawSegments, frameRect, type Segment, segmentsWidth } from "./context.ts";
import { keyDeed } from "./reach.ts";

/** One key of the footer; dim when it can do nothing now. */
export interface FooterKey {
  readonly key: string;
  readonly label: string;
  readonly enabled: boolean;
  /** Shown however little room there is. */
  readonly always?: boolean;
}

/** Draws the box and returns its inside, one column clear of the border on both sides. */
export function drawOverlay(
  drawing: Drawing,
  rect: Rect,
  title: string,
  footer: readonly FooterKey[],
  note: Segment | null = null,
): Rect {
  const { frame, theme, glyphs } = drawing;
  frame.fill(frameRect(rect), theme.overlay);
  drawBox(drawing, rect, theme.overlayBorder);
  drawing.reach?.spots.push({ rect, does: { kind: "nothing" } });
  frame.text(rect.x + 2, rect.y, fit(` ${title} `, rect.cols - 4, glyphs.ellipsis), theme.overlayAccent);
  if (note) {
    const text = fit(` ${note.text} `, Math.max(0, rect.cols - 8 - textWidth(title)), glyphs.ellipsis);
    frame.text(rect.x + rect.cols - 2 - textWidth(text), rect.y, text, note.style);
  }
  drawFooter(drawing, rect, footer);
  return { x: rect.x + 2, y: rect.y + 1, cols: Math.max(0, rect.cols - 4), rows: Math.max(0, rect.rows - 2) };
}

function drawFooter(drawing: Drawing, rect: Rect, footer: readonly FooterKey[]): void {
  const { theme, glyphs } = drawing;
  const y = rect.y + rect.rows - 1;
  const segments: Segment[] = [];
  for (const [index, each] of fittingKeys(footer, rect.cols - 5).entries()) {
    if (index > 0) segments.push({ text: ` ${glyphs.dot} `, style: theme.overlayMuted });
    const keyStyle: Style = each.enabled ? theme.overlayAccent : theme.overlayMuted;
    const shown: Segment[] = [
      { text: each.key, style: keyStyle },
      { text: ` ${each.label}`, style: each.enabled ? theme.overlay : theme.overlayMuted },
    ];
    const x = rect.x + 3 + segmentsWidth(segments);
    drawing.reach?.spots.push({
      rect: { x, y, cols: segmentsWidth(shown), rows: 1 },
      does: keyDeed(each.key),
    });
    segments.push(...shown);
  }
  if (segments.length === 0) return;
  drawSegments(
    drawing,
    rect.x + 2,
    y,
    [{ text: " ", style: theme.overlay }, ...segments, { text: " ", style: theme.overlay }],
    rect.cols - 4,
  );
}

/** The keys for which there is room: the first ones, and always the last, which leaves, and those that must not be missed. */
function fittingKeys(footer: readonly FooterKey[], room: number): readonly FooterKey[] {
  const isKept = (each: FooterKey) => each.always === true || each === footer.at(-1);
  // The first one has no dot before it.
  const widthOf = (each: FooterKey) => textWidth(each.key) + 1 + textWidth(each.label) + 3;
  let left = room + 3 - footer.filter(isKept).reduce((sum, each) => sum + widthOf(each), 0);
  return footer.filter((each) => {
    if (isKept(each)) return true;
    left -= widthOf(each);
    return left >= 0;
  });
}

/** The right two thirds: panes stay visible beside it. All of it on a small screen. */
export function sideRect(cols: number, rows: number): Rect {
  const width = cols < 100 ? cols : Math.max(80, Math.ceil((cols * 2) / 3));
  return { x: cols - width, y: 0, cols: width, rows: rows - 1 };
}

/** In the middle, a little above it. */
export function middleRect(cols: number, rows: number, width: number, height: number): Rect {
  const shownCols = Math.min(width, cols);
  const shownRows = Math.min(height, rows - 1);
  return {
    x: Math.floor((cols - shownCols) / 2),
    y: Math.max(0, Math.floor((rows - 1 - shownRows) * 0.4)),
    cols: shownCols,
    rows: shownRows,
  };
}
