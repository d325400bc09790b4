import { CELL_WORDS, DEFAULT_MODES } from "../../../src/protocol/cells.ts";
import { encodeGridFrame } from "../../../src/protocol/grid.ts";
import { gridOf } from "./screen.ts";

/** What the server answers to `pane.rows` of a pane that has printed these lines: the rows asked for, or the last ones. */
export function rowsOf(lines: readonly string[], cols: number) {
  return (asked: { from?: number | null; count?: number } = {}) => {
    const count = Math.min(asked.count ?? lines.length, lines.length);
    const from = asked.from ?? lines.length - count;
    const part = lines.slice(from, from + count);
    const grid = gridOf(1, cols, part.length, part);
    const frame = encodeGridFrame({
      pane: 1,
      cols,
      rows: part.length,
      full: true,
      cursor: grid.cursor,
      modes: DEFAULT_MODES,
      historyLength: 0,
      spans: part.map((_, y) => ({
        y,
        x: 0,
        words: grid.words.slice(y * cols * CELL_WORDS, (y + 1) * cols * CELL_WORDS),
        combined: new Map(),
        extras: new Map(),
      })),
    });
    return {
      first: 0,
      firstLive: 0,
      above: "nothing",
      total: lines.length,
      history: 0,
      from,
      frame: Buffer.from(frame).toString("base64"),
    };
  };
}
