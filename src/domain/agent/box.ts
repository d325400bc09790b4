import { compilePattern, type Box } from "./profile.ts";
import type { ScreenSnapshot } from "./screen.ts";

/** Reads the human's draft out of the composer: "" when it is empty, null when no composer is on the screen. */
export type DraftReader = (screen: ScreenSnapshot) => string | null;

type RulesBox = Extract<Box, { kind: "rules" }>;
type FrameBox = Extract<Box, { kind: "frame" }>;
type PromptBox = Extract<Box, { kind: "prompt" }>;

/** A row of the composer: its text without the decoration, and where the text starts on the screen. */
interface DraftRow {
  readonly text: string;
  readonly row: number;
  readonly column: number;
}

/** Prepares the way in which a profile finds its composer. */
export function createDraftReader(box: Box): DraftReader {
  switch (box.kind) {
    case "none":
      return () => null;
    case "rules":
      return rulesReader(box);
    case "frame":
      return frameReader(box);
    case "prompt":
      return promptReader(box);
  }
}

function rulesReader(box: RulesBox): DraftReader {
  const rule = compilePattern(box.rule);
  const prompt = compilePattern(box.prompt);
  const scrolled = box.scrolled === null ? null : compilePattern(box.scrolled);
  const placeholders = box.placeholders.map(compilePattern);
  return (screen) => {
    const bottom = findLast(screen.lines, (line) => rule.test(line));
    if (bottom < 0 || textBelow(screen.lines, bottom) > box.maxBelow) return null;
    const top = findLast(screen.lines.slice(0, bottom), (line) => rule.test(line));
    const first = screen.lines[top + 1] ?? "";
    if (!prompt.test(first)) {
      // A long draft scrolls its prompt away, and in a low pane the upper rule too: what is left is all draft.
      const isScrolled = top < 0 || (scrolled?.test(screen.lines[top] ?? "") ?? false);
      if (!isScrolled || !isIndented(screen.lines.slice(top + 1, bottom), box.indent)) return null;
    }
    const rows = screen.lines.slice(top + 1, bottom).map((line, index) => ({
      text: line.slice(box.indent),
      row: top + 1 + index,
      column: box.indent,
    }));
    return draftOf(rows, screen, placeholders, box.dimPlaceholder);
  };
}

function frameReader(box: FrameBox): DraftReader {
  const top = compilePattern(box.top);
  const bottom = compilePattern(box.bottom);
  const prompt = compilePattern(box.prompt);
  const left = compilePattern(box.left);
  const right = compilePattern(box.right);
  const placeholders = box.placeholders.map(compilePattern);
  return (screen) => {
    const end = findLast(screen.lines, (line) => bottom.test(line));
    if (end < 0 || textBelow(screen.lines, end) > box.maxBelow) return null;
    const start = findLast(screen.lines.slice(0, end), (line) => top.test(line) || prompt.test(line));
    if (start < 0) return null;
    const firstRow = prompt.test(screen.lines[start] ?? "") ? start : start + 1;
    if (!prompt.test(screen.lines[firstRow] ?? "")) return null;
    const rows: DraftRow[] = [];
    for (let row = firstRow; row < end; row++) {
      const line = screen.lines[row] ?? "";
      const mark = (row === firstRow ? prompt : left).exec(line)?.[0] ?? "";
      rows.push({ text: line.slice(mark.length).replace(right, ""), row, column: mark.length });
    }
    return draftOf(rows, screen, placeholders, box.dimPlaceholder);
  };
}

function promptReader(box: PromptBox): DraftReader {
  const prompt = compilePattern(box.prompt);
  const continuation = compilePattern(box.continuation);
  const stop = compilePattern(box.stop);
  const placeholders = box.placeholders.map(compilePattern);
  return (screen) => {
    const start = findLast(screen.lines, (line) => prompt.test(line));
    if (start < 0) return null;
    const mark = prompt.exec(screen.lines[start] ?? "")?.[0] ?? "";
    const rows: DraftRow[] = [
      { text: (screen.lines[start] ?? "").slice(mark.length), row: start, column: mark.length },
    ];
    let row = start + 1;
    for (; row < screen.lines.length; row++) {
      const line = screen.lines[row] ?? "";
      if (stop.test(line)) break;
      if (line.trim() !== "" && !continuation.test(line)) break;
      rows.push({ text: line.slice(mark.length), row, column: mark.length });
    }
    if (textBelow(screen.lines, row - 1) > box.maxBelow) return null;
    return draftOf(rows, screen, placeholders, box.dimPlaceholder);
  };
}

/** The draft as text, or "" when the rows hold nothing but a placeholder. */
function draftOf(
  rows: readonly DraftRow[],
  screen: ScreenSnapshot,
  placeholders: readonly RegExp[],
  dimPlaceholder: boolean,
): string {
  const text = rows
    .map((row) => row.text.trimEnd())
    .join("\n")
    .trim();
  const first = rows.find((row) => row.text.trim() !== "");
  if (text === "" || first === undefined) return "";
  const known = placeholders.some((placeholder) => placeholder.test(text));
  const dim = dimPlaceholder ? dimness(first, screen) : "unknown";
  if (dim === "unknown") return known ? "" : text;
  // The cursor may stand on the first letter of a placeholder and is drawn in its own style.
  return dim === "all" || (known && dim === "all-but-first") ? "" : text;
}

function dimness(row: DraftRow, screen: ScreenSnapshot): "all" | "all-but-first" | "some" | "unknown" {
  const { dimAt } = screen;
  if (dimAt === undefined) return "unknown";
  const offsets = [...row.text.matchAll(/\S/g)].map((match) => match.index);
  const [firstOffset, ...rest] = offsets;
  if (firstOffset === undefined || rest.length === 0) return "some";
  if (!rest.every((offset) => dimAt(row.column + offset, row.row))) return "some";
  return dimAt(row.column + firstOffset, row.row) ? "all" : "all-but-first";
}

function isIndented(lines: readonly string[], indent: number): boolean {
  return (
    lines.some((line) => line.trim() !== "") &&
    lines.every((line) => line.trim() === "" || line.slice(0, indent).trim() === "")
  );
}

function textBelow(lines: readonly string[], row: number): number {
  return lines.slice(row + 1).filter((line) => line.trim() !== "").length;
}

function findLast(lines: readonly string[], holds: (line: string) => boolean): number {
  for (let row = lines.length - 1; row >= 0; row--) if (holds(lines[row] ?? "")) return row;
  return -1;
}
