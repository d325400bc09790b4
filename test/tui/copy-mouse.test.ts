// Selecting and looking back with the mouse, as pure updates.
import { describe, expect, test } from "vitest";
import type { MouseEvent } from "../../src/domain/keys/events.ts";
import { nextWakeMs } from "../../src/tui/update/update.ts";
import { answerFrom } from "./support/keys.ts";
import { rowsOf } from "./support/rows.ts";
import { modelFor, session, type Session } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

const VIEW = trioView(120, 40);
const INNER = VIEW.panes[0]!.inner!;

describe("the mouse", () => {
  const lines = Array.from({ length: INNER.rows }, (_, y) => `row ${y} of text`);
  const at = (
    action: MouseEvent["action"],
    x: number,
    y: number,
    more: Partial<MouseEvent> = {},
  ): MouseEvent => ({
    type: "mouse",
    x: INNER.x + x,
    y: INNER.y + y,
    button: "left",
    action,
    ctrl: false,
    alt: false,
    shift: false,
    raw: new Uint8Array(0),
    ...more,
  });

  /** Events for a program that does not want the mouse; rows are answered at once. */
  function mouse(...events: MouseEvent[]) {
    const held = session(modelFor(VIEW));
    for (const event of events) {
      let done = held.effects.length;
      held.send({ type: "input", event });
      while (done < held.effects.length) {
        const effect = held.effects[done++]!;
        if (effect.type === "mouse")
          held.send({ type: "unwanted-mouse", paneId: effect.paneId, event: effect.event });
        if (effect.type === "call" && effect.method === "pane.rows")
          held.send({ type: "answered", reply: effect.reply, result: rowsOf(lines, INNER.cols)() });
      }
    }
    const copied = held.effects.flatMap((effect) => (effect.type === "clipboard" ? [effect.text] : []));
    return { held, copied };
  }

  test("a drag selects, the release copies and leaves", () => {
    const { held, copied } = mouse(
      at("press", 4, 2),
      at("drag", 6, 3),
      at("drag", 8, 3),
      at("release", 8, 3),
    );
    expect(copied).toEqual(["2 of text\nrow 3 of"]);
    expect(held.model.layers).toEqual([]);
    expect(held.effects).toContainEqual(
      expect.objectContaining({ method: "buffer.set", params: { text: "2 of text\nrow 3 of" } }),
    );
  });

  test("a double click takes the word, a third the line", () => {
    const press = [at("press", 7, 1), at("release", 7, 1)];
    expect(mouse(...press, ...press).copied).toEqual(["of"]);
    expect(mouse(...press, ...press, ...press).copied).toEqual(["of", "row 1 of text\n"]);
  });

  test("a pointer held above the pane goes on selecting row by row, up to the first", () => {
    const held = session(modelFor(VIEW));
    const many = Array.from({ length: INNER.rows + 3 }, (_, row) => `row ${row}`);
    const answers = { "pane.rows": rowsOf(many, INNER.cols) };
    const send = (message: Parameters<Session["send"]>[0], waitMs = 0) => {
      held.model = { ...held.model, nowMs: held.model.nowMs + waitMs };
      const before = held.effects.length;
      held.send(message);
      answerFrom(held, before, answers);
    };
    const shiftKey = { shift: true };
    send({ type: "input", event: at("press", 4, 2, shiftKey) });
    send({ type: "input", event: at("drag", 3, 1, shiftKey) });
    send({ type: "input", event: at("drag", 0, -1, shiftKey) });
    const top = () => {
      const layer = held.model.layers[0];
      return layer?.kind === "copy" ? layer.copy.top : null;
    };
    expect(top()).toBe(2);
    expect(nextWakeMs(held.model)).toBe(held.model.nowMs + 50);
    send({ type: "tick" }, 49);
    expect(top()).toBe(2);
    send({ type: "tick" }, 1);
    expect(top()).toBe(1);
    for (let tick = 0; tick < 3; tick++) send({ type: "tick" }, 50);
    expect(top()).toBe(0);
    expect(held.model.drag).toMatchObject({ beyond: null });
    send({ type: "input", event: at("release", 0, -1, shiftKey) });
    const copied = held.effects.find((effect) => effect.type === "clipboard");
    expect(copied?.text.split("\n")).toEqual(["row 0", "row 1", "row 2", "row 3", "row 4", "row 5"]);
  });

  test("a single click copies nothing", () => {
    expect(mouse(at("press", 4, 2), at("release", 4, 2)).copied).toEqual([]);
  });

  test("a right click that the program does not want opens the menu, while looking back too", () => {
    const right = at("press", 3, 3, { button: "right" });
    expect(mouse(right).held.model.layers).toMatchObject([{ kind: "list", list: "menu" }]);
    const wheel = at("press", 3, 3, { button: "wheel-up" });
    expect(mouse(wheel, right).held.model.layers).toMatchObject([{ kind: "copy" }, { list: "menu" }]);
  });

  test("with Alt or Shift it is ours though the program wants it", () => {
    for (const key of [{ alt: true }, { shift: true }]) {
      const held = session(modelFor(VIEW));
      held.send({ type: "input", event: at("press", 0, 0, key) });
      expect(held.effects).toEqual([]);
      expect(held.model.drag).toMatchObject({ kind: "select" });
    }
  });

  test("Ctrl and a click ask for the link that stands there", () => {
    const held = session(modelFor(VIEW));
    held.send({ type: "input", event: at("press", 0, 0, { ctrl: true }) });
    expect(held.effects).toMatchObject([{ type: "click-link", paneId: "%1", cwd: "/home/ada/shop" }]);
  });

  test("the wheel looks back, and back at the end it leaves", () => {
    const up = at("press", 3, 3, { button: "wheel-up" });
    const { held } = mouse(up);
    expect(held.model.layers).toMatchObject([{ kind: "copy" }]);
    held.send({ type: "input", event: at("press", 3, 3, { button: "wheel-down" }) });
    expect(held.model.layers).toEqual([]);
    expect(held.effects.at(-1)).toMatchObject({ method: "client.mode", params: { copyMode: false } });
  });
});
