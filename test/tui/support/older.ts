import type { Answers } from "./keys.ts";
import { rowsOf } from "./rows.ts";

/**
 * The answers of a server whose pane printed these lines: its screen holds the last `live`, and each page of older ones
 * that it reads has `page`. Hits are lines with the pattern in them.
 */
export function olderAnswers(lines: readonly string[], cols: number, live: number, page: number): Answers {
  const rows = rowsOf(lines, cols);
  const firstLive = lines.length - live;
  let first = firstLive;
  const known = () => ({ first, firstLive, above: first > 0 ? "older" : "nothing" });
  const hitsIn = (pattern: string, from: number, to: number) =>
    lines.flatMap((text, row) =>
      row >= from && row < to && text.includes(pattern)
        ? [
            {
              paneId: "%1",
              row,
              col: text.indexOf(pattern),
              length: pattern.length,
              text: "",
              logOffset: null,
            },
          ]
        : [],
    );
  const readTo = (row: number) => {
    first = Math.max(0, Math.min(first, row));
  };
  return {
    "pane.rows": (asked: { from: number | null; count: number }) => ({ ...rows(asked), ...known() }),
    "pane.older": () => {
      readTo(first - page);
      return known();
    },
    "pane.search": ({ pattern }: { pattern: string }) => hitsIn(pattern, firstLive, lines.length),
    "pane.search-older": ({ pattern, before }: { pattern: string; before: number | null }) => {
      const end = before ?? firstLive;
      readTo(end - page);
      const from = Math.max(0, end - page);
      return { hits: hitsIn(pattern, from, end).toReversed(), from, ...known() };
    },
  };
}
