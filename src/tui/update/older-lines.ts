// Looking back beyond the rows that the live screen holds: older lines come from the log, page by page.
import type { ResultOf } from "../../protocol/results.ts";
import { stopSeeking, takeOlderHits } from "../copy/copy-search.ts";
import { type CopyState, scrollBy, takeFirst } from "../copy/copy-state.ts";
import type { CopyLayer } from "../layers.ts";
import type { Model } from "../model.ts";
import { type Change, findLayer, replaceLayer, same } from "./change.ts";
import { copyNeeds } from "./copy-layer.ts";

/** A page of older lines was read: goes to where one wanted to. Keys that wait for it are done afterwards. */
export function copyOlder(model: Model, layerId: number, result: ResultOf<"pane.older">): Change {
  const layer = findLayer(model, "copy", layerId);
  if (!layer) return same(model);
  const { copy } = layer;
  const known: CopyState = {
    ...takeFirst(copy, result.first),
    above: result.above,
    older: "none",
    note: copy.older === "awaited" ? null : copy.note,
  };
  return copyNeeds(model, { ...layer, copy: copy.goalTop === null ? known : towards(known, copy.goalTop) });
}

function towards(copy: CopyState, goalTop: number): CopyState {
  const there = scrollBy(copy, goalTop - copy.top);
  return { ...there, goalTop: there.isBeyond && copy.above === "older" ? goalTop : null };
}

/** Only the answer to what was asked last counts. */
export function copyOlderHits(
  model: Model,
  layerId: number,
  serial: number,
  found: ResultOf<"pane.search-older">,
): Change {
  const layer = findLayer(model, "copy", layerId);
  if (!layer?.copy.search || layer.copy.searchSerial !== serial) return same(model);
  return copyNeeds(model, { ...layer, copy: takeOlderHits(layer.copy, found) });
}

/** Older lines cannot be read now: what one waits for is what is there. */
export function olderRefused(model: Model, layerId: number, message: string): Change {
  const layer = findLayer(model, "copy", layerId);
  if (!layer) return same(model);
  const copy: CopyState = { ...stopSeeking(layer.copy), above: "nothing", older: "none", goalTop: null };
  return same(replaceLayer(model, { ...layer, copy: { ...copy, note: message } }));
}

/** The human waits for older lines no longer. A page that is on its way will be known all the same. */
export function stopReading(model: Model, layer: CopyLayer): Model {
  const { copy } = layer;
  const note = `Stopped; ${copy.total - copy.first} lines are read so far.`;
  const older = copy.older === "awaited" ? "ahead" : copy.older;
  return replaceLayer(model, { ...layer, copy: { ...stopSeeking(copy), older, goalTop: null, note } });
}
