// Opening a list over the panes, and asking for what it shows.
import type { ListName } from "../../domain/commands/command.ts";
import { createEditor } from "../editor.ts";
import type { Effect } from "../effects.ts";
import { LISTS } from "../lists/lists.ts";
import type { ListLayer } from "../layers.ts";
import type { Model } from "../model.ts";
import { type Change, closeLayer, openLayer, same } from "./change.ts";

/** Opens a list, or closes it when it is the one on top. */
export function openList(model: Model, list: ListName): Change {
  const open = model.layers.find((layer): layer is ListLayer => layer.kind === "list");
  const base = open ? closeLayer(model, open.id) : model;
  if (open?.list === list) return same(base);
  const id = base.nextLayerId;
  const opened = openLayer(base, () => ({
    kind: "list",
    id,
    list,
    data: LISTS[list].fetch ? { state: "loading" } : { state: "ready", value: null },
    fetchedAtMs: base.nowMs,
    stale: false,
    selectedId: list === "tree" ? `pane ${model.view?.panes.find((pane) => pane.focused)?.id ?? ""}` : null,
    filter: createEditor("", false),
    filtering: false,
    open: false,
    scroll: 0,
    showKeys: false,
    previews: new Map(),
  }));
  return [opened, [...fetchList(list, id), ...(list === "tree" ? fetchPreviews(opened, id) : [])]];
}

/** More panes than that nobody looks through. */
const MAX_PREVIEWS = 32;

/** What stands in the panes that are not on the screen. */
function fetchPreviews(model: Model, layerId: number): readonly Effect[] {
  const hidden = (model.view?.panes ?? []).filter((pane) => pane.inner === null && pane.message === null);
  return hidden.slice(0, MAX_PREVIEWS).map(({ id }) => ({
    type: "call",
    method: "pane.capture",
    params: { target: id },
    reply: { kind: "preview", layerId, paneId: id },
  }));
}

export function fetchList(list: ListName, layerId: number): readonly Effect[] {
  const { fetch } = LISTS[list];
  return fetch
    ? [{ type: "call", method: fetch.method, params: fetch.params, reply: { kind: "list", layerId } }]
    : [];
}
