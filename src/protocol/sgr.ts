/** Cell words to SGR sequences, for as many colours as the reading terminal has. */
import {
  BG_DIM,
  BG_HAS_EXTRA,
  BG_ITALIC,
  BG_OVERLINE,
  type CellExtra,
  COLOUR_16,
  COLOUR_256,
  COLOUR_BITS,
  COLOUR_MODE_MASK,
  COLOUR_RGB,
  FG_BLINK,
  FG_BOLD,
  FG_INVERSE,
  FG_INVISIBLE,
  FG_STRIKETHROUGH,
  FG_UNDERLINE,
} from "./cells.ts";

/** "none" keeps bold, inverse and underlines but sends no colour (NO_COLOR). */
export type ColourDepth = "truecolor" | "256" | "16" | "none";

/** The sequence that sets exactly these attributes, whatever was set before. */
export function sgrSequence(
  fg: number,
  bg: number,
  extra: CellExtra | undefined,
  depth: ColourDepth,
): string {
  let codes = "0";
  if (fg & FG_BOLD) codes += ";1";
  if (bg & BG_DIM) codes += ";2";
  if (bg & BG_ITALIC) codes += ";3";
  if (fg & FG_UNDERLINE) {
    const style = bg & BG_HAS_EXTRA ? (extra?.underlineStyle ?? 1) : 1;
    codes += style > 1 && depth !== "16" ? `;4:${style}` : ";4";
  }
  if (fg & FG_BLINK) codes += ";5";
  if (fg & FG_INVERSE) codes += ";7";
  if (fg & FG_INVISIBLE) codes += ";8";
  if (fg & FG_STRIKETHROUGH) codes += ";9";
  if (bg & BG_OVERLINE) codes += ";53";
  if (depth !== "none") {
    codes += colourCodes(downgrade(fg & COLOUR_BITS, depth), 30);
    codes += colourCodes(downgrade(bg & COLOUR_BITS, depth), 40);
    if (extra !== undefined && depth !== "16")
      codes += underlineColourCodes(downgrade(extra.underlineColour, depth));
  }
  return `\x1b[${codes}m`;
}

function colourCodes(colour: number, base: 30 | 40): string {
  const index = colour & 0xff;
  switch (colour & COLOUR_MODE_MASK) {
    case COLOUR_16:
      return `;${index < 8 ? base + index : base + 52 + index}`;
    case COLOUR_256:
      return `;${base + 8};5;${index}`;
    case COLOUR_RGB:
      return `;${base + 8};2;${(colour >>> 16) & 0xff};${(colour >>> 8) & 0xff};${index}`;
    default:
      return "";
  }
}

function underlineColourCodes(colour: number): string {
  switch (colour & COLOUR_MODE_MASK) {
    case COLOUR_16:
    case COLOUR_256:
      return `;58:5:${colour & 0xff}`;
    case COLOUR_RGB:
      return `;58:2::${(colour >>> 16) & 0xff}:${(colour >>> 8) & 0xff}:${colour & 0xff}`;
    default:
      return "";
  }
}

/** The nearest colour word that a terminal of this depth shows. */
export function downgrade(colour: number, depth: ColourDepth): number {
  const mode = colour & COLOUR_MODE_MASK;
  if (depth === "none") return 0;
  if (mode === COLOUR_RGB && depth !== "truecolor") {
    const nearest = nearest256((colour >>> 16) & 0xff, (colour >>> 8) & 0xff, colour & 0xff);
    return downgrade(COLOUR_256 | nearest, depth);
  }
  if (mode === COLOUR_256 && depth === "16") {
    const index = colour & 0xff;
    return COLOUR_16 | (index < 16 ? index : nearest16(...rgbOf256(index)));
  }
  return colour;
}

const CUBE_LEVELS = [0, 95, 135, 175, 215, 255];

/** Index in the 6x6x6 cube or the grey ramp that is nearest to an RGB colour. */
export function nearest256(red: number, green: number, blue: number): number {
  const [r, g, b] = [cubeLevel(red), cubeLevel(green), cubeLevel(blue)];
  const cube = 16 + 36 * r + 6 * g + b;
  const greyStep = Math.max(0, Math.min(23, Math.round((red + green + blue - 24) / 30)));
  const grey = 8 + 10 * greyStep;
  const cubeDistance = distance([red, green, blue], rgbOf256(cube));
  return distance([red, green, blue], [grey, grey, grey]) < cubeDistance ? 232 + greyStep : cube;
}

function cubeLevel(value: number): number {
  if (value < 48) return 0;
  if (value < 115) return 1;
  return Math.min(5, Math.floor((value - 35) / 40));
}

type Rgb = [red: number, green: number, blue: number];

/** Xterm's default RGB of the 16 named colours. */
const NAMED: readonly Rgb[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];

/** Red, green and blue (0-255) of a palette index, as xterm has them by default. */
export function rgbOf256(index: number): Rgb {
  if (index < 16) return NAMED[index] as Rgb;
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return [grey, grey, grey];
  }
  const cube = index - 16;
  const level = (step: number) => CUBE_LEVELS[step] as number;
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
}

function nearest16(red: number, green: number, blue: number): number {
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  NAMED.forEach((named, index) => {
    const away = distance([red, green, blue], named);
    if (away < bestDistance) [best, bestDistance] = [index, away];
  });
  return best;
}

function distance(a: Rgb, b: Rgb): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
}
