// The question after a restart of the machine: what ran before, and whether it comes back.
import { wrap } from "../format.ts";
import type { RestoreLayer } from "../layers.ts";
import type { Cursor, Drawing } from "./context.ts";
import { drawOverlay, middleRect } from "./overlay.ts";

const COLUMNS = 84;

export function drawRestore(drawing: Drawing, layer: RestoreLayer): Cursor {
  const { model, theme, frame } = drawing;
  const offer = model.view?.restore;
  if (!offer) return null;
  const width = Math.min(model.size.cols, COLUMNS);
  const lines = offer.windows.flatMap((window) => [
    { text: window.name, style: theme.overlayStrong },
    ...window.panes.flatMap((pane) =>
      wrap(pane, width - 6).map((line) => ({ text: `  ${line}`, style: theme.overlay })),
    ),
  ]);
  const room = Math.max(1, Math.min(lines.length, model.size.rows - 6));
  const rect = middleRect(model.size.cols, model.size.rows, width, room + 3);
  const inside = drawOverlay(drawing, rect, "Bring back what ran here before?", [
    { key: "enter", label: "bring it back", enabled: true },
    { key: "n", label: "close it, begin afresh", enabled: true },
    { key: "esc", label: "later, pane by pane", enabled: true },
  ]);
  if (drawing.reach) drawing.reach.maxScroll = lines.length - room;
  const from = Math.max(0, Math.min(layer.scroll, lines.length - room));
  lines
    .slice(from, from + room)
    .forEach(({ text, style }, index) => frame.text(inside.x, inside.y + index, text, style, inside.cols));
  if (lines.length > room)
    frame.text(
      inside.x + inside.cols - 14,
      inside.y + room,
      `${from + 1}-${from + room} of ${lines.length}`,
      theme.overlayMuted,
    );
  return null;
}
