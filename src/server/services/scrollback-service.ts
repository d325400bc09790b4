// What panes printed before the rows that their live screens hold, read from the raw logs page by page as somebody looks
// back. Owns the pages and their screens; a pane's go with the last client that looks.
import type { AboveRows, OlderHits, PaneText } from "../../protocol/results.ts";
import type { Screen } from "../../terminal/screen.ts";
import { framedRows, type PaneRows, readRows } from "../pane-rows.ts";
import type { RawLog } from "../raw-log.ts";
import {
  firstPage,
  liveMoment,
  olderPage,
  type Page,
  type PageBuild,
  reopenPage,
} from "../scrollback/pane-pages.ts";
import { rowsText, type TextStyle } from "../scrollback/rows-text.ts";
import { createTurns, type Turns } from "../scrollback/turns.ts";
import { createMatcher, type SearchQuery } from "../search/matcher.ts";
import { searchScreen } from "../search/screen-search.ts";
import { openWrittenLog } from "../written-log.ts";
import type { PaneRuntime } from "./pane-runtime.ts";

export interface ScrollbackDeps {
  readonly openLog: (logName: string) => Promise<RawLog>;
  /** A screen that answers nothing and tells nobody. */
  readonly openScreen: (cols: number, rows: number, scrollbackLines: number) => Screen;
}

export type ScrollbackService = ReturnType<typeof createScrollbackService>;

interface PanePages {
  /** Newest first. */
  pages: Page[];
  /** Of the live screen when the pages were made: another width wraps lines anew. */
  cols: number;
  /** Where the live screen stood then: when it stands higher now, it was reset. */
  liveTop: number;
  /** The lowest row that was ever told: one may still be asked for when the pages were made anew. */
  lowest: number;
  readonly users: Set<string>;
  readonly stop: AbortController;
  readonly turns: Turns;
}

/** More is not read for rows that came while one looked back: one begins anew. */
const MAX_BRIDGE_PAGES = 8;

interface Place {
  readonly page: Page;
  readonly screen: Screen;
  /** To be added to a row counted from the oldest that the screen holds. */
  readonly shift: number;
}

/** Screens of pages, of all panes: each has some megabytes. The one used longest ago is made again when it is wanted. */
const MAX_SCREENS = 3;

