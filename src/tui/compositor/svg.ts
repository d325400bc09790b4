// A frame as an SVG picture: for documents, and for looking at a screen where there is none.
import {
  BG_DIM,
  BG_ITALIC,
  COLOUR_16,
  COLOUR_256,
  COLOUR_BITS,
  COLOUR_MODE_MASK,
  COLOUR_RGB,
  CODE_POINT_MASK,
  COMBINED,
  type CursorState,
  FG_BOLD,
  FG_INVERSE,
  FG_INVISIBLE,
  FG_STRIKETHROUGH,
  FG_UNDERLINE,
  WIDTH_SHIFT,
} from "../../protocol/cells.ts";
import { rgbOf256 } from "../../protocol/sgr.ts";
import { FRAME_WORDS, type Frame } from "./frame.ts";
import { boxLines, fillOf } from "./svg-shapes.ts";

/** The colours a terminal would choose. */
export interface SvgPalette {
  readonly text: string;
  readonly back: string;
  /** The sixteen named colours. */
  readonly named: readonly string[];
}

export const DARK_SVG: SvgPalette = {
  text: "#d5dae3",
  back: "#14171d",
  named: (
    "#2a2f3a #ec7279 #93c47d #e8c069 #7aa2f7 #c792ea #6cc7d4 #c3c9d4 " +
    "#5b6475 #ff8f96 #b1dd9c #ffd98a #9dbdff #deb3ff #93e3ee #ffffff"
  ).split(" "),
};

export const LIGHT_SVG: SvgPalette = {
  text: "#22262d",
  back: "#ffffff",
  named: (
    "#22262d #b3261e #2f7a22 #8f5a00 #2457c5 #8a3ab9 #00707f #c9ced7 " +
    "#646b78 #d2453c #44963a #ab7210 #3f73e0 #a558d3 #138a9b #f4f5f8"
  ).split(" "),
};

/** One cell, in pixels: the usual proportions of a monospaced face at 14 px. */
export const CELL = { width: 8.4, height: 18, baseline: 13.5 } as const;
const MARGIN = 12;
const FONT =
  "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono', 'Noto Sans Mono CJK JP', monospace";

/** Draws every cell with its colours and attributes. Text is escaped; nothing in it can become markup. */
export function frameToSvg(frame: Frame, palette: SvgPalette, cursor: CursorState | null = null): string {
  const width = px(frame.cols * CELL.width + 2 * MARGIN);
  const height = px(frame.rows * CELL.height + 2 * MARGIN);
  const parts = [
    // Converters to other formats heed the attribute, browsers the style.
    `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<style>text{font:14px ${FONT};white-space:pre}.b{font-weight:700}.i{font-style:italic}.d{opacity:.6}</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${palette.back}"/>`,
    `<g transform="translate(${MARGIN} ${MARGIN})">`,
  ];
  for (let y = 0; y < frame.rows; y++) {
    const runs = runsOf(frame, y, palette);
    for (const run of runs) parts.push(background(run, y, palette));
    for (const run of runs) parts.push(foreground(run, y));
  }
  if (cursor?.visible) {
    const at = `x="${px(cursor.x * CELL.width)}" y="${px(cursor.y * CELL.height)}"`;
    parts.push(
      `<rect ${at} width="${CELL.width}" height="${CELL.height}" fill="${palette.text}" opacity=".55"/>`,
    );
  }
  parts.push("</g></svg>");
  return `${parts.filter((part) => part !== "").join("\n")}\n`;
}

/** Neighbouring cells of one look. */
interface Run {
  readonly x: number;
  columns: number;
  text: string;
  readonly ink: string;
  readonly back: string;
  readonly classes: string;
  readonly lines: string;
  /** A character that is drawn instead of written, or that must keep its own place. */
  readonly alone: boolean;
}

function runsOf(frame: Frame, y: number, palette: SvgPalette): Run[] {
  const runs: Run[] = [];
  for (let x = 0; x < frame.cols; x++) {
    const cell = cellAt(frame, x, y);
    if (cell.columns === 0) continue;
    const look = lookOf(cell.fg, cell.bg, palette);
    const alone = cell.columns > 1 || cell.text.length > 1 || isDrawn(cell.text);
    const last = runs.at(-1);
    if (
      last &&
      !last.alone &&
      !alone &&
      last.ink === look.ink &&
      last.back === look.back &&
      last.classes === look.classes &&
      last.lines === look.lines
    ) {
      last.text += cell.text;
      last.columns += cell.columns;
    } else runs.push({ x, columns: cell.columns, text: cell.text, ...look, alone });
  }
  return runs;
}

