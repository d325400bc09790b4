/** Styles of the chrome: colours by name, number or RGB, to cell words. */
import {
  BG_DIM,
  BG_HAS_EXTRA,
  BG_ITALIC,
  COLOUR_16,
  COLOUR_256,
  COLOUR_RGB,
  FG_BOLD,
  FG_INVERSE,
  FG_STRIKETHROUGH,
  FG_UNDERLINE,
} from "../../protocol/cells.ts";

/** `#rrggbb`, an index of the palette 0-255, or the terminal's own colour. */
export type Colour = `#${string}` | number | "default";

export interface Style {
  readonly fg?: Colour;
  readonly bg?: Colour;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly strikethrough?: boolean;
  readonly inverse?: boolean;
  /** http or https; the text becomes a link. */
  readonly url?: string;
}

export interface StyleWords {
  readonly fg: number;
  readonly bg: number;
}

export function colourWord(colour: Colour | undefined): number {
  if (colour === undefined || colour === "default") return 0;
  if (typeof colour === "number")
    return colour < 16 ? COLOUR_16 | (colour & 15) : COLOUR_256 | (colour & 0xff);
  const rgb = /^#[0-9a-fA-F]{6}$/.test(colour) ? Number.parseInt(colour.slice(1), 16) : Number.NaN;
  return Number.isNaN(rgb) ? 0 : COLOUR_RGB | rgb;
}

export function styleWords(style: Style): StyleWords {
  const fg =
    colourWord(style.fg) |
    (style.bold ? FG_BOLD : 0) |
    (style.underline ? FG_UNDERLINE : 0) |
    (style.strikethrough ? FG_STRIKETHROUGH : 0) |
    (style.inverse ? FG_INVERSE : 0);
  const bg =
    colourWord(style.bg) |
    (style.dim ? BG_DIM : 0) |
    (style.italic ? BG_ITALIC : 0) |
    (style.url === undefined ? 0 : BG_HAS_EXTRA);
  return { fg: fg >>> 0, bg: bg >>> 0 };
}
