// A selection by the mouse: characters, words or lines, from where it was pressed to where it is.
import { type CopyState, moveTo, type Position } from "./copy-state.ts";
import { isWrapped, ordered } from "./copy-text.ts";
import { wordAt } from "./motions.ts";

export function selectUnits(
  copy: CopyState,
  unit: "characters" | "word" | "line",
  from: Position,
  to: Position,
): CopyState {
  const select = (anchor: Position, cursor: Position, kind: "characters" | "lines") => ({
    ...moveTo({ ...copy, selection: { kind, anchor } }, cursor.row, cursor.col),
  });
  if (unit === "characters") return select(from, to, "characters");
  const [start, end] = ordered(from, to);
  const isBackwards = start !== from;
  if (unit === "line") {
    let first = start.row;
    while (isWrapped(copy, first) && copy.cache.has(first - 1)) first--;
    let last = end.row;
    while (isWrapped(copy, last + 1)) last++;
    const edges = [
      { row: first, col: 0 },
      { row: last, col: copy.cols - 1 },
    ] as const;
    return isBackwards ? select(edges[1], edges[0], "lines") : select(edges[0], edges[1], "lines");
  }
  const first = { row: start.row, col: wordAt(copy, start).from };
  const last = { row: end.row, col: wordAt(copy, end).to - 1 };
  return isBackwards ? select(last, first, "characters") : select(first, last, "characters");
}
