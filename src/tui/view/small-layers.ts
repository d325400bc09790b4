// Texts, the line at the bottom, questions with yes and no, and the panes' numbers.
import type { StyledLine } from "../blessed-chrome.ts";
import { layoutEditor } from "../editor.ts";
import { fit, pad, wrap } from "../format.ts";
import type { ConfirmLayer, PromptLayer, TextLayer, TrustLayer } from "../layers.ts";
import { currentPanes } from "../model.ts";
import { promptCompletions, withCandidate } from "../update/prompt-layer.ts";
import { textWidth } from "../../protocol/width.ts";
import type { Cursor, Drawing } from "./context.ts";
import { drawOverlay, middleRect, sideRect } from "./overlay.ts";
import { rowSpot } from "./reach.ts";
import { drawTextBox } from "./text-box.ts";

export function drawText(drawing: Drawing, layer: TextLayer): Cursor {
  const { model, theme } = drawing;
  const inside = drawOverlay(drawing, sideRect(model.size.cols, model.size.rows), layer.title, [
    { key: "j k", label: "scroll", enabled: true },
    { key: "esc", label: "back", enabled: true },
  ]);
  const lines = layer.text.split("\n").map((line): StyledLine => [{ text: line, style: theme.overlay }]);
  drawTextBox(drawing, inside, { key: `text ${layer.id}`, lines, scroll: layer.scroll });
  return null;
}

const MAX_CANDIDATES = 8;
const MAX_ERROR_ROWS = 4;

/** The prompt stands in the status line; candidates and what is wrong stand above it. */
export function drawPrompt(drawing: Drawing, layer: PromptLayer): Cursor {
  const { model, theme, frame, glyphs } = drawing;
  const { cols, rows } = model.size;
  const y = rows - 1;
  const label = layer.label === ":" ? " :" : ` ${layer.label} `;
  frame.fill({ x: 0, y, width: cols, height: 1 }, theme.input);
  frame.text(0, y, label, theme.overlayAccent);
  const x = textWidth(label);
  const room = Math.max(1, cols - x - 1);
  const layout = layoutEditor(layer.editor, 10_000);
  const shift = Math.max(0, layout.cursorX - room + 1);
  frame.text(x, y, (layout.lines[0] ?? "").slice(shift), theme.input, room);
  if (layer.error !== null) {
    const lines = wrap(`${glyphs.bad} ${layer.error}`, cols - 2).slice(0, MAX_ERROR_ROWS);
    const top = y - lines.length;
    frame.fill({ x: 0, y: top, width: cols, height: lines.length }, theme.overlay);
    lines.forEach((line, index) =>
      frame.text(1, top + index, fit(line, cols - 2, glyphs.ellipsis), theme.overlayBad),
    );
  } else drawCandidates(drawing, layer, y);
  return { x: Math.min(x + layout.cursorX - shift, cols - 1), y, visible: true, shape: 0 };
}

function drawCandidates(drawing: Drawing, layer: PromptLayer, bottom: number): void {
  const { model, theme, frame, glyphs } = drawing;
  const all = promptCompletions(model, layer);
  const typed = layer.completeFrom ?? layer.editor.text;
  if (all.length === 0 || (all.length === 1 && all[0]!.line.trimEnd() === typed)) return;
  const count = Math.min(MAX_CANDIDATES, all.length, bottom);
  const from = Math.max(0, Math.min(layer.candidate - count + 1, all.length - count));
  const shown = all.slice(from, from + count);
  const labelWidth = Math.max(...shown.map((each) => textWidth(each.label))) + 2;
  const width = Math.min(
    model.size.cols,
    Math.max(30, labelWidth + Math.max(...shown.map((each) => textWidth(each.detail))) + 3),
  );
  shown.forEach((candidate, index) => {
    const y = bottom - count + index;
    const at = from + index;
    const isChosen = at === layer.candidate;
    const rect = { x: 0, y, cols: width, rows: 1 };
    drawing.reach?.spots.push(rowSpot(rect, isChosen, withCandidate(model, layer, at)));
    frame.fill({ x: 0, y, width, height: 1 }, isChosen ? theme.selected : theme.overlay);
    frame.text(
      1,
      y,
      pad(candidate.label, labelWidth),
      isChosen ? theme.selected : theme.overlayStrong,
      width - 1,
    );
    frame.text(
      1 + labelWidth,
      y,
      fit(candidate.detail, width - labelWidth - 2, glyphs.ellipsis),
      isChosen ? theme.selectedMuted : theme.overlayMuted,
    );
  });
}

