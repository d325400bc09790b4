import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createFrame, type Frame } from "../../../src/tui/compositor/frame.ts";
import { createRenderer } from "../../../src/tui/compositor/renderer.ts";
import type { Colour, Style } from "../../../src/tui/compositor/style.ts";
import { createOuterTerminal } from "../../terminal/outer-terminal.ts";

const COLS = 24;
const ROWS = 6;

const style: fc.Arbitrary<Style> = fc.record(
  {
    fg: fc.constantFrom<Colour[]>("#ff8800", 3, 200, "default"),
    bg: fc.constantFrom<Colour[]>("#002244", 4, "default"),
    bold: fc.boolean(),
    underline: fc.boolean(),
    inverse: fc.boolean(),
    url: fc.constantFrom("https://a.b/", "https://c.d/?e"),
  },
  { requiredKeys: [] },
);
const rect = fc.record({
  x: fc.integer({ min: -3, max: COLS }),
  y: fc.integer({ min: -1, max: ROWS }),
  width: fc.nat({ max: COLS }),
  height: fc.nat({ max: ROWS }),
});

type Draw = (frame: Frame) => void;
const draw: fc.Arbitrary<Draw> = fc.oneof(
  fc
    .tuple(
      rect,
      fc.array(fc.constantFrom("a", "漢", "é", "👩‍💻", "❤️", " ", "       ", "\x1b", "🇫🇷", "q\u0301"), {
        maxLength: 12,
      }),
      style,
    )
    .map(
      ([at, words, drawn]): Draw =>
        (frame) =>
          void frame.text(at.x, at.y, words.join(""), drawn),
    ),
  fc.tuple(rect, style).map(
    ([area, drawn]): Draw =>
      (frame) =>
        frame.fill(area, drawn),
  ),
  fc.tuple(rect, style).map(
    ([area, drawn]): Draw =>
      (frame) =>
        frame.restyle(area, drawn),
  ),
  fc.constant<Draw>((frame) => frame.clear()),
);

function cellsOf(outer: ReturnType<typeof createOuterTerminal>): string[] {
  return Array.from({ length: COLS * ROWS }, (_, i) => outer.cell(i % COLS, Math.floor(i / COLS)));
}

test("painting the differences shows the same as painting all at once", () => {
  fc.assert(
    fc.property(fc.array(fc.array(draw, { maxLength: 6 }), { minLength: 1, maxLength: 8 }), (rounds) => {
      const stepwise = createOuterTerminal(COLS, ROWS);
      const frame = createFrame(COLS, ROWS);
      const renderer = createRenderer({ colours: "truecolor", write: (output) => stepwise.write(output) });
      for (const round of rounds) {
        for (const apply of round) apply(frame);
        renderer.paint(frame);
      }
      const atOnce = createOuterTerminal(COLS, ROWS);
      createRenderer({ colours: "truecolor", write: (output) => atOnce.write(output) }).paint(frame);
      expect(cellsOf(stepwise)).toEqual(cellsOf(atOnce));
    }),
    { numRuns: 200 },
  );
});
