import { expect, test } from "vitest";
import { decodeGridFrame } from "../../src/protocol/grid.ts";
import { encodeRows } from "../../src/terminal/rows-frame.ts";
import { createFrame } from "../../src/tui/compositor/frame.ts";
import { createPaneGrid } from "../../src/tui/compositor/pane-grid.ts";
import { createRenderer } from "../../src/tui/compositor/renderer.ts";
import { createOuterTerminal } from "./outer-terminal.ts";
import { createTestScreen } from "./test-screen.ts";

function pageOf(from: number, count: number): { from: number; rows: string[] } {
  const { screen, type } = createTestScreen({ cols: 12, rows: 3 });
  for (let i = 0; i < 10; i++) type(`${i === 0 ? "" : "\r\n"}\x1b[3${i % 8}mrow ${i} 漢`);
  const page = encodeRows(screen, 4, { from, count });
  const decoded = decodeGridFrame(page.bytes);
  if (!decoded.ok) throw decoded.error;
  const grid = createPaneGrid();
  grid.apply(decoded.value);
  const outer = createOuterTerminal(grid.cols, grid.rows);
  const frame = createFrame(grid.cols, grid.rows);
  frame.blitPane(grid, 0, 0, { x: 0, y: 0, width: grid.cols, height: grid.rows });
  createRenderer({ colours: "truecolor", write: (output) => outer.write(output) }).paint(frame);
  return { from: page.from, rows: Array.from({ length: grid.rows }, (_, y) => outer.rowText(y).trimEnd()) };
}

test("rows of the history and of the screen come as one frame", () => {
  expect(pageOf(5, 3)).toEqual({ from: 5, rows: ["row 5 漢", "row 6 漢", "row 7 漢"] });
  expect(pageOf(0, 2)).toEqual({ from: 0, rows: ["row 0 漢", "row 1 漢"] });
});

test("rows that do not exist are left out", () => {
  expect(pageOf(8, 500)).toEqual({ from: 8, rows: ["row 8 漢", "row 9 漢"] });
  expect(pageOf(-2, 4)).toEqual({ from: 0, rows: ["row 0 漢", "row 1 漢"] });
  expect(pageOf(99, 4)).toEqual({ from: 9, rows: ["row 9 漢"] });
});
