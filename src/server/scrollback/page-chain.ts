// The pages of one pane as far as they were read: kept in line with its live screen, made again when they are wanted again.
import type { AboveRows } from "../../protocol/results.ts";
import type { Screen } from "../../terminal/screen.ts";
import type { RawLog } from "../raw-log.ts";
import { openWrittenLog } from "../written-log.ts";
import { firstPage, liveMoment, olderPage, type Page, type PageBuild, reopenPage } from "./pane-pages.ts";
import type { PageScreens } from "./page-screens.ts";

export interface PageChainDeps {
  readonly openLog: () => Promise<RawLog>;
  /** A screen that answers nothing and tells nobody. */
  readonly openScreen: (cols: number, rows: number, scrollbackLines: number) => Screen;
  readonly live: Screen;
  /** What the live screen shows of the log; 0 as long as nothing came since the server's start: then it is all of it. */
  readonly offset: () => number;
  readonly screens: PageScreens;
  readonly signal: AbortSignal;
}

/** Where a row can be read. */
export interface PagePlace {
  readonly page: Page;
  readonly screen: Screen;
  /** To be added to a row counted from the oldest that the screen holds. */
  readonly shift: number;
}

export interface PageChain {
  /** Drops pages that do not belong to the live screen any more. */
  check(): void;
  /** Where the known rows begin, and what lies above them. */
  describe(): { readonly first: number; readonly above: AboveRows };
  /** Reads the next older page. @throws when aborted */
  older(): Promise<void>;
  /** Where a row above the live screen's is; those that were told of before are read again. Null when it is gone. */
  find(row: number): Promise<PagePlace | null>;
  /** The same of a row that nobody was told of yet. */
  reach(row: number): Promise<PagePlace | null>;
  drop(): void;
}

/** More is not read for rows that came while one looked back: one begins anew. */
const MAX_BRIDGE_PAGES = 8;

/** Its jobs are to be done one after the other; `check` and `describe` at any time. */
export function createPageChain({ live, screens, signal, ...deps }: PageChainDeps): PageChain {
  /** Newest first. */
  let pages: Page[] = [];
  /** Of the live screen when the pages were made: another width wraps lines anew. */
  let cols = live.cols;
  /** Where the live screen began then: it never begins higher, unless it was reset. */
  let liveTop = 0;
  /** The lowest row that was ever told: one may still be asked for when the pages were made anew. */
  let lowest = Infinity;

  function drop(from = 0): void {
    for (const page of pages.splice(from)) screens.drop(page);
  }

  function check(): void {
    const top = live.historyTrimmed + live.historyLength;
    if (cols !== live.cols || top < liveTop) {
      drop();
      lowest = Infinity;
    }
    cols = live.cols;
    liveTop = top;
  }

  async function build(offset: number): Promise<PageBuild> {
    return { log: await openWrittenLog(deps.openLog, offset, signal), openScreen: deps.openScreen, signal };
  }

  async function addPage(): Promise<void> {
    const last = pages.at(-1);
    if (last?.next === null) return;
    const offset = deps.offset();
    const moment = liveMoment(live, offset);
    const about = await build(last ? 0 : offset);
    const made = last
      ? await olderPage(about, moment, last, last.next)
      : await firstPage(about, offset > 0 ? moment : { ...moment, offset: about.log.end });
    check();
    const { stretch, end } = made.page;
    // The live screen was reset, or has another width, since this was begun.
    if (pages.at(-1) !== last || stretch.cols !== live.cols || end > liveTop) return;
    pages.push(made.page);
    screens.keep(made.page, made.screen);
  }

  /** Between the newest page and the live screen rows have come and gone: makes pages of them, or drops those before. */
  async function bridge(): Promise<void> {
    const before = pages;
    const seam = before[0]?.end ?? Infinity;
    if (seam >= live.historyTrimmed) return;
    pages = [];
    for (let count = 0; count < MAX_BRIDGE_PAGES; count++) {
      const newest = pages.at(-1);
      await addPage();
      const last = pages.at(-1);
      if (!last || last === newest) break;
      if (last.first > seam) continue;
      const joined = { ...last, first: seam };
      const screen = screens.get(last);
      screens.drop(last);
      if (screen) screens.keep(joined, screen);
      pages.splice(-1, 1, joined, ...before);
      return;
    }
    for (const page of before) screens.drop(page);
  }

  async function screenOf(page: Page): Promise<Screen | null> {
    const kept = screens.get(page);
    if (kept) return kept;
    const about = await build(0);
    if (about.log.start > page.stretch.from) {
      // Its beginning was removed from the disk: here the pane's lines begin now.
      if (pages.includes(page)) drop(pages.indexOf(page));
      return null;
    }
    const screen = await reopenPage(about, page);
    check();
    // The live screen was reset, or has another width, meanwhile.
    if (!pages.includes(page)) return null;
    screens.keep(page, screen);
    return screen;
  }

  async function pageWith(row: number): Promise<Page | null> {
    if (row >= (pages[0]?.end ?? Infinity)) await bridge();
    for (;;) {
      const found = pages.find((page) => page.first <= row && row < page.end);
      const last = pages.at(-1);
      const isOver = row < lowest || (last && (last.next === null || last.first <= row));
      if (found || isOver) return found ?? null;
      await addPage();
      if (pages.at(-1) === last) return null;
    }
  }

  async function find(row: number): Promise<PagePlace | null> {
    check();
    const page = await pageWith(row);
    const screen = page && (await screenOf(page));
    return page && screen ? { page, screen, shift: page.rowOffset + screen.historyTrimmed } : null;
  }

  return {
    check,
    describe() {
      const oldest = pages.at(-1);
      if (live.modes().alternateScreen) return { first: live.historyTrimmed, above: "hidden" };
      const first = Math.min(oldest?.first ?? Infinity, live.historyTrimmed);
      lowest = Math.min(lowest, first);
      if (!oldest || oldest.top === null) return { first, above: "older" };
      return { first, above: oldest.top === "cleared" ? "cleared" : "nothing" };
    },
    async older() {
      check();
      await bridge();
      for (let last: Page | undefined; ; ) {
        await addPage();
        // One that ends in a gap may have no more than the live screen.
        if (last === pages.at(-1) || (pages.at(-1)?.first ?? -Infinity) < live.historyTrimmed) return;
        last = pages.at(-1);
      }
    },
    find,
    reach(row) {
      lowest = Math.min(lowest, row);
      return find(row);
    },
    drop: () => drop(),
  };
}
