// The steps of looking back that need the server.
import { bufferPieces } from "../../protocol/buffer.ts";
import { decodeGridFrame } from "../../protocol/grid.ts";
import type { AboveRows, ResultOf } from "../../protocol/results.ts";
import type { PaneView } from "../../protocol/views.ts";
import { createPaneGrid } from "../compositor/pane-grid.ts";
import { type CopyOutcome, copyKey } from "../copy/copy-keys.ts";
import { ignoresCase, inView, openSearch, searchPromptPaste, takeHits } from "../copy/copy-search.ts";
import {
  addRows,
  chunkRows,
  type CopyStart,
  type CopyState,
  createCopyState,
  isAtEnd,
  moveTo,
  scrollFar,
  takeFirst,
} from "../copy/copy-state.ts";
import { selectedText } from "../copy/copy-text.ts";
import { missingRows, missingSelected, needsOlder } from "../copy/needs.ts";
import { selectUnits } from "../copy/select-units.ts";
import type { Effect } from "../effects.ts";
import type { CopyLayer } from "../layers.ts";
import { copyLayerOf, focusedPane, type Model } from "../model.ts";
import { type Change, closeLayer, findLayer, openLayer, replaceLayer, same, toast } from "./change.ts";
import { stepFind } from "./find-steps.ts";

const WHEEL_ROWS = 3;
/** Hits in one pane: all that one can walk through and see. */
const MAX_HITS = 5_000;

/** Looks back in a pane. Looking back in other panes goes on. */
export function openCopy(
  model: Model,
  start: CopyStart,
  more: Partial<Pick<CopyState, "snapshot" | "isFromFind" | "byMouse">> = {},
  pane: PaneView | null = focusedPane(model),
): Change {
  if (!pane?.inner) return same(model);
  const open = copyLayerOf(model, pane.id);
  const base = open ? closeLayer(model, open.id) : model;
  const { inner } = pane;
  const copy = createCopyState(
    { id: pane.id, number: pane.number, cols: inner.cols, rows: inner.rows },
    start,
    { keys: model.copyKeys, ...more },
  );
  const opened = openLayer(base, (id) => ({ kind: "copy", id, copy }));
  return [
    { ...opened, drag: model.drag },
    [mode(pane.id, true), fetchRows(copy, base.nextLayerId, null, chunkRows(inner.cols))],
  ];
}

function mode(paneId: string, copyMode: boolean): Effect {
  return { type: "call", method: "client.mode", params: { paneId, copyMode }, reply: { kind: "nothing" } };
}

/** `from` null: the last rows. */
function fetchRows(copy: CopyState, layerId: number, from: number | null, count: number): Effect {
  const { paneId, snapshot } = copy;
  return {
    type: "call",
    method: "pane.rows",
    params: { paneId, from, count, snapshot },
    reply: { kind: "copy-rows", layerId },
  };
}

/**
 * Puts the layer back and asks for what it lacks: the rows of its window, then those of the selection; older lines where one
 * comes close to them, or searches them.
 */
export function copyNeeds(model: Model, layer: CopyLayer): Change {
  let { copy } = layer;
  const effects: Effect[] = [];
  const missing = copy.fetching ? null : (missingRows(copy) ?? missingSelected(copy));
  if (missing) {
    copy = { ...copy, fetching: true };
    effects.push(fetchRows(copy, layer.id, missing.from, missing.count));
  }
  if (needsOlder(copy)) {
    copy = {
      ...copy,
      older: copy.goalTop === null ? "ahead" : "awaited",
      note: copy.goalTop === null ? copy.note : READING,
    };
    effects.push(fetchOlder(copy, layer.id));
  }
  const { search } = copy;
  if (search?.seeks && !search.seeks.isAsked) {
    copy = { ...copy, search: { ...search, seeks: { ...search.seeks, isAsked: true } } };
    effects.push(searchOlder(copy, layer.id));
  }
  return [replaceLayer(model, { ...layer, copy }), effects];
}

export function leaveCopy(model: Model, layer: CopyLayer): Change {
  return [closeLayer(model, layer.id), [mode(layer.copy.paneId, false)]];
}

export function copyLayerKey(model: Model, layer: CopyLayer, notation: string, typed: string | null): Change {
  const { copy } = layer;
  const outcome = copyKey({ ...copy, isBeyond: false }, notation, typed);
  if (outcome.kind !== "stay" || !outcome.copy.isBeyond) return doOutcome(model, layer, outcome);
  // The key is held and done again when there are more lines to go to.
  if (copy.above === "older" && copy.snapshot === null) return awaitOlder(model, layer);
  const { cursor, top } = outcome.copy;
  const hasMoved = cursor.row !== copy.cursor.row || top !== copy.top;
  const note = hasMoved ? null : copy.snapshot === null ? TOP_NOTES[copy.above] : SNAPSHOT_TOP_NOTE;
  return doOutcome(model, layer, { kind: "stay", copy: { ...outcome.copy, note } });
}

