import { splitClusters, textWidth } from "../protocol/width.ts";
import type { Composer } from "./composer.ts";
import type { Dialog } from "./dialog.ts";

/** What the live rows at the bottom show. */
export interface LiveState {
  readonly columns: number;
  readonly rows: number;
  readonly composer: Composer;
  readonly dialog: Dialog | null;
  /** What the agent is busy with; null at rest. */
  readonly busy: { readonly label: string; readonly seconds: number; readonly frame: number } | null;
  readonly queued: readonly string[];
  readonly hint: string;
}

export interface LiveRows {
  readonly lines: readonly string[];
  /** Where the cursor belongs; null hides it. */
  readonly cursor: { readonly row: number; readonly column: number } | null;
}

export const PLACEHOLDER = "Type a task, or wait for a relay";
const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const dim = (text: string) => `\u001b[2m${text}\u001b[22m`;
const accent = (text: string) => `\u001b[36m${text}\u001b[39m`;
const warning = (text: string) => `\u001b[33m${text}\u001b[39m`;
const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;

/** The rows below the conversation: spinner, queue, composer or dialog, hint. */
export function liveRows(state: LiveState): LiveRows {
  const width = Math.max(20, state.columns);
  const above: string[] = [];
  if (state.busy !== null) {
    const glyph = SPINNER[state.busy.frame % SPINNER.length] ?? "⠋";
    const aside = `(${state.busy.seconds}s · esc to interrupt)`;
    // One row, always: a row that wraps would push the conversation apart.
    const label = fit(`${state.busy.label}…`, Math.max(1, width - 5 - textWidth(aside)));
    above.push("", ` ${accent(glyph)} ${label} ${dim(aside)}`);
  }
  for (const text of state.queued.slice(0, 3)) {
    above.push(dim(fit(` ↳ queued: ${text.replace(/\s+/g, " ")}`, width - 1)));
  }
  if (above.length === 0) above.push("");
  const box = state.dialog === null ? composerBox(state, width) : dialogBox(state.dialog, width);
  const lines = [...above, ...box.lines, dim(fit(`  ${state.hint}`, width - 1))];
  const cursor =
    box.cursor === null ? null : { row: box.cursor.row + above.length, column: box.cursor.column };
  return { lines, cursor };
}

/** A piece of the conversation as terminal rows; text of others stands inert. */
export function said(mark: string, text: string, columns: number): string[] {
  return wrapWords(text, Math.max(10, columns - 4)).map((row, index) =>
    index === 0 ? `${mark} ${row}` : `  ${row}`,
  );
}

/** The prompt as the conversation shows it. */
export function asked(prompt: string, columns: number): string[] {
  return ["", ...said(accent("❯"), prompt, columns).map((row) => bold(row)), ""];
}

export function banner(agent: string, columns: number): string[] {
  return [
    "",
    `  ${accent("◆")} ${bold(fit(`${agent} · demo agent`, columns - 6))}`,
    dim(fit("  scripted, without a model: it shows how work travels", columns - 2)),
  ];
}

function composerBox(state: LiveState, width: number): LiveRows {
  const inner = width - 6;
  const { text, cursor } = state.composer;
  if (text === "") {
    const hint = fit(PLACEHOLDER, inner);
    const row = `│ > ${dim(hint)}${" ".repeat(Math.max(0, inner - textWidth(hint)))} │`;
    return framed([row], width, { row: 1, column: 4 }, accent);
  }
  const rows = wrap(text, inner);
  const before = wrap(text.slice(0, cursor), inner);
  const most = Math.max(1, state.rows - 6);
  const first = Math.max(0, Math.min(before.length - 1, rows.length - most));
  const shown = rows.slice(first, first + most);
  const lines = shown.map((row, index) => {
    const mark = index === 0 ? "│ > " : "│   ";
    return `${mark}${row}${" ".repeat(Math.max(0, inner - textWidth(row)))} │`;
  });
  return framed(
    lines,
    width,
    { row: before.length - first, column: 4 + textWidth(before.at(-1) ?? "") },
    accent,
  );
}

function dialogBox(dialog: Dialog, width: number): LiveRows {
  const inner = width - 4;
  const row = (text: string, style = (plain: string) => plain) => {
    const shown = fit(text, inner);
    return `│ ${style(shown)}${" ".repeat(Math.max(0, inner - textWidth(shown)))} │`;
  };
  const head =
    dialog.kind === "permission"
      ? [
          row("Do you want to run this command?", bold),
          ...wrap(`$ ${dialog.subject}`, inner - 2)
            .slice(0, 4)
            .map((line) => row(`  ${line}`, warning)),
        ]
      : [row(`? ${dialog.subject}`, bold)];
  const options = dialog.options.map((label, index) =>
    index === dialog.selected ? row(`❯ ${index + 1}. ${label}`, accent) : row(`  ${index + 1}. ${label}`),
  );
  return framed([...head, ...options], width, null, warning);
}

function framed(
  lines: readonly string[],
  width: number,
  cursor: LiveRows["cursor"],
  paint: (text: string) => string,
): LiveRows {
  return {
    lines: [paint(`╭${"─".repeat(width - 2)}╮`), ...lines, paint(`╰${"─".repeat(width - 2)}╯`)],
    cursor,
  };
}

/** Rows of at most `columns` columns; words are cut where they end. */
export function wrap(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => {
    const rows: string[] = [];
    let row = "";
    let used = 0;
    for (const cluster of splitClusters(line)) {
      if (used + cluster.width > columns) {
        rows.push(row);
        row = "";
        used = 0;
      }
      row += cluster.text;
      used += cluster.width;
    }
    return [...rows, row];
  });
}

/** As `wrap`, but between words where there are any. */
function wrapWords(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => {
    const rows: string[] = [];
    let row = "";
    for (const word of line.split(/(?<= )/)) {
      if (row !== "" && textWidth(row + word.trimEnd()) > columns) {
        rows.push(row.trimEnd());
        row = "";
      }
      const pieces = wrap(row + word, columns);
      rows.push(...pieces.slice(0, -1));
      row = pieces.at(-1) ?? "";
    }
    return [...rows, row.trimEnd()];
  });
}

function fit(text: string, columns: number): string {
  return textWidth(text) <= columns ? text : `${wrap(text, Math.max(1, columns - 1))[0] ?? ""}…`;
}
