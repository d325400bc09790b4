// Rows of a pane's history and screen, for copy mode and search. Rows are counted from the oldest that is live.
import type { SearchHit } from "../protocol/results.ts";
import { encodeRows } from "../terminal/rows-frame.ts";
import type { PaneRuntime } from "./services/pane-runtime.ts";

/** Hits of one search in one pane. Narrower words find the rest. */
const MAX_HITS = 1_000;

/** A grid frame (base64) of rows `from` to `from + count`; row `history` is the first of the live screen. */
export function readRows(pane: PaneRuntime, from: number, count: number) {
  const { screen } = pane;
  if (!screen) return { total: 0, history: 0, frame: "" };
  const { bytes } = encodeRows(screen, pane.number, { from, count });
  return {
    total: screen.historyLength + screen.rows,
    history: screen.historyLength,
    frame: Buffer.from(bytes).toString("base64"),
  };
}

/** Every place where the pattern (global) matches, newest first. Columns count UTF-16 units of the row's text. */
export function searchPane(pane: PaneRuntime, pattern: RegExp): SearchHit[] {
  const { screen } = pane;
  if (!screen) return [];
  const rows = screen.text({ from: "history" });
  const hits: SearchHit[] = [];
  for (let row = rows.length - 1; row >= 0 && hits.length < MAX_HITS; row--) {
    const text = rows[row] ?? "";
    for (const match of text.matchAll(pattern)) {
      if (match[0] === "") continue;
      hits.push({ paneId: pane.id, row, col: match.index, length: match[0].length, text });
      if (hits.length >= MAX_HITS) break;
    }
  }
  return hits;
}
