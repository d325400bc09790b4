import { describe, expect, test } from "vitest";
import type { Message } from "../../src/domain/message/message.ts";
import { keysTo } from "./support/keys.ts";
import { modelFor, picture, session, type Session } from "./support/screen.ts";
import { NOW_MS, trioView } from "./support/views.ts";

const trio = (cols = 120, rows = 40): Session => session(modelFor(trioView(cols, rows)));
const calls = (held: Session) =>
  held.effects.flatMap((effect) => (effect.type === "call" ? [[effect.method, effect.params] as const] : []));
const shown = async (held: Session) => (await picture(held.model)).lines.join("\n");

describe("choose-tree", () => {
  const answers = { "pane.capture": { paneId: "%4", lines: ["GET /health 200", "GET /users 500", "", ""] } };

  test.each([
    [80, 24],
    [120, 40],
    [200, 50],
  ] as const)("at %ix%i shows windows and panes, and below what stands in them", async (cols, rows) => {
    const held = keysTo(trio(cols, rows), "\x02w", answers);
    await expect(`${await shown(held)}\n`).toMatchFileSnapshot(`./golden/tree-${cols}x${rows}.txt`);
  });

  test("previews a pane of a hidden window by what the server says of it", async () => {
    const held = keysTo(trio(), "\x02wG", answers);
    expect(calls(held)).toContainEqual(["pane.capture", { target: "%4" }]);
    expect(await shown(held)).toContain("GET /users 500");
  });

  test("goes there, renames, brings a pane here, and closes after a yes", () => {
    expect(calls(keysTo(trio(), "\x02wG\r", answers))).toContainEqual(["pane.focus", { target: "%4" }]);
    expect(calls(keysTo(trio(), "\x02wGk,web\r", answers))).toContainEqual([
      "window.rename",
      { target: "2", name: "web" },
    ]);
    expect(calls(keysTo(trio(), "\x02wGb", answers))).toContainEqual([
      "pane.join",
      { target: "%4", into: "" },
    ]);
    expect(calls(keysTo(trio(), "\x02wGxy", answers))).toContainEqual([
      "pane.kill",
      { target: "%4", force: true },
    ]);
  });
});

describe("the inbox", () => {
  const message = (id: string, threadId: string, from: string, body: string, ageMs: number): Message => ({
    id,
    createdAtMs: NOW_MS - ageMs,
    createdBy: from,
    updatedAtMs: NOW_MS,
    logicalTime: 1,
    from,
    to: from === "operator" ? "kimi" : "operator",
    subject: "",
    body,
    type: "message",
    priority: "medium",
    taskId: null,
    replyTo: id === threadId ? null : threadId,
    threadId,
    expiresAtMs: null,
    attachments: [],
    receipts: [{ agent: "operator", state: "unread", atMs: NOW_MS }],
  });
  const answers = {
    "message.inbox": [
      message("m3", "m1", "kimi", "the schema is done", 10_000),
      message("m1", "m1", "operator", "how far is the schema?", 90_000),
      message("m2", "m2", "codex", "tests are green", 50_000),
    ],
  };

  test("asks for whole conversations, leaves out what was put away, and `:msgs` shows what anybody said", async () => {
    const held = keysTo(trio(), "\x02i", answers);
    expect(calls(held)).toContainEqual(["message.inbox", { all: true, threads: true, peek: true }]);
    const away = { ...message("m4", "m4", "codex", "long over", 5_000) };
    const archived = { ...away, receipts: [{ agent: "operator", state: "archived" as const, atMs: NOW_MS }] };
    expect(await shown(keysTo(trio(), "\x02i", { "message.inbox": [archived] }))).not.toContain("long over");
    const between = { ...away, from: "kimi", to: "codex", receipts: [] };
    const mail = keysTo(trio(), "\x02:msgs\r", { "message.inbox": [between] });
    expect(calls(mail)).toContainEqual(["message.inbox", { agent: "all", limit: 300 }]);
    expect(await shown(mail)).toContain("kimi → codex");
  });

  test("stands in threads, the one with news first, replies below what they answer", async () => {
    const lines = (await shown(keysTo(trio(), "\x02i", answers))).split("\n");
    const at = (text: string) => lines.findIndex((line) => line.includes(text));
    expect(at("how far is the schema?")).toBeLessThan(at("→ the schema is done"));
    expect(at("→ the schema is done")).toBeLessThan(at("tests are green"));
  });

  test("opens the whole thread", async () => {
    const text = await shown(keysTo(trio(), "\x02ij\r", answers));
    expect(text).toContain("how far is the schema?");
    expect(text).toContain("the schema is done");
  });

  test("a reply goes into the thread, by the same safe delivery", () => {
    const held = keysTo(trio(), "\x02ijwthanks\r", answers);
    expect(calls(held)).toContainEqual([
      "message.send",
      expect.objectContaining({ to: "kimi", body: "thanks", replyTo: "m3" }),
    ]);
  });
});

