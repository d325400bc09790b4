// What a piece of text leads to: an address, or a place in a file. Opened only when a human asks for it.
import { allowedUrl } from "../../protocol/cells.ts";
import type { CellSource } from "../compositor/pane-grid.ts";
import { sourceCells } from "./copy-text.ts";

export type Link =
  | { readonly kind: "url"; readonly url: string }
  /** Line and column count from 1; null where the text has none. */
  | {
      readonly kind: "file";
      readonly path: string;
      readonly line: number | null;
      readonly column: number | null;
    };

export interface LinkRow {
  readonly source: CellSource;
  readonly y: number;
}

const URL = /\bhttps?:\/\/[^\s<>"'`│┃║╭╰╮╯]+/giu;
/** `src/a.ts:12:3`, `a.ts(12,3)`, `./x`, `/etc/hosts`, `~/x`; spaces end it. */
const FILE =
  /(?:~|\.{1,2})?(?:\/|(?=[\p{L}\p{N}_@.]))(?:[\p{L}\p{N}_@.+-]+\/)*[\p{L}\p{N}_@.+-]+(?:[:(]\d+(?:[:,]\d+)?\)?)?/gu;
const PYTHON = /File "([^"]+)", line (\d+)/gu;
const MAX_ROWS = 40;

/** The link at a cell. `rowAt` gives rows and null where there is none; wrapped rows count as one line. */
export function linkAt(rowAt: (row: number) => LinkRow | null, row: number, col: number): Link | null {
  const here = rowAt(row);
  if (!here) return null;
  const linked = here.source.extra(here.y * here.source.cols + col)?.url ?? "";
  if (linked !== "") return { kind: "url", url: linked };
  const continues = (at: number) => {
    const found = rowAt(at);
    return found !== null && found.source.isWrapped(found.y);
  };
  let first = row;
  while (continues(first) && row - first < MAX_ROWS) first--;
  let text = "";
  let offset = 0;
  for (let at = first; at - first < MAX_ROWS; at++) {
    const found = rowAt(at);
    if (!found || (at > first && !continues(at))) break;
    const cells = sourceCells(found.source, found.y);
    if (at === row) offset = text.length + cells.slice(0, col).join("").length;
    text += cells.join("");
  }
  return linkInText(text, offset);
}

/** The link that covers the UTF-16 offset. */
export function linkInText(text: string, offset: number): Link | null {
  for (const match of text.matchAll(URL)) {
    const url = allowedUrl(withoutTail(match[0]));
    if (url !== "" && covers(match.index, url.length, offset)) return { kind: "url", url };
  }
  for (const match of text.matchAll(PYTHON)) {
    if (covers(match.index, match[0].length, offset))
      return { kind: "file", path: match[1]!, line: Number(match[2]), column: null };
  }
  for (const match of text.matchAll(FILE)) {
    if (!covers(match.index, match[0].length, offset)) continue;
    const [, path = "", line, column] = /^(.*?)(?:[:(](\d+)(?:[:,](\d+))?\)?)?$/u.exec(match[0]) ?? [];
    const clean = line === undefined ? path.replace(/\.+$/, "") : path;
    if (!/[/\\]|\.\p{L}[\p{L}\p{N}]*$|^Makefile$|^Dockerfile$/u.test(clean)) continue;
    return {
      kind: "file",
      path: clean,
      line: line === undefined ? null : Number(line),
      column: column === undefined ? null : Number(column),
    };
  }
  return null;
}

/** A sentence's signs behind an address are not part of it; a bracket is when it was opened inside. */
function withoutTail(url: string): string {
  let end = url.length;
  for (; end > 0; end--) {
    const last = url[end - 1] as string;
    if (/[.,;:!?'"*_]/.test(last)) continue;
    const opening = { ")": "(", "]": "[", "}": "{" }[last];
    if (opening === undefined) break;
    const inside = url.slice(0, end);
    if (inside.split(opening).length >= inside.split(last).length) break;
  }
  return url.slice(0, end);
}

function covers(start: number, length: number, offset: number): boolean {
  return offset >= start && offset < start + length;
}
