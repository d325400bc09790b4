// What one sees while looking back: hits, the one that one is at, and what is selected, in every theme.
import { expect, test } from "vitest";
import { keysTo } from "./support/keys.ts";
import { rowsOf } from "./support/rows.ts";
import { modelFor, picture, session } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

const VIEW = trioView(80, 24);
const { x, y, cols, rows } = VIEW.panes[0]!.inner!;
const LINES = Array.from({ length: rows }, (_, row) =>
  row % 4 === 0 ? `a fox in row ${row}` : `row ${row}`,
);
const HITS = LINES.flatMap((text, row) =>
  text.includes("fox") ? [{ paneId: "%1", row, col: 2, length: 3, text: "", logOffset: null }] : [],
);
const ANSWERS = { "pane.rows": rowsOf(LINES, cols), "pane.search": HITS };

test.each(["dark", "light", "high-contrast", "plain"] as const)(
  "in the %s theme hits stand out, the one that one is at in another way, and a selection in its own",
  async (theme) => {
    const held = keysTo(session({ ...modelFor(VIEW), theme }), "\x02[g/fox\rjjV", ANSWERS);
    const { terminal } = await picture(held.model);
    const look = (column: number, row: number) => {
      const cell = terminal.buffer.active.getLine(y + row)!.getCell(x + column)!;
      const attributes = [cell.isInverse(), cell.isBold(), cell.isUnderline()].map(Boolean);
      return [cell.getFgColor(), cell.getBgColor(), ...attributes].join();
    };
    const at = HITS[0]!.row;
    const [plain, hit, here] = [look(0, 1), look(3, HITS.at(-1)!.row), look(3, at)];
    expect(new Set([plain, hit, here]).size).toBe(3);
    for (const column of [2, 3, 4]) expect(look(column, at)).toBe(here);
    expect(look(1, at)).toBe(plain);
    expect(look(0, at + 2)).not.toBe(plain);
  },
);
