import { describe, expect, test } from "vitest";
import { type Answers, keysTo } from "./support/keys.ts";
import { clickOn, press, WHEEL } from "./support/mouse.ts";
import { rowsOf } from "./support/rows.ts";
import { modelFor, picture, session, type Session } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

const trio = (cols = 120, rows = 40): Session => session(modelFor(trioView(cols, rows)));
const top = (held: Session) => held.model.layers.at(-1);

describe("help and texts", () => {
  test("end where they end: one turn or key back from there shows what is above", async () => {
    const held = keysTo(trio(), "\x02?G");
    const last = (await picture(held.model)).lines.join("\n");
    expect(last).toContain("drop the selection, or leave");
    const end = top(held);
    expect(top(keysTo(held, `jjj${WHEEL.down}`))).toEqual(end);
    expect((await picture(keysTo(held, "k").model)).lines.join("\n")).not.toBe(last);
    expect(top(keysTo(held, "j"))).toEqual(end);
    expect(top(keysTo(held, "g"))).toMatchObject({ scroll: 0 });
  });

  test("why a key can do nothing stands below it where there is no room behind it", async () => {
    const view = trioView(80, 24, { agents: [] });
    const panes = view.panes.map((pane) => ({ ...pane, agent: null }));
    const { lines } = await picture(keysTo(session(modelFor({ ...view, panes })), "\x02?").model);
    const at = lines.findIndex((line) => line.includes("C-b e "));
    expect(lines[at + 1]).toMatch(/^│ {13}No agent runs in this pane\./);
  });

  const ROWS: Answers = { "pane.rows": rowsOf(["one", "two"], 60) };

  test("while one looks back its keys come first", async () => {
    const first = async (keys: string) => (await picture(keysTo(trio(), keys, ROWS).model)).lines[1];
    expect(await first("\x02[\x02?")).toContain("While looking back (vi)");
    expect(await first("\x02?")).toContain("Work together");
  });

  test("a blank line has the colours of the others", async () => {
    const { terminal, lines } = await picture(keysTo(trio(80, 24), "\x02?").model);
    const blank = lines.findIndex((line) => /^│ +│$/.test(line));
    expect(blank).toBeGreaterThan(0);
    const backs = [2, 3, 40].map((x) => terminal.buffer.active.getLine(blank)!.getCell(x)!.getBgColor());
    expect(new Set(backs).size).toBe(1);
  });

  test("the help's : begins a command", () => {
    expect(keysTo(trio(), "\x02?:zoom").model.layers).toMatchObject([
      { kind: "prompt", editor: { text: "zoom" } },
    ]);
  });

  test("the wheel scrolls, a click on esc or beside closes", async () => {
    const held = keysTo(trio(), `\x02?${WHEEL.down}`);
    expect(top(held)).toMatchObject({ kind: "help", scroll: 3 });
    expect((await clickOn(held, "esc back")).model.layers).toEqual([]);
    expect(keysTo(keysTo(trio(), "\x02?"), press(1, 1)).model.layers).toEqual([]);
  });
});