test("activity is narrowed to an actor or a topic by a letter, and esc shows all again", async () => {
  const entry = (id: string, actor: string, kind: string, text: string) => ({
    id,
    atMs: NOW_MS,
    actor,
    kind,
    text,
    refs: {},
  });
  const answers = {
    "activity.list": [
      entry("a1", "kimi", "lock.granted", "locked src/a.ts"),
      entry("a2", "codex", "task.moved", "task-1 is done"),
      entry("a3", "kimi", "task.moved", "task-2 began"),
    ],
  };
  const byActor = await shown(keysTo(trio(), "\x02yf", answers));
  expect(byActor).toContain("locked src/a.ts");
  expect(byActor).not.toContain("task-1 is done");
  const byTopic = await shown(keysTo(trio(), "\x02yt", answers));
  expect(byTopic).not.toContain("task-1 is done");
  expect(await shown(keysTo(keysTo(trio(), "\x02yf", answers), "\x1b", answers))).toContain("task-1 is done");
});

test("agents show their presence", async () => {
  expect(await shown(keysTo(trio(), "\x02a"))).toMatch(/claude +principal +active +● working/);
});

test("a decision is superseded, a spec's last change is shown", async () => {
  const decision = { id: "decision-1", atMs: NOW_MS, by: "claude", text: "use JWT", supersededBy: null };
  expect(calls(keysTo(trio(), "\x02Sssessions instead\r", { "decision.list": [decision] }))).toContainEqual([
    "decision.record",
    { supersedes: "decision-1", text: "sessions instead" },
  ]);
  const spec = { name: "api", version: 2, author: "kimi", atMs: NOW_MS, content: "# API", versions: 2 };
  const held = keysTo(trio(), "\x02sd", { "spec.list": [spec], "spec.diff": { diff: "+new line" } });
  expect(await shown(held)).toContain("+new line");
});

test("the menu holds every key's command, says why one cannot be done now, and does the chosen one", async () => {
  const held = keysTo(trio(), "\x02<");
  const rows = held.model.bindings.length;
  expect(rows).toBeGreaterThan(60);
  expect(await shown(held)).toContain("─ Menu ─");
  expect(calls(keysTo(trio(), "\x02</zoom\r\r"))).toContainEqual(["pane.zoom", {}]);
  const marked = keysTo(trio(), "\x02</bring the marked pane here\r\r");
  expect(marked.model.toasts.at(-1)?.text).toBe("No pane is marked; C-b m marks the one you are in.");
});

describe("the mouse in lists", () => {
  const click = (x: number, y: number, button = 0) => `\x1b[<${button};${x + 1};${y + 1}M`;

  test("a right click on the status line or a border opens the menu", async () => {
    expect(await shown(keysTo(trio(), click(5, 39, 2)))).toContain("─ Menu ─");
    const held = keysTo(trio(), click(70, 0, 2));
    expect(await shown(held)).toContain("─ Menu ─");
    expect(calls(held)).toContainEqual(["pane.focus", { target: "%2" }]);
  });

  test("a click selects the row under it, another one does what Enter does, one beside closes", async () => {
    const held = keysTo(trio(), "\x02<");
    const lines = (await shown(held)).split("\n");
    const y = lines.findIndex((line) => line.includes("zoom the pane"));
    keysTo(held, click(60, y));
    expect((await shown(held)).split("\n").find((line) => line.includes("▸ zoom the pane"))).toBeDefined();
    const again = (await shown(held)).split("\n").findIndex((line) => line.includes("▸ zoom the pane"));
    keysTo(held, click(60, again));
    expect(calls(held)).toContainEqual(["pane.zoom", {}]);
    expect(keysTo(keysTo(trio(), "\x02<"), click(3, 10)).model.layers).toEqual([]);
  });
});
