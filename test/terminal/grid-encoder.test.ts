import { describe, expect, test } from "vitest";
import { CELL_WORDS } from "../../src/protocol/cells.ts";
import { decodeGridFrame } from "../../src/protocol/grid.ts";
import { createGridEncoder } from "../../src/terminal/grid-encoder.ts";
import { createPaneGrid } from "../../src/tui/compositor/pane-grid.ts";
import { createTestScreen } from "./test-screen.ts";

function openScreen(cols: number, rows: number) {
  const { screen, type } = createTestScreen({ cols, rows });
  const encoder = createGridEncoder(screen, 1);
  const frame = () => {
    const bytes = encoder.next();
    if (bytes === null) return null;
    const decoded = decodeGridFrame(bytes);
    if (!decoded.ok) throw decoded.error;
    return decoded.value;
  };
  return { screen, type, encoder, frame };
}

describe("the first frame of a screen", () => {
  test("carries only what was written to it: the rest is empty at the other end as well", () => {
    const { type, frame, screen } = openScreen(100, 40);
    type("\r\nprompt> ");
    const first = frame();
    expect(first?.full).toBe(true);
    expect(first?.spans.map(({ y, x, words }) => [y, x, words.length / CELL_WORDS])).toEqual([[1, 0, 8]]);
    const grid = createPaneGrid();
    grid.apply(first!);
    for (let y = 0; y < 40; y++)
      expect(grid.words.slice(y * 100 * CELL_WORDS, (y + 1) * 100 * CELL_WORDS)).toEqual(
        screen.line(y).words.slice(0, 100 * CELL_WORDS),
      );
  });

  test("says of an empty row that it goes on from the one above", () => {
    const { type, frame } = openScreen(10, 4);
    type("0123456789abc\x1b[3D\x1b[3X");
    const rows = frame()?.spans.map(({ y, wrapped }) => [y, wrapped]);
    expect(rows).toEqual([
      [0, false],
      [1, true],
    ]);
  });

  test("is sent anew whole when what the client has is void", () => {
    const { type, frame, encoder } = openScreen(10, 4);
    type("one\r\ntwo");
    frame();
    encoder.invalidate();
    expect(frame()?.spans.map(({ y }) => y)).toEqual([0, 1]);
    expect(frame()).toBeNull();
  });
});
