import { expect, test } from "vitest";
import { captionOf } from "../../src/tui/coach.ts";
import { modelFor, picture, session, type Session } from "./support/screen.ts";
import { keysTo } from "./support/keys.ts";
import { settingsView, trioView } from "./support/views.ts";

function firstRun(cols = 120, rows = 40, coach = true, caption: string | null = null): Session {
  const held = session({ ...modelFor(trioView(cols, rows)), view: null });
  const view = trioView(cols, rows, { caption });
  held.send({ type: "attached", view, settings: settingsView(), coach });
  return held;
}

const methods = (held: Session) =>
  held.effects.flatMap((effect) => (effect.type === "call" ? [effect.method] : []));

/** The view after the focus has gone to another pane. */
function focusMoves(held: Session) {
  const view = trioView(120, 40);
  const panes = view.panes.map((pane) => ({ ...pane, focused: pane.id === "%2" }));
  held.send({ type: "notice", notice: { notice: "view", view: { ...view, panes } } });
}

test("five steps follow what the user does: look, delegate, receipt, needs, leave", () => {
  const held = firstRun();
  const step = () => captionOf(held.model)?.slice(0, 3);
  expect(step()).toBe("1/5");
  focusMoves(held);
  expect(step()).toBe("2/5");
  keysTo(held, "\x02Ddo it\r", {
    "task.delegate": {
      task: { id: "task-1" },
      delivery: { id: "d-1", to: "kimi", state: "queued" },
      outlook: "goes now",
    },
  });
  expect(step()).toBe("3/5");
  const event = { atMs: 0, kind: "delivery.changed", deliveryId: "d-1", state: "confirmed" };
  held.send({ type: "notice", notice: { notice: "event", event } });
  expect(step()).toBe("4/5");
  keysTo(held, "\x02!", { "needs.list": [] });
  expect(step()).toBe("5/5");
  keysTo(keysTo(held, "\x1b"), "\x02d");
  expect(methods(held)).toContain("coach.end");
  expect(held.effects.at(-1)).toMatchObject({ type: "exit" });
});

test("esc ends the hints for good, and still reaches the program", () => {
  const held = keysTo(firstRun(), "\x1b");
  expect(captionOf(held.model)).toBeNull();
  expect(methods(held)).toContain("coach.end");
  expect(held.effects.at(-1)).toMatchObject({ type: "key", event: { name: "Escape" } });
});

test("esc ends the hints also in a pane whose program has ended", () => {
  const held = firstRun();
  const view = held.model.view!;
  const panes = view.panes.map((pane) => ({ ...pane, dead: { exitCode: 0, signal: 0 } }));
  held.model = { ...held.model, view: { ...view, panes } };
  keysTo(held, "\x1b");
  expect(captionOf(held.model)).toBeNull();
  expect(methods(held)).toEqual(["coach.end"]);
});

test("who has ended them once sees neither hints nor the demo's captions again", () => {
  expect(captionOf(firstRun(120, 40, false, "The demo begins.").model)).toBeNull();
});

test("the demo speaks before the coach", () => {
  expect(captionOf(firstRun(120, 40, true, "The demo begins.").model)).toBe("The demo begins.");
});

test("a server that came back does not begin the hints anew", () => {
  const held = firstRun();
  focusMoves(held);
  held.send({ type: "attached", view: trioView(120, 40), settings: settingsView(), coach: true });
  expect(captionOf(held.model)?.slice(0, 3)).toBe("2/5");
});

test("a view that comes before the answer to the attach takes nothing from the hints", () => {
  const held = session({ ...modelFor(trioView(120, 40)), view: null });
  held.send({ type: "notice", notice: { notice: "view", view: trioView(120, 40) } });
  held.send({ type: "attached", view: trioView(120, 40), settings: settingsView(), coach: true });
  expect(captionOf(held.model)?.slice(0, 3)).toBe("1/5");
});

test.each([
  [80, 24],
  [120, 40],
  [200, 50],
] as const)("at %ix%i a hint takes nothing from the status line", async (cols, rows) => {
  const lines = (await picture(firstRun(cols, rows).model)).lines;
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`./golden/coach-${cols}x${rows}.txt`);
  const status = lines.at(-1)!;
  for (const part of ["1:main*", "1 needs you (C-b !)", "✉2", "⚿3", "2▸ 1‖ 4✓", "C-b ?"])
    expect(status).toContain(part);
  expect(lines.slice(-2).join("\n")).toContain("1/5 Look around");
});
