// Box drawing and block characters as shapes: faces disagree about them, and borders with gaps are ugly.

interface CellSize {
  readonly width: number;
  readonly height: number;
}

const LEFT = 1;
const RIGHT = 2;
const UP = 4;
const DOWN = 8;

/** Which arms of a light box character are there. */
const ARMS: Readonly<Record<string, number>> = {
  "─": LEFT | RIGHT,
  "│": UP | DOWN,
  "┌": RIGHT | DOWN,
  "┐": LEFT | DOWN,
  "└": RIGHT | UP,
  "┘": LEFT | UP,
  "├": UP | DOWN | RIGHT,
  "┤": UP | DOWN | LEFT,
  "┬": LEFT | RIGHT | DOWN,
  "┴": LEFT | RIGHT | UP,
  "┼": LEFT | RIGHT | UP | DOWN,
};

/** Rounded corners: where the two arms point. */
const CORNERS: Readonly<Record<string, { readonly x: 1 | -1; readonly y: 1 | -1 }>> = {
  "╭": { x: 1, y: 1 },
  "╮": { x: -1, y: 1 },
  "╰": { x: 1, y: -1 },
  "╯": { x: -1, y: -1 },
};

/** The path of a box character whose cell begins at (left, top); null for any other character. */
export function boxLines(character: string, left: number, top: number, cell: CellSize): string | null {
  const x = left + cell.width / 2;
  const y = top + cell.height / 2;
  const corner = CORNERS[character];
  if (corner) {
    const radius = cell.width / 2;
    const endX = x + (corner.x * cell.width) / 2;
    const endY = y + (corner.y * cell.height) / 2;
    return `M${n(endX)} ${n(y)}Q${n(x)} ${n(y)} ${n(x)} ${n(y + corner.y * radius)}V${n(endY)}`;
  }
  const arms = ARMS[character];
  if (arms === undefined) return null;
  let path = "";
  if (arms & (LEFT | RIGHT)) {
    path += `M${n(arms & LEFT ? left : x)} ${n(y)}H${n(arms & RIGHT ? left + cell.width : x)}`;
  }
  if (arms & (UP | DOWN)) {
    path += `M${n(x)} ${n(arms & UP ? top : y)}V${n(arms & DOWN ? top + cell.height : y)}`;
  }
  return path;
}

/** Parts of a cell that block characters fill. */
export interface Fill {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The part of its cell that a block character fills (fractions of 1); null for any other character. */
export function fillOf(character: string): Fill | null {
  const code = character.length === 1 ? character.charCodeAt(0) : 0;
  if (code === 0x2580) return { x: 0, y: 0, width: 1, height: 0.5 };
  if (code === 0x2590) return { x: 0.5, y: 0, width: 0.5, height: 1 };
  // U+2581 to U+2588 grow from below, U+2589 to U+258F shrink towards the left.
  if (code >= 0x2581 && code <= 0x2588) {
    const height = (code - 0x2580) / 8;
    return { x: 0, y: 1 - height, width: 1, height };
  }
  if (code >= 0x2589 && code <= 0x258f) return { x: 0, y: 0, width: (0x2590 - code) / 8, height: 1 };
  return null;
}

function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}
