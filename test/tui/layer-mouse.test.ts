// The mouse in everything that lies over the panes. Places are read from the picture, as a hand would find them.
import { describe, expect, test } from "vitest";
import type { NeedView } from "../../src/protocol/views.ts";
import { type Answers, keysTo } from "./support/keys.ts";
import { clickOn, press, WHEEL } from "./support/mouse.ts";
import { modelFor, picture, session, type Session } from "./support/screen.ts";
import { NOW_MS, trioView } from "./support/views.ts";

const trio = (cols = 120, rows = 40): Session => session(modelFor(trioView(cols, rows)));
const calls = (held: Session) =>
  held.effects.flatMap((effect) => (effect.type === "call" ? [[effect.method, effect.params] as const] : []));
const top = (held: Session) => held.model.layers.at(-1);

const HITS = ["alpha one", "alpha two", "alpha three"].map((text, row) => ({
  paneId: "%2",
  row,
  col: 0,
  length: 5,
  text,
  logOffset: null,
}));
const FOUND: Answers = {
  "search.open": { searchId: "s1" },
  "search.read": {
    hits: HITS,
    isOver: true,
    isCut: false,
    problem: null,
    doneBytes: 1,
    totalBytes: 1,
    next: 3,
  },
};

describe("the hits of a search through all panes", () => {
  const found = () => keysTo(trio(), "\x02falpha\r", FOUND);

  test("a click selects a hit, one on the selected hit goes there", async () => {
    const held = found();
    const { lines } = await picture(held.model);
    const hit = press(
      60,
      lines.findIndex((line) => line.includes("alpha two")),
    );
    expect(top(keysTo(held, hit))).toMatchObject({ kind: "find", selected: 1 });
    expect(calls(keysTo(held, hit))).toContainEqual(["search.show", { searchId: "s1", index: 1 }]);
  });

  test("the wheel moves through them, a click on the pattern writes a new one, one beside closes", async () => {
    const held = keysTo(found(), WHEEL.down + WHEEL.down + WHEEL.up);
    expect(top(held)).toMatchObject({ kind: "find", selected: 1 });
    await clickOn(held, "find alpha");
    expect(top(held)).toMatchObject({ kind: "find", isTyping: true });
    expect(keysTo(held, press(3, 10)).model.layers).toEqual([]);
  });
});

describe("a question with yes and no", () => {
  test("is answered by a click on the answer", async () => {
    const yes = await clickOn(keysTo(trio(), "\x02x"), "y yes");
    expect(calls(yes)).toEqual([["pane.kill", { target: "%1", force: true }]]);
    const no = await clickOn(keysTo(trio(), "\x02x"), "n no");
    expect(calls(no)).toEqual([]);
    expect(no.model.layers).toEqual([]);
  });

  test("is no when one clicks beside it, and stays when one clicks on its words", async () => {
    const asked = await clickOn(keysTo(trio(), "\x02x"), "Sure?");
    expect(top(asked)).toMatchObject({ kind: "confirm" });
    const left = keysTo(asked, press(2, 2));
    expect(left.model.layers).toEqual([]);
    expect(calls(left)).toEqual([]);
  });

  test("the question about trust is answered by a click too, but not by one that missed", async () => {
    const view = trioView(120, 40, {
      trust: { path: ".ia-tmux/layout.yaml", sha256: "abc", commands: ["make run"] },
    });
    const held = trio();
    held.send({ type: "notice", notice: { notice: "view", view } });
    keysTo(held, press(1, 1));
    expect(calls(held)).toEqual([]);
    await clickOn(held, "y yes, run them");
    expect(calls(held)).toEqual([["trust.answer", { sha256: "abc", trust: true }]]);
  });
});

describe("the panes' numbers", () => {
  test("a click on a pane selects it and ends them", () => {
    const held = keysTo(trio(), `\x02q${press(90, 5)}`);
    expect(calls(held)).toEqual([["pane.focus", { target: "%2" }]]);
    expect(held.model.layers).toEqual([]);
  });

  test("a click on the pane that has the focus does not reach its program", () => {
    const held = keysTo(trio(), `\x02q${press(10, 5)}`);
    expect(held.model.layers).toEqual([]);
    expect(held.effects.some((effect) => effect.type === "mouse")).toBe(false);
  });
});

