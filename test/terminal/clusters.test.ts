// Emoji and clusters through every layer: how many columns they take, what is drawn at the edges, what is copied and found.
import { describe, expect, test } from "vitest";
import { decodeGridFrame } from "../../src/protocol/grid.ts";
import { splitClusters, textWidth } from "../../src/protocol/width.ts";
import { createMatcher } from "../../src/server/search/matcher.ts";
import { searchScreen } from "../../src/server/search/screen-search.ts";
import { createGridEncoder } from "../../src/terminal/grid-encoder.ts";
import { createFrame } from "../../src/tui/compositor/frame.ts";
import { createPaneGrid } from "../../src/tui/compositor/pane-grid.ts";
import { createRenderer } from "../../src/tui/compositor/renderer.ts";
import { addRows, createCopyState, moveTo } from "../../src/tui/copy/copy-state.ts";
import { selectedText } from "../../src/tui/copy/copy-text.ts";
import { createOuterTerminal } from "./outer-terminal.ts";
import { createTestScreen } from "./test-screen.ts";

/** Columns as modern terminals and the agents themselves count them. */
const CLUSTERS: readonly [name: string, text: string, columns: 1 | 2][] = [
  ["an emoji", "😀", 2],
  ["an emoji of Unicode 11", "🥳", 2],
  ["an emoji of Unicode 14", "🫠", 2],
  ["a text sign", "❤", 1],
  ["a text sign with VS16", "❤️", 2],
  ["another with VS16", "☎️", 2],
  ["an emoji with VS15", "⌚︎", 2],
  ["a ZWJ sequence of two", "👩‍💻", 2],
  ["a ZWJ family", "👨‍👩‍👧‍👦", 2],
  ["a ZWJ sequence with VS16", "🏳️‍🌈", 2],
  ["a skin tone", "👍🏽", 2],
  ["a skin tone in a ZWJ sequence", "👩🏽‍💻", 2],
  ["a flag", "🇫🇷", 2],
  ["a keycap", "1️⃣", 2],
  ["a keycap of #", "#️⃣", 2],
  ["a combining mark", "e\u0301", 1],
  ["three marks", "e\u0301\u0323\u0302", 1],
  ["Thai", "ก็", 1],
  ["a Han character", "漢", 2],
  ["a Han character with a selector", "葛\u{e0100}", 2],
  ["Hangul", "한", 2],
  ["full width", "ｆ", 2],
  ["an ambiguous sign", "±", 1],
  ["a box", "│", 1],
];

/** Everything between a pane and the user's terminal; the frame is open for drawing over it. */
function shown(text: string, cols: number, rows: number) {
  const { screen, type } = createTestScreen({ cols, rows });
  const encoder = createGridEncoder(screen, 1);
  const grid = createPaneGrid();
  const frame = createFrame(cols, rows);
  const outer = createOuterTerminal(cols, rows);
  const renderer = createRenderer({ colours: "truecolor", write: (output) => outer.write(output) });
  const paint = (over?: () => void) => {
    const bytes = encoder.next();
    if (bytes !== null) {
      const decoded = decodeGridFrame(bytes);
      if (!decoded.ok) throw decoded.error;
      grid.apply(decoded.value);
    }
    frame.blitPane(grid, 0, 0, { x: 0, y: 0, width: cols, height: rows });
    over?.();
    renderer.paint(frame);
  };
  type(text);
  paint();
  return {
    screen,
    type,
    grid,
    frame,
    outer,
    paint,
    rows: () => Array.from({ length: rows }, (_, y) => outer.rowText(y).trimEnd()),
  };
}

describe.each(CLUSTERS)("%s: %s", (_, text, columns) => {
  test("takes its columns on the screen, in the chrome and on the user's terminal", () => {
    const { screen, outer, rows } = shown(`${text}|`, 10, 2);
    expect(textWidth(text)).toBe(columns);
    expect(screen.cursor().x).toBe(columns + 1);
    expect(rows()[0]).toBe(`${text}|`);
    expect(JSON.parse(outer.cell(columns, 0))[0]).toBe("|");
  });

  test("at the last column it goes to the next line whole", () => {
    const { screen, rows } = shown(`123456789${text}|`, 10, 3);
    if (textWidth(text) === 1) {
      expect(rows().slice(0, 2)).toEqual([`123456789${text}`, "|"]);
      return;
    }
    expect(rows().slice(0, 2)).toEqual(["123456789", `${text}|`]);
    expect(screen.text({ joinWrapped: true })[0]).toBe(`123456789 ${text}|`);
  });

  test("is found, and the place of a hit is the cell's", async () => {
    const { screen } = shown(`ab${text}cd${text}`, 20, 2);
    const match = createMatcher({ pattern: text, regex: false, ignoreCase: true });
    const search = { paneId: "%1", screen, match, limit: 10, texts: false };
    const hits = await searchScreen(search, new AbortController().signal);
    expect(hits.map(({ row, col, length }) => [row, col, length])).toEqual([
      [0, 4 + columns, columns],
      [0, 2, columns],
    ]);
  });

  test("is copied whole, whichever of its columns the selection begins or ends on", () => {
    const { grid } = shown(`a${text}b`, 20, 2);
    const empty = createCopyState({ id: "%1", number: 1, cols: 20, rows: 2 }, "none");
    const copy = addRows({ ...empty, total: 2 }, 0, grid);
    for (let from = 1; from <= columns; from++)
      for (let to = from; to <= columns; to++) {
        const selection = { kind: "characters", anchor: { row: 0, col: from } } as const;
        expect(selectedText(moveTo({ ...copy, selection }, 0, to)), `${from} to ${to}`).toBe(text);
      }
  });
});

const WIDE = CLUSTERS.filter(([, text, columns]) => columns === 2 && splitClusters(text).length === 1);

describe.each(WIDE)("half of %s: %s", (_, text) => {
  test.each([
    ["left", "\x1b[1;2Hx", "ax b"],
    ["right", "\x1b[1;3Hx", "a xb"],
  ])("overwritten on the %s the other half is blank", (_side, over, wanted) => {
    const pane = shown(`a${text}b`, 10, 2);
    pane.type(over);
    pane.paint();
    expect(pane.rows()[0]).toBe(wanted);
  });

  test("covered by a popup's edge it is blank, and whole again when the popup is closed", () => {
    const pane = shown(`a${text}b`, 10, 2);
    pane.paint(() => pane.frame.fill({ x: 2, y: 0, width: 8, height: 1 }, {}, "#"));
    expect(pane.rows()[0]).toBe("a ########");
    pane.paint(() => pane.frame.fill({ x: 0, y: 0, width: 2, height: 1 }, {}, "#"));
    expect(pane.rows()[0]).toBe("## b");
    pane.paint();
    expect(pane.rows()[0]).toBe(`a${text}b`);
  });
});