const READING = "loading older lines…";
const TOP_NOTES: Readonly<Record<AboveRows, string | null>> = {
  older: null,
  nothing: "This is the oldest line that is kept.",
  cleared: "The program cleared what was before; C-b f searches it.",
  hidden: "A full-screen program hides what was before; C-b f searches it.",
};
const SNAPSHOT_TOP_NOTE = "This part begins here; C-b [ looks back through all of it.";

function awaitOlder(model: Model, layer: CopyLayer): Change {
  const { copy } = layer;
  const note = `${READING} ${copy.total - copy.first} so far; Escape stops`;
  const awaiting: CopyState = { ...copy, older: "awaited", note };
  return [
    replaceLayer(model, { ...layer, copy: awaiting }),
    copy.older === "none" ? [fetchOlder(awaiting, layer.id)] : [],
  ];
}

export function copyLayerPaste(model: Model, layer: CopyLayer, text: string): Change {
  const { copy, asks } = searchPromptPaste(layer.copy, text);
  return doOutcome(model, layer, { kind: asks ? "search" : "stay", copy });
}

function doOutcome(model: Model, layer: CopyLayer, outcome: CopyOutcome): Change {
  switch (outcome.kind) {
    case "leave":
      return leaveCopy(model, layer);
    case "copied":
    case "appended": {
      const [left, effects] = leaveCopy(model, layer);
      const [said, more] = outcome.kind === "copied" ? keep(left, outcome.text) : append(left, outcome.text);
      return [said, [...effects, ...more]];
    }
    case "search":
      return [replaceLayer(model, { ...layer, copy: outcome.copy }), [searchHits(outcome.copy, layer.id)]];
    case "open": {
      const pane = model.view?.panes.find((each) => each.id === layer.copy.paneId);
      return [model, [{ type: "open-link", link: outcome.link, cwd: pane?.cwd ?? "/" }]];
    }
    case "find-hit":
      return stepFind(model, outcome.step);
    case "stay":
      return copyNeeds(model, { ...layer, copy: outcome.copy });
  }
}

function fetchOlder(copy: CopyState, layerId: number): Effect {
  const { paneId } = copy;
  return { type: "call", method: "pane.older", params: { paneId }, reply: { kind: "copy-older", layerId } };
}

function searchOlder(copy: CopyState, layerId: number): Effect {
  const { pattern, regex, searchedFrom } = copy.search!;
  return {
    type: "call",
    method: "pane.search-older",
    params: {
      paneId: copy.paneId,
      pattern,
      regex,
      ignoreCase: ignoresCase(pattern),
      before: searchedFrom >= copy.firstLive ? null : searchedFrom,
      limit: MAX_HITS,
    },
    reply: { kind: "copy-search-older", layerId, serial: copy.searchSerial },
  };
}

function searchHits(copy: CopyState, layerId: number): Effect {
  const { pattern, regex } = copy.search!;
  return {
    type: "call",
    method: "pane.search",
    params: {
      paneId: copy.paneId,
      pattern,
      regex,
      ignoreCase: ignoresCase(pattern),
      snapshot: copy.snapshot,
      limit: MAX_HITS,
      texts: false,
    },
    reply: { kind: "copy-search", layerId, serial: copy.searchSerial },
  };
}

/** What was copied goes into a paste buffer of the server and to the terminal's clipboard. */
function keep(model: Model, text: string): Change {
  const lines = text.replace(/\n$/, "").split("\n").length;
  return [
    toast(model, "good", lines === 1 ? "Copied." : `Copied ${lines} lines.`, "copied"),
    [...setBuffer(text, false), { type: "clipboard", text }],
  ];
}

function append(model: Model, text: string): Change {
  // A watcher has no buffer of the workspace to append to.
  if (model.readOnly) return keep(model, text);
  const pieces = setBuffer(text, true).map((effect, index, all) =>
    index === all.length - 1 ? { ...effect, reply: { kind: "appended" } as const } : effect,
  );
  return [toast(model, "good", "Appended to what was copied last.", "copied"), pieces];
}

/** The server takes calls in order, so that the pieces of a long text end up in one buffer. */
function setBuffer(text: string, append: boolean): Extract<Effect, { type: "call" }>[] {
  return bufferPieces(text).map((piece, index) => ({
    type: "call",
    method: "buffer.set",
    params: append || index > 0 ? { text: piece, append: true } : { text: piece },
    reply: { kind: "toast" },
  }));
}

/** The mouse has selected: copies, and leaves what only the mouse had opened. */
export function copySelected(model: Model, layer: CopyLayer): Change {
  if (missingSelected(layer.copy))
    return copyNeeds(model, { ...layer, copy: { ...layer.copy, copiesWhenWhole: true } });
  const text = selectedText(layer.copy);
  if (text.trim() === "")
    return layer.copy.byMouse ? leaveCopy(model, layer) : same(replaceLayer(model, layer));
  const [kept, effects] = keep(replaceLayer(model, layer), text);
  if (!layer.copy.byMouse || !isAtEnd(layer.copy)) return [kept, effects];
  const [left, more] = leaveCopy(kept, layer);
  return [left, [...more, ...effects]];
}

