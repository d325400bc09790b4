// Searches through what panes show, have shown and have printed. Each client has at most one search that goes on by
// itself; it asks for what was found. Owns the screens that old output is looked at with.
import { AppError, messageOf } from "../../base/errors.ts";
import type { SearchHit, SearchProgress } from "../../protocol/results.ts";
import type { Screen } from "../../terminal/screen.ts";
import type { RawLog } from "../raw-log.ts";
import { searchLog } from "../search/log-search.ts";
import { findLine, openSnapshot } from "../search/log-snapshot.ts";
import { createMatcher, type Matcher, type SearchQuery } from "../search/matcher.ts";
import { searchScreen } from "../search/screen-search.ts";
import { openWrittenLog } from "../written-log.ts";
import type { PaneRuntime } from "./pane-runtime.ts";

export interface SearchDeps {
  readonly panes: () => readonly PaneRuntime[];
  readonly openLog: (logName: string) => Promise<RawLog>;
  /** A screen that answers nothing and tells nobody. */
  readonly openScreen: (cols: number, rows: number, scrollbackLines: number) => Screen;
}

export type SearchService = ReturnType<typeof createSearchService>;

interface RunningSearch {
  readonly id: string;
  readonly match: Matcher;
  readonly stop: AbortController;
  readonly hits: SearchHit[];
  readonly progress: { doneBytes: number; totalBytes: number };
  isOver: boolean;
  isCut: boolean;
  problem: string | null;
  waiters: (() => void)[];
}

interface ClientSearches {
  running: RunningSearch | null;
  snapshot: { readonly id: string; readonly paneId: string; readonly screen: Screen } | null;
}

/** Hits of one search: more nobody reads, and narrower words find the rest. */
const MAX_HITS = 5_000;
const MAX_HITS_PER_READ = 500;
/** Of all clients together: each may hold a screen with long scrollback. */
const MAX_CLIENTS = 8;
/** A read that finds nothing new answers after that, with the progress. */
const READ_WAIT_MS = 150;