function cellAt(frame: Frame, x: number, y: number) {
  const at = (y * frame.cols + x) * FRAME_WORDS;
  const content = frame.cells[at] as number;
  const value = content & CODE_POINT_MASK;
  const text = content & COMBINED ? frame.interned.string(value) : String.fromCodePoint(value || 0x20);
  return {
    text,
    columns: (content >>> WIDTH_SHIFT) & 3,
    fg: frame.cells[at + 1] as number,
    bg: frame.cells[at + 2] as number,
  };
}

function lookOf(fg: number, bg: number, palette: SvgPalette) {
  const ink = colourOf(fg, palette, (fg & FG_BOLD) !== 0) ?? palette.text;
  const back = colourOf(bg, palette, false) ?? palette.back;
  const isInverse = (fg & FG_INVERSE) !== 0;
  const shown = isInverse ? back : ink;
  const behind = isInverse ? ink : back;
  const classes = [fg & FG_BOLD ? "b" : "", bg & BG_ITALIC ? "i" : "", bg & BG_DIM ? "d" : ""];
  const lines = [fg & FG_UNDERLINE ? "underline" : "", fg & FG_STRIKETHROUGH ? "line-through" : ""];
  return {
    ink: fg & FG_INVISIBLE ? behind : shown,
    back: behind,
    classes: classes.filter(Boolean).join(" "),
    lines: lines.filter(Boolean).join(" "),
  };
}

/** `#rrggbb`, or null for the terminal's own. Bold names the bright one of the first eight, as terminals do. */
function colourOf(word: number, palette: SvgPalette, isBold: boolean): string | null {
  const colour = word & COLOUR_BITS;
  const index = colour & 0xff;
  switch (colour & COLOUR_MODE_MASK) {
    case COLOUR_16:
      return palette.named[isBold && index < 8 ? index + 8 : index & 15] ?? null;
    case COLOUR_256:
      return index < 16 ? (palette.named[index] ?? null) : hex(rgbOf256(index));
    case COLOUR_RGB:
      return hex([(colour >>> 16) & 0xff, (colour >>> 8) & 0xff, index]);
    default:
      return null;
  }
}

function hex(rgb: readonly number[]): string {
  return `#${rgb.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function background(run: Run, y: number, palette: SvgPalette): string {
  if (run.back === palette.back) return "";
  // A hair wider and higher than the cells, so that no seam shows between neighbours.
  const at = `x="${px(run.x * CELL.width)}" y="${px(y * CELL.height)}"`;
  const size = `width="${px(run.columns * CELL.width + 0.2)}" height="${px(CELL.height + 0.2)}"`;
  return `<rect ${at} ${size} fill="${run.back}"/>`;
}

function foreground(run: Run, y: number): string {
  const left = run.x * CELL.width;
  const top = y * CELL.height;
  const dim = run.classes.includes("d") ? ' class="d"' : "";
  const path = boxLines(run.text, left, top, CELL);
  if (path !== null) return `<path d="${path}" fill="none" stroke="${run.ink}"${dim}/>`;
  const fill = fillOf(run.text);
  if (fill !== null) {
    const at = `x="${px(left + fill.x * CELL.width)}" y="${px(top + fill.y * CELL.height)}"`;
    const size = `width="${px(fill.width * CELL.width)}" height="${px(fill.height * CELL.height)}"`;
    return `<rect ${at} ${size} fill="${run.ink}"${dim}/>`;
  }
  const isLined = run.lines !== "";
  const text = isLined ? run.text : run.text.trim();
  if (text === "") return "";
  const skipped = isLined ? 0 : run.text.length - run.text.trimStart().length;
  const columns = isLined || run.alone ? run.columns : text.length;
  const attributes = [
    `x="${px(left + skipped * CELL.width)}"`,
    `y="${px(top + CELL.baseline)}"`,
    // Whatever face the reader has: columns stay columns.
    `textLength="${px(columns * CELL.width)}"`,
    `lengthAdjust="spacingAndGlyphs"`,
    `fill="${run.ink}"`,
    run.classes === "" ? "" : `class="${run.classes}"`,
    isLined ? `text-decoration="${run.lines}"` : "",
  ];
  return `<text ${attributes.filter(Boolean).join(" ")}>${escape(text)}</text>`;
}

function isDrawn(text: string): boolean {
  return boxLines(text, 0, 0, CELL) !== null || fillOf(text) !== null;
}

function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** XML allows no control characters at all, not even escaped, nor lone surrogates: they are shown as U+FFFD. */
function escape(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g, "\ufffd")
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}