describe("lists", () => {
  const NEED: NeedView = {
    id: "need-1",
    kind: "delivery",
    agent: "kimi",
    paneId: "%2",
    text: "relay unconfirmed",
    about: null,
    sinceMs: NOW_MS,
    deadlineAtMs: null,
    default: null,
    actions: [{ key: "r", label: "retry", action: "retry" }],
  };
  const NEEDS: Answers = { "needs.list": [NEED] };

  test("a click on a key of the footer does what the key does", async () => {
    const held = await clickOn(keysTo(trio(), "\x02!", NEEDS), "r retry", NEEDS);
    expect(calls(held)).toContainEqual(["needs.answer", { need: "need-1", action: "retry" }]);
    await clickOn(held, "esc back");
    expect(held.model.layers).toEqual([]);
  });

  test("so does one in the list of the keys", async () => {
    const held = keysTo(trio(), "\x02!?", NEEDS);
    const { lines } = await picture(held.model);
    const y = lines.findIndex((line) => /│ r +retry/.test(line));
    keysTo(held, press(60, y), NEEDS);
    expect(calls(held)).toContainEqual(["needs.answer", { need: "need-1", action: "retry" }]);
  });

  test("the wheel moves the selection, and scrolls the details of an open row", () => {
    expect(top(keysTo(trio(), `\x02w${WHEEL.down}`))).toEqual(top(keysTo(trio(), "\x02wj")));
    const long = { ...NEED, text: "many words ".repeat(1_000) };
    const open = keysTo(trio(), `\x02!\r${WHEEL.down}`, { "needs.list": [long] });
    expect(top(open)).toMatchObject({ kind: "list", open: true, scroll: 3 });
  });
});

describe("the status line under what is open", () => {
  const open = (held: Session) =>
    held.model.layers.map((layer) => (layer.kind === "list" ? layer.list : layer.kind));

  test("a click on it opens what it says in place of what is open, and closes what is open already", async () => {
    const held = await clickOn(keysTo(trio(), "\x02!"), "3 locks");
    expect(open(held)).toEqual(["locks"]);
    expect(open(await clickOn(held, "C-b ? help"))).toEqual(["help"]);
    expect(open(await clickOn(held, "C-b ? help"))).toEqual([]);
    await clickOn(await clickOn(held, "3 locks"), "3 locks");
    expect(open(held)).toEqual([]);
    await clickOn(keysTo(held, "\x02!"), "2:logs");
    expect(open(held)).toEqual([]);
    expect(calls(held).at(-1)).toEqual(["window.select", { target: "2" }]);
  });

  test("a click where nothing stands opens nothing", async () => {
    const { lines } = await picture(trio(200, 50).model);
    const blank = lines.at(-1)!.indexOf("C-b ?") - 4;
    expect(open(keysTo(trio(200, 50), press(blank, 49)))).toEqual([]);
  });

  test("ends a question with no, and a dialog with words in it not at all", async () => {
    const asked = await clickOn(keysTo(trio(), "\x02x"), "3 locks");
    expect(open(asked)).toEqual(["locks"]);
    expect(calls(asked)).toEqual([["lock.list", {}]]);
    expect(open(await clickOn(keysTo(trio(), "\x02D"), "3 locks"))).toEqual(["delegate"]);
  });
});

describe("the line at the bottom", () => {
  test("a click takes what it may become, another one does it, the wheel goes through all", async () => {
    const held = await clickOn(keysTo(trio(), "\x02:sw"), "swap-pane");
    expect(top(held)).toMatchObject({ kind: "prompt", editor: { text: "swap-pane " } });
    const wheeled = keysTo(trio(), `\x02:sw${WHEEL.down}`);
    expect(top(wheeled)).toMatchObject({ kind: "prompt", candidate: 0 });
    expect(top(keysTo(wheeled, press(100, 3)))).toMatchObject({ kind: "prompt" });
  });
});

describe("the delegate dialog", () => {
  test("a click chooses the agent or the field, and sends; one beside it loses no word", async () => {
    const held = keysTo(trio(), "\x02DBuild it");
    await clickOn(held, "codex");
    expect(top(held)).toMatchObject({ kind: "delegate", to: "codex", field: "to" });
    await clickOn(held, "Accept");
    expect(top(held)).toMatchObject({ field: "accept" });
    await clickOn(held, "priority");
    expect(top(held)).toMatchObject({ field: "priority" });
    keysTo(held, press(1, 1));
    await clickOn(held, "enter send");
    expect(calls(held)).toMatchObject([["task.delegate", { to: "codex", text: "Build it" }]]);
  });
});
