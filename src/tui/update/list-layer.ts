// Keys in the lists over the panes: the same in all of them, and the letters that act on a row.
import { parseCommandLine } from "../../domain/commands/parse.ts";
import { onlyLooks, onlyReads } from "../../domain/commands/reading.ts";
import { createEditor, editKey } from "../editor.ts";
import type { Effect } from "../effects.ts";
import { boardColumns } from "../lists/board-columns.ts";
import type { ListRow, RowAction } from "../lists/list-row.ts";
import { LISTS, selectedIndex, stepSelection, visibleRows, withSelected } from "../lists/lists.ts";
import type { ListLayer } from "../layers.ts";
import type { Model } from "../model.ts";
import { type Change, closeLayer, replaceLayer, same, toast } from "./change.ts";
import { confirm } from "./closing.ts";
import { openDelegate } from "./delegate-layer.ts";
import { jumpToPane, openPrompt, runCommand } from "./run-command.ts";
import { scrollLayer, scrollStep } from "./scroll.ts";
import { refuseWatcher } from "./watching.ts";

const PAGE = 10;
const SIDEWAYS: Readonly<Record<string, 1 | -1>> = { h: -1, Left: -1, l: 1, Right: 1 };

/** The card at the same height in the next column that has any. */
function besideCard(rows: readonly ListRow[], id: string | null, step: 1 | -1): string | null {
  const columns = boardColumns(rows).filter((column) => column.cards.length > 0);
  const at = columns.findIndex((column) => column.cards.some((card) => card.id === id));
  const height = columns[at]?.cards.findIndex((card) => card.id === id) ?? 0;
  const { cards } = columns[at + step] ?? { cards: [] };
  return cards[Math.min(height, cards.length - 1)]?.id ?? null;
}

export function listKey(model: Model, layer: ListLayer, notation: string, typed: string | null): Change {
  const rows = visibleRows(layer, model);
  const at = selectedIndex(layer, rows);
  const selected = at >= 0 ? rows[at]! : null;
  if (layer.filtering) return filterKey(model, layer, notation, typed);
  const select = (index: number) => same(replaceLayer(model, withSelected(layer, rows[index])));
  if (layer.open) {
    if (notation === "Escape" || notation === "q" || notation === "h" || notation === "Left")
      return same(replaceLayer(model, { ...layer, open: false, scroll: 0 }));
    const step = scrollStep(notation);
    if (step !== null) return scrollLayer(model, layer, step);
    if (notation === "n" || notation === "p")
      return select(stepSelection(rows, at, notation === "n" ? 1 : -1));
  }
  // A row's own letters come before those of the list.
  const own = selected?.actions.find((action) => action.key === notation);
  if (own) return act(model, layer, selected!, own);
  const sideways = LISTS[layer.list].layout === "columns" ? SIDEWAYS[notation] : undefined;
  if (sideways !== undefined) {
    const id = besideCard(rows, selected?.id ?? null, sideways);
    return same(id === null ? model : replaceLayer(model, { ...layer, selectedId: id }));
  }
  switch (notation) {
    case "j":
    case "Down":
    case "C-n":
      return select(stepSelection(rows, at, 1));
    case "k":
    case "Up":
    case "C-p":
      return select(stepSelection(rows, at, -1));
    case "PageDown":
    case "C-d":
      return select(stepSelection(rows, at, PAGE));
    case "PageUp":
    case "C-u":
      return select(stepSelection(rows, at, -PAGE));
    case "g":
    case "Home":
      return select(rows.findIndex((each) => !each.heading));
    case "G":
    case "End":
      return select(stepSelection(rows, at, rows.length));
    case "/":
      return same(replaceLayer(model, { ...layer, filtering: true }));
    case "?":
      return same(replaceLayer(model, { ...layer, showKeys: !layer.showKeys }));
    case "Enter":
    case "l":
    case "Right":
      if (!selected || selected.details.length === 0) return same(model);
      return openRow(model, layer, selected);
    case "Escape":
      if (layer.showKeys) return same(replaceLayer(model, { ...layer, showKeys: false }));
      if (layer.filter.text !== "")
        return same(replaceLayer(model, { ...layer, filter: createEditor("", false) }));
      return same(closeLayer(model, layer.id));
    case "q":
    case "C-c":
      return same(closeLayer(model, layer.id));
    default:
      return same(toast(model, "info", `${notation} does nothing on this row; ? shows the keys.`, "reason"));
  }
}

function filterKey(model: Model, layer: ListLayer, notation: string, typed: string | null): Change {
  if (notation === "Enter" || notation === "Down")
    return same(replaceLayer(model, { ...layer, filtering: false }));
  if (notation === "Escape" || notation === "C-c")
    return same(replaceLayer(model, { ...layer, filtering: false, filter: createEditor("", false) }));
  const filter = editKey(layer.filter, notation, typed);
  return same(filter ? replaceLayer(model, { ...layer, filter, selectedId: null }) : model);
}

function openRow(model: Model, layer: ListLayer, row: ListRow): Change {
  const opened = replaceLayer(model, { ...layer, open: true, scroll: 0 });
  if (row.opening === null || model.readOnly) return same(opened);
  return [opened, [{ type: "call", ...row.opening, reply: { kind: "list-action", layerId: layer.id } }]];
}

/** Does what the letter says, or says why it cannot. */
function act(model: Model, layer: ListLayer, row: ListRow, action: RowAction): Change {
  if (action.disabled !== null) return same(toast(model, "warn", action.disabled, "reason"));
  const { does } = action;
  switch (does.kind) {
    case "open":
      return openRow(model, layer, row);
    case "jump":
      return jumpToPane(model, does.paneId);
    case "command": {
      const parsed = parseCommandLine(does.line);
      const closed = closeLayer(model, layer.id);
      return parsed.ok ? runCommand(closed, parsed.command) : same(closed);
    }
    case "filter":
      return same(
        replaceLayer(model, { ...layer, filter: createEditor(does.text, false), selectedId: null }),
      );
    case "local":
      if (model.readOnly && !onlyLooks(does.action)) return refuseWatcher(model);
      if (does.action.name === "message" && does.replyTo !== undefined)
        return same(openDelegate(model, "message", does.action.to, "", does.replyTo));
      return runCommand(does.close ? closeLayer(model, layer.id) : model, {
        kind: "local",
        action: does.action,
      });
    case "fetch-text":
      return [
        model,
        [
          {
            type: "call",
            method: does.method,
            params: does.params,
            reply: { kind: "show", title: does.title, as: does.as ?? "text" },
          },
        ],
      ];
    case "call": {
      if (model.readOnly && !onlyReads(does.method, does.params)) return refuseWatcher(model);
      const effect: Effect = {
        type: "call",
        method: does.method,
        params: does.params,
        reply: { kind: "list-action", layerId: layer.id, done: does.done },
      };
      if (does.ask) {
        const purpose = {
          kind: "call",
          method: does.method,
          params: does.params,
          field: does.ask.field,
          allowEmpty: does.ask.allowEmpty,
        } as const;
        return same(openPrompt(model, `${does.ask.label}:`, purpose, ""));
      }
      if (does.confirm) return same(confirm(model, does.confirm.question, does.confirm.loss, [effect]));
      return [does.close ? closeLayer(model, layer.id) : model, [effect]];
    }
  }
}
