// The search through all panes, as far as it needs nothing but the server: begin, go on, stop, go to a hit.
import type { ResultOf } from "../../protocol/results.ts";
import { ignoresCase } from "../copy/copy-search.ts";
import type { Effect } from "../effects.ts";
import type { FindState, Model } from "../model.ts";
import { type Change, same, toast } from "./change.ts";

/** Begins a search; the hits of the one before are forgotten. */
export function beginFind(model: Model, pattern: string, regex: boolean): Change {
  const find: FindState = {
    searchId: null,
    pattern,
    regex,
    hits: [],
    current: -1,
    isOver: false,
    isCut: false,
    problem: null,
    doneBytes: 0,
    totalBytes: 0,
  };
  const params = { pattern, regex, ignoreCase: ignoresCase(pattern) };
  return [
    { ...model, find },
    [{ type: "call", method: "search.open", params, reply: { kind: "find-opened", pattern } }],
  ];
}

/** The server has begun: asks for the first hits. */
export function findOpened(model: Model, pattern: string, { searchId }: ResultOf<"search.open">): Change {
  const { find } = model;
  // Stopped meanwhile, or another was begun: its own answer comes.
  if (!find || find.pattern !== pattern || find.searchId !== null) return same(model);
  if (find.isOver) return [{ ...model, find: { ...find, searchId } }, [stopSearch(searchId)]];
  return [{ ...model, find: { ...find, searchId } }, [readOn(searchId, 0)]];
}

export function findRead(model: Model, searchId: string, result: ResultOf<"search.read">): Change {
  const { find } = model;
  if (find?.searchId !== searchId) return same(model);
  const isOver = find.isOver || result.isOver;
  const next: FindState = {
    ...find,
    hits: result.hits.length > 0 ? [...find.hits, ...result.hits] : find.hits,
    isOver,
    isCut: result.isCut,
    problem: result.problem,
    doneBytes: result.doneBytes,
    totalBytes: result.totalBytes,
  };
  return [{ ...model, find: next }, isOver ? [] : [readOn(searchId, result.next)]];
}

/** The call failed: what was found so far stays. */
export function findFailed(model: Model, problem: string): Change {
  return same(model.find ? { ...model, find: { ...model.find, isOver: true, problem } } : model);
}

/** Ends the search on the server; the hits stay. */
export function stopFind(model: Model): Change {
  const { find } = model;
  if (!find || find.isOver) return same(model);
  return [
    { ...model, find: { ...find, isOver: true } },
    find.searchId === null ? [] : [stopSearch(find.searchId)],
  ];
}

/** Goes to the next hit, whichever pane it is in, round at the ends. */
export function stepFind(model: Model, step: 1 | -1): Change {
  const { find } = model;
  if (!find || find.hits.length === 0)
    return same(
      toast(model, "info", `Nothing was searched for in all panes yet; ${model.prefixKey} f does.`, "reason"),
    );
  const from = find.current < 0 && step < 0 ? 0 : find.current;
  return showHit(model, (from + step + find.hits.length) % find.hits.length);
}

export function showHit(model: Model, index: number): Change {
  const { find } = model;
  if (!find?.searchId || !find.hits[index]) return same(model);
  return [
    { ...model, find: { ...find, current: index } },
    [
      {
        type: "call",
        method: "search.show",
        params: { searchId: find.searchId, index },
        reply: { kind: "find-shown" },
      },
    ],
  ];
}

function readOn(searchId: string, from: number): Effect {
  const params = { searchId, from };
  return { type: "call", method: "search.read", params, reply: { kind: "find-read", searchId } };
}

function stopSearch(searchId: string): Effect {
  return { type: "call", method: "search.stop", params: { searchId }, reply: { kind: "nothing" } };
}
