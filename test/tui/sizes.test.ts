import { describe, expect, test } from "vitest";
import { keysTo } from "./support/keys.ts";
import { gridsFor, modelFor, picture, session } from "./support/screen.ts";
import { trioView } from "./support/views.ts";
import { viewportOf } from "../../src/tui/view/viewport.ts";

/** A terminal of this size on a workspace of 160x48, with the focus on a pane. */
function smaller(cols: number, rows: number, focused: string) {
  const view = trioView(160, 48);
  const panes = view.panes.map((pane) => ({ ...pane, focused: pane.id === focused }));
  return { ...modelFor({ ...view, panes }), size: { cols, rows } };
}

describe("a client smaller than the workspace", () => {
  test.each([
    ["%1", "1 claude"],
    ["%2", "2 kimi"],
    ["%3", "3 codex"],
  ] as const)("shows the part with the focused pane %s", async (focused, title) => {
    const model = smaller(90, 26, focused);
    const drawn = await picture(model);
    expect(drawn.lines.slice(0, -1).join("\n")).toContain(title);
    expect(drawn.lines.at(-1)).toContain("shop");
    expect(drawn.cursor).not.toBeNull();
  });

  test("follows the cursor inside a pane that is larger than the screen", async () => {
    const model = smaller(60, 20, "%1");
    const grids = gridsFor(model.view!);
    const grid = grids.get(1)!;
    const moved = {
      ...grid,
      cols: grid.cols,
      rows: grid.rows,
      cursor: { x: 80, y: 40, visible: true, shape: 0 },
    };
    const drawn = await picture(model, new Map([...grids, [1, moved as never]]));
    expect(drawn.cursor!.x).toBeLessThan(60);
    expect(drawn.cursor!.y).toBeLessThan(19);
  });

  test("a click hits what is painted there", () => {
    const model = smaller(90, 26, "%3");
    const viewport = viewportOf(model, gridsFor(model.view!));
    expect(viewport).toEqual({ x: 70, y: 22 });
    const held = keysTo(session({ ...model, viewport }), "\x1b[<0;60;10M");
    expect(held.effects).toMatchObject([{ type: "mouse", paneId: "%3", event: { x: 129, y: 31 } }]);
  });
});

test("a client larger than the workspace has dots round it", async () => {
  const model = { ...modelFor(trioView(100, 30)), size: { cols: 110, rows: 34 } };
  const lines = (await picture(model)).lines;
  expect(lines[0]!.slice(100)).toBe("··········");
  expect(lines[31]).toBe("·".repeat(110));
  expect(lines[33]).toContain("shop");
});
