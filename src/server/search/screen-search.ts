// Searches what a screen holds: its history and what is on it now. In slices, so that the server goes on meanwhile.
import { CELL_WORDS, WIDTH_SHIFT } from "../../protocol/cells.ts";
import type { SearchHit } from "../../protocol/results.ts";
import { type LogicalLine, logicalLine, positionIn } from "../../terminal/line-text.ts";
import type { Screen } from "../../terminal/screen.ts";
import type { Matcher } from "./matcher.ts";

export interface ScreenSearch {
  readonly paneId: string;
  readonly screen: Screen;
  readonly match: Matcher;
  /** Hits at most; the newest are kept. */
  readonly limit: number;
  /** Lines that begin in these rows only, counted from the first that the screen ever had; `to` exclusive. */
  readonly within?: { readonly from: number; readonly to: number };
  /** Whether hits bring the text of their line. */
  readonly texts: boolean;
}

/** Longer lines are found by their beginning. */
const MAX_TEXT = 250;
const BATCH_LINES = 100;
/** A slice of work; other panes' output and keys get their turn in between. */
export const SLICE_MS = 8;

/** Lets the event loop turn once when the slice is used up. */
export function createBreather(signal: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE_MS) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    since = performance.now();
  };
}

/** Hits newest first. Rows that are dropped or added during the search are left out. @throws when aborted */
export async function searchScreen(search: ScreenSearch, signal: AbortSignal): Promise<SearchHit[]> {
  const { screen, match, paneId } = search;
  const breathe = createBreather(signal);
  const hits: SearchHit[] = [];
  let end = Math.min(
    search.within?.to ?? Infinity,
    screen.historyTrimmed + screen.historyLength + screen.rows,
  );
  while (hits.length < search.limit) {
    const first = Math.max(search.within?.from ?? 0, screen.historyTrimmed);
    const { lineAt } = rowsOf(screen);
    const lines: LogicalLine[] = [];
    while (lines.length < BATCH_LINES && end > first) {
      let from = end - 1;
      while (from > first && lineAt(from).isWrapped) from--;
      lines.push(logicalLine(lineAt, from, end));
      end = from;
    }
    if (lines.length === 0) break;
    const found = match(lines.map((line) => line.text));
    for (const [index, line] of lines.entries()) {
      for (const { at, length } of found[index]!.toReversed())
        hits.push(hitOf(paneId, line, lineAt, at, length, search.texts));
    }
    await breathe();
  }
  return hits.slice(0, search.limit);
}

/** The rows of a screen by their lasting numbers. */
export function rowsOf(screen: Screen) {
  const first = screen.historyTrimmed;
  return { lineAt: (row: number) => screen.historyLine(row - first) };
}

function hitOf(
  paneId: string,
  line: LogicalLine,
  lineAt: (row: number) => ReturnType<Screen["line"]>,
  at: number,
  length: number,
  withText: boolean,
): SearchHit {
  const start = positionIn(line, lineAt, at);
  const stop = positionIn(line, lineAt, at + length - 1);
  const cols = lineAt(line.row).words.length / CELL_WORDS;
  const width = (lineAt(stop.row).words[stop.col * CELL_WORDS] ?? 0) >>> WIDTH_SHIFT || 1;
  const text = withText ? excerpt(line.text, at) : "";
  return {
    paneId,
    ...start,
    length: (stop.row - start.row) * cols + stop.col - start.col + width,
    text,
    logOffset: null,
  };
}

/** The line, or the part of a long one where the match is. */
export function excerpt(text: string, at: number): string {
  if (text.length <= MAX_TEXT) return text;
  const from = Math.max(0, Math.min(at - MAX_TEXT / 3, text.length - MAX_TEXT));
  return text.slice(from, from + MAX_TEXT);
}
