// The dialog that gives a task or a message to an agent.
import { withPrefix } from "../../domain/keys/bindings.ts";
import type { DelegateField, DelegateLayer } from "../layers.ts";
import type { Editor } from "../editor.ts";
import { layoutEditor } from "../editor.ts";
import { fit } from "../format.ts";
import { outlook, recipients } from "../update/delegate-layer.ts";
import { agentOfPane, focusedPane } from "../model.ts";
import { type Cursor, type Drawing, drawSegments, type Segment, segmentsWidth } from "./context.ts";
import { drawOverlay, middleRect } from "./overlay.ts";

const LABEL_COLUMNS = 7;
const MIN_TEXT_ROWS = 4;

function titleOf(layer: DelegateLayer): string {
  if (layer.purpose === "delegate") return "Delegate";
  return layer.replyTo === null ? "Message" : `Reply to ${layer.replyTo}`;
}

export function drawDelegate(drawing: Drawing, layer: DelegateLayer): Cursor {
  const { model, theme, frame, glyphs } = drawing;
  const { cols, rows } = model.size;
  const isTask = layer.purpose === "delegate";
  const width = Math.min(cols, Math.max(Math.min(cols - 4, 80), Math.min(92, Math.floor(cols * 0.66))));
  const textColumns = width - 4 - LABEL_COLUMNS;
  const layout = layoutEditor(layer.text, textColumns);
  const fixedRows = isTask ? 9 : 7;
  const textRows = Math.max(1, Math.min(Math.max(MIN_TEXT_ROWS, layout.lines.length), rows - 1 - fixedRows));
  const rect = middleRect(cols, rows, width, textRows + fixedRows);
  const inside = drawOverlay(drawing, rect, titleOf(layer), [
    { key: "enter", label: layer.sending ? `sending${glyphs.ellipsis}` : "send", enabled: !layer.sending },
    { key: "alt-enter", label: "new line", enabled: true },
    { key: "tab", label: "next", enabled: true },
    { key: "ctrl-e", label: "editor", enabled: layer.field === "text" },
    { key: "esc", label: "cancel", enabled: true },
  ]);
  const { x } = inside;
  const fieldX = x + LABEL_COLUMNS;
  let y = inside.y;
  const label = (text: string, field: DelegateField) =>
    frame.text(x, y, text, layer.field === field ? theme.overlayAccent : theme.overlayMuted);
  const fieldSpot = (field: DelegateField, height = 1) =>
    drawing.reach?.spots.push({
      rect: { x, y, cols: inside.cols, rows: height },
      does: { kind: "become", layer: { ...layer, field } },
    });
  let cursor: Cursor = null;

  label("To", "to");
  fieldSpot("to");
  let recipientX = fieldX;
  for (const { name, segments } of recipientChoices(drawing, layer)) {
    const used = drawSegments(drawing, recipientX, y, segments, fieldX + textColumns - recipientX);
    if (name !== null)
      drawing.reach?.spots.push({
        rect: { x: recipientX, y, cols: used, rows: 1 },
        does: { kind: "become", layer: { ...layer, to: name, field: "to" } },
      });
    recipientX += used;
  }
  y += 2;

  label(isTask ? "Task" : "Text", "text");
  fieldSpot("text", textRows);
  const firstLine = Math.max(0, Math.min(layout.cursorY - textRows + 1, layout.lines.length - textRows));
  frame.fill({ x: fieldX, y, width: textColumns, height: textRows }, theme.input);
  for (let index = 0; index < textRows; index++)
    frame.text(fieldX, y + index, layout.lines[firstLine + index] ?? "", theme.input, textColumns);
  if (layer.text.text === "")
    frame.text(
      fieldX,
      y,
      fit(
        isTask ? "What is to be done? Paste works." : "What do you want to say?",
        textColumns,
        glyphs.ellipsis,
      ),
      { ...theme.overlayMuted, bg: theme.input.bg },
    );
  if (layer.field === "text")
    cursor = { x: fieldX + layout.cursorX, y: y + layout.cursorY - firstLine, visible: true, shape: 0 };
  y += textRows + 1;

  const agent = model.view?.agents.find((each) => each.name === layer.to) ?? null;
  const goes = outlook(agent, layer.to);
  const priority: Segment[] = [
    { text: " priority ", style: layer.field === "priority" ? theme.overlayAccent : theme.overlayMuted },
    layer.field === "priority"
      ? { text: `${glyphs.pickLeft} ${layer.priority} ${glyphs.pickRight}`, style: theme.selected }
      : { text: layer.priority, style: theme.overlay },
  ];
  const priorityWidth = segmentsWidth(priority);
  const glyph = goes.goesNow ? glyphs.good : glyphs.mail;
  frame.text(
    x,
    y,
    fit(
      `${glyph} ${withPrefix(goes.text, model.prefixKey)}`,
      inside.cols - priorityWidth - 1,
      glyphs.ellipsis,
    ),
    goes.goesNow ? theme.overlayGood : theme.overlayWarn,
  );
  const priorityX = inside.x + inside.cols - priorityWidth;
  drawSegments(drawing, priorityX, y, priority, priorityWidth);
  drawing.reach?.spots.push({
    rect: { x: priorityX, y, cols: priorityWidth, rows: 1 },
    does:
      layer.field === "priority"
        ? { kind: "key", notation: "Right" }
        : { kind: "become", layer: { ...layer, field: "priority" } },
  });
  y += 1;

  if (isTask) {
    const single = (name: string, field: "files" | "accept", editor: Editor, hint: string) => {
      label(name, field);
      fieldSpot(field);
      const isActive = layer.field === field;
      const room = textColumns;
      const line = layoutEditor(editor, 10_000);
      const shift = Math.max(0, line.cursorX - room + 1);
      if (isActive) frame.fill({ x: fieldX, y, width: room, height: 1 }, theme.input);
      if (editor.text === "")
        frame.text(
          fieldX,
          y,
          fit(hint, room, glyphs.ellipsis),
          isActive ? { ...theme.overlayMuted, bg: theme.input.bg } : theme.overlayMuted,
        );
      else
        frame.text(
          fieldX,
          y,
          (line.lines[0] ?? "").slice(shift),
          isActive ? theme.input : theme.overlay,
          room,
        );
      if (isActive) cursor = { x: fieldX + line.cursorX - shift, y, visible: true, shape: 0 };
      y += 1;
    };
    single("Locks", "files", layer.files, "files it may edit alone, such as src/auth/**, comma between");
    single("Accept", "accept", layer.accept, "when it counts as done, such as: tests pass");
  }
  if (layer.error !== null)
    frame.text(x, y, fit(`${glyphs.bad} ${layer.error}`, inside.cols, glyphs.ellipsis), theme.overlayBad);
  return cursor;
}

