// The pages of one pane, from its live screen back to the beginning of its log. Rows have the live screen's numbers: they go
// on below the oldest that it holds, and below zero.
import type { Screen } from "../../terminal/screen.ts";
import { lineStart } from "../log-replay.ts";
import type { RawLog } from "../raw-log.ts";
import { findRows, type OldestRows, oldestRows, partUpTo } from "./log-gaps.ts";
import {
  LEAST_SCROLLBACK_LINES,
  type LogPage,
  openLogPage,
  type PageMoment,
  type PageStretch,
  rowOfLine,
} from "./log-page.ts";

/** Rows first to end of a pane, exclusive, and how their page is made. */
export interface Page {
  readonly stretch: PageStretch;
  readonly first: number;
  readonly end: number;
  /** To be added to a row of the page's screen. */
  readonly rowOffset: number;
  readonly top: LogPage["top"];
  /** Where the next older page ends; null at the top. */
  readonly next: PageEnd | GapEnd | null;
}

/** A moment that an older page and a newer one have in common, in the newer one's lines. */
interface PageEnd extends PageMoment {
  /** The newer one's first line. */
  readonly firstLine: number;
  /** Rows from there to the cursor of that moment: the older page has them, too. */
  readonly sharedRows: number;
}

/** What was printed from this offset up to the page is missing. */
interface GapEnd {
  readonly missingFrom: number;
}

/** The live screen at a moment. */
export interface LiveMoment {
  /** What had been printed. */
  readonly offset: number;
  readonly cols: number;
  readonly rows: number;
  /** Its oldest row, and the first of the screen. */
  readonly first: number;
  readonly top: number;
  /** The row in which the line of the cursor begins. */
  readonly cursorLineRow: number;
  readonly oldest: OldestRows;
}

export interface PageBuild {
  readonly log: RawLog;
  readonly openScreen: (cols: number, rows: number, scrollbackLines: number) => Screen;
  readonly signal: AbortSignal;
}

/** A page is some megabytes of cells. */
const PAGE_CELLS = 1_000_000;
const MAX_PAGE_ROWS = 12_000;
/** A page that gains fewer rows begins further back: programs that draw print much for few rows. */
const LEAST_GAIN_ROWS = 1_000;
const FIRST_BYTES = 256 * 1024;
const LEAST_BYTES = 64 * 1024;
const MAX_BYTES = 16 * 1_048_576;
const FURTHER = 4;

function pageRows(cols: number): number {
  return Math.max(2 * LEAST_GAIN_ROWS, Math.min(MAX_PAGE_ROWS, Math.floor(PAGE_CELLS / cols)));
}

export function liveMoment(screen: Screen, offset: number): LiveMoment {
  const first = screen.historyTrimmed;
  const top = first + screen.historyLength;
  let cursorLineRow = top + screen.cursor().y;
  while (cursorLineRow > first && screen.historyLine(cursorLineRow - first).isWrapped) cursorLineRow--;
  const oldest = oldestRows(screen);
  return { offset, cols: screen.cols, rows: screen.rows, first, top, cursorLineRow, oldest };
}

/** The page above the rows that the live screen holds. Its rows end where the screen began at that moment. */
export function firstPage(build: PageBuild, live: LiveMoment) {
  // The disk does not take what is printed now.
  const { log, missingFrom } = partUpTo(build.log, live.offset);
  if (missingFrom !== null && log.start >= live.offset)
    return pageBeforeGap(build, live, missingFrom, Infinity);
  const stretch = {
    to: live.offset,
    cols: live.cols,
    rows: live.rows,
    endsInGap: false,
    scrollbackLines: Math.max(LEAST_SCROLLBACK_LINES, live.top - live.first + pageRows(live.cols)),
  };
  return openFurther(build, stretch, FIRST_BYTES, (page) => ({
    rowOffset: live.cursorLineRow - (page.starts.at(-1) ?? 0),
    end: live.top,
    shownFrom: live.first,
  }));
}