export function drawConfirm(drawing: Drawing, layer: ConfirmLayer): Cursor {
  const { model, theme, frame } = drawing;
  const width = Math.min(
    model.size.cols,
    Math.max(44, Math.min(72, Math.max(textWidth(layer.question), textWidth(layer.loss)) + 6)),
  );
  const question = wrap(layer.question, width - 4);
  const loss = layer.loss === "" ? [] : wrap(layer.loss, width - 4);
  const rect = middleRect(
    model.size.cols,
    model.size.rows,
    width,
    question.length + loss.length + (loss.length > 0 ? 3 : 2),
  );
  const inside = drawOverlay(drawing, rect, "Sure?", [
    { key: "y", label: "yes", enabled: true },
    { key: "n", label: "no, leave it (enter, esc)", enabled: true },
  ]);
  question.forEach((line, index) => frame.text(inside.x, inside.y + index, line, theme.overlayStrong));
  loss.forEach((line, index) =>
    frame.text(inside.x, inside.y + question.length + 1 + index, line, theme.overlayWarn),
  );
  return null;
}

export function drawTrust(drawing: Drawing, layer: TrustLayer): Cursor {
  const { model, theme, frame } = drawing;
  const trust = model.view?.trust;
  if (!trust) return null;
  const width = Math.min(model.size.cols, 84);
  const commands = trust.commands.flatMap((command) => wrap(command, width - 8));
  const intro = wrap(
    `${trust.path} wants to run these commands on your machine. Nothing of it has run yet.`,
    width - 4,
  );
  const room = Math.max(1, Math.min(commands.length, model.size.rows - 8 - intro.length));
  const rect = middleRect(model.size.cols, model.size.rows, width, intro.length + room + 4);
  const inside = drawOverlay(drawing, rect, "Do you trust this project's file?", [
    { key: "y", label: "yes, run them, and remember this very content", enabled: true },
    { key: "n", label: "no", enabled: true },
  ]);
  intro.forEach((line, index) => frame.text(inside.x, inside.y + index, line, theme.overlay));
  if (drawing.reach) drawing.reach.maxScroll = commands.length - room;
  const from = Math.max(0, Math.min(layer.scroll, commands.length - room));
  commands
    .slice(from, from + room)
    .forEach((line, index) =>
      frame.text(inside.x + 2, inside.y + intro.length + 1 + index, line, theme.overlayWarn),
    );
  if (commands.length > room)
    frame.text(
      inside.x + inside.cols - 14,
      inside.y + intro.length,
      `${from + 1}-${from + room} of ${commands.length}`,
      theme.overlayMuted,
    );
  return null;
}

/** A large number in the middle of each pane. */
export function drawPaneNumbers(drawing: Drawing): Cursor {
  const { model, theme, frame } = drawing;
  for (const pane of currentPanes(model)) {
    if (!pane.inner) continue;
    const text = ` ${pane.index} `;
    const x = pane.inner.x + Math.floor((pane.inner.cols - text.length) / 2);
    const y = pane.inner.y + Math.floor(pane.inner.rows / 2);
    const style = pane.focused ? theme.badge : theme.badgeWarn;
    for (const [step, line] of [" ".repeat(text.length), text, " ".repeat(text.length)].entries())
      frame.text(x, y - 1 + step, line, style);
  }
  return null;
}