interface Choice {
  /** Null: nobody is there to be chosen. */
  readonly name: string | null;
  readonly segments: readonly Segment[];
}

/** `‹ kimi ○ idle ›   codex ▲ needs you   claude (you are here)`, with the chosen one always in sight. */
function recipientChoices(drawing: Drawing, layer: DelegateLayer): readonly Choice[] {
  const { model, theme, glyphs } = drawing;
  const here = agentOfPane(model, focusedPane(model))?.name;
  const names = recipients(model, layer);
  if (names.length === 0)
    return [{ name: null, segments: [{ text: "no agent runs here", style: theme.overlayWarn }] }];
  const chosen = Math.max(0, names.indexOf(layer.to));
  const ordered = chosen > 2 ? [...names.slice(chosen), ...names.slice(0, chosen)] : names;
  return ordered.map((name, index): Choice => {
    const agent = model.view?.agents.find((each) => each.name === name);
    const state = agent
      ? ` ${glyphs.state[agent.state.name]} ${agent.state.name === "blocked" ? "needs you" : agent.state.name}`
      : "";
    const where = name === here ? " (you are here)" : "";
    const gap: Segment = { text: index === 0 ? "" : "   ", style: theme.overlay };
    if (name !== layer.to)
      return { name, segments: [gap, { text: `${name}${state}${where}`, style: theme.overlayMuted }] };
    const style = layer.field === "to" ? theme.selected : theme.overlayStrong;
    const text = `${glyphs.pickLeft} ${name}${state}${where} ${glyphs.pickRight}`;
    return { name, segments: [gap, { text, style }] };
  });
}
