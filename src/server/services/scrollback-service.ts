// What panes printed before the rows that their live screens hold, read from the raw logs page by page as somebody looks
// back. Owns the pages and their screens; a pane's go with the last client that looks.
import { AppError } from "../../base/errors.ts";
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
import { rowsText } from "../scrollback/rows-text.ts";
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
  /** One thing at a time. */
  turn: Promise<unknown>;
  waiting: number;
}

/** Screens of pages, of all panes: each has some megabytes. The one used longest ago is made again when it is wanted. */
const MAX_SCREENS = 3;
/** Requests that wait for a pane's pages; more are refused. */
const MAX_WAITING = 32;

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
        turn: Promise.resolve(),
        waiting: 0,
      };
      held.set(pane.id, pages);
    }
    pages.users.add(clientId);
    return pages;
  }

  async function inTurn<Result>(pages: PanePages, job: () => Promise<Result>): Promise<Result> {
    if (pages.waiting >= MAX_WAITING) throw new AppError("busy", "Older lines of this pane are being read.");
    pages.waiting++;
    const before = pages.turn;
    const done = (async () => {
      await before;
      pages.stop.signal.throwIfAborted();
      return job();
    })();
    pages.turn = done.catch(() => {});
    try {
      return await done;
    } catch (thrown) {
      if (pages.stop.signal.aborted)
        throw new AppError("interrupted", "Nobody looks back in this pane any more.");
      throw thrown;
    } finally {
      pages.waiting--;
    }
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
    const isAnother = pages.cols !== live.cols || top < pages.liveTop;
    if (isAnother) pages.lowest = Infinity;
    // Rows have come and gone between the newest page and the live screen.
    if (isAnother || (pages.pages[0]?.end ?? Infinity) < live.historyTrimmed) drop(pages);
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
    // The live screen was reset or went on without us while the page was made.
    if (pages.pages.at(-1) !== last) return;
    pages.pages.push(made.page);
    keepScreen(made.page, made.screen);
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

  /** The page with this row, made when the row was told of once. */
  async function pageWith(
    pages: PanePages,
    pane: PaneRuntime,
    live: Screen,
    row: number,
  ): Promise<Page | null> {
    for (;;) {
      const found = pages.pages.find((page) => page.first <= row && row < page.end);
      const last = pages.pages.at(-1);
      if (found || row < pages.lowest || (last && (last.next === null || last.first <= row)))
        return found ?? null;
      await addPage(pages, pane, live);
      if (pages.pages.at(-1) === last) return null;
    }
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
      return inTurn(known, async () => {
        check(known, live);
        const page = await pageWith(known, pane, live, from);
        const screen = page && (await screenOf(known, pane, page));
        if (!page || !screen) return shown();
        const index = from - page.rowOffset - screen.historyTrimmed;
        const found = framedRows(screen, pane.number, index, Math.min(count, page.end - from));
        return {
          firstLive: live.historyTrimmed,
          total: live.historyTrimmed + live.historyLength + live.rows,
          history: live.historyLength,
          from: found.from + screen.historyTrimmed + page.rowOffset,
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
      return inTurn(pages, async () => {
        check(pages, live);
        await addPage(pages, pane, live);
        return describe(pages, live);
      });
    },

    /**
     * Text of the rows from `from` on, as much as fits into an answer: of the moment at which older lines were read first, or
     * of now when none were. `next` null: that is all.
     */
    async text(
      pane: PaneRuntime,
      clientId: string,
      from: number,
      how: { readonly ansi: boolean; readonly joinWrapped: boolean },
    ): Promise<PaneText> {
      const live = pane.screen;
      if (!live) return { lines: [], next: null, goesOn: false };
      const textOf = (screen: Screen, rowOffset: number, until: number, end: number): PaneText => {
        const shift = rowOffset + screen.historyTrimmed;
        const found = rowsText(screen, from - shift, until - shift, how);
        const next = found.next + shift;
        return { ...found, next: next < end ? next : null };
      };
      const known = held.get(pane.id);
      const newest = known?.pages[0];
      if (!known || !newest) {
        const end = live.historyTrimmed + live.historyLength + live.rows;
        return textOf(live, 0, end, end);
      }
      known.users.add(clientId);
      return inTurn(known, async () => {
        const page = known.pages.find((one) => one.first <= from && from < one.until);
        const screen = page && (await screenOf(known, pane, page));
        if (!page || !screen) return { lines: [], next: null, goesOn: false };
        return textOf(screen, page.rowOffset, page.until, newest.until);
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
      return inTurn(pages, async () => {
        check(pages, live);
        const end = Math.min(before ?? Infinity, live.historyTrimmed);
        const row = end - 1;
        if (!pages.pages.some((page) => page.first <= row)) await addPage(pages, pane, live);
        const page = pages.pages.find((one) => one.first <= row && row < one.end);
        const screen = page && (await screenOf(pages, pane, page));
        if (!page || !screen) return { hits: [], from: end, ...describe(pages, live) };
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
