// What is asked after a restart of the machine, and what a pane shows that waits for its human.
import { expect, test } from "vitest";
import type { RestoreOffer } from "../../src/protocol/views.ts";
import { keysTo } from "./support/keys.ts";
import { clickOn } from "./support/mouse.ts";
import { gridsFor, modelFor, picture, session, type Session } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

const OFFER: RestoreOffer = {
  windows: [
    { name: "main", panes: ["ada (Claude Code): goes on with its session", "Shell in src"] },
    { name: "logs", panes: ["npm run dev: waits for Enter"] },
  ],
};
const calls = (held: Session) =>
  held.effects.flatMap((effect) => (effect.type === "call" ? [[effect.method, effect.params] as const] : []));

function asked(
  more: { readonly readOnly?: boolean; readonly rows?: number; readonly offer?: RestoreOffer } = {},
) {
  const { readOnly = false, rows = 40, offer = OFFER } = more;
  const held = session(modelFor(trioView(120, rows), { readOnly }));
  held.send({ type: "notice", notice: { notice: "view", view: trioView(120, rows, { restore: offer }) } });
  return held;
}

test("it says by window what could come back", async () => {
  const text = (await picture(asked().model)).lines.join("\n");
  for (const words of [
    "Bring back what ran here before?",
    "main",
    ...OFFER.windows.flatMap(({ panes }) => panes),
  ])
    expect(text).toContain(words);
});

test("enter brings all back, esc leaves each pane to its own key", () => {
  expect(calls(keysTo(asked(), "\r"))).toEqual([["restore.answer", { how: "all" }]]);
  expect(calls(keysTo(asked(), "\x1b"))).toEqual([["restore.answer", { how: "later" }]]);
  expect(calls(keysTo(asked(), "x"))).toEqual([]);
});

test("n closes nothing before it has asked again: somebody may be typing", () => {
  const once = keysTo(asked(), "n");
  expect(calls(once)).toEqual([]);
  expect(calls(keysTo(asked(), "nn"))).toEqual([]);
  expect(calls(keysTo(once, "y"))).toEqual([["restore.answer", { how: "fresh" }]]);
});

test("a click on an answer is that answer, and another client's answer takes the question away", async () => {
  expect(calls(await clickOn(asked(), "enter bring it back"))).toEqual([["restore.answer", { how: "all" }]]);
  const held = asked();
  held.send({ type: "notice", notice: { notice: "view", view: trioView(120, 40) } });
  expect(held.model.layers).toEqual([]);
});

test("a client that only watches is not asked", () => {
  expect(asked({ readOnly: true }).model.layers).toEqual([]);
});

test("what finds no room is there by scrolling", async () => {
  const panes = Array.from({ length: 30 }, (_, at) => `pane number ${at}.`);
  const held = asked({ rows: 14, offer: { windows: [{ name: "many", panes }] } });
  expect((await picture(held.model)).lines.join("\n")).not.toContain("pane number 29.");
  keysTo(held, "G");
  const text = (await picture(held.model)).lines.join("\n");
  expect(text).toContain("pane number 29.");
  expect(text).toMatch(/of 31/);
});

test("what a program printed stays, with the words of what waits below it; without any the words stand in the middle", async () => {
  const message =
    "ada's conversation is gone.\nEnter starts ada with a fresh conversation, x closes the pane.";
  const view = trioView(120, 40);
  const waiting = { ...view, panes: view.panes.map((pane) => ({ ...pane, pid: null, message })) };
  const { model } = session(modelFor(waiting));
  const pane = waiting.panes[0]!.inner!;
  const rowsOf = async (grids?: ReturnType<typeof gridsFor>) =>
    (await picture(model, grids)).lines.map((line) => line.slice(pane.x, pane.x + pane.cols));
  const bottom = pane.y + pane.rows - 1;
  const above = await rowsOf(gridsFor(view));
  expect(above[bottom - 1]! + above[bottom]!).toMatch(/Enter starts ada with|x closes the pane/);
  expect(above.slice(pane.y, bottom - 3)).toEqual(
    (await picture(modelFor(view))).lines
      .map((line) => line.slice(pane.x, pane.x + pane.cols))
      .slice(pane.y, bottom - 3),
  );
  const alone = await rowsOf(new Map());
  expect(alone[bottom]!.trim()).toBe("");
  expect(alone.join("\n")).toContain("ada's conversation is gone.");
});
