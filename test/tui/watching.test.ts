// A read-only client: it looks, scrolls, searches and copies for itself, and changes nothing for the others.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { onlyReads } from "../../src/domain/commands/reading.ts";
import { DEFAULT_BINDINGS } from "../../src/domain/keys/bindings.ts";
import type { Effect } from "../../src/tui/effects.ts";
import type { Model } from "../../src/tui/model.ts";
import { createLinkOpener } from "../../src/tui/open-link.ts";
import { keysTo } from "./support/keys.ts";
import { modelFor, session, type Session } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

const watcher = (more: Partial<Model> = {}): Session =>
  session(modelFor(trioView(120, 40), { readOnly: true, ...more }));
const said = (held: Session) => held.model.toasts.map((toast) => toast.text).join("\n");
const mouse = (button: number, x: number, y: number, end = "M") => `\x1b[<${button};${x + 1};${y + 1}${end}`;
const changes = (effect: Effect) =>
  ["key", "key-release", "text", "paste", "mouse", "focus"].includes(effect.type) ||
  (effect.type === "call" && !onlyReads(effect.method, effect.params));
const panes = trioView(120, 40).panes;
const beside = panes.find((pane) => !pane.focused && pane.inner)!.inner!;
const own = panes.find((pane) => pane.focused)!.inner!;

test.each([
  ["typing", "a"],
  ["a paste", "\x1b[200~text\x1b[201~"],
  ["the next pane", "\x02o"],
  ["a pane by direction", "\x02\x1b[C"],
  ["a pane by its number", "\x02q2"],
  ["the last pane", "\x02;"],
  ["zoom", "\x02z"],
  ["the next window", "\x02n"],
  ["a window from the list", "\x02wj\r"],
  ["a border by key", "\x02\x1b[1;5C"],
  ["a split", "\x02%"],
  ["paste", "\x02]"],
  ["delegating", "\x02D"],
  ["closing", "\x02x"],
  ["the mark", "\x02m"],
  ["a line at the prompt", "\x02:select-pane -t kimi\r"],
  ["a click into another pane", mouse(0, beside.x + 2, beside.y + 2)],
  ["a dragged border", mouse(0, own.x + own.cols, 10) + mouse(32, own.x + own.cols + 4, 10)],
  ["a click on a window's name", mouse(0, 18, 39)],
])("%s: says that this client only watches", (_what, bytes) => {
  const held = keysTo(watcher({ lastPaneId: "%2" }), bytes);
  expect(held.effects.filter(changes)).toEqual([]);
  expect(said(held)).toContain("read-only: this client only watches; C-b d leaves.");
  expect(held.model.prefix.kind).not.toBe("armed");
});

test("looking back, searching, help, lists and leaving are a watcher's as anybody's", () => {
  for (const bytes of ["\x02[", "\x02/", "\x02fneedle\r", "\x02?", "\x02i", "\x02t", "\x02w", "\x02d"]) {
    const held = keysTo(watcher(), bytes);
    expect(held.model.layers.length + held.effects.length, bytes).toBeGreaterThan(0);
    expect(said(held), bytes).toBe("");
  }
});

test("the wheel scrolls and never reaches the program, and others' deliveries do not wait for it", () => {
  const held = keysTo(watcher(), mouse(64, own.x + 2, own.y + 2));
  expect(held.model.layers).toMatchObject([{ kind: "copy", copy: { paneId: "%1" } }]);
  expect(held.effects.map((effect) => effect.type === "call" && effect.method)).toEqual(["pane.rows"]);
});

describe("the question whether to trust a file", () => {
  const trust = { sha256: "ab", path: ".ia-tmux/layout.yaml", commands: ["make"] };
  const asked = { ...trioView(120, 40), trust };

  test("is not a watcher's to answer: it is told once and gets no dialog", () => {
    const held = watcher();
    for (let times = 0; times < 2; times++)
      held.send({ type: "notice", notice: { notice: "view", view: asked } });
    keysTo(held, "y\x02:");
    expect(held.effects.filter(changes)).toEqual([]);
    expect(held.model.messages.filter(({ text }) => text.includes(trust.path))).toHaveLength(1);
    expect(held.model.layers.map((layer) => layer.kind)).toEqual(["prompt"]);
  });

  test("is still asked of those who work here", () => {
    const held = session(modelFor(trioView(120, 40)));
    held.send({ type: "notice", notice: { notice: "view", view: asked } });
    keysTo(held, "y");
    expect(held.effects).toMatchObject([{ method: "trust.answer", params: { trust: true } }]);
  });
});

test("a file under the cursor opens no pane", () => {
  const open = createLinkOpener({}, "linux", true);
  expect(open({ kind: "file", path: "package.json", line: 1, column: null }, process.cwd())).toMatchObject({
    kind: "said",
    ok: false,
    text: expect.stringContaining("read-only"),
  });
});

test("whatever keys and clicks come in whatever order, nothing is sent that changes something", () => {
  const named = { Left: "\x1b[D", Right: "\x1b[C", Up: "\x1b[A", Down: "\x1b[B", Space: " ", Tab: "\t" };
  const bound = DEFAULT_BINDINGS.map(({ key }) => key)
    .filter((key) => key.length === 1 || key in named)
    .map((key) => `\x02${named[key as keyof typeof named] ?? key}`);
  const key = fc.constantFrom(...bound, ..."yjkngGo;\r\x1bxr ", "\x02", "logs", "\x1b[200~y\x1b[201~");
  const press = fc
    .tuple(fc.constantFrom(0, 1, 2, 4, 16, 32, 64, 65), fc.nat(119), fc.nat(39), fc.constantFrom("M", "m"))
    .map((each) => mouse(...each));
  fc.assert(
    fc.property(fc.array(fc.oneof(key, press), { maxLength: 30 }), (pieces) => {
      const held = watcher({ lastPaneId: "%2", lastWindowId: "@2" });
      for (const piece of pieces) keysTo(held, piece);
      expect(held.effects.filter(changes)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
