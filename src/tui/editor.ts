// A text field as a value: text, cursor, and what a key does to them. Multi-line or single-line.
import { splitClusters } from "../protocol/width.ts";

export interface Editor {
  readonly text: string;
  /** UTF-16 offset, always at the edge of a cluster. */
  readonly cursor: number;
  readonly multiline: boolean;
  /** Text that the last kill took, for C-y. */
  readonly killed: string;
}

/** More than a task may hold is refused at the server; this only bounds memory. */
const MAX_LENGTH = 200_000;

export function createEditor(text = "", multiline = true): Editor {
  return { text, cursor: text.length, multiline, killed: "" };
}

/** Inserts at the cursor. In a single-line field newlines become blanks. Control characters are dropped. */
export function insertText(editor: Editor, text: string): Editor {
  const lines = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  const clean = [...(editor.multiline ? lines : lines.replaceAll("\n", " "))].filter(isAllowed).join("");
  if (clean === "" || editor.text.length + clean.length > MAX_LENGTH) return editor;
  return place(
    editor,
    editor.text.slice(0, editor.cursor) + clean + editor.text.slice(editor.cursor),
    editor.cursor + clean.length,
  );
}

/** What a key in tmux notation does; null when the field has no use for it. */
export function editKey(editor: Editor, notation: string, typed: string | null): Editor | null {
  const { text, cursor } = editor;
  switch (notation) {
    case "Left":
      return place(editor, text, previous(text, cursor));
    case "Right":
    case "C-f":
      return place(editor, text, next(text, cursor));
    case "Up":
    case "C-p":
      return editor.multiline ? vertical(editor, -1) : null;
    case "Down":
    case "C-n":
      return editor.multiline ? vertical(editor, 1) : null;
    case "Home":
    case "C-a":
      return place(editor, text, lineStart(text, cursor));
    case "End":
    case "C-e":
      return place(editor, text, lineEnd(text, cursor));
    case "C-Left":
    case "M-b":
    case "M-Left":
      return place(editor, text, wordLeft(text, cursor));
    case "C-Right":
    case "M-f":
    case "M-Right":
      return place(editor, text, wordRight(text, cursor));
    case "BSpace":
    case "S-BSpace":
    case "C-h":
      return erase(editor, previous(text, cursor), cursor, false);
    case "Delete":
      return erase(editor, cursor, next(text, cursor), false);
    case "C-w":
    case "M-BSpace":
    case "C-BSpace":
      return erase(editor, wordLeft(text, cursor), cursor, true);
    case "C-u":
      return erase(editor, lineStart(text, cursor), cursor, true);
    case "C-k":
      return erase(
        editor,
        cursor,
        lineEnd(text, cursor) === cursor ? next(text, cursor) : lineEnd(text, cursor),
        true,
      );
    case "C-y":
      return insertText(editor, editor.killed);
    default:
      return typed === null ? null : insertText(editor, typed);
  }
}

export interface EditorLayout {
  readonly lines: readonly string[];
  readonly cursorX: number;
  readonly cursorY: number;
}

/** Breaks the text into lines of at most `columns` and says where the cursor stands. Text is kept whole: no blank is lost. */
export function layoutEditor(editor: Editor, columns: number): EditorLayout {
  const width = Math.max(2, columns);
  const lines: string[] = [];
  let cursorX = 0;
  let cursorY = 0;
  let offset = 0;
  for (const paragraph of editor.text.split("\n")) {
    let line = "";
    let used = 0;
    let at = offset;
    const mark = () => {
      if (editor.cursor < at) return;
      cursorX = used;
      cursorY = lines.length;
    };
    for (const word of paragraph.split(/(?<= )/)) {
      const clusters = splitClusters(word);
      const wordWidth = clusters.reduce(
        (sum, cluster) => sum + (cluster.text === " " ? 0 : cluster.width),
        0,
      );
      if (used > 0 && used + wordWidth > width && wordWidth <= width) {
        lines.push(line);
        line = "";
        used = 0;
      }
      for (const cluster of clusters) {
        if (used + cluster.width > width) {
          lines.push(line);
          line = "";
          used = 0;
        }
        mark();
        line += cluster.text;
        used += cluster.width;
        at += cluster.text.length;
      }
    }
    if (editor.cursor >= at) {
      cursorX = used;
      cursorY = lines.length;
      if (used >= width) {
        cursorX = 0;
        cursorY++;
      }
    }
    lines.push(line);
    if (used >= width && editor.cursor === at) lines.push("");
    offset += paragraph.length + 1;
  }
  return { lines, cursorX, cursorY };
}

function place(editor: Editor, text: string, cursor: number): Editor {
  return { ...editor, text, cursor: Math.max(0, Math.min(cursor, text.length)) };
}

function erase(editor: Editor, from: number, to: number, keep: boolean): Editor {
  if (from >= to) return editor;
  const killed = keep ? editor.text.slice(from, to) : editor.killed;
  return { ...place(editor, editor.text.slice(0, from) + editor.text.slice(to), from), killed };
}

function previous(text: string, cursor: number): number {
  if (cursor === 0) return 0;
  const from = lineStart(text, cursor);
  if (from === cursor) return cursor - 1;
  const last = splitClusters(text.slice(from, cursor)).at(-1);
  return cursor - (last?.text.length ?? 1);
}

function next(text: string, cursor: number): number {
  if (cursor >= text.length) return text.length;
  if (text[cursor] === "\n") return cursor + 1;
  const first = splitClusters(text.slice(cursor, lineEnd(text, cursor)))[0];
  return cursor + (first?.text.length ?? 1);
}

function lineStart(text: string, cursor: number): number {
  return cursor === 0 ? 0 : text.lastIndexOf("\n", cursor - 1) + 1;
}

function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf("\n", cursor);
  return end < 0 ? text.length : end;
}

function wordLeft(text: string, cursor: number): number {
  const before = text.slice(0, cursor).replace(/\s+$/, "");
  return before.length - (/[^\s]+$/.exec(before)?.[0].length ?? 0);
}

function wordRight(text: string, cursor: number): number {
  return cursor + (/^\s*[^\s]*/.exec(text.slice(cursor))?.[0].length ?? 0);
}

/** The line above or below, at the same column where it is long enough; null at the edge. */
function vertical(editor: Editor, step: 1 | -1): Editor | null {
  const { text, cursor } = editor;
  const start = lineStart(text, cursor);
  const column = cursor - start;
  if (step < 0) {
    if (start === 0) return null;
    const above = lineStart(text, start - 1);
    return place(editor, text, Math.min(above + column, start - 1));
  }
  const end = lineEnd(text, cursor);
  if (end === text.length) return null;
  return place(editor, text, Math.min(end + 1 + column, lineEnd(text, end + 1)));
}

function isAllowed(character: string): boolean {
  const codePoint = character.codePointAt(0) as number;
  if (codePoint === 0x0a || codePoint === 0x09) return true;
  return codePoint >= 0x20 && !(codePoint >= 0x7f && codePoint < 0xa0);
}
