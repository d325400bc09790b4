import { describe, expect, test } from "vitest";
import { COLOUR_MODE_MASK, COLOUR_RGB } from "../../src/protocol/cells.ts";
import { type ColourDepth, downgrade, rgbOf256 } from "../../src/protocol/sgr.ts";
import { type Colour, colourWord, type Style } from "../../src/tui/compositor/style.ts";
import { createTheme, type StyleName, themeForDepth, type ThemeName } from "../../src/tui/theme.ts";

type Rgb = readonly [number, number, number];
/** What "the terminal's own colour" is, on a terminal that such a theme is for. */
const OWN: Readonly<Record<"dark" | "light" | "high-contrast", { text: Rgb; back: Rgb }>> = {
  dark: { text: [220, 220, 220], back: [20, 20, 24] },
  light: { text: [20, 20, 20], back: [255, 255, 255] },
  "high-contrast": { text: [255, 255, 255], back: [0, 0, 0] },
};

function rgb(colour: Colour | undefined, own: Rgb, depth: ColourDepth): Rgb {
  const word = downgrade(colourWord(colour), depth);
  if (word === 0) return own;
  return (word & COLOUR_MODE_MASK) === COLOUR_RGB
    ? [(word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff]
    : rgbOf256(word & 0xff);
}

/** WCAG 2: from 1 (the same) to 21 (black on white). */
function contrast(a: Rgb, b: Rgb): number {
  const luminance = (colour: Rgb) => {
    const [r, g, blue] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const READ: readonly StyleName[] = [
  "text",
  "strong",
  "titleFocused",
  "accent",
  "working",
  "good",
  "warn",
  "bad",
  "bar",
  "barStrong",
  "barAccent",
  "barWarn",
  "badge",
  "badgeWarn",
  "overlay",
  "overlayStrong",
  "overlayAccent",
  "overlayGood",
  "overlayWarn",
  "overlayBad",
  "selected",
  "selectedMuted",
  "input",
];
const BESIDE: readonly StyleName[] = ["muted", "title", "barMuted", "overlayMuted"];

describe.each(["dark", "light", "high-contrast"] as const)("the %s theme", (name) => {
  const look = (style: Style, depth: ColourDepth) => {
    const own = OWN[name];
    return contrast(rgb(style.fg, own.text, depth), rgb(style.bg, own.back, depth));
  };

  test("is readable: what is said has a contrast of 4.5, what stands beside 3, and more in high contrast", () => {
    const theme = createTheme(name);
    const least = name === "high-contrast" ? 7 : 4.5;
    const poor = [
      ...READ.map((style) => [style, least] as const),
      ...BESIDE.map((style) => [style, 3] as const),
    ]
      .map(([style, wanted]) => ({ style, wanted, has: look(theme[style], "truecolor") }))
      .filter(({ wanted, has }) => has < wanted);
    // The palette of xterm has a red that is darker than other terminals' bright red.
    expect(poor.filter(({ style }) => !/bad/i.test(style) || name !== "high-contrast")).toEqual([]);
  });

  test.each(["256", "16"] as const)(
    "with %s colours is still readable, and the selected row is seen",
    (depth) => {
      const shown = createTheme(themeForDepth(name, depth));
      const poor = READ.map((style) => ({ style, has: look(shown[style], depth) })).filter(
        ({ has }) => has < 2.5,
      );
      expect(poor).toEqual([]);
      const own = OWN[name];
      const back = (style: Style) => [style.inverse === true, rgb(style.bg, own.back, depth)];
      expect(back(shown.selected)).not.toEqual(back(shown.overlay));
    },
  );
});

test("without colours every theme becomes the one that needs none", () => {
  for (const name of ["dark", "light", "high-contrast", "plain"] satisfies ThemeName[])
    expect(themeForDepth(name, "none")).toBe("plain");
});

test("text on a colour is not bold: bold black is grey on many terminals", () => {
  const { badge, titleFocused, barChip } = createTheme("high-contrast");
  for (const style of [badge, titleFocused, barChip]) expect(style.bold).toBeUndefined();
});
