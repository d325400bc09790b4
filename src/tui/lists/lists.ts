import type { ListName } from "../../domain/commands/command.ts";
import { searchWords } from "../../domain/text/search-words.ts";
import type { ListLayer } from "../layers.ts";
import type { Model } from "../model.ts";
import { AGENTS_LIST } from "./agents-list.ts";
import { ARCHIVE_LIST } from "./archive-list.ts";
import { TASKS_LIST } from "./board.ts";
import type { ListRow, ListSpec } from "./list-row.ts";
import { MENU_LIST } from "./menu.ts";
import { NEEDS_LIST } from "./needs-list.ts";
import { BUFFERS_LIST, MESSAGES_LIST, TREE_LIST } from "./screen-lists.ts";
import { ACTIVITY_LIST, DECISIONS_LIST, LOCKS_LIST, SPECS_LIST } from "./state-lists.ts";
import { DELIVERIES_LIST, INBOX_LIST, MAIL_LIST } from "./work-lists.ts";

export const LISTS: Readonly<Record<ListName, ListSpec>> = {
  needs: NEEDS_LIST,
  inbox: INBOX_LIST,
  mail: MAIL_LIST,
  tasks: TASKS_LIST,
  locks: LOCKS_LIST,
  agents: AGENTS_LIST,
  activity: ACTIVITY_LIST,
  specs: SPECS_LIST,
  decisions: DECISIONS_LIST,
  archive: ARCHIVE_LIST,
  deliveries: DELIVERIES_LIST,
  tree: TREE_LIST,
  buffers: BUFFERS_LIST,
  messages: MESSAGES_LIST,
  menu: MENU_LIST,
};

/** Rows that the filter leaves. A heading stays while one of its rows does. */
export function visibleRows(layer: ListLayer, model: Model): readonly ListRow[] {
  const spec = LISTS[layer.list];
  if (spec.fetch !== null && layer.data.state !== "ready") return [];
  const value = layer.data.state === "ready" ? layer.data.value : null;
  const rows = spec.rows(value, model);
  const words = searchWords(layer.filter.text);
  if (words.length === 0) return rows;
  const kept = rows.filter((each) => each.heading || words.every((word) => each.search.includes(word)));
  return kept.filter((each, index) => !each.heading || kept[index + 1]?.heading === false);
}

/** The selected row's place among the visible ones; the first that can be selected when it is gone; -1 when there is none. */
export function selectedIndex(layer: ListLayer, rows: readonly ListRow[]): number {
  const found = rows.findIndex((each) => !each.heading && each.id === layer.selectedId);
  return found >= 0 ? found : rows.findIndex((each) => !each.heading);
}

/** The list with that row selected; without one the first is. */
export function withSelected(layer: ListLayer, row: ListRow | undefined): ListLayer {
  return { ...layer, selectedId: row?.id ?? null, scroll: 0 };
}

/** The first row that is seen of a list of that height: the selected one stands in the middle where it can. */
export function listTop(count: number, selected: number, height: number): number {
  return Math.max(0, Math.min(selected - Math.floor(height / 2), count - height));
}

/** The place `step` rows on, over headings, or where it is at the end. */
export function stepSelection(rows: readonly ListRow[], from: number, step: number): number {
  const direction = step < 0 ? -1 : 1;
  let at = from;
  for (let left = Math.abs(step); left > 0; left--) {
    let next = at + direction;
    while (rows[next]?.heading) next += direction;
    if (!rows[next]) break;
    at = next;
  }
  return at;
}
