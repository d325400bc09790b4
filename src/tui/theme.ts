// Colours by meaning; the renderer brings them down to what the terminal has.
import type { ColourDepth } from "../protocol/sgr.ts";
import type { Colour, Style } from "./compositor/style.ts";

export const THEME_NAMES = ["dark", "light", "high-contrast", "plain"] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

/** One style for each meaning; no part of the screen names a colour. */
export interface Theme {
  readonly name: ThemeName;
  readonly text: Style;
  readonly strong: Style;
  readonly muted: Style;
  readonly faint: Style;
  /** Lines round panes that do not have the focus, and round the one that has it. */
  readonly border: Style;
  readonly borderFocused: Style;
  readonly titleFocused: Style;
  readonly title: Style;
  readonly accent: Style;
  readonly working: Style;
  readonly good: Style;
  readonly warn: Style;
  readonly bad: Style;
  readonly bar: Style;
  readonly barMuted: Style;
  readonly barStrong: Style;
  readonly barAccent: Style;
  readonly barWarn: Style;
  readonly barBad: Style;
  readonly barChip: Style;
  /** A badge that must be seen: the prefix, synchronized typing. */
  readonly badge: Style;
  readonly badgeWarn: Style;
  readonly overlay: Style;
  readonly overlayMuted: Style;
  readonly overlayStrong: Style;
  readonly overlayBorder: Style;
  readonly overlayAccent: Style;
  readonly overlayGood: Style;
  readonly overlayWarn: Style;
  readonly overlayBad: Style;
  readonly selected: Style;
  readonly selectedMuted: Style;
  readonly selection: Style;
  readonly match: Style;
  readonly currentMatch: Style;
  readonly input: Style;
}

export type StyleName = Exclude<keyof Theme, "name">;

interface Palette {
  readonly text: Colour;
  readonly muted: Colour;
  readonly faint: Colour;
  readonly accent: Colour;
  readonly working: Colour;
  readonly good: Colour;
  readonly warn: Colour;
  readonly bad: Colour;
  readonly onAccent: Colour;
  readonly barText: Colour;
  readonly barBack: Colour;
  readonly overlayText: Colour;
  readonly overlayBack: Colour;
  readonly selectedBack: Colour;
  readonly inputBack: Colour;
  readonly matchBack: Colour;
}

const DARK: Palette = {
  text: "default",
  muted: "#8f98a8",
  faint: "#4a5263",
  accent: "#7aa2f7",
  working: "#6cc7d4",
  good: "#93c47d",
  warn: "#e8c069",
  bad: "#ec7279",
  onAccent: "#14171d",
  barText: "#c3c9d4",
  barBack: "#20242c",
  overlayText: "#d5dae3",
  overlayBack: "#191c23",
  selectedBack: "#2d3850",
  inputBack: "#22262f",
  matchBack: "#5c4d1f",
};

const LIGHT: Palette = {
  text: "default",
  muted: "#646b78",
  faint: "#b9bfca",
  accent: "#2457c5",
  working: "#00707f",
  good: "#2f7a22",
  warn: "#8f5a00",
  bad: "#b3261e",
  onAccent: "#ffffff",
  barText: "#2c313a",
  barBack: "#e4e7ec",
  overlayText: "#22262d",
  overlayBack: "#f4f5f8",
  selectedBack: "#cfdcf7",
  inputBack: "#ffffff",
  matchBack: "#f3dc94",
};

/** Only the terminal's own sixteen colours, the bright ones. */
const HIGH_CONTRAST: Palette = {
  text: 15,
  muted: 7,
  faint: 7,
  accent: 14,
  working: 14,
  good: 10,
  warn: 11,
  bad: 9,
  onAccent: 0,
  barText: 15,
  barBack: 0,
  overlayText: 15,
  overlayBack: 0,
  selectedBack: 4,
  inputBack: 0,
  matchBack: 3,
};