export function createSearchService(deps: SearchDeps) {
  const clients = new Map<string, ClientSearches>();
  let lastId = 0;

  function clientOf(clientId: string): ClientSearches {
    let client = clients.get(clientId);
    if (!client) {
      if (clients.size >= MAX_CLIENTS)
        throw new AppError("busy", `${MAX_CLIENTS} clients search already.`, { hint: "Try again soon." });
      client = { running: null, snapshot: null };
      clients.set(clientId, client);
    }
    return client;
  }

  function runningOf(clientId: string, searchId: string): RunningSearch {
    const running = clients.get(clientId)?.running;
    if (running?.id !== searchId) throw new AppError("not-found", "This search was closed.");
    return running;
  }

  function wake(search: RunningSearch) {
    const { waiters } = search;
    search.waiters = [];
    for (const waiter of waiters) waiter();
  }

  function add(search: RunningSearch, hits: readonly SearchHit[]) {
    const room = MAX_HITS - search.hits.length;
    search.hits.push(...hits.slice(0, room));
    if (hits.length >= room) {
      search.isCut = true;
      search.stop.abort();
    }
    wake(search);
  }

  async function run(search: RunningSearch, panes: readonly PaneRuntime[]): Promise<void> {
    const { signal } = search.stop;
    const { match } = search;
    for (const { id, screen } of panes) {
      if (!screen) continue;
      const room = MAX_HITS - search.hits.length;
      add(search, await searchScreen({ paneId: id, screen, match, limit: room, texts: true }, signal));
      signal.throwIfAborted();
    }
    const logs: { pane: PaneRuntime; log: RawLog }[] = [];
    for (const pane of panes) {
      if (pane.record.logName === "") continue;
      const log = await openWrittenLog(() => deps.openLog(pane.record.logName), pane.offset, signal);
      search.progress.totalBytes += log.end - log.start;
      logs.push({ pane, log });
    }
    signal.throwIfAborted();
    for (const { pane, log } of logs) {
      const { screen } = pane;
      await searchLog(
        {
          paneId: pane.id,
          log,
          match,
          openScreen: deps.openScreen,
          liveLines: screen?.text({ from: "history", joinWrapped: true }) ?? [],
          liveHasHistory: screen !== null && !screen.modes().alternateScreen,
          isWhole: log.gaps.length === 0 && log.end >= pane.offset,
          found: (hits) => add(search, hits),
          progressed(bytes) {
            search.progress.doneBytes += bytes;
            wake(search);
          },
        },
        signal,
      );
    }
  }

  return {
    /** Hits in what the pane's screen and history hold, newest first, without the lines' texts. */
    async find(screen: Screen | null, paneId: string, query: SearchQuery, limit: number, texts: boolean) {
      if (!screen) return [];
      const match = createMatcher(query);
      const signal = new AbortController().signal;
      return searchScreen({ paneId, screen, match, limit, texts }, signal);
    },

    /** Begins a search through everything; one that the client had before ends. @throws AppError usage, busy */
    open(clientId: string, query: SearchQuery, paneId: string | undefined): { searchId: string } {
      const match = createMatcher(query);
      const client = clientOf(clientId);
      client.running?.stop.abort();
      const search: RunningSearch = {
        id: `search-${++lastId}`,
        match,
        stop: new AbortController(),
        hits: [],
        progress: { doneBytes: 0, totalBytes: 0 },
        isOver: false,
        isCut: false,
        problem: null,
        waiters: [],
      };
      client.running = search;
      const panes = deps.panes().filter((pane) => paneId === undefined || pane.id === paneId);
      run(search, panes)
        .catch((thrown) => {
          if (!search.stop.signal.aborted) search.problem = messageOf(thrown);
        })
        .finally(() => {
          search.isOver = true;
          wake(search);
        });
      return { searchId: search.id };
    },

    /** What was found from hit `from` on, as soon as there is something, or how far the search is. */
    async read(clientId: string, searchId: string, from: number): Promise<SearchProgress> {
      const search = runningOf(clientId, searchId);
      if (search.hits.length <= from && !search.isOver) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, READ_WAIT_MS);
          const look = () => {
            if (search.hits.length <= from && !search.isOver) {
              search.waiters.push(look);
              return;
            }
            clearTimeout(timer);
            resolve();
          };
          search.waiters.push(look);
        });
      }
      const hits = search.hits.slice(from, from + MAX_HITS_PER_READ);
      const next = from + hits.length;
      return {
        hits,
        next,
        isOver: search.isOver && next === search.hits.length,
        isCut: search.isCut,
        problem: search.problem,
        ...search.progress,
      };
    },

    /** Where to look at a hit: on the live screen, or on one that shows what the pane printed until then. */
    async show(clientId: string, searchId: string, index: number) {
      const search = runningOf(clientId, searchId);
      const hit = search.hits[index];
      if (!hit) throw new AppError("not-found", "There is no such hit.");
      const { paneId, row, col, length } = hit;
      if (hit.logOffset === null) return { paneId, row, col, length, snapshot: null };
      const pane = deps.panes().find((one) => one.id === paneId);
      if (!pane) throw new AppError("not-found", `Pane ${paneId} is gone.`);
      const log = await deps.openLog(pane.record.logName);
      const { signal } = new AbortController();
      const screen = await openSnapshot(log, hit.logOffset, deps.openScreen, signal);
      const client = clients.get(clientId);
      if (!client) {
        screen.dispose();
        throw new AppError("interrupted", "The client has left.");
      }
      client.snapshot?.screen.dispose();
      client.snapshot = { id: `snapshot-${++lastId}`, paneId, screen };
      return { paneId, ...findLine(screen, hit.text, search.match), snapshot: client.snapshot.id };
    },

    /** The screen that `show` made. @throws AppError not-found when another took its place */
    snapshot(clientId: string, id: string): Screen {
      const snapshot = clients.get(clientId)?.snapshot;
      if (snapshot?.id !== id) throw new AppError("not-found", "What was printed then is not held any more.");
      return snapshot.screen;
    },

    /** What was found stays until the next search. */
    stop(clientId: string, searchId: string) {
      const running = clients.get(clientId)?.running;
      if (running?.id === searchId) running.stop.abort();
    },

    /** What the pane printed is to be forgotten: searches that may have found it end, and no screen shows it any more. */
    forgetPane(paneId: string) {
      for (const client of clients.values()) {
        if (client.snapshot?.paneId === paneId) {
          client.snapshot.screen.dispose();
          client.snapshot = null;
        }
        const { running } = client;
        if (!running || (running.isOver && !running.hits.some((hit) => hit.paneId === paneId))) continue;
        running.stop.abort();
        client.running = null;
      }
    },

    /** The client has left: nothing of its searches stays. */
    forget(clientId: string) {
      const client = clients.get(clientId);
      if (!client) return;
      client.running?.stop.abort();
      client.snapshot?.screen.dispose();
      clients.delete(clientId);
    },
  };
}
