// What the lists over the panes are made of: rows, columns, and what the letters do on a row.
import type { LocalAction } from "../../domain/commands/command.ts";
import type { Model } from "../model.ts";
import type { StyleName } from "../theme.ts";

export interface Run {
  readonly text: string;
  readonly style: StyleName;
}

/** One cell of a row: a text of a width, or one that takes what is left. */
export interface ListCell {
  readonly runs: readonly Run[];
  /** Columns; 0 takes what is left. */
  readonly width: number;
  readonly side: "left" | "right";
  /** Left out where the list is narrower than this, or as wide as that. Default: always there. */
  readonly fromColumns?: number;
  readonly belowColumns?: number;
}

export interface ListRow {
  readonly id: string;
  /** A heading cannot be selected. */
  readonly heading: boolean;
  readonly cells: readonly ListCell[];
  /** Where rows are cards in columns: what stands on the card. */
  readonly card: Card | null;
  /** Panes to be shown below the list while this row is selected. */
  readonly previewPaneIds: readonly string[];
  /** What the filter looks through. */
  readonly search: string;
  readonly details: readonly string[];
  /** What is told to the server when the details are opened, without a word. */
  readonly opening: Call | null;
  readonly actions: readonly RowAction[];
}

export interface Call {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Card {
  readonly title: string;
  readonly who: string;
  /** A short word that must be seen; empty for none. */
  readonly mark: string;
  readonly markStyle: StyleName;
  readonly age: string;
}

/** A letter on a row. With `disabled` it says that instead. */
export interface RowAction {
  readonly key: string;
  readonly label: string;
  readonly disabled: string | null;
  readonly does: RowDeed;
}

export type RowDeed =
  | { readonly kind: "open" }
  | {
      readonly kind: "call";
      readonly method: string;
      readonly params: Readonly<Record<string, unknown>>;
      readonly done: string;
      /** Asked first; the answer is no by default. */
      readonly confirm?: { readonly question: string; readonly loss: string };
      /** A line asked of the user first: it goes into this field. */
      readonly ask?: { readonly label: string; readonly field: string; readonly allowEmpty: boolean };
      /** Closes the list when it is done. */
      readonly close?: boolean;
    }
  | { readonly kind: "jump"; readonly paneId: string }
  | {
      readonly kind: "local";
      readonly action: LocalAction;
      readonly replyTo?: string;
      /** Closes the list first. */
      readonly close?: boolean;
    }
  /** Carries out a line of the `:` prompt, without the list. */
  | { readonly kind: "command"; readonly line: string }
  /** Narrows the list to rows with these words. */
  | { readonly kind: "filter"; readonly text: string }
  | {
      readonly kind: "fetch-text";
      readonly method: string;
      readonly params: Readonly<Record<string, unknown>>;
      readonly title: string;
      /** What the answer is. Default: a text. */
      readonly as?: "task" | "message";
    };

export interface ListSpec {
  readonly title: string;
  /** What is shown when there is nothing, and what to do about it. */
  readonly empty: string;
  /** Null: the rows come from the model alone. */
  readonly fetch: { readonly method: string; readonly params: Readonly<Record<string, unknown>> } | null;
  /** The selected row's details stand below the list, too. */
  readonly detailsBelow?: boolean;
  /** `columns`: a column for each heading, and cards in it. Default: rows. */
  readonly layout?: "columns";
  rows(value: unknown, model: Model): readonly ListRow[];
}

export function cell(
  text: string,
  width: number,
  style: StyleName = "overlay",
  side: "left" | "right" = "left",
): ListCell {
  return { runs: [{ text, style }], width, side };
}

export function heading(id: string, text: string, count: number): ListRow {
  const runs: Run[] = [
    { text: `${text} `, style: "overlayAccent" },
    { text: String(count), style: "overlayMuted" },
  ];
  return {
    id: `heading ${id}`,
    heading: true,
    cells: [{ runs, width: 0, side: "left" }],
    card: null,
    previewPaneIds: [],
    search: "",
    details: [],
    opening: null,
    actions: [],
  };
}

export function row(
  id: string,
  cells: readonly ListCell[],
  more: {
    details?: readonly string[];
    opening?: Call | null;
    actions?: readonly RowAction[];
    card?: Card;
    previewPaneIds?: readonly string[];
  } = {},
): ListRow {
  const words = cells.flatMap((each) => each.runs.map((run) => run.text));
  return {
    id,
    heading: false,
    cells,
    card: more.card ?? null,
    previewPaneIds: more.previewPaneIds ?? [],
    search: words.join(" ").toLowerCase(),
    details: more.details ?? [],
    opening: more.opening ?? null,
    actions: more.actions ?? [],
  };
}

export function action(key: string, label: string, does: RowDeed, disabled: string | null = null): RowAction {
  return { key, label, does, disabled };
}

/** Jumps to the pane, or says that there is none. */
export function jumpAction(key: string, label: string, paneId: string | null): RowAction {
  return action(
    key,
    label,
    { kind: "jump", paneId: paneId ?? "" },
    paneId === null ? "It has no pane." : null,
  );
}
