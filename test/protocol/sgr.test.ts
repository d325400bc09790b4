import { describe, expect, test } from "vitest";
import {
  BG_HAS_EXTRA,
  COLOUR_16,
  COLOUR_256,
  COLOUR_RGB,
  FG_BOLD,
  FG_INVERSE,
  FG_UNDERLINE,
} from "../../src/protocol/cells.ts";
import { downgrade, nearest256, sgrSequence } from "../../src/protocol/sgr.ts";

const ORANGE = COLOUR_RGB | 0xff8700;

describe("colours for terminals with fewer of them", () => {
  test.each([
    ["truecolor", "\x1b[0;1;38;2;255;135;0;44m"],
    ["256", "\x1b[0;1;38;5;208;44m"],
    ["16", "\x1b[0;1;33;44m"],
    ["none", "\x1b[0;1m"],
  ] as const)("%s", (depth, sequence) => {
    expect(sgrSequence((ORANGE | FG_BOLD) >>> 0, COLOUR_16 | 4, undefined, depth)).toBe(sequence);
  });

  test("greys go to the grey ramp, exact cube colours stay", () => {
    expect(nearest256(0x80, 0x80, 0x80)).toBe(244);
    expect(nearest256(0x5f, 0x87, 0xaf)).toBe(67);
    expect(nearest256(0, 0, 0)).toBe(16);
    expect(nearest256(255, 255, 255)).toBe(231);
  });

  test("an index of the 256 that is a named colour stays itself", () => {
    expect(downgrade(COLOUR_256 | 9, "16")).toBe(COLOUR_16 | 9);
    expect(downgrade(COLOUR_256 | 196, "16")).toBe(COLOUR_16 | 9);
    expect(downgrade(0, "16")).toBe(0);
  });

  test("without colours inverse and underlines still tell", () => {
    const extra = { underlineStyle: 3, underlineColour: ORANGE, url: "" };
    expect(sgrSequence(FG_INVERSE | FG_UNDERLINE, BG_HAS_EXTRA, extra, "none")).toBe("\x1b[0;4:3;7m");
  });
});
