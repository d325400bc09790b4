// Copy mode does what was pressed to the rows that were meant, however late they come.
import { describe, expect, test } from "vitest";
import { answerFrom, eventsOf, keysTo } from "./support/keys.ts";
import { rowsOf } from "./support/rows.ts";
import { modelFor, session, type Session } from "./support/screen.ts";
import { settingsView, trioView } from "./support/views.ts";

const VIEW = trioView(120, 40);
const { cols } = VIEW.panes[0]!.inner!;
const LINES = Array.from({ length: 3_000 }, (_, y) => `row ${y} of text`);
const FOUND = LINES.flatMap((text, row) =>
  text.includes("7") ? [{ paneId: "%1", row, col: text.indexOf("7"), length: 1, text: "" }] : [],
);
const ANSWERS = { "pane.rows": rowsOf(LINES, cols), "pane.search": FOUND };

/** Types while nothing is answered. */
function type(held: Session, bytes: string): Session {
  for (const event of eventsOf(bytes)) held.send({ type: "input", event });
  return held;
}

const copied = (held: Session) =>
  held.effects.flatMap((effect) => (effect.type === "clipboard" ? [effect.text] : []));
const typed = (held: Session) =>
  held.effects.flatMap((effect) => (effect.type === "key" ? [effect.event.text] : []));
const layers = (held: Session) => held.model.layers.map(({ kind }) => kind);

describe("keys that come before the rows", () => {
  test.each([
    ["\x02[Vy", "row 2999 of text\n"],
    ["\x02[kkVky", "row 2996 of text\nrow 2997 of text\n"],
    ["\x02[?7\rVy", "row 2997 of text\n"],
    ["\x02[gg/7\rnnVy", "row 27 of text\n"],
    ["\x02[ggVjy", "row 0 of text\nrow 1 of text\n"],
  ])("%j copies what it would have copied later", (keys, text) => {
    const early = type(session(modelFor(VIEW)), keys);
    expect(copied(early)).toEqual([]);
    answerFrom(early, 0, ANSWERS);
    expect(copied(early)).toEqual([text]);
    expect(copied(keysTo(session(modelFor(VIEW)), keys, ANSWERS))).toEqual([text]);
  });

  test("and go on to the pane once copy mode is left by one of them", () => {
    const held = type(session(modelFor(VIEW)), "\x02[Vyls\r");
    expect(typed(held)).toEqual([]);
    answerFrom(held, 0, ANSWERS);
    expect(layers(held)).toEqual([]);
    expect(copied(held)).toHaveLength(1);
    expect(typed(held).slice(0, 2)).toEqual(["l", "s"]);
  });

  test("are dropped when copy mode ends without them, and never reach a program", () => {
    const lost = type(session(modelFor(VIEW)), "\x02[Vy");
    const [rows] = lost.effects.filter((effect) => effect.type === "call" && effect.method === "pane.rows");
    if (rows?.type !== "call") throw new Error("no rows were asked for");
    lost.send({ type: "refused", reply: rows.reply, message: "no such pane", hint: "" });
    expect(layers(lost)).toEqual([]);
    const cut = type(session(modelFor(VIEW)), "\x02[rm");
    cut.send({ type: "lost", reason: "the server is gone" });
    cut.send({ type: "attached", view: VIEW, settings: settingsView(), coach: false });
    for (const held of [lost, cut]) {
      held.send({ type: "tick" });
      expect(held.model.held).toBeNull();
      expect([...typed(held), ...copied(held)]).toEqual([]);
    }
  });

  test("do not lock one in: Escape leaves, though the server never answers", () => {
    const held = type(session(modelFor(VIEW)), "\x02[Vy\x1b");
    expect(layers(held)).toEqual([]);
    answerFrom(held, 0, ANSWERS);
    expect(copied(held)).toEqual([]);
  });

  test("are not without end: it is said that the server has not answered", () => {
    const held = type(session(modelFor(VIEW)), `\x02[${"k".repeat(2_000)}`);
    expect(held.model.held?.events.length).toBeLessThan(1_000);
    expect(held.model.toasts.at(-1)?.text).toMatch(/has not answered yet; Escape/);
  });
});

describe("a selection that reaches over rows nobody has looked at", () => {
  test.each([
    ["V and gg", "\x02[Vggy"],
    ["gg, V and G", "\x02[ggVGy"],
  ])("is copied whole: %s", (_, keys) => {
    const held = keysTo(session(modelFor(VIEW)), keys, ANSWERS);
    expect(copied(held)).toEqual([`${LINES.join("\n")}\n`]);
  });

  test("is handed whole to the dialog that delegates", () => {
    const held = keysTo(session(modelFor(VIEW)), "\x02[ggv1000G$\x02D", ANSWERS);
    expect(held.model.layers.at(-1)).toMatchObject({
      text: { text: `\n\n${LINES.slice(0, 1_000).join("\n")}` },
    });
  });

  test("is refused with a way out when it is too long", () => {
    const many = Array.from({ length: 50_002 }, (_, y) => `${y}`);
    const held = keysTo(session(modelFor(VIEW)), "\x02[ggVGy", { "pane.rows": rowsOf(many, cols) });
    expect(copied(held)).toEqual([]);
    expect(held.model.layers).toMatchObject([
      { copy: { note: expect.stringMatching(/at most 50000.*capture/) } },
    ]);
  });
});
