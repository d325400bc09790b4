import { describe, expect, test } from "vitest";
import type { Message } from "../../src/domain/message/message.ts";
import type { NeedView } from "../../src/protocol/views.ts";
import { keysTo } from "./support/keys.ts";
import { modelFor, picture, session, type Session } from "./support/screen.ts";
import { agentView, NOW_MS, trioView } from "./support/views.ts";

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

const RECEIPT = { agent: "operator", state: "unread", atMs: NOW_MS } as const;

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
  receipts: [RECEIPT],
});

describe("the inbox", () => {
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
    const archived = { ...away, receipts: [{ ...RECEIPT, state: "archived" as const }] };
    expect(await shown(keysTo(trio(), "\x02i", { "message.inbox": [archived] }))).not.toContain("long over");
    const between = { ...away, from: "kimi", to: "codex", receipts: [] };
    const mail = keysTo(trio(), "\x02:msgs\r", { "message.inbox": [between] });
    expect(calls(mail)).toContainEqual(["message.inbox", { agent: "all", limit: 301 }]);
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

  test("opening a message marks it read; d says that the matter is done, and what is further already says so", async () => {
    const opened = keysTo(trio(), "\x02ij\r", answers);
    expect(calls(opened)).toContainEqual(["message.mark", { message: "m3", state: "read" }]);
    expect(calls(keysTo(trio(), "\x02id", answers))).toContainEqual([
      "message.mark",
      { message: "m1", state: "completed" },
    ]);
    const done = {
      ...message("m4", "m4", "codex", "over", 5_000),
      receipts: [{ ...RECEIPT, state: "completed" }],
    };
    const held = keysTo(trio(), "\x02ir", { "message.inbox": [done] });
    expect(await shown(held)).toContain("It is completed already.");
    expect(calls(held).map(([method]) => method)).not.toContain("message.mark");
  });

  test("a reply goes into the thread, by the same safe delivery", async () => {
    expect(await shown(keysTo(trio(), "\x02ijw", answers))).toContain("─ Reply to m3 ─");
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

test("a list of the latest entries says how to see the older ones, when there are any", async () => {
  const entries = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      id: `a${n}`,
      atMs: NOW_MS - n,
      actor: "kimi",
      kind: "note",
      text: `entry ${n}`,
      refs: {},
    }));
  const last = (count: number) => shown(keysTo(trio(), "\x02yG", { "activity.list": entries(count) }));
  expect(await last(300)).toContain("entry 299");
  expect(await last(300)).not.toContain("Older ones");
  expect(await last(301)).toContain("These are the latest 300. Older ones: ia-tmux activity --limit 1000");
  expect(await last(301)).not.toContain("entry 300");
});

describe("the agents", () => {
  test("show presence, state, status with its age, and mail, at 80 columns, too", async () => {
    const text = await shown(keysTo(trio(80, 24), "\x02a"));
    expect(text).toMatch(/claude +principal +active +● working +0:42 +auth module/);
    expect(text).toMatch(/kimi +delegate +active +○ idle +0:05 +on the ta.* ✉1 2 new/);
  });

  test("show their development role where there is room, and everything of the selected one below", async () => {
    const held = keysTo(trio(200, 50), "\x02aj");
    const wide = await shown(held);
    expect(wide).toMatch(/kimi +delegate +backend_dev +active/);
    expect(wide).toMatch(/on the tables \(3 m\) · schema · orders\.ts/);
    for (const fact of [
      "delegate, backend dev; active",
      "says: on the tables (3 m ago)",
      "task task-a3f2 schema (assigned)",
      "wrote src/db/orders.ts 20 s ago",
      "1 on the way to it: dialog",
      "2 unread messages",
    ])
      expect(await shown(keysTo(trio(80, 24), "\x02aj"))).toContain(fact);
  });

  test("of no pane are outside or not here, and no state is guessed for them", async () => {
    const state = { blockedOn: null, message: null, sinceMs: NOW_MS, because: "process" } as const;
    const dora = agentView("dora", { state: { ...state, name: "unknown" }, statusText: "on the login" });
    const eve = agentView("eve", { state: { ...state, name: "exited" }, presence: "offline" });
    const view = { ...trioView(80, 24), agents: [dora, eve] };
    const text = await shown(keysTo(session(modelFor(view)), "\x02a"));
    expect(text).toMatch(/dora +delegate +active +outside .*on the login/);
    expect(text).toMatch(/eve +delegate +offline +not here/);
    expect(text).toContain("runs outside the panes");
    const asked = keysTo(session(modelFor(view)), "\x02ae");
    expect(await shown(asked)).toContain("No pane shows what it does.");
    expect(calls(asked)).toEqual([]);
  });

  test("stand below how they work together, and who leads", async () => {
    expect(await shown(keysTo(trio(80, 24), "\x02a"))).toContain("hierarchical, led by claude: 3");
  });

  test("show the prompt that one would get now", async () => {
    const held = keysTo(trio(), "\x02ajp", { "relay.prompt": { text: "You are kimi (delegate)." } });
    expect(calls(held)).toContainEqual(["relay.prompt", { agent: "kimi" }]);
    expect(await shown(held)).toContain("You are kimi (delegate).");
  });

  test("get another role by a letter and a word", () => {
    const held = keysTo(trio(), "\x02ajrreviewer\r");
    expect(calls(held)).toContainEqual(["agent.set", { name: "kimi", role: "reviewer" }]);
  });
});

describe("what needs me", () => {
  const need = (more: Partial<NeedView>): NeedView => ({
    id: "question:ask-1",
    kind: "question",
    agent: "claude",
    paneId: null,
    text: "Which token store?",
    about: null,
    sinceMs: NOW_MS - 120_000,
    deadlineAtMs: null,
    default: null,
    actions: [{ key: "w", label: "write an answer", action: "answer" }],
    ...more,
  });
  const needs = (rows: readonly NeedView[], typed = "") =>
    keysTo(trio(80, 24), `\x02!${typed}`, { "needs.list": rows, "needs.answer": {} });

  test("a question says until when it waits and what holds then", async () => {
    const text = await shown(needs([need({ deadlineAtMs: NOW_MS + 480_000, default: "redis" })]));
    expect(text).toMatch(/claude +asks: Which token store\? +8 m → redis +2 m/);
    expect(text).toContain('waits another 8 m, then "redis" holds');
    expect(await shown(needs([need({ deadlineAtMs: NOW_MS + 480_000 })]))).toContain("8 m left");
  });

  test("an escalation says what it is about", async () => {
    const text = await shown(
      needs([need({ kind: "escalation", text: "the schema: nobody decides", about: "task-a3f2" })]),
    );
    expect(text).toContain("hands up: the schema: nobody decides");
    expect(text).toContain("about task-a3f2");
  });

  test("ten options stand below the list with a key each, and the tenth is chosen by 0", async () => {
    const actions = Array.from({ length: 10 }, (_, at) => ({
      key: String((at + 1) % 10),
      label: `option ${at + 1}`,
      action: `answer:option ${at + 1}`,
    }));
    const held = needs([need({ actions, default: "option 2" })], "0");
    expect(await shown(held)).toContain("2  option 2 (the default)");
    expect(calls(held)).toContainEqual([
      "needs.answer",
      { need: "question:ask-1", action: "answer:option 10" },
    ]);
  });

  test("what an escalation is about is read without leaving", async () => {
    const about = await shown(
      keysTo(trio(80, 24), "\x02!s", {
        "needs.list": [need({ kind: "escalation", about: "msg-1" })],
        "message.show": {
          ...message("msg-1", "msg-1", "kimi", "which of the two?", 5_000),
          subject: "stores",
        },
      }),
    );
    expect(about).toContain("─ msg-1 ─");
    expect(about).toMatch(/kimi → operator, message, medium, 5 s[^]*stores[^]*which of the two\?/);
    const held = needs([need({ kind: "escalation", about: "task-1" })], "s");
    expect(calls(held)).toContainEqual(["task.show", { task: "task-1" }]);
  });

  test("looking at the pane goes there and answers nothing", () => {
    const actions = [{ key: "v", label: "look at the screen", action: "open" }];
    const held = needs([need({ kind: "delivery", paneId: "%3", actions })], "v");
    expect(calls(held)).toContainEqual(["pane.focus", { target: "%3" }]);
    expect(calls(held).map(([method]) => method)).not.toContain("needs.answer");
    expect(held.model.layers).toEqual([]);
  });

  test("whoever wrote round a lock can be asked why, and the row goes when one has looked at it", () => {
    const actions = [{ key: "d", label: "done: I have looked at it", action: "dismiss" }];
    const row = need({
      id: "bypass:1",
      kind: "conflict",
      agent: "codex",
      text: "codex wrote src/a.ts",
      actions,
    });
    const asked = keysTo(needs([row]), "wwhy?\r");
    expect(calls(asked)).toContainEqual([
      "message.send",
      expect.objectContaining({ to: "codex", body: "why?" }),
    ]);
    expect(calls(needs([row], "d"))).toContainEqual([
      "needs.answer",
      { need: "bypass:1", action: "dismiss" },
    ]);
  });

  test("the own full inbox is opened or, when one says yes, archived", async () => {
    const row = need({
      id: "crowded:unread:operator",
      kind: "inbox",
      agent: null,
      text: "1000 messages in your inbox are unread: more are refused",
      actions: [{ key: "a", label: "archive all that are unread", action: "archive" }],
    });
    const answered = ["needs.answer", { need: row.id, action: "archive" }];
    const asked = needs([row], "a");
    expect(await shown(asked)).toContain("Archive all unread messages of your inbox?");
    expect(calls(asked)).not.toContainEqual(answered);
    expect(calls(needs([row], "ay"))).toContainEqual(answered);
    expect(needs([row], "i").model.layers.at(-1)).toMatchObject({ kind: "list", list: "inbox" });
  });

  test("a question leads to the pane of the agent that asks", () => {
    expect(calls(needs([need({})], "o"))).toContainEqual(["pane.focus", { target: "%1" }]);
  });
});

test("a decision is superseded, a spec's last change is shown, and it is followed", async () => {
  const decision = { id: "decision-1", atMs: NOW_MS, by: "claude", text: "use JWT", supersededBy: null };
  expect(calls(keysTo(trio(), "\x02Sssessions instead\r", { "decision.list": [decision] }))).toContainEqual([
    "decision.record",
    { supersedes: "decision-1", text: "sessions instead" },
  ]);
  const spec = { name: "api", version: 2, author: "kimi", atMs: NOW_MS, content: "# API", versions: 2 };
  const held = keysTo(trio(), "\x02sd", { "spec.list": [spec], "spec.diff": { diff: "+new line" } });
  expect(await shown(held)).toContain("+new line");
  expect(calls(keysTo(trio(), "\x02sf", { "spec.list": [spec] }))).toContainEqual([
    "spec.subscribe",
    { name: "api" },
  ]);
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

test("a toast leaves the keys at the lower edge readable", async () => {
  const view = trioView(80, 24);
  const toasts = [{ level: "good", text: "Copied.", untilMs: NOW_MS + 1_000, subject: null }] as const;
  const held = keysTo(session(modelFor(view, { toasts })), "\x02<");
  const lines = (await shown(held)).split("\n");
  expect(lines[22]).toContain("esc back ─");
  expect(lines[21]).toContain("Copied.");
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
