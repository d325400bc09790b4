import { describe, expect, test } from "vitest";
import { createFrame, type Frame } from "../../../src/tui/compositor/frame.ts";
import { CELL, DARK_SVG, frameToSvg } from "../../../src/tui/compositor/svg.ts";
import { gridsFor, modelFor } from "../support/screen.ts";
import { createTheme } from "../../../src/tui/theme.ts";
import { glyphsFor } from "../../../src/tui/glyphs.ts";
import { drawScreen } from "../../../src/tui/view/draw.ts";
import { trioView } from "../support/views.ts";

/** What is written in the picture: text, its column and row, its attributes. */
function written(svg: string) {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, attributes = "", text = ""]) => {
    const value = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1];
    return {
      text,
      column: Math.round(Number(value("x")) / CELL.width),
      row: Math.round((Number(value("y")) - CELL.baseline) / CELL.height),
      columns: Math.round(Number(value("textLength")) / CELL.width),
      fill: value("fill"),
      look: value("class"),
    };
  });
}

function frameWith(draw: (frame: Frame) => void, cols = 20, rows = 2): string {
  const frame = createFrame(cols, rows);
  draw(frame);
  return frameToSvg(frame, DARK_SVG);
}

describe("a frame as SVG", () => {
  test("places each run of one look at its columns, with its colour", () => {
    const svg = frameWith((frame) => {
      frame.text(2, 0, "red", { fg: "#ff0000", bold: true });
      frame.text(5, 0, "plain");
      frame.text(0, 1, "green", { fg: 2 });
    });
    expect(written(svg)).toEqual([
      { text: "red", column: 2, row: 0, columns: 3, fill: "#ff0000", look: "b" },
      { text: "plain", column: 5, row: 0, columns: 5, fill: DARK_SVG.text, look: undefined },
      { text: "green", column: 0, row: 1, columns: 5, fill: DARK_SVG.named[2], look: undefined },
    ]);
  });

  test("gives a wide character two columns and a cluster one place", () => {
    const svg = frameWith((frame) => frame.text(0, 0, "a日e\u0301b"));
    expect(written(svg).map(({ text, column, columns }) => ({ text, column, columns }))).toEqual([
      { text: "a", column: 0, columns: 1 },
      { text: "日", column: 1, columns: 2 },
      { text: "e\u0301", column: 3, columns: 1 },
      { text: "b", column: 4, columns: 1 },
    ]);
  });

  test("keeps blanks in a row, also for programs that know nothing of white-space in a style", () => {
    const svg = frameWith((frame) => frame.text(0, 0, "a    b", { bold: true }));
    expect(written(svg)).toContainEqual(expect.objectContaining({ text: "a    b", columns: 6 }));
    expect(svg).toMatch(/^<svg [^>]*xml:space="preserve"/);
  });

  test("escapes what would be markup", () => {
    const svg = frameWith((frame) => frame.text(0, 0, `</text>&"<b>`));
    expect(svg).toContain("&lt;/text&gt;&amp;&quot;&lt;b&gt;");
    expect(svg.match(/<b>/)).toBeNull();
  });

  test("shows lone surrogates as U+FFFD: XML has no place for them", () => {
    expect(frameWith((frame) => frame.text(0, 0, "a\ud800b"))).not.toMatch(/\p{Surrogate}/u);
  });

  test("swaps colours where they are inverse, and paints what is behind", () => {
    const svg = frameWith((frame) => frame.text(0, 0, "x", { fg: "#112233", bg: "#445566", inverse: true }));
    expect(written(svg)[0]?.fill).toBe("#445566");
    expect(svg).toContain('fill="#112233"');
  });

  test("draws borders and blocks as shapes, so that they meet", () => {
    const svg = frameWith((frame) => {
      frame.text(0, 0, "╭─╮│█");
      frame.text(0, 1, "╰┼╯▄");
    });
    expect(written(svg)).toEqual([]);
    expect(svg.match(/<path /g)).toHaveLength(7);
  });

  test("is nothing but one rectangle when nothing was drawn", () => {
    const svg = frameWith(() => {});
    expect(svg.match(/<rect /g)).toHaveLength(1);
    expect(written(svg)).toEqual([]);
  });
});

test("a workspace as SVG holds titles, states, panes and the status line", () => {
  const view = trioView(120, 40);
  const frame = createFrame(120, 40);
  drawScreen({
    frame,
    model: modelFor(view),
    theme: createTheme("dark"),
    glyphs: glyphsFor(false),
    grids: gridsFor(view),
    chrome: null,
  });
  const svg = frameToSvg(frame, DARK_SVG);
  const words = written(svg)
    .map(({ text }) => text)
    .join(" ");
  for (const agent of view.agents) expect(words).toContain(agent.name);
  expect(words).toContain(view.project.name);
  expect(words).toContain("日");
});