export function createTheme(name: ThemeName): Theme {
  if (name === "plain") return plainTheme();
  const colours = name === "light" ? LIGHT : name === "dark" ? DARK : HIGH_CONTRAST;
  const style = (fg: Colour, bg: Colour = "default"): Style => ({ fg, bg });
  const bold = (fg: Colour, bg: Colour = "default"): Style => ({ fg, bg, bold: true });
  /** On a colour: never bold, because terminals with 16 colours draw bold black as grey. */
  const chip = (bg: Colour): Style => ({ fg: colours.onAccent, bg });
  const { barBack, overlayBack, selectedBack } = colours;
  return {
    name,
    text: style(colours.text),
    strong: bold(colours.text),
    muted: style(colours.muted),
    faint: style(colours.faint),
    border: style(colours.faint),
    borderFocused: style(colours.accent),
    titleFocused: chip(colours.accent),
    title: style(colours.muted),
    accent: style(colours.accent),
    working: style(colours.working),
    good: style(colours.good),
    warn: bold(colours.warn),
    bad: bold(colours.bad),
    bar: style(colours.barText, barBack),
    barMuted: style(colours.muted, barBack),
    barStrong: bold(colours.barText, barBack),
    barAccent: bold(colours.accent, barBack),
    barWarn: bold(colours.warn, barBack),
    barBad: bold(colours.bad, barBack),
    barChip: chip(colours.accent),
    badge: chip(colours.accent),
    badgeWarn: chip(colours.warn),
    overlay: style(colours.overlayText, overlayBack),
    overlayMuted: style(colours.muted, overlayBack),
    overlayStrong: bold(colours.overlayText, overlayBack),
    overlayBorder: style(colours.accent, overlayBack),
    overlayAccent: bold(colours.accent, overlayBack),
    overlayGood: style(colours.good, overlayBack),
    overlayWarn: bold(colours.warn, overlayBack),
    overlayBad: bold(colours.bad, overlayBack),
    selected: bold(colours.overlayText, selectedBack),
    selectedMuted: style(colours.overlayText, selectedBack),
    selection: style(colours.overlayText, selectedBack),
    match: style(colours.overlayText, colours.matchBack),
    currentMatch: chip(colours.warn),
    input: style(colours.overlayText, colours.inputBack),
  };
}

/**
 * With 16 colours the dark theme's shades fall together and what is selected would not be seen; and on white most of
 * the 16 cannot be read.
 */
export function themeForDepth(name: ThemeName, depth: ColourDepth): ThemeName {
  if (depth === "none") return "plain";
  if (depth !== "16") return name;
  return name === "dark" ? "high-contrast" : name === "light" ? "plain" : name;
}

/** NO_COLOR: meaning by bold, dim, underline and inverse alone. */
function plainTheme(): Theme {
  const normal: Style = {};
  const strong: Style = { bold: true };
  const dim: Style = { dim: true };
  const inverse: Style = { inverse: true };
  const loud: Style = { inverse: true, bold: true };
  const underlined: Style = { underline: true };
  return {
    name: "plain",
    text: normal,
    strong,
    muted: dim,
    faint: dim,
    border: dim,
    borderFocused: strong,
    titleFocused: loud,
    title: normal,
    accent: strong,
    working: normal,
    good: normal,
    warn: strong,
    bad: { bold: true, italic: true },
    bar: inverse,
    barMuted: inverse,
    barStrong: loud,
    barAccent: loud,
    barWarn: loud,
    barBad: loud,
    barChip: strong,
    badge: strong,
    badgeWarn: strong,
    overlay: normal,
    overlayMuted: dim,
    overlayStrong: strong,
    overlayBorder: strong,
    overlayAccent: strong,
    overlayGood: normal,
    overlayWarn: strong,
    overlayBad: strong,
    selected: loud,
    selectedMuted: inverse,
    selection: inverse,
    match: underlined,
    currentMatch: loud,
    input: underlined,
  };
}

/** The theme for an environment: `IA_TMUX_THEME`, then NO_COLOR, then what COLORFGBG says of the background. */
export function themeNameFor(env: Readonly<Record<string, string | undefined>>): ThemeName {
  const wanted = THEME_NAMES.find((name) => name === env["IA_TMUX_THEME"]);
  if (wanted) return wanted;
  if (env["NO_COLOR"]) return "plain";
  const background = /;(\d+)$/.exec(env["COLORFGBG"] ?? "")?.[1];
  return background === "7" || background === "15" ? "light" : "dark";
}

/** Light or dark by an OSC 11 answer such as `rgb:ffff/ffff/ffff`; null when it is something else. */
export function themeNameForBackground(answer: string): "light" | "dark" | null {
  const parts = /rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i.exec(answer);
  if (!parts) return null;
  const [red, green, blue] = parts
    .slice(1)
    .map((hex) => Number.parseInt(hex, 16) / (16 ** hex.length - 1)) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5 ? "light" : "dark";
}

const COLOUR_NAMES = { 10: "foreground", 11: "background", 12: "cursor" } as const;

/** A terminal's answer to OSC 10, 11 or 12, as `#rrggbb`. */
export function colourReply(
  data: string,
): { readonly name: "foreground" | "background" | "cursor"; readonly hex: string } | null {
  const match = /^(1[0-2]);rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i.exec(data);
  if (match === null) return null;
  const hex = match
    .slice(2)
    .map((part) => Math.round((Number.parseInt(part, 16) / (16 ** part.length - 1)) * 255))
    .map((value) => value.toString(16).padStart(2, "0"))
    .join("");
  return { name: COLOUR_NAMES[Number(match[1]) as keyof typeof COLOUR_NAMES], hex: `#${hex}` };
}
