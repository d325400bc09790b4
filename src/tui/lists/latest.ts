// Lists of what grows without end show the latest of it, and say where the rest is.
import { cell, heading, type ListRow } from "./list-row.ts";

const SHOWN = 300;
/** What to ask the server for: one more than is shown tells whether that is all. */
export const LATEST_LIMIT = SHOWN + 1;

/** `items`, latest first, as rows; behind them, where there are older ones, the command that lists those. */
export function latestRows<T>(
  items: readonly T[],
  rows: (shown: readonly T[]) => readonly ListRow[],
  command: string,
): readonly ListRow[] {
  if (items.length <= SHOWN) return rows(items);
  const text = `These are the latest ${SHOWN}. Older ones: ${command}`;
  return [
    ...rows(items.slice(0, SHOWN)),
    { ...heading("older", text, SHOWN), cells: [cell(text, 0, "overlayMuted")] },
  ];
}
