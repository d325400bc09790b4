// Where the disk did not take what a pane printed. How many lines that were is not known: what lies before is found again by
// its text among the rows that the live screen holds, or a line says that something is missing.
import { lineText } from "../../terminal/line-text.ts";
import type { Screen } from "../../terminal/screen.ts";
import { wholeFrom } from "../pane-rows.ts";
import type { RawLog } from "../raw-log.ts";
import type { LogPage } from "./log-page.ts";

/** A stretch of the log in which nothing is missing. */
export interface LogPart {
  /** It begins where the part does. */
  readonly log: RawLog;
  /** What comes before the part is missing, down to this offset; null: nothing is. */
  readonly missingFrom: number | null;
}

/** The part that ends at `to`; it begins there, too, when what comes before is missing. */
export function partUpTo(log: RawLog, to: number): LogPart {
  // One that was cleared is empty, and misses nothing.
  const isBehind = log.start < log.end && log.end < to;
  const gap = isBehind
    ? { from: log.end, to }
    : log.gaps.findLast(({ from }) => log.start < from && from < to);
  if (!gap) return { log, missingFrom: null };
  return { log: { ...log, start: Math.min(gap.to, to) }, missingFrom: gap.from };
}

/** The first rows that a screen holds. */
export interface OldestRows {
  /** Counted from the first that the screen ever had. */
  readonly row: number;
  readonly texts: readonly string[];
}

/** As many as make a place certain enough, and as few as may be left of it at the end of a part. */
const MOST_ROWS = 40;
const LEAST_ROWS = 3;

export function oldestRows(screen: Screen): OldestRows {
  const row = wholeFrom(screen);
  const end = screen.historyLength + screen.cursor().y;
  const texts: string[] = [];
  for (let at = row - screen.historyTrimmed; at < end && texts.length < MOST_ROWS; at++)
    texts.push(textAt(screen, at));
  return { row, texts };
}

/** The newest place of these rows above the last whole line before the gap that a page ends in: a row of its screen. */
export function findRows({ screen, starts }: LogPage, { texts }: OldestRows): number | null {
  if (texts.length < LEAST_ROWS || texts.every((text) => text === "")) return null;
  // Behind the line that was cut are the one that says so, and that of the cursor.
  const end = (starts.at(-3) ?? 0) - screen.historyTrimmed;
  for (let first = end - LEAST_ROWS; first >= 0; first--) {
    const count = Math.min(texts.length, end - first);
    let same = 0;
    while (same < count && textAt(screen, first + same) === texts[same]) same++;
    if (same === count) return screen.historyTrimmed + first;
  }
  return null;
}

function textAt(screen: Screen, index: number): string {
  return lineText(screen.historyLine(index));
}
