// The keys, made from the tables that the program itself uses.
import {
  BINDING_GROUPS,
  type Binding,
  commandOf,
  disabledReason,
  withPrefix,
} from "../../domain/keys/bindings.ts";
import { searchWords } from "../../domain/text/search-words.ts";
import type { StyledLine } from "../blessed-chrome.ts";
import { copyKeyHelp } from "../copy/key-tables.ts";
import { layoutEditor } from "../editor.ts";
import { pad } from "../format.ts";
import type { HelpLayer } from "../layers.ts";
import { copyLayerOf, focusedPane, type Model } from "../model.ts";
import { bindingContext } from "../update/change.ts";
import { type Cursor, type Drawing, segmentsWidth } from "./context.ts";
import { drawOverlay, sideRect } from "./overlay.ts";
import { drawTextBox } from "./text-box.ts";

const KEY_COLUMNS = 12;
const COPY_KEY_COLUMNS = 28;

interface Section {
  readonly title: string;
  readonly rows: readonly StyledLine[];
}

export function drawHelp(drawing: Drawing, layer: HelpLayer): Cursor {
  const { model, theme, frame } = drawing;
  const inside = drawOverlay(drawing, sideRect(model.size.cols, model.size.rows), "Keys", [
    { key: "j k", label: "scroll", enabled: true },
    { key: "/", label: "find a key", enabled: true },
    { key: ":", label: "type a command", enabled: true },
    { key: "esc", label: "back", enabled: true },
  ]);
  const hasFilter = layer.filtering || layer.filter.text !== "";
  const body = hasFilter ? { ...inside, y: inside.y + 1, rows: inside.rows - 1 } : inside;
  if (hasFilter) {
    frame.text(inside.x, inside.y, "find ", theme.overlayMuted);
    frame.text(inside.x + 5, inside.y, pad(layer.filter.text, inside.cols - 5), theme.input);
  }
  const lines = helpLines(drawing, layer.filter.text, body.cols - 1);
  if (lines.length === 0)
    frame.text(body.x, body.y + 1, `No key matches "${layer.filter.text}".`, theme.overlayMuted, body.cols);
  else
    drawTextBox(drawing, body, {
      key: `help ${layer.id} ${layer.filter.text}`,
      lines,
      scroll: layer.scroll,
    });
  return layer.filtering
    ? { x: inside.x + 5 + layoutEditor(layer.filter, 10_000).cursorX, y: inside.y, visible: true, shape: 0 }
    : null;
}

/** Every key with what it does, those first that work where one is; what cannot be done now is dim and says why. */
function helpLines(drawing: Drawing, filter: string, columns: number): readonly StyledLine[] {
  const { model, theme } = drawing;
  const words = searchWords(filter);
  const fits = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const bound = BINDING_GROUPS.map((group): Section => {
    const bindings = model.bindings.filter(
      ({ group: its, key, description, command }) =>
        its === group && fits(`${key} ${description} ${command}`),
    );
    return { title: group, rows: bindings.flatMap((binding) => bindingLines(drawing, binding, columns)) };
  });
  const copyKeys = copyKeyHelp(model.copyKeys).filter(([keys, what]) => fits(`${keys} ${what}`));
  const copy: Section = {
    title: `While looking back (${model.copyKeys})`,
    rows: copyKeys.map(([keys, what]) => [
      { text: pad(keys, COPY_KEY_COLUMNS), style: theme.overlayStrong },
      { text: what, style: theme.overlay },
    ]),
  };
  return (isLookingBack(model) ? [copy, ...bound] : [...bound, copy])
    .filter(({ rows }) => rows.length > 0)
    .flatMap(({ title, rows }, index) => [
      ...(index > 0 ? [[{ text: " ", style: theme.overlay }]] : []),
      [{ text: title, style: theme.overlayAccent }],
      ...rows,
    ]);
}

/** Why it cannot be done stands behind it, or below it where that is too long. */
function bindingLines({ model, theme }: Drawing, binding: Binding, columns: number): readonly StyledLine[] {
  const disabled = disabledReason(commandOf(binding), bindingContext(model));
  const isOn = disabled === null;
  const line = [
    {
      text: pad(`${model.prefixKey} ${binding.key}`, KEY_COLUMNS),
      style: isOn ? theme.overlayStrong : theme.overlayMuted,
    },
    { text: binding.description, style: isOn ? theme.overlay : theme.overlayMuted },
  ];
  if (isOn) return [line];
  const reason = { text: withPrefix(disabled, model.prefixKey), style: theme.overlayMuted };
  const behind = [...line, { text: "   ", style: theme.overlay }, reason];
  if (segmentsWidth(behind) <= columns) return [behind];
  return [line, [{ text: " ".repeat(KEY_COLUMNS), style: theme.overlay }, reason]];
}

function isLookingBack(model: Model): boolean {
  const focused = focusedPane(model);
  return focused !== null && copyLayerOf(model, focused.id) !== null;
}
