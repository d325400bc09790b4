import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { decodeGridFrame } from "../../src/protocol/grid.ts";
import { createGridEncoder } from "../../src/terminal/grid-encoder.ts";
import { createFrame } from "../../src/tui/compositor/frame.ts";
import { createPaneGrid } from "../../src/tui/compositor/pane-grid.ts";
import { createRenderer } from "../../src/tui/compositor/renderer.ts";
import { attributePage } from "./attribute-page.ts";
import { createOuterTerminal, type OuterTerminal } from "./outer-terminal.ts";
import { createTestScreen } from "./test-screen.ts";

const RECORDINGS = fileURLToPath(new URL("../fixtures/raw/", import.meta.url));

/** Repeatable randomness. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

/** Everything between a pane's bytes and the user's terminal, with a border around the pane. */
function createPath(cols: number, rows: number) {
  const { screen, clock } = createTestScreen({ cols, rows });
  const encoder = createGridEncoder(screen, 7);
  const grid = createPaneGrid();
  const frame = createFrame(cols + 2, rows + 2);
  const outer = createOuterTerminal(cols + 2, rows + 2);
  const renderer = createRenderer({ colours: "truecolor", write: (output) => outer.write(output) });
  return {
    screen,
    outer,
    write: (bytes: Uint8Array) => screen.write(bytes),
    resize(nextCols: number, nextRows: number) {
      screen.resize(nextCols, nextRows);
      outer.resize(nextCols + 2, nextRows + 2);
      frame.resize(nextCols + 2, nextRows + 2);
    },
    paint() {
      clock.advance(200);
      const bytes = encoder.next();
      if (bytes === null) return;
      const decoded = decodeGridFrame(bytes);
      if (!decoded.ok) throw decoded.error;
      grid.apply(decoded.value);
      frame.blitPane(grid, 0, 0, { x: 1, y: 1, width: grid.cols, height: grid.rows });
      renderer.paint(frame, { ...grid.cursor, x: grid.cursor.x + 1, y: grid.cursor.y + 1 });
    },
  };
}

function wrongCells(outer: OuterTerminal, ideal: OuterTerminal, cols: number, rows: number): string[] {
  const wrong: string[] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++) {
      const shown = outer.cell(x + 1, y + 1);
      const wanted = ideal.cell(x, y);
      if (shown !== wanted) wrong.push(`(${x},${y}) shows ${shown} instead of ${wanted}`);
    }
  }
  return wrong;
}

function play(
  path: ReturnType<typeof createPath>,
  ideal: OuterTerminal,
  bytes: Uint8Array,
  seed: number,
): void {
  const random = createRandom(seed);
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() ** 3 * 4_000);
    const chunk = bytes.subarray(at, at + size);
    at += size;
    path.write(chunk);
    ideal.write(chunk);
    if (random() < 0.3) path.paint();
  }
  path.paint();
}

describe("what a pane shows is what the user's terminal shows, cell for cell", () => {
  test.each(readdirSync(RECORDINGS).sort())("the recording %s", (name) => {
    const bytes = readFileSync(RECORDINGS + name);
    for (const [seed, cols, rows] of [
      [1, 120, 40],
      [2, 79, 23],
    ] as const) {
      const path = createPath(cols, rows);
      const ideal = createOuterTerminal(cols, rows);
      play(path, ideal, bytes, seed);
      expect(wrongCells(path.outer, ideal, cols, rows).slice(0, 3)).toEqual([]);
    }
  });

  test("a page with every attribute, width and link", () => {
    for (let seed = 1; seed <= 8; seed++) {
      const path = createPath(80, 30);
      const ideal = createOuterTerminal(80, 30);
      play(path, ideal, new TextEncoder().encode(attributePage()), seed);
      expect(wrongCells(path.outer, ideal, 80, 30).slice(0, 3)).toEqual([]);
    }
  });

  test("a screen that is resized, scrolled and edited between frames", () => {
    const encoder = new TextEncoder();
    const path = createPath(60, 20);
    const ideal = createOuterTerminal(60, 20);
    const random = createRandom(5);
    const moves = [
      "\x1b[3L",
      "\x1b[2M",
      "\x1b[4P",
      "\x1b[3@",
      "\x1b[5;12r\x1b[2S\x1b[r",
      "\x1bM",
      "\r\n",
      "漢\b\bx",
      "\x1b[1;1H",
      "\x1b[2T",
    ];
    for (let round = 0; round < 60; round++) {
      if (round % 20 === 19) {
        const [cols, rows] = [40 + Math.floor(random() * 60), 10 + Math.floor(random() * 20)];
        path.resize(cols, rows);
        ideal.resize(cols, rows);
      }
      const text = `${attributePage().slice(7, 400 + round * 20)}\x1b[0m${moves[Math.floor(random() * moves.length)]}`;
      path.write(encoder.encode(text));
      ideal.write(encoder.encode(text));
      if (round % 3 === 0) path.paint();
    }
    path.paint();
    expect(wrongCells(path.outer, ideal, path.screen.cols, path.screen.rows).slice(0, 3)).toEqual([]);
  });
});
