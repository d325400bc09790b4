import type { ListRow } from "./list-row.ts";

export interface BoardColumn {
  readonly heading: ListRow;
  readonly cards: readonly ListRow[];
}

/** Rows as the list has them: a heading, then what belongs to it. */
export function boardColumns(rows: readonly ListRow[]): readonly BoardColumn[] {
  const columns: { heading: ListRow; cards: ListRow[] }[] = [];
  for (const row of rows) {
    if (row.heading) columns.push({ heading: row, cards: [] });
    else columns.at(-1)?.cards.push(row);
  }
  return columns;
}
