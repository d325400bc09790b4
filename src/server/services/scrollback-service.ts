// What panes printed before the rows that their live screens hold, read from the raw logs page by page as somebody looks
// back. Owns the pages and their screens; a pane's go with the last client that looks.
import type { AboveRows, OlderHits, PaneText } from "../../protocol/results.ts";
import type { Screen } from "../../terminal/screen.ts";
import { framedRows, type PaneRows, readRows, wholeFrom } from "../pane-rows.ts";
import type { RawLog } from "../raw-log.ts";
import { createPageChain, type PageChain } from "../scrollback/page-chain.ts";
import { createPageScreens } from "../scrollback/page-screens.ts";
import { rowsText, type TextStyle } from "../scrollback/rows-text.ts";
import { createTurns, type Turns } from "../scrollback/turns.ts";
import { createMatcher, type SearchQuery } from "../search/matcher.ts";
import { searchScreen } from "../search/screen-search.ts";
import type { PaneRuntime } from "./pane-runtime.ts";

export interface ScrollbackDeps {
  readonly openLog: (logName: string) => Promise<RawLog>;
  /** A screen that answers nothing and tells nobody. */
  readonly openScreen: (cols: number, rows: number, scrollbackLines: number) => Screen;
}

export type ScrollbackService = ReturnType<typeof createScrollbackService>;

interface HeldPages {
  readonly chain: PageChain;
  readonly users: Set<string>;
  readonly stop: AbortController;
  readonly turns: Turns;
}

export function createScrollbackService(deps: ScrollbackDeps) {
  const held = new Map<string, HeldPages>();
  const screens = createPageScreens();

  function pagesOf(pane: PaneRuntime, live: Screen, clientId: string): HeldPages {
    let pages = held.get(pane.id);
    if (!pages) {
      const stop = new AbortController();
      const chain = createPageChain({
        openLog: () => deps.openLog(pane.record.logName),
        openScreen: deps.openScreen,
        live,
        offset: () => pane.offset,
        screens,
        signal: stop.signal,
      });
      pages = { chain, users: new Set(), stop, turns: createTurns(stop.signal) };
      held.set(pane.id, pages);
    }
    pages.users.add(clientId);
    return pages;
  }

  function end(paneId: string, { chain, stop }: HeldPages): void {
    stop.abort();
    chain.drop();
    held.delete(paneId);
  }

  return {
    /** Rows as `readRows` has them; those above the live screen's come from the pane's pages. */
    async rows(
      pane: PaneRuntime,
      clientId: string,
      from: number | null,
      count: number,
    ): Promise<PaneRows & { above: AboveRows }> {
      const live = pane.screen;
      if (!live) return { ...readRows(null, 0, null, count), above: "nothing" };
      const known = held.get(pane.id);
      known?.chain.check();
      const about = () =>
        known?.chain.describe() ?? {
          first: live.historyTrimmed,
          above: live.modes().alternateScreen ? ("hidden" as const) : ("older" as const),
        };
      const shown = () => ({ ...readRows(live, pane.number, from, count), ...about() });
      if (!known || from === null || from >= wholeFrom(live)) return shown();
      known.users.add(clientId);
      return known.turns.take(async () => {
        const place = await known.chain.find(from);
        if (!place) return shown();
        const { page, screen, shift } = place;
        const found = framedRows(screen, pane.number, from - shift, Math.min(count, page.end - from));
        return {
          firstLive: live.historyTrimmed,
          total: live.historyTrimmed + live.historyLength + live.rows,
          history: live.historyLength,
          from: found.from + shift,
          frame: found.frame,
          ...about(),
        };
      });
    },

    /** Reads the next page of older lines, and says where they begin now. */
    async older(pane: PaneRuntime, clientId: string): Promise<{ first: number; above: AboveRows }> {
      const live = pane.screen;
      if (!live) return { first: 0, above: "nothing" };
      if (live.modes().alternateScreen) return { first: live.historyTrimmed, above: "hidden" };
      const { chain, turns } = pagesOf(pane, live, clientId);
      return turns.take(async () => {
        await chain.older();
        return chain.describe();
      });
    },

    /** Text of the rows `from` to `to`, as much as fits into an answer. */
    async text(
      pane: PaneRuntime,
      clientId: string,
      from: number,
      to: number,
      how: TextStyle,
    ): Promise<PaneText> {
      const live = pane.screen;
      if (!live) return { lines: [], next: null, goesOn: false, cols: 0 };
      const none = (next: number | null): PaneText => ({ lines: [], next, goesOn: false, cols: live.cols });
      const piece = (screen: Screen, shift: number, last: number): PaneText => {
        const found = rowsText(screen, from - shift, Math.min(last, to) - shift, how);
        const next = found.next + shift;
        return { ...found, next: next < to && next > from ? next : null, cols: live.cols };
      };
      const ofLive = (): PaneText => {
        const total = live.historyTrimmed + live.historyLength + live.rows;
        if (from < live.historyTrimmed) return none(live.historyTrimmed);
        return from < total ? piece(live, live.historyTrimmed, total) : none(null);
      };
      const known = held.get(pane.id);
      if (!known || from >= wholeFrom(live)) return ofLive();
      known.users.add(clientId);
      return known.turns.take(async () => {
        const place = await known.chain.find(from);
        return place ? piece(place.screen, place.shift, place.page.end) : ofLive();
      });
    },

    /**
     * Hits in the next stretch of lines before row `before` (null: before those of the live screen), newest first, and the row
     * from which on was searched. Lines that were not read yet are read. @throws AppError usage
     */
    async searchOlder(
      pane: PaneRuntime,
      clientId: string,
      query: SearchQuery,
      before: number | null,
      limit: number,
    ): Promise<OlderHits> {
      const live = pane.screen;
      const match = createMatcher(query);
      if (!live || live.modes().alternateScreen)
        return { hits: [], from: before ?? 0, first: live?.historyTrimmed ?? 0, above: "hidden" };
      const { chain, turns, stop } = pagesOf(pane, live, clientId);
      return turns.take(async () => {
        const to = Math.min(before ?? Infinity, wholeFrom(live));
        const place = await chain.reach(to - 1);
        if (!place) return { hits: [], from: to, ...chain.describe() };
        const { page, screen } = place;
        const within = { from: page.first - page.rowOffset, to: to - page.rowOffset };
        const about = { paneId: pane.id, screen, match, limit, texts: false, within };
        const found = await searchScreen(about, stop.signal);
        const hits = found.map((hit) => ({ ...hit, row: hit.row + page.rowOffset }));
        const from = hits.length < limit ? page.first : hits.at(-1)!.row;
        return { hits, from, ...chain.describe() };
      });
    },

    /** The client looks back in this pane no more, or, without a pane, has left. */
    forget(clientId: string, paneId?: string): void {
      for (const [id, pages] of held) {
        if (paneId !== undefined && id !== paneId) continue;
        if (pages.users.delete(clientId) && pages.users.size === 0) end(id, pages);
      }
    },

    /** What the pane printed is to be forgotten. */
    forgetPane(paneId: string): void {
      const pages = held.get(paneId);
      if (pages) end(paneId, pages);
    },
  };
}
