import { describe, expect, test } from "vitest";
import { DEFAULT_MODES } from "../../../src/protocol/cells.ts";
import type { GridFrame, GridSpan } from "../../../src/protocol/grid.ts";
import type { ColourDepth } from "../../../src/protocol/sgr.ts";
import { createFrame, type Frame } from "../../../src/tui/compositor/frame.ts";
import { createPaneGrid } from "../../../src/tui/compositor/pane-grid.ts";
import { createRenderer } from "../../../src/tui/compositor/renderer.ts";
import { createOuterTerminal } from "../../terminal/outer-terminal.ts";

function createTerminal(cols: number, rows: number, colours: ColourDepth = "truecolor") {
  const outer = createOuterTerminal(cols, rows);
  const frame = createFrame(cols, rows);
  const written: string[] = [];
  const renderer = createRenderer({
    colours,
    write(output) {
      written.push(output);
      outer.write(output);
    },
  });
  return {
    outer,
    frame,
    renderer,
    written,
    rows: () => Array.from({ length: rows }, (_, y) => outer.rowText(y).trimEnd()),
  };
}

function gridFrame(rows: readonly string[], changes: Partial<GridFrame> = {}): GridFrame {
  const cols = Math.max(...rows.map((row) => row.length));
  const spans = rows.map(
    (row, y): GridSpan => ({
      y,
      x: 0,
      words: Uint32Array.from([...row.padEnd(cols)].flatMap((character) => [wordOf(character), 0, 0])),
      combined: new Map(),
      extras: new Map(),
    }),
  );
  const cursor = { x: 0, y: 0, visible: true, shape: 0 };
  return {
    pane: 1,
    cols,
    rows: rows.length,
    full: true,
    cursor,
    modes: DEFAULT_MODES,
    historyLength: 0,
    spans,
    ...changes,
  };
}

/** A letter; `<` stands for the wide 漢 and `>` for its second half. */
function wordOf(character: string): number {
  if (character === "<") return 0x6f22 | (2 << 22);
  if (character === ">") return 0;
  return (character.codePointAt(0) as number) | (1 << 22);
}

describe("chrome", () => {
  test("text is clipped, wide characters keep their edges", () => {
    const { frame, renderer, rows } = createTerminal(10, 4);
    expect(frame.text(8, 0, "abc")).toBe(2);
    expect(frame.text(7, 1, "漢字")).toBe(3);
    expect(frame.text(-1, 2, "漢x")).toBe(3);
    expect(frame.text(0, 3, "漢漢漢", {}, 5)).toBe(4);
    frame.text(1, 3, "i");
    renderer.paint(frame);
    expect(rows()).toEqual(["        ab", "       漢", " x", " i漢"]);
  });

  test("control characters never reach the terminal", () => {
    const { frame, renderer, written, rows } = createTerminal(20, 1);
    frame.text(0, 0, "a\x1b]52;c;x\x07\nb", { url: "javascript:x" });
    renderer.paint(frame);
    expect(rows()).toEqual(["a\ufffd]52;c;x\ufffd b"]);
    expect(written.join("")).not.toMatch(/\x1b\]|\x07/);
  });

  test("fill, restyle and links", () => {
    const { frame, renderer, outer } = createTerminal(10, 2);
    frame.fill({ x: 0, y: 0, width: 10, height: 1 }, { bg: "#102030" }, "─");
    frame.text(2, 0, "go", { fg: 3, bold: true, underline: true, url: "https://x.y" });
    frame.restyle({ x: 2, y: 0, width: 1, height: 1 }, { inverse: true });
    renderer.paint(frame);
    expect(outer.cell(0, 0)).toContain('"─",1,0,-1,50331648,1056816');
    expect(outer.cell(2, 0)).toBe(
      '["g",1,16777216,3,0,-1,[true,false,false,false,true,false],[false,false,true],1,0,"https://x.y"]',
    );
    expect(outer.cell(4, 0)).toContain('"─"');
  });
});