/** Rows came: the first answer tells how many there are. */
export function copyRows(model: Model, layerId: number, result: ResultOf<"pane.rows">): Change {
  const layer = findLayer(model, "copy", layerId);
  if (!layer) return same(model);
  const frame = decodeGridFrame(bytesOf(result.frame));
  if (!frame.ok)
    return same(
      replaceLayer(model, {
        ...layer,
        copy: { ...layer.copy, fetching: false, copiesWhenWhole: false, note: "These rows cannot be read." },
      }),
    );
  const grid = createPaneGrid();
  grid.apply(frame.value.full ? frame.value : { ...frame.value, full: true });
  const { copy } = layer;
  if (copy.total > 0) {
    const told = { ...copy, above: result.above, firstLive: result.firstLive };
    const known = takeFirst({ ...told, total: Math.max(copy.total, result.total) }, result.first);
    const added = { ...layer, copy: addRows(known, result.from, grid) };
    if (!copy.copiesWhenWhole || missingSelected(added.copy)) return copyNeeds(model, added);
    return copySelected(model, { ...added, copy: { ...added.copy, copiesWhenWhole: false } });
  }
  const top = Math.max(result.first, result.total - copy.rows);
  const { above, firstLive, total } = result;
  const first: CopyState = { ...copy, first: result.first, above, firstLive, total, top };
  const placed = addRows(moveTo(first, result.total - 1, 0), result.from, grid);
  return begin(model, layer, placed);
}

/** What one came for. */
function begin(model: Model, layer: CopyLayer, copy: CopyState): Change {
  const { start } = copy;
  if (start === "none") return copyNeeds(model, { ...layer, copy });
  if (start === "page-up" || start === "wheel") {
    const rows = start === "wheel" ? WHEEL_ROWS : Math.max(1, copy.rows - 2);
    return copyNeeds(model, { ...layer, copy: scrollFar(copy, -rows) });
  }
  if (start === "search") return copyNeeds(model, { ...layer, copy: openSearch(copy, true) });
  if (start.kind === "from-end") return copyNeeds(model, { ...layer, copy: scrollFar(copy, -start.rows) });
  if (start.kind === "hit") {
    const { row, col } = start;
    const { paneId } = copy;
    const pattern = model.find?.pattern ?? "";
    const search = {
      pattern,
      regex: model.find?.regex ?? false,
      hits: [{ paneId, row, col, length: start.length, text: "", logOffset: null }],
      current: 0,
      backwards: false,
      searchedFrom: copy.firstLive,
      seeks: null,
    };
    const there = inView(moveTo({ ...copy, search }, row, col));
    const [next, effects] = copyNeeds(model, { ...layer, copy: there });
    return pattern === "" ? [next, effects] : [next, [...effects, searchHits(there, layer.id)]];
  }
  const { from, to, unit, isReleased } = start;
  const place = (at: { x: number; y: number }) => ({ row: copy.top + at.y, col: at.x });
  const selected = { ...layer, copy: selectUnits(copy, unit, place(from), place(to)) };
  return isReleased ? copySelected(model, selected) : copyNeeds(model, selected);
}

/** Only the answer to what was asked last counts. */
export function copyHits(
  model: Model,
  layerId: number,
  serial: number,
  hits: ResultOf<"pane.search">,
): Change {
  const layer = findLayer(model, "copy", layerId);
  if (!layer?.copy.search || layer.copy.searchSerial !== serial) return same(model);
  const answered = { ...layer.copy, answeredSerial: serial };
  return copyNeeds(model, { ...layer, copy: takeHits(answered, hits) });
}

/** The pane has another size: rows are wrapped anew, so they are fetched anew, as far from the end as before. */
export function resizeCopy(model: Model, layer: CopyLayer, pane: PaneView): Change {
  const { copy } = layer;
  const inner = pane.inner;
  if (!inner || (inner.cols === copy.cols && inner.rows === copy.rows)) return same(model);
  const { start } = copy;
  const isPending = copy.total === 0 && typeof start === "object" && start.kind === "from-end";
  const top = copy.goalTop ?? copy.top;
  const fromEnd = isPending ? start.rows : Math.max(0, copy.total - top - copy.rows);
  const fresh = createCopyState({ id: pane.id, number: pane.number, ...inner }, "none", {
    keys: copy.keys,
    snapshot: copy.snapshot,
    isFromFind: copy.isFromFind,
  });
  const next = {
    ...layer,
    copy: {
      ...fresh,
      prompt: copy.prompt,
      searchSerial: copy.searchSerial + 1,
      answeredSerial: copy.searchSerial + 1,
      start: { kind: "from-end", rows: fromEnd } as const,
    },
  };
  return [replaceLayer(model, next), [fetchRows(next.copy, layer.id, null, chunkRows(inner.cols))]];
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}
