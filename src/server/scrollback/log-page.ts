// A stretch of what a pane printed, on a screen of its own: what its live screen holds no more is looked at there.
import { endEarlierOutput } from "../../terminal/earlier-output.ts";
import type { Screen } from "../../terminal/screen.ts";
import { replayLog, startsAlternate } from "../log-replay.ts";
import type { RawLog } from "../raw-log.ts";
import { createBreather } from "../search/screen-search.ts";
import { createLineCounter, type LinePlace } from "./line-counter.ts";

/** The same bytes make the same page. */
export interface PageStretch {
  readonly from: number;
  readonly to: number;
  /** The size at which its rows are shown. */
  readonly cols: number;
  readonly rows: number;
  /** The newest are held. */
  readonly scrollbackLines: number;
  /** What comes next is missing: a line at the end says so. */
  readonly endsInGap: boolean;
}

/** A moment while the page was printed. Its numbers of lines are the page's own. */
export interface PageMoment extends LinePlace {
  readonly offset: number;
}

export interface LogPage {
  readonly screen: Screen;
  /** Where lines begin, as rows counted from the first that the screen ever had; the last is that of the cursor. */
  readonly starts: readonly number[];
  /** The number of the last of them. */
  readonly cursorLine: number;
  /** The first line that is as it was: those before may have been printed over something that the page has not. */
  readonly firstLine: number;
  /** Nothing lies above it: the log begins there, or the program has thrown away what was before. */
  readonly top: "start" | "cleared" | null;
  /** Oldest first. None from before a break in the numbers. */
  readonly moments: readonly PageMoment[];
}

/** Between two looks at the screen: fewer rows than any page holds. */
const LOOK_BYTES = 4_096;
/** A page holds no less, so that no look can miss a row. */
export const LEAST_SCROLLBACK_LINES = LOOK_BYTES + 1_000;
const ALTERNATE_SCREEN = new TextEncoder().encode("\x1b[?1049h");
/** Screens full of lines after which what a program drew without the rest of its screen is gone. */
const SCREENS_TO_SETTLE = 2;

/** `openScreen`: a silent one, what the log asks is not answered. @throws when aborted */
export async function openLogPage(
  log: RawLog,
  stretch: PageStretch,
  openScreen: (cols: number, rows: number, scrollbackLines: number) => Screen,
  signal: AbortSignal,
): Promise<LogPage> {
  const { to, cols, rows, scrollbackLines } = stretch;
  const from = Math.max(stretch.from, log.start);
  const first = log.sizes.findLast((size) => size.offset <= from) ?? { cols, rows };
  const screen = openScreen(first.cols, first.rows, scrollbackLines);
  const counter = createLineCounter(screen, scrollbackLines);
  let moments: PageMoment[] = [];
  const breathe = createBreather(signal);
  let top: LogPage["top"] = from <= log.start ? "start" : null;
  const look = () => {
    const place = counter.look();
    const broken = counter.takeBreak();
    if (broken !== null) moments = [];
    if (broken === "cleared") top = "cleared";
    return place;
  };
  try {
    if (await startsAlternate(log, from, to)) screen.write(ALTERNATE_SCREEN);
    await replayLog(log, from, to, {
      resize: counter.resize,
      async write(offset, bytes) {
        for (let at = 0; at < bytes.length; at += LOOK_BYTES) {
          const piece = bytes.subarray(at, at + LOOK_BYTES);
          screen.write(piece);
          const place = look();
          if (place) moments.push({ offset: offset + at + piece.length, ...place });
          await breathe();
        }
      },
    });
    counter.resize(cols, rows);
    if (stretch.endsInGap) endEarlierOutput(screen, "output is missing here", false, screen.write);
    const cursorLine = look()?.cursorLine ?? 0;
    const starts = lineStarts(screen);
    const held = cursorLine - starts.length + 1;
    if (counter.hasDropped) top = null;
    const whole = screen.historyLine(0).isWrapped ? held + 1 : held;
    const firstLine = top !== null ? held : Math.max(whole, SCREENS_TO_SETTLE * screen.rows);
    return { screen, starts, cursorLine, firstLine: Math.min(firstLine, cursorLine), top, moments };
  } catch (thrown) {
    screen.dispose();
    throw thrown;
  }
}

/** The line's first row, counted from the first that the page's screen ever had. */
export function rowOfLine(page: LogPage, line: number): number {
  return page.starts[Math.max(0, page.starts.length - 1 - (page.cursorLine - line))] ?? 0;
}

/** The oldest row counts as one: what it goes on with is gone. */
function lineStarts(screen: Screen): number[] {
  const starts = [screen.historyTrimmed];
  const end = screen.historyLength + screen.cursor().y;
  for (let index = 1; index <= end; index++)
    if (!screen.historyLine(index).isWrapped) starts.push(screen.historyTrimmed + index);
  return starts;
}