export function createScrollbackService(deps: ScrollbackDeps) {
  const held = new Map<string, PanePages>();
  /** The one used last is last. */
  const screens = new Map<Page, Screen>();

  function pagesOf(pane: PaneRuntime, clientId: string): PanePages {
    let pages = held.get(pane.id);
    if (!pages) {
      const stop = new AbortController();
      pages = {
        pages: [],
        cols: 0,
        liveTop: 0,
        lowest: Infinity,
        users: new Set(),
        stop,
        turns: createTurns(stop.signal),
      };
      held.set(pane.id, pages);
    }
    pages.users.add(clientId);
    return pages;
  }

  function keepScreen(page: Page, screen: Screen): Screen {
    screens.delete(page);
    screens.set(page, screen);
    const [oldest] = screens.keys();
    // It is not disposed of: a search may be going through it. It holds nothing but memory.
    if (screens.size > MAX_SCREENS && oldest) screens.delete(oldest);
    return screen;
  }

  function drop(pages: PanePages, from = 0): void {
    for (const page of pages.pages.splice(from)) screens.delete(page);
  }

  /** Drops pages that do not belong to the live screen any more. */
  function check(pages: PanePages, live: Screen): void {
    const top = live.historyTrimmed + live.historyLength;
    if (pages.cols !== live.cols || top < pages.liveTop) {
      drop(pages);
      pages.lowest = Infinity;
    }
    pages.cols = live.cols;
    pages.liveTop = top;
  }

  async function build(pages: PanePages, pane: PaneRuntime, offset: number): Promise<PageBuild> {
    const { signal } = pages.stop;
    const log = await openWrittenLog(deps.openLog, pane.record.logName, offset, signal);
    return { log, openScreen: deps.openScreen, signal };
  }

  /** Adds the next older page. */
  async function addPage(pages: PanePages, pane: PaneRuntime, live: Screen): Promise<void> {
    const last = pages.pages.at(-1);
    let made: { page: Page; screen: Screen };
    if (last) {
      if (!last.next) return;
      made = await olderPage(await build(pages, pane, 0), last, last.next);
    } else {
      const moment = liveMoment(live, pane.offset);
      const about = await build(pages, pane, pane.offset);
      // Since the server's start the pane has printed nothing: then its screen is the log's.
      made = await firstPage(about, pane.offset > 0 ? moment : { ...moment, offset: about.log.end });
    }
    check(pages, live);
    const { stretch, end } = made.page;
    // The live screen was reset, or has another width, since this was begun.
    if (pages.pages.at(-1) !== last || stretch.cols !== live.cols || end > pages.liveTop) return;
    pages.pages.push(made.page);
    keepScreen(made.page, made.screen);
  }

  /** Between the newest page and the live screen rows have come and gone: makes pages of them, or drops those before. */
  async function bridge(pages: PanePages, pane: PaneRuntime, live: Screen): Promise<void> {
    const older = pages.pages;
    const seam = older[0]?.end ?? Infinity;
    if (seam >= live.historyTrimmed) return;
    pages.pages = [];
    for (let count = 0; count < MAX_BRIDGE_PAGES; count++) {
      const before = pages.pages.at(-1);
      await addPage(pages, pane, live);
      const last = pages.pages.at(-1);
      if (!last || last === before) break;
      if (last.first > seam) continue;
      pages.pages.splice(-1, 1, { ...last, first: seam }, ...older);
      return;
    }
    for (const page of older) screens.delete(page);
  }

  async function screenOf(pages: PanePages, pane: PaneRuntime, page: Page): Promise<Screen | null> {
    const kept = screens.get(page);
    if (kept) return keepScreen(page, kept);
    const about = await build(pages, pane, 0);
    if (about.log.start > page.stretch.from) {
      // Its beginning was removed from the disk: here the pane's lines begin now.
      drop(pages, pages.pages.indexOf(page));
      return null;
    }
    return keepScreen(page, await reopenPage(about, page));
  }

  function describe(pages: PanePages | undefined, live: Screen): { first: number; above: AboveRows } {
    const oldest = pages?.pages.at(-1);
    const first = Math.min(oldest?.first ?? Infinity, live.historyTrimmed);
    if (live.modes().alternateScreen) return { first: live.historyTrimmed, above: "hidden" };
    if (pages) pages.lowest = Math.min(pages.lowest, first);
    if (!oldest) return { first, above: "older" };
    return { first, above: oldest.top === null ? "older" : oldest.top === "cleared" ? "cleared" : "nothing" };
  }

  /** The page with this row, made when the row was told of once. Null when it cannot be. */
  async function pageWith(
    pages: PanePages,
    pane: PaneRuntime,
    live: Screen,
    row: number,
  ): Promise<Page | null> {
    if (row >= (pages.pages[0]?.end ?? Infinity)) await bridge(pages, pane, live);
    for (;;) {
      const found = pages.pages.find((page) => page.first <= row && row < page.end);
      const last = pages.pages.at(-1);
      const isOver = row < pages.lowest || (last && (last.next === null || last.first <= row));
      if (found || isOver) return found ?? null;
      await addPage(pages, pane, live);
      if (pages.pages.at(-1) === last) return null;
    }
  }

  /** Where a row above the live screen's can be read. */
  async function placeOf(
    pages: PanePages,
    pane: PaneRuntime,
    live: Screen,
    row: number,
  ): Promise<Place | null> {
    check(pages, live);
    const page = await pageWith(pages, pane, live, row);
    const screen = page && (await screenOf(pages, pane, page));
    return page && screen ? { page, screen, shift: page.rowOffset + screen.historyTrimmed } : null;
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
      if (known) check(known, live);
      const shown = () => ({ ...readRows(live, pane.number, from, count), ...describe(known, live) });
      if (!known || from === null || from >= live.historyTrimmed) return shown();
      known.users.add(clientId);
      return known.turns.take(async () => {
        const place = await placeOf(known, pane, live, from);
        if (!place) return shown();
        const { page, screen, shift } = place;
        const found = framedRows(screen, pane.number, from - shift, Math.min(count, page.end - from));
        return {
          firstLive: live.historyTrimmed,
          total: live.historyTrimmed + live.historyLength + live.rows,
          history: live.historyLength,
          from: found.from + shift,
          frame: found.frame,
          ...describe(known, live),
        };
      });
    },

    /** Reads the next page of older lines, and says where they begin now. */
    async older(pane: PaneRuntime, clientId: string): Promise<{ first: number; above: AboveRows }> {
      const live = pane.screen;
      if (!live) return { first: 0, above: "nothing" };
      if (live.modes().alternateScreen) return describe(undefined, live);
      const pages = pagesOf(pane, clientId);
      return pages.turns.take(async () => {
        check(pages, live);
        await bridge(pages, pane, live);
        await addPage(pages, pane, live);
        return describe(pages, live);
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
      if (!live) return { lines: [], next: null, goesOn: false };
      const piece = (screen: Screen, shift: number, end: number): PaneText => {
        const found = rowsText(screen, from - shift, Math.min(end, to) - shift, how);
        const next = found.next + shift;
        return { ...found, next: next < to && next > from ? next : null };
      };
      const liveText = () => {
        const end = live.historyTrimmed + live.historyLength + live.rows;
        return from < end ? piece(live, live.historyTrimmed, end) : { lines: [], next: null, goesOn: false };
      };
      const known = held.get(pane.id);
      if (!known || from >= live.historyTrimmed) return liveText();
      known.users.add(clientId);
      return known.turns.take(async () => {
        const place = await placeOf(known, pane, live, from);
        if (place) return piece(place.screen, place.shift, place.page.end);
        return { lines: [], next: live.historyTrimmed, goesOn: false };
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
      const pages = pagesOf(pane, clientId);
      return pages.turns.take(async () => {
        const end = Math.min(before ?? Infinity, live.historyTrimmed);
        pages.lowest = Math.min(pages.lowest, end - 1);
        const place = await placeOf(pages, pane, live, end - 1);
        if (!place) return { hits: [], from: end, ...describe(pages, live) };
        const { page, screen } = place;
        const { rowOffset } = page;
        const within = { from: page.first - rowOffset, to: end - rowOffset };
        const about = { paneId: pane.id, screen, match, limit, texts: false, within };
        const found = await searchScreen(about, pages.stop.signal);
        const hits = found.map((hit) => ({ ...hit, row: hit.row + rowOffset }));
        const from = hits.length < limit ? page.first : hits.at(-1)!.row;
        return { hits, from, ...describe(pages, live) };
      });
    },

    /** The client looks back in this pane no more, or, without a pane, has left. */
    forget(clientId: string, paneId?: string): void {
      for (const [id, pages] of paneId === undefined
        ? [...held]
        : [...held].filter(([each]) => each === paneId)) {
        if (!pages.users.delete(clientId) || pages.users.size > 0) continue;
        pages.stop.abort();
        drop(pages);
        held.delete(id);
      }
    },

    /** What the pane printed is to be forgotten. */
    forgetPane(paneId: string): void {
      const pages = held.get(paneId);
      if (!pages) return;
      pages.stop.abort();
      drop(pages);
      held.delete(paneId);
    },
  };
}
