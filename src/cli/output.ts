import { inertText } from "../domain/text/inert.ts";
import { splitClusters, textWidth } from "../protocol/width.ts";
import type { Sink } from "./world.ts";

export type Tone = "good" | "warn" | "bad" | "dim" | "strong" | "accent";
/** One cell or word: data that is made inert, with a tone that only a terminal shows. */
export type Painted = string | { readonly text: string; readonly tone: Tone | null };

const SGR: Readonly<Record<Tone, string>> = {
  good: "32",
  warn: "33",
  bad: "31",
  dim: "2",
  strong: "1",
  accent: "36",
};
/** What `JSON.stringify` leaves raw and a terminal would act on or reorder by. */
const JSON_UNSAFE = /[\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const MAX_CELL = 120;
const MIN_LAST_CELL = 20;

/**
 * Writes what a command has to say: for people, or with `--json` the value itself. Both come from one call, so they
 * cannot drift apart. All text of the human form passes through `inertText`.
 */
export interface Output {
  readonly json: boolean;
  /** The value with `--json`, else what `human` answers (no line when it is empty). */
  show(value: unknown, human: () => string): void;
  /** One line of a stream: the value as one JSON line, or the human line. */
  line(value: unknown, human: () => string): void;
  /** Text that is meant as it is (a relay prompt, a completion script); controls but LF and TAB are written out. */
  text(text: string): void;
  /** Bytes of a screen with our own SGR in it. */
  raw(text: string): void;
  /** A line on stderr that is not an error. */
  note(text: string): void;
  paint(text: string, tone: Tone | null): string;
  /** Aligned columns; nothing for no rows. */
  table(rows: readonly (readonly Painted[])[], head?: readonly string[]): string;
}

export interface OutputOptions {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
}

/** Shows a list; for people an empty one is said in words, and `more` below one that is cut. */
export function showList(
  output: Output,
  items: readonly unknown[],
  none: string,
  human: () => string,
  more = "",
): void {
  const below = more === "" ? "" : `\n${output.paint(more, "dim")}`;
  output.show(items, () => (items.length === 0 ? none : `${human()}${below}`));
}

export function createOutput(options: OutputOptions): Output {
  const { stdout, stderr, json } = options;
  const colours = !json && wantsColours(stdout, options.env);

  const paint = (text: string, tone: Tone | null) =>
    colours && tone !== null && text !== "" ? `\x1b[${SGR[tone]}m${text}\x1b[0m` : text;

  /** On a terminal the last cell gives way, so that a row stays one line. */
  const fitted = (row: readonly Cell[], widths: readonly number[]): readonly Cell[] => {
    const last = row.at(-1);
    if (stdout.isTTY !== true || stdout.columns === undefined || !last) return row;
    const before = widths.slice(0, row.length - 1).reduce((sum, width) => sum + width + 2, 0);
    const room = Math.max(MIN_LAST_CELL, stdout.columns - before);
    return [...row.slice(0, -1), { ...last, text: cutTo(last.text, room) }];
  };

  const print = (text: string) => {
    if (text !== "") stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  };

  return {
    json,
    show(value, human) {
      print(json ? safeJson(value, 2) : human());
    },
    line(value, human) {
      print(json ? safeJson(value) : human());
    },
    text: (text) => print(inertLines(text)),
    raw: (text) => print(text),
    note: (text) => void stderr.write(`${inertText(text, 500)}\n`),
    paint,
    table(rows, head) {
      if (rows.length === 0) return "";
      const cells = rows.map((row) => row.map(toCell));
      if (head) cells.unshift(head.map((text) => ({ text, tone: "dim" })));
      const widths: number[] = [];
      for (const row of cells)
        row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, textWidth(cell.text))));
      return cells
        .map((row) =>
          fitted(row, widths)
            .map((cell, at) => {
              const pad = at === row.length - 1 ? 0 : (widths[at] ?? 0) - textWidth(cell.text);
              return paint(cell.text, cell.tone) + " ".repeat(Math.max(0, pad));
            })
            .join("  ")
            .trimEnd(),
        )
        .join("\n");
    },
  };
}

interface Cell {
  readonly text: string;
  readonly tone: Tone | null;
}

function toCell(cell: Painted): Cell {
  const { text, tone } = typeof cell === "string" ? { text: cell, tone: null } : cell;
  return { text: inertText(text.replace(/[ \t\r\n]+/g, " "), MAX_CELL), tone };
}

/** At most so many columns of a line; the last of them says that there was more. */
function cutTo(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let cut = "";
  let width = 0;
  for (const { text: cluster } of splitClusters(text)) {
    width += textWidth(cluster);
    if (width > columns - 1) break;
    cut += cluster;
  }
  return `${cut}…`;
}

/** Several lines of foreign text, each of them inert; LF and TAB stay. */
export function inertLines(text: string): string {
  return text
    .split("\n")
    .map((line) =>
      line
        .split("\t")
        .map((part) => inertText(part, Number.MAX_SAFE_INTEGER))
        .join("\t"),
    )
    .join("\n");
}

/** JSON that is also harmless on a terminal: parses to the same value, shows no control and no bidi character. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value ?? null, null, indent).replace(
    JSON_UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function wantsColours(sink: Sink, env: NodeJS.ProcessEnv): boolean {
  if (env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "") return false;
  const term = env["TERM"];
  return sink.isTTY === true && term !== undefined && term !== "" && term !== "dumb";
}
