// What is drawn for an echo alone must be what a drawing of everything would show, whatever lies over the panes.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CELL_WORDS, DEFAULT_MODES } from "../../src/protocol/cells.ts";
import { createPainter } from "../../src/tui/painter.ts";
import { focusedPane, type Model } from "../../src/tui/model.ts";
import { createOuterTerminal } from "../terminal/outer-terminal.ts";
import { gridOf, gridsFor, modelFor } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

const COLS = 120;
const ROWS = 30;
const VIEW = trioView(COLS, ROWS);

/** What may lie over the panes when no layer does. */
const covers: fc.Arbitrary<Partial<Model>> = fc.record({
  view: fc.record({
    banner: fc.constantFrom(null, "The disk is full."),
    caption: fc.constantFrom(null, "a caption that is far too long for the status line ".repeat(4)),
  }),
  toasts: fc.array(
    fc.record({
      level: fc.constantFrom("info" as const, "bad" as const),
      text: fc.constantFrom("Copied.", "Sent to ben."),
      untilMs: fc.constant(Number.MAX_SAFE_INTEGER),
      subject: fc.constant(null),
    }),
    { maxLength: 3 },
  ),
}) as unknown as fc.Arbitrary<Partial<Model>>;

const echo = fc.record({
  pane: fc.nat({ max: 2 }),
  row: fc.nat({ max: ROWS }),
  text: fc.constantFrom("typed", "漢字 and 😀", "", "x".repeat(COLS)),
  /** Whether the pane is painted alone, beside others that have changed as well, or some of what waits longest. */
  how: fc.constantFrom("all" as const, "alone" as const, "part" as const),
});

test("rows drawn alone show the same as everything drawn anew", () => {
  let drawnAlone = 0;
  fc.assert(
    fc.property(covers, fc.array(echo, { minLength: 1, maxLength: 12 }), (more, echoes) => {
      const model = modelFor({ ...VIEW, ...more.view }, { toasts: more.toasts ?? [] });
      const grids = gridsFor(VIEW);
      const stepwise = createOuterTerminal(COLS, ROWS);
      const painter = createPainter("truecolor", grids);
      stepwise.write(painter.paint(model, null));
      for (const { pane: index, row, text, how } of echoes) {
        const { number, inner } = VIEW.panes[index]!;
        const y = row % inner!.rows;
        const line = gridOf(number, inner!.cols, 1, [text]);
        const grid = grids.get(number)!;
        const changed = grid.apply({
          pane: number,
          cols: inner!.cols,
          rows: inner!.rows,
          full: false,
          cursor: grid.cursor,
          modes: DEFAULT_MODES,
          historyLength: 0,
          spans: [
            {
              y,
              x: 0,
              words: line.words.slice(0, inner!.cols * CELL_WORDS),
              combined: new Map(),
              extras: new Map(),
            },
          ],
        });
        if (changed) painter.markRows(number, changed.y0, changed.y1);
        const only = { all: undefined, alone: { pane: focusedPane(model)?.number }, part: { bytes: 64 } }[
          how
        ];
        const output = painter.paint(model, null, only);
        if (output.length < 1_000) drawnAlone++;
        stepwise.write(output);
      }
      do stepwise.write(painter.paint(model, null, { bytes: 64 }));
      while (painter.hasMore);
      const atOnce = createOuterTerminal(COLS, ROWS);
      atOnce.write(createPainter("truecolor", grids).paint(model, null));
      const cells = (outer: typeof atOnce) =>
        Array.from({ length: ROWS }, (_, y) => Array.from({ length: COLS }, (__, x) => outer.cell(x, y)));
      expect(cells(stepwise)).toEqual(cells(atOnce));
    }),
    { numRuns: 60 },
  );
  expect(drawnAlone).toBeGreaterThan(60);
});

test("in parts every row gets its turn, however fast the panes go on", () => {
  const model = modelFor(VIEW, {});
  const grids = gridsFor(VIEW);
  const outer = createOuterTerminal(COLS, ROWS);
  const painter = createPainter("truecolor", grids);
  outer.write(painter.paint(model, null));
  const shownPanes = VIEW.panes.filter(({ inner }) => inner !== null);
  for (let turn = 0; turn < 60; turn++) {
    for (const { number, inner } of shownPanes) {
      const { cols, rows } = inner!;
      const lines = Array.from({ length: rows }, (_, y) =>
        `turn ${turn} line ${y} `.padEnd(cols, "x").slice(0, cols),
      );
      grids.set(number, gridOf(number, cols, rows, lines));
      painter.markRows(number, 0, rows - 1);
    }
    const output = painter.paint(model, null, { bytes: 600 });
    expect(output.length).toBeLessThan(1_000);
    outer.write(output);
  }
  const shown = shownPanes.flatMap(({ inner }) =>
    Array.from({ length: inner!.rows }, (_, y) => outer.rowText(inner!.y + y).slice(inner!.x, inner!.x + 5)),
  );
  expect(shown.filter((text) => text !== "turn ")).toEqual([]);
});
