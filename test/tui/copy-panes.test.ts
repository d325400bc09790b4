// Looking back is a matter of each pane: it goes on while another pane has the focus, and what is marked goes on to others.
import { expect, test } from "vitest";
import type { MouseEvent } from "../../src/domain/keys/events.ts";
import { keysTo } from "./support/keys.ts";
import { rowsOf } from "./support/rows.ts";
import { modelFor, picture, session, type Session } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

const VIEW = trioView(120, 40);

/** The view with the focus on another pane. */
const focusOn = (id: string) => ({
  ...VIEW,
  panes: VIEW.panes.map((pane) => ({ ...pane, focused: pane.id === id })),
});

function focus(held: Session, id: string) {
  held.send({ type: "notice", notice: { notice: "view", view: focusOn(id) } });
}

const numbered = (total: number) => Array.from({ length: total }, (_, y) => `row ${y} of text`);

const ROWS = { "pane.rows": rowsOf(numbered(100), VIEW.panes[0]!.inner!.cols) };
const looked = (held: Session) =>
  held.model.layers.flatMap((layer) => (layer.kind === "copy" ? [layer.copy.paneId] : []));

test("copy mode stays in its pane while another has the focus, also in another window", async () => {
  const held = keysTo(session(modelFor(VIEW)), "\x02[gg", ROWS);
  focus(held, "%2");
  expect(looked(held)).toEqual(["%1"]);
  expect(
    held.effects.filter((effect) => effect.type === "call" && effect.method === "client.mode"),
  ).toHaveLength(1);
  const shown = (await picture(held.model)).lines;
  expect(shown[0]).toContain("looking back: ");
  expect(shown[1]).toContain("row 0 of text");
  keysTo(held, "k");
  expect(held.effects.at(-1)).toMatchObject({ type: "key", paneNumbers: [2] });
  const away = {
    ...focusOn("%4"),
    panes: focusOn("%4").panes.map((pane) => ({ ...pane, outer: null, inner: null })),
  };
  held.send({ type: "notice", notice: { notice: "view", view: away } });
  expect(looked(held)).toEqual(["%1"]);
  focus(held, "%1");
  keysTo(held, "q");
  expect(looked(held)).toEqual([]);
  expect(held.effects.at(-1)).toMatchObject({
    method: "client.mode",
    params: { paneId: "%1", copyMode: false },
  });
});

test("two panes are looked back in at once, each with its place", () => {
  const held = keysTo(session(modelFor(VIEW)), "\x02[gg", ROWS);
  focus(held, "%2");
  keysTo(held, "\x02[", { "pane.rows": rowsOf(numbered(60), VIEW.panes[1]!.inner!.cols) });
  expect(looked(held)).toEqual(["%1", "%2"]);
  focus(held, "%1");
  keysTo(held, "j");
  const rows = held.model.layers.map((layer) => (layer.kind === "copy" ? layer.copy.cursor.row : null));
  expect(rows).toEqual([1, 59]);
});

test("copy mode ends with its pane", () => {
  const held = keysTo(session(modelFor(VIEW)), "\x02[", ROWS);
  held.send({
    type: "notice",
    notice: {
      notice: "view",
      view: { ...focusOn("%2"), panes: focusOn("%2").panes.filter(({ id }) => id !== "%1") },
    },
  });
  expect(held.model.layers).toEqual([]);
});

test("the wheel looks back in the pane under it and leaves the focus where one types", () => {
  const held = session(modelFor(VIEW));
  const { inner, number } = VIEW.panes[1]!;
  const event: MouseEvent = {
    type: "mouse",
    x: inner!.x + 2,
    y: inner!.y + 2,
    button: "wheel-up",
    action: "press",
    ctrl: false,
    alt: false,
    shift: false,
    raw: new Uint8Array(0),
  };
  held.send({ type: "input", event });
  expect(held.effects).toMatchObject([{ type: "mouse", paneNumber: number }]);
  held.send({ type: "unwanted-mouse", paneId: "%2", event });
  expect(looked(held)).toEqual(["%2"]);
  expect(held.effects.some((effect) => effect.type === "call" && effect.method === "pane.focus")).toBe(false);
  keysTo(held, "x");
  expect(held.effects.at(-1)).toMatchObject({ type: "key", paneNumbers: [1] });
});

test.each([
  ["D", "delegate"],
  ["M", "message"],
])("%s takes what is marked into the dialog: %s", (key, purpose) => {
  const held = keysTo(session(modelFor(VIEW)), `\x02[gg3jv$\x02${key}`, ROWS);
  expect(held.model.layers.at(-1)).toMatchObject({
    kind: "delegate",
    purpose,
    text: { text: "row 3 of text" },
  });
  keysTo(held, " please");
  expect(held.model.layers.at(-1)).toMatchObject({ text: { text: "row 3 of text please" } });
});

test("of several lines that are marked, the words about them go above", () => {
  const held = keysTo(session(modelFor(VIEW)), "\x02[ggVj\x02DMend these:", ROWS);
  expect(held.model.layers.at(-1)).toMatchObject({
    text: { text: "Mend these:\n\nrow 0 of text\nrow 1 of text" },
  });
  keysTo(held, "\x1b");
  expect(looked(held)).toEqual(["%1"]);
});
