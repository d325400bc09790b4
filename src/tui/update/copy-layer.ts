// The steps of looking back that need the server.
import { decodeGridFrame } from "../../protocol/grid.ts";
import type { ResultOf, SearchHit } from "../../protocol/results.ts";
import { textWidth } from "../../protocol/width.ts";
import { createPaneGrid } from "../compositor/pane-grid.ts";
import { takeHits } from "../copy/copy-keys.ts";
import { addRows, type CopyState, missingRows, moveTo, scrollBy } from "../copy/copy-state.ts";
import { createEditor } from "../editor.ts";
import type { CopyLayer, Model } from "../model.ts";
import { type Change, closeLayer, findLayer, replaceLayer, same } from "./change.ts";

/** Puts the layer back and asks for the rows that its window lacks. */
export function copyNeeds(model: Model, layer: CopyLayer): Change {
  const missing = layer.copy.fetching ? null : missingRows(layer.copy);
  if (!missing) return same(replaceLayer(model, layer));
  return [
    replaceLayer(model, { ...layer, copy: { ...layer.copy, fetching: true } }),
    [
      {
        type: "call",
        method: "pane.rows",
        params: { paneId: layer.copy.paneId, ...missing },
        reply: { kind: "copy-rows", layerId: layer.id, from: missing.from },
      },
    ],
  ];
}

export function leaveCopy(model: Model, layer: CopyLayer): Change {
  return [
    closeLayer(model, layer.id),
    [
      {
        type: "call",
        method: "client.mode",
        params: { paneId: layer.copy.paneId, copyMode: false },
        reply: { kind: "nothing" },
      },
    ],
  ];
}

/** Rows came: the first answer tells how many there are. */
export function copyRows(model: Model, layerId: number, from: number, result: ResultOf<"pane.rows">): Change {
  const layer = findLayer(model, "copy", layerId);
  if (!layer) return same(model);
  const frame = decodeGridFrame(bytesOf(result.frame));
  if (!frame.ok)
    return copyNeeds(model, {
      ...layer,
      copy: { ...layer.copy, fetching: false, note: "These rows cannot be read." },
    });
  const grid = createPaneGrid();
  grid.apply(frame.value.full ? frame.value : { ...frame.value, full: true });
  const { copy } = layer;
  if (copy.total > 0)
    return copyNeeds(model, {
      ...layer,
      copy: addRows({ ...copy, total: Math.max(copy.total, result.total) }, from, grid),
    });
  const first: CopyState = {
    ...copy,
    total: result.total,
    top: Math.max(0, result.total - copy.rows),
    fetching: false,
  };
  const placed = moveTo(first, result.total - 1, 0);
  const started =
    copy.start === "page-up"
      ? scrollBy(placed, -Math.max(1, copy.rows - 2))
      : copy.start === "search"
        ? { ...placed, prompt: { editor: createEditor("", false), backwards: true } }
        : placed;
  return copyNeeds(model, { ...layer, copy: started });
}

export function copyHits(model: Model, layerId: number, hits: ResultOf<"pane.search">): Change {
  const layer = findLayer(model, "copy", layerId);
  if (!layer?.copy.search) return same(model);
  return copyNeeds(model, {
    ...layer,
    copy: takeHits(layer.copy, layer.copy.search.pattern, hits.map(inCells)),
  });
}

/** The server counts UTF-16 units of the row's text; the screen counts columns. */
function inCells(hit: SearchHit): SearchHit {
  const col = textWidth(hit.text.slice(0, hit.col));
  return { ...hit, col, length: textWidth(hit.text.slice(hit.col, hit.col + hit.length)) };
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}