/** The page above this one. */
export function olderPage(build: PageBuild, live: LiveMoment, newer: Page, end: PageEnd | GapEnd) {
  if ("missingFrom" in end) return pageBeforeGap(build, live, end.missingFrom, newer.first);
  const { cols, rows } = newer.stretch;
  const scrollbackLines = LEAST_SCROLLBACK_LINES + end.sharedRows + pageRows(cols);
  const stretch = { to: end.offset, cols, rows, scrollbackLines, endsInGap: false };
  const bytes = newer.stretch.to - newer.stretch.from;
  const gained = Math.max(1, newer.end - newer.first);
  const wanted = Math.round((bytes * pageRows(cols)) / gained / 1.5);
  return openFurther(build, stretch, Math.max(LEAST_BYTES, Math.min(MAX_BYTES, wanted)), (page) => {
    const seam = page.cursorLine - (end.cursorLine - end.firstLine);
    const below = newer.first;
    return { rowOffset: below - rowOfLine(page, seam), end: below, shownFrom: below };
  });
}

/** The page above a gap, when the rows behind that begin at row `below`, or at those that the live screen holds. */
function pageBeforeGap(build: PageBuild, live: LiveMoment, missingFrom: number, below: number) {
  const { cols, rows, first } = live;
  const scrollbackLines = LEAST_SCROLLBACK_LINES + (live.top - first) + pageRows(cols);
  const stretch = { to: missingFrom, cols, rows, scrollbackLines, endsInGap: true };
  const end = Math.min(below, first);
  return openFurther(build, stretch, FIRST_BYTES, (page) => {
    const same = end === first ? findRows(page, live.oldest) : null;
    const rowOffset = same === null ? end - (page.starts.at(-1) ?? 0) : live.oldest.row - same;
    return { rowOffset, end, shownFrom: end };
  });
}

/** Begins further back until enough rows lie above those that are shown already, or nothing does. */
async function openFurther(
  build: PageBuild,
  about: Omit<PageStretch, "from">,
  bytes: number,
  place: (page: LogPage) => Pick<Page, "rowOffset" | "end"> & { readonly shownFrom: number },
): Promise<{ page: Page; screen: Screen }> {
  const { openScreen, signal } = build;
  const { log, missingFrom } = partUpTo(build.log, about.to);
  for (let length = bytes; ; length *= FURTHER) {
    const from = await lineStart(log, about.to - length);
    const stretch = { ...about, from };
    const opened = await openLogPage(log, stretch, openScreen, signal);
    const { shownFrom, ...placed } = place(opened);
    const { rowOffset, end } = placed;
    const first = Math.min(end, rowOffset + rowOfLine(opened, opened.firstLine));
    const isTop = opened.top !== null || from <= log.start;
    if (!isTop && shownFrom - first < LEAST_GAIN_ROWS) {
      opened.screen.dispose();
      continue;
    }
    if (opened.top === "start" && missingFrom !== null) {
      return { page: { stretch, first, ...placed, top: null, next: { missingFrom } }, screen: opened.screen };
    }
    const { firstLine, moments } = opened;
    const moment = opened.top === null ? moments.find(({ topLine }) => topLine > firstLine) : undefined;
    const next = moment && first < shownFrom ? endAt(opened, moment) : null;
    const top = opened.top ?? (next === null ? "start" : null);
    return { page: { stretch, first, ...placed, top, next }, screen: opened.screen };
  }
}

function endAt(newer: LogPage, moment: PageMoment): PageEnd {
  const { firstLine } = newer;
  const sharedRows = rowOfLine(newer, moment.cursorLine) - rowOfLine(newer, firstLine);
  return { ...moment, firstLine, sharedRows };
}

/** Makes the screen of a page again. @throws when aborted */
export async function reopenPage(build: PageBuild, page: Page): Promise<Screen> {
  return (await openLogPage(build.log, page.stretch, build.openScreen, build.signal)).screen;
}