describe("panes", () => {
  test("lie clipped in their rectangle, cut wide characters are blank", () => {
    const { frame, renderer, rows } = createTerminal(10, 4);
    const grid = createPaneGrid();
    grid.apply(gridFrame(["ab<>cd", "<><><>", "xyz"]));
    frame.fill({ x: 0, y: 0, width: 10, height: 4 }, {}, ".");
    frame.blitPane(grid, 0, 0, { x: 1, y: 1, width: 3, height: 2 });
    frame.blitPane(grid, 1, 1, { x: 6, y: 1, width: 8, height: 3 });
    renderer.paint(frame);
    expect(rows()).toEqual(["..........", ".ab .. 漢", ".漢 ..yz", "......"]);
  });

  test("a frame of another size than the pane's asks for a full one", () => {
    const grid = createPaneGrid();
    expect(grid.isComplete).toBe(false);
    expect(grid.apply(gridFrame(["abc"], { full: false }))).toBeNull();
    grid.apply(gridFrame(["abc", "def"]));
    expect(grid.isComplete).toBe(true);
    expect(grid.apply(gridFrame(["xyz", "def"], { full: false, spans: gridFrame(["xyz"]).spans }))).toEqual({
      y0: 0,
      y1: 0,
    });
    expect(grid.apply(gridFrame(["longer"], { full: false }))).toBeNull();
    expect(grid.isComplete).toBe(false);
  });
});

describe("painting", () => {
  test("an unchanged frame writes nothing, a changed cell little", () => {
    const { frame, renderer, written } = createTerminal(80, 24);
    frame.text(3, 3, "hello");
    const cursor = { x: 1, y: 1, visible: true, shape: 2 };
    renderer.paint(frame, cursor);
    expect(renderer.paint(frame, cursor)).toBe(0);
    frame.text(3, 3, "jello");
    renderer.paint(frame, cursor);
    expect(written[1]).toBe("\x1b[?2026h\x1b[?25l\x1b[4;4H\x1b[0mj\x1b[0m\x1b[2;2H\x1b[?25h\x1b[?2026l");
    renderer.paint(frame, { ...cursor, x: 5 });
    expect(written[2]).toBe("\x1b[?2026h\x1b[2;6H\x1b[?2026l");
    renderer.paint(frame, { ...cursor, x: 5, visible: false });
    expect(written[3]).toBe("\x1b[?2026h\x1b[?25l\x1b[?2026l");
  });

  test("after a resize or on demand everything is drawn", () => {
    const { frame, renderer, outer, rows, written } = createTerminal(20, 3);
    frame.text(0, 1, "first");
    renderer.paint(frame);
    outer.write("\x1b[2J\x1b[Hgarbage");
    renderer.paint(frame);
    expect(rows()[0]).toBe("garbage");
    renderer.invalidate();
    renderer.paint(frame);
    expect(rows()).toEqual(["", "first", ""]);
    outer.resize(10, 3);
    frame.resize(10, 3);
    frame.text(0, 2, "second");
    renderer.paint(frame);
    expect(rows()).toEqual(["", "", "second"]);
    expect(written).toHaveLength(3);
  });

  test.each([
    ["none", "\x1b[0;1mx"],
    ["16", "\x1b[0;1;91mx"],
    ["256", "\x1b[0;1;38;5;196mx"],
  ] as const)("with %s colours", (depth, sequence) => {
    const { frame, renderer, written } = createTerminal(5, 1, depth);
    frame.text(0, 0, "x", { fg: "#ff0000", bold: true });
    renderer.paint(frame);
    expect(written[0]).toContain(sequence);
  });

  test("a terminal that counts a cluster's columns differently keeps the cells after it", () => {
    const { frame, renderer, written } = createTerminal(20, 1);
    frame.text(0, 0, "❤️x");
    renderer.paint(frame);
    expect(written[0]).toContain("\x1b[2X❤️\x1b[1;3Hx");
  });

  test("a million different clusters leave the tables small and the picture right", () => {
    const { frame, renderer, rows } = createTerminal(20, 2);
    for (let round = 0; round < 3_000; round++) {
      for (let x = 0; x < 10; x++)
        frame.text(
          x,
          0,
          String.fromCodePoint(0x61 + x, 0x300 + (round % 100), 0x300 + (Math.floor(round / 100) % 100)),
        );
      renderer.paint(frame);
    }
    expect(tableSize(frame)).toBeLessThan(25_000);
    expect(
      rows()[0]
        ?.normalize("NFD")
        .replaceAll(/\p{Mn}/gu, ""),
    ).toBe("abcdefghij");
  });
});

function tableSize(frame: Frame): number {
  return frame.interned.size;
}
