// Takes boxes off text that was copied from a screen: agents draw them round what they say. Tables, trees and code keep every
// sign they have.
import { textWidth } from "../../protocol/width.ts";

const LEFT_SIDE = /^\s*[│┃║╭╰├┌└╔╚╠┏┗┣▌▏]/u;
const RIGHT_SIDE = /[│┃║╮╯┤┐┘╗╝╣┓┛┫▐▕]\s*$/u;
/** What stands between the corners of an edge: a line, perhaps with a title in it or before it. */
const EDGE = /^[─━═╌┄]|[─━═╌┄]$/u;
/** The corners of an edge, of which a selection may have cut off one. */
const CORNERS = {
  upper: /^[╭┌╔┏]?[╮┐╗┓]?$/u,
  lower: /^[╰└╚┗]?[╯┘╝┛]?$/u,
  divider: /^[├╠┣]?[┤╣┫]?$/u,
} as const;
/** Where columns meet an edge: a table. */
const CROSSING = /[┬┴┼┳┻╋╦╩╬╤╧╪]/u;
const INNER_SIDE = /[│┃║]/gu;

/** A line that has what a line of a box has at its ends. Columns are those of the screen. */
interface Sided {
  readonly text: string;
  /** Where its sides stand; null where the selection cut it off before it came to one. */
  readonly left: number | null;
  readonly right: number | null;
  /** The columns that were selected of it, the last one not included. */
  readonly from: number;
  readonly to: number;
  readonly edge: keyof typeof CORNERS | null;
}

/**
 * The lines without the boxes that stand in them, wherever those begin and end. `firstColumn` is where on the screen the first
 * line begins: behind its left side perhaps, as the last one may end before its right side.
 */
export function withoutBoxes(
  lines: readonly string[],
  firstColumn: number,
  isLastWhole: boolean,
): readonly string[] {
  const last = lines.length - 1;
  // A piece of one line says nothing of what stands round it.
  if (last === 0 && !(firstColumn === 0 && isLastWhole)) return lines;
  const sided = lines.map((text, index) =>
    sidesOf(text, index === 0 ? firstColumn : 0, index === last && !isLastWhole),
  );
  const unboxed: string[] = [];
  for (let at = 0; at <= last; ) {
    const box = boxAt(sided, at);
    if (box.length === 0) unboxed.push(lines[at++] as string);
    else {
      unboxed.push(...insideOf(box));
      at += box.length;
    }
  }
  return unboxed;
}

/** Null when the line has no sides. */
function sidesOf(text: string, from: number, isCut: boolean): Sided | null {
  const left = LEFT_SIDE.exec(text)?.[0];
  const hasRight = RIGHT_SIDE.test(text);
  if ((left === undefined && from === 0) || (!hasRight && !isCut)) return null;
  const shown = text.trim();
  const to = from + textWidth(text.trimEnd());
  return {
    text,
    left: left === undefined ? null : from + textWidth(left) - 1,
    right: hasRight ? to - 1 : null,
    from,
    to,
    edge: edgeOf(left === undefined ? "" : shown.slice(0, 1), shown, hasRight ? shown.slice(-1) : ""),
  };
}

function edgeOf(head: string, shown: string, tail: string): Sided["edge"] {
  if (!EDGE.test(shown.slice(head.length, shown.length - tail.length))) return null;
  const kinds = ["upper", "lower", "divider"] as const;
  return kinds.find((kind) => CORNERS[kind].test(head + tail)) ?? null;
}

/** The lines of the box that begins at a line; none when there is none. */
function boxAt(lines: readonly (Sided | null)[], at: number): readonly Sided[] {
  const box: Sided[] = [];
  for (const line of lines.slice(at)) {
    if (!line || !box.every((other) => isAligned(other, line))) break;
    // The next box begins.
    if (box.length > 0 && line.edge === "upper") break;
    box.push(line);
    if (line.edge === "lower") break;
  }
  const isClosedAbove = at === 0 || box[0]?.edge === "upper";
  const isClosedBelow = at + box.length === lines.length || box.at(-1)?.edge === "lower";
  return isClosedAbove && isClosedBelow && !isTable(box) ? box : [];
}

function isAligned(a: Sided, b: Sided): boolean {
  const isSame = (one: number | null, other: number | null) =>
    one === null || other === null || one === other;
  return isSame(a.left, b.left) && isSame(a.right, b.right);
}

/** Columns that meet an edge, or, where no edge was selected, a side between the sides that may go through all lines. */
function isTable(box: readonly Sided[]): boolean {
  const edges = box.filter(({ edge }) => edge !== null);
  if (edges.length > 0) return edges.some(({ text }) => CROSSING.test(text));
  const inner = box.map((line) => ({ line, columns: innerSides(line) }));
  const goesThrough = (column: number) =>
    inner.every(({ line, columns }) => columns.includes(column) || column < line.from || column >= line.to);
  return inner.some(({ columns }) => columns.some(goesThrough));
}

function innerSides({ text, left, right, from }: Sided): readonly number[] {
  const columns = [...text.matchAll(INNER_SIDE)].map(({ index }) => from + textWidth(text.slice(0, index)));
  return columns.filter((column) => column !== left && column !== right);
}

function insideOf(box: readonly Sided[]): readonly string[] {
  const inner = box
    .filter(({ edge }) => edge === null)
    .map(({ text, left }) => ({
      hasLeft: left !== null,
      text: text.replace(LEFT_SIDE, "").replace(RIGHT_SIDE, "").trimEnd(),
    }));
  const isPadded = inner.every((line) => !line.hasLeft || line.text === "" || line.text.startsWith(" "));
  return inner.map((line) => (isPadded && line.hasLeft ? line.text.slice(1) : line.text));
}
