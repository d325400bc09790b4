import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { MethodName } from "../../src/protocol/methods.ts";
import {
  makeAgent,
  makeDelivery,
  makeLock,
  makeMessage,
  makePane,
  makeQuestion,
  makeSummary,
  makeTask,
} from "./records.ts";
import { CLAUDE, fakeServer, NOW_MS, OPERATOR, run, type FakeServer, type Script } from "./rig.ts";

let server: FakeServer | undefined;
const serve = async (script: Script, options: Parameters<typeof fakeServer>[1] = {}) =>
  (server = await fakeServer(script, options));
afterEach(async () => {
  await server?.close();
  server = undefined;
});

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "commands-"));
  writeFileSync(join(dir, "plan.md"), "# Plan\n\nlogin, logout\n");
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const text = (body: string) => ({ ...makeMessage(), body });
const taskResult = { task: makeTask(), claimable: [makeTask({ id: "task-2", title: "next" })] };
const spec = { name: "api", version: 2, author: "claude", atMs: NOW_MS, content: "# API", versions: 2 };
const session = {
  id: "s-1",
  createdAtMs: NOW_MS,
  createdBy: "operator",
  updatedAtMs: NOW_MS,
  logicalTime: 1,
  project: "shop",
  mode: "review" as const,
  initialised: true,
  principal: "claude",
};
const decision = { id: "dec-1", atMs: NOW_MS, by: "claude", text: "use redis", supersededBy: null };
const question = makeQuestion();
const activity = {
  id: "act-1",
  atMs: NOW_MS,
  logicalTime: 1,
  kind: "note",
  actor: "kimi",
  text: "did it",
  refs: {},
};
const need = {
  id: "n-1",
  kind: "question",
  agent: "claude",
  paneId: "%1",
  text: "redis?",
  about: null,
  sinceMs: NOW_MS,
  deadlineAtMs: null,
  default: null,
  actions: [],
} as const;
const pane = { paneId: "%9", windowId: "@1" };
const info = {
  version: "0.1.0",
  protocol: 1,
  pid: 7,
  hostPid: 8,
  startedAtMs: NOW_MS - 60_000,
  root: "/shop",
  stateDir: "/state",
  sockets: { server: "/s", hook: "/h", host: "/p" },
  panes: 3,
  clients: 1,
  readOnlyReason: null,
  storeProblems: [],
  watchProblems: [],
};

/** A command line, what the server is asked, with which parameters, and a word of what people see. */
const CASES: readonly (readonly [
  argv: string,
  method: MethodName,
  params: object,
  script: Script,
  shown: string,
])[] = [
  [
    'quick --to kimi "Implement auth"',
    "task.delegate",
    { to: "kimi", text: "Implement auth", priority: "medium" },
    { "task.delegate": () => ({ task: makeTask(), delivery: makeDelivery(), outlook: "goes now" }) },
    "goes now",
  ],
  [
    "delegate --to kimi --file plan.md --priority high --files src/** --lock",
    "task.delegate",
    { text: "# Plan\n\nlogin, logout\n", priority: "high", files: ["src/**"], lock: true },
    { "task.delegate": () => ({ task: makeTask(), delivery: makeDelivery(), outlook: "waits" }) },
    "Delegated task-7f31 to kimi",
  ],
  [
    'delegate -t kimi --task "A" --description "B" --criteria c1 --criteria c2',
    "task.delegate",
    { text: "A", description: "B", acceptanceCriteria: ["c1", "c2"] },
    { "task.delegate": () => ({ task: makeTask(), delivery: makeDelivery(), outlook: "waits" }) },
    "relay dlv-1",
  ],
  [
    'create-task "Fix login" --depends-on task-1 --assignee kimi',
    "task.create",
    { title: "Fix login", dependsOn: ["task-1"], assignee: "kimi" },
    { "task.create": () => makeTask() },
    "Created task-7f31",
  ],
  [
    "tasks --assignee kimi --status in_progress",
    "task.list",
    { assignee: "kimi", status: "in_progress" },
    { "task.list": () => [makeTask()] },
    "@kimi",
  ],
  ["tasks", "task.list", { activeOnly: false }, { "task.list": () => [] }, "No tasks."],
  [
    "task show task-7f31",
    "task.show",
    { task: "task-7f31" },
    { "task.show": () => makeTask({ notes: [{ atMs: NOW_MS, by: "kimi", text: "half done" }] }) },
    "half done",
  ],
  [
    'task update task-7f31 --status completed --note "done"',
    "task.update",
    { task: "task-7f31", status: "completed", note: "done" },
    { "task.update": () => taskResult },
    "now claimable",
  ],
  [
    "complete-task task-7f31",
    "task.update",
    { status: "completed" },
    { "task.update": () => taskResult },
    "Updated task-7f31",
  ],
  [
    "block-task task-7f31 --reason waiting",
    "task.update",
    { status: "blocked", note: "waiting" },
    { "task.update": () => taskResult },
    "Blocked",
  ],
  [
    "task assign task-7f31 codex",
    "task.assign",
    { to: "codex" },
    { "task.assign": () => taskResult },
    "Assigned",
  ],
  [
    "claim-task task-7f31 --lock",
    "task.claim",
    { lock: true, force: false },
    { "task.claim": () => taskResult },
    "Claimed",
  ],
  [
    "claim-next",
    "task.claim-next",
    { lock: false },
    { "task.claim-next": () => ({ task: null }) },
    "No available tasks to claim.",
  ],
  [
    "send --to all --subject hi hello there",
    "message.send",
    { to: "all", subject: "hi", body: "hello there" },
    { "message.send": () => text("x") },
    "Sent msg-1",
  ],
  [
    "msg send -t role:reviewer -m look --task-id task-1 --type review --expires 1h",
    "message.send",
    { to: "role:reviewer", body: "look", taskId: "task-1", type: "review", expiresInMs: 3_600_000 },
    { "message.send": () => text("x") },
    "Sent",
  ],
  ["inbox", "message.inbox", { peek: true, all: false }, { "message.inbox": () => [makeMessage()] }, "msg-1"],
  ["inbox --all", "message.inbox", { all: true }, { "message.inbox": () => [] }, "No new messages."],
  [
    "ack msg-1",
    "message.mark",
    { message: "msg-1", state: "acknowledged" },
    { "message.mark": () => makeMessage() },
    "acknowledged",
  ],
  [
    "message search redis cache",
    "message.search",
    { query: "redis cache" },
    { "message.search": () => [] },
    "No message",
  ],
  [
    "lock src/a.ts busy with it",
    "lock.acquire",
    { path: "src/a.ts", reason: "busy with it", waitMs: 0 },
    { "lock.acquire": () => makeLock() },
    "Locked src/a.ts for 41 min",
  ],
  [
    "lock --resource db --wait 5s",
    "lock.acquire",
    { resource: "db", waitMs: 5_000 },
    { "lock.acquire": () => makeLock({ label: "db" }) },
    "Locked db",
  ],
  [
    "unlock src/a.ts",
    "lock.release",
    { path: "src/a.ts", force: false },
    { "lock.release": () => ({ released: false, label: "src/a.ts" }) },
    "No lock held on src/a.ts",
  ],
  ["locks", "lock.list", {}, { "lock.list": () => [makeLock({ waiters: ["codex"] })] }, "waiting: codex"],
  [
    "append notes.md --content line --no-newline",
    "lock.append",
    { path: "notes.md", content: "line", newline: false },
    { "lock.append": () => ({ path: "notes.md", bytes: 4 }) },
    "Appended 4 bytes",
  ],
  [
    "append notes.md line --ttl 5m",
    "lock.append",
    { newline: true, ttlMs: 300_000 },
    { "lock.append": () => ({ path: "notes.md", bytes: 5 }) },
    "Appended",
  ],
  ["status", "summary.show", {}, { "summary.show": () => makeSummary() }, "1 pending, 2 in_progress"],
  [
    "status writing tests",
    "status.set",
    { text: "writing tests" },
    { "status.set": () => ({}) },
    "Status: writing tests",
  ],
  ["summary", "summary.show", {}, { "summary.show": () => makeSummary() }, "kimi has 2 unread messages"],
  [
    "whoami",
    "server.whoami",
    {},
    { "server.whoami": () => CLAUDE },
    "claude (agent, principal, tech_lead), by pane token, pane %1",
  ],
  [
    "session set --mode review",
    "session.set",
    { mode: "review" },
    { "session.set": () => session },
    "shop: review",
  ],
  ["agents", "agent.list", {}, { "agent.list": () => [makeAgent({ locks: 2 })] }, "2 locks"],
  ["agent show KIMI", "agent.list", {}, { "agent.list": () => [makeAgent()] }, "delegate"],
  [
    "agent start kimi --name kimi2 --role reviewer",
    "agent.start",
    { profile: "kimi", name: "kimi2", role: "reviewer" },
    { "agent.start": () => ({ ...pane, name: "kimi2" }) },
    "Started kimi2 in pane %9",
  ],
  [
    "relay --agent kimi",
    "relay.prompt",
    { agent: "kimi" },
    { "relay.prompt": () => ({ text: "You have work\nin two lines" }) },
    "You have work\nin two lines",
  ],
  ["deliveries", "delivery.list", {}, { "delivery.list": () => [makeDelivery()] }, "waits: kimi is working"],
  [
    "delivery retry dlv-1",
    "delivery.retry",
    { delivery: "dlv-1" },
    { "delivery.retry": () => makeDelivery() },
    "dlv-1 is queued",
  ],
  [
    "delivery drop dlv-1",
    "delivery.drop",
    { delivery: "dlv-1" },
    { "delivery.drop": () => makeDelivery({ state: "cancelled" }) },
    "cancelled",
  ],
  ["needs", "needs.list", {}, { "needs.list": () => [need] }, "redis?"],
  [
    "needs",
    "needs.list",
    {},
    {
      "needs.list": () => [
        { ...need, text: "a long one ".repeat(30), deadlineAtMs: NOW_MS + 480_000, default: "redis" },
      ],
    },
    "8 min left, then: redis",
  ],
  [
    "needs answer n-1 approve",
    "needs.answer",
    { need: "n-1", action: "approve" },
    { "needs.answer": () => ({}) },
    "Done.",
  ],
  [
    "trust abc --no",
    "trust.answer",
    { sha256: "abc", trust: false },
    { "trust.answer": () => ({}) },
    "Refused.",
  ],
  [
    "publish-spec api --file plan.md",
    "spec.publish",
    { name: "api", content: "# Plan\n\nlogin, logout\n" },
    { "spec.publish": () => spec },
    "Published api version 2",
  ],
  [
    "get-spec api --version 1",
    "spec.show",
    { name: "api", version: 1 },
    { "spec.show": () => spec },
    "# API",
  ],
  ["specs", "spec.list", {}, { "spec.list": () => [spec] }, "v2"],
  [
    "decision use redis",
    "decision.record",
    { text: "use redis" },
    { "decision.record": () => decision },
    "Recorded dec-1",
  ],
  [
    "decisions redis",
    "decision.list",
    { query: "redis" },
    { "decision.list": () => [decision] },
    "use redis",
  ],
  [
    "log --type edit --message changed-it --file src/a.ts",
    "activity.add",
    { kind: "edit", text: "changed-it", path: "src/a.ts" },
    { "activity.add": () => activity },
    "Logged act-1 [note]",
  ],
  ["log", "activity.list", { limit: 51 }, { "activity.list": () => [activity] }, "did it"],
  [
    "activity -n 5 --actor kimi",
    "activity.list",
    { limit: 6, actor: "kimi" },
    { "activity.list": () => [activity] },
    "did it",
  ],
  [
    "ask which? --option redis --option memory --deadline 10m --default redis",
    "question.ask",
    { question: "which?", options: ["redis", "memory"], deadlineMs: 600_000, default: "redis" },
    { "question.ask": () => question },
    "Asked q-1",
  ],
  ["questions", "question.list", {}, { "question.list": () => [question] }, "redis | memory"],
  [
    "answer q-1 redis please",
    "question.answer",
    { question: "q-1", answer: "redis please" },
    { "question.answer": () => question },
    "Answered q-1",
  ],
  [
    "escalate msg-1 --reason stuck",
    "question.escalate",
    { about: "msg-1", reason: "stuck" },
    { "question.escalate": () => question },
    "Escalated msg-1 as q-1",
  ],
  ["ls", "pane.list", {}, { "pane.list": () => [makePane()] }, "pid 42"],
  [
    "capture kimi -J",
    "pane.capture",
    { target: "kimi", joinWrapped: true, ansi: false },
    {
      "pane.capture": () => ({
        paneId: "%2",
        lines: ["hello   ", "", ""],
        cols: 80,
        rows: 24,
        cursor: { x: 0, y: 0, visible: true },
        title: "",
      }),
    },
    "hello\n",
  ],
  [
    "capture-pane -p -t kimi -S -30",
    "pane.capture",
    { target: "kimi", joinWrapped: false, ansi: false },
    {
      "pane.capture": () => ({
        paneId: "%2",
        lines: [],
        cols: 80,
        rows: 24,
        cursor: { x: 0, y: 0, visible: true },
        title: "",
      }),
      "pane.rows": () => ({
        first: 60,
        firstLive: 60,
        above: "older",
        total: 94,
        history: 10,
        from: 93,
        frame: "",
      }),
      "pane.older": () => ({ first: 20, above: "older" }),
      "pane.text": (asked) => ({
        lines: [`from ${asked["from"]}   `, "hello"],
        next: null,
        goesOn: false,
        cols: 80,
      }),
    },
    "from 40\nhello\n",
  ],
  [
    "send-keys %2 hello Enter",
    "pane.send-keys",
    { target: "%2", keys: ["hello", "Enter"], literal: false },
    { "pane.send-keys": () => ({}) },
    "",
  ],
  [
    "send-keys -l %2 -- -x",
    "pane.send-keys",
    { keys: ["-x"], literal: true },
    { "pane.send-keys": () => ({}) },
    "",
  ],
  [
    "pane split --down -p 30 -- ls -la",
    "pane.split",
    { direction: "down", percent: 30, command: ["ls", "-la"] },
    { "pane.split": () => pane },
    "%9",
  ],
  ["new-window --profile kimi", "window.new", { profile: "kimi" }, { "window.new": () => pane }, "%9"],
  [
    "split-window -c src sh -c make -v",
    "pane.split",
    { cwd: "src", command: ["sh", "-c", "make", "-v"] },
    { "pane.split": () => pane },
    "%9",
  ],
  [
    "new-window npm audit --json",
    "window.new",
    { command: ["npm", "audit"] },
    { "window.new": () => pane },
    '"paneId"',
  ],
  [
    "new-window -- npm audit --json",
    "window.new",
    { command: ["npm", "audit", "--json"] },
    { "window.new": () => pane },
    "%9",
  ],
  [
    "layouts",
    "layout.list",
    {},
    { "layout.list": () => [{ name: "trio", source: "built-in", summary: "three" }] },
    "three",
  ],
  ["layout open pair", "layout.open", { name: "pair" }, { "layout.open": () => ({}) }, "Opened pair"],
  ["select-layout tiled", "layout.preset", { name: "tiled" }, { "layout.preset": () => ({}) }, ""],
  [
    "server status",
    "server.info",
    {},
    { "server.info": () => info, "server.queues": () => [] },
    "7, version 0.1.0, up 1 min",
  ],
  ["server stop", "server.stop", { endPanes: false }, { "server.stop": () => ({}) }, "Stopped."],
  [
    "wait --agent kimi --state idle --timeout 5s",
    "wait.for",
    { agent: "kimi", state: "idle", timeoutMs: 5_000 },
    { "wait.for": () => ({}) },
    "",
  ],
  [
    "wait --delivery dlv-1 --state confirmed",
    "wait.for",
    { delivery: "dlv-1", state: "confirmed", timeoutMs: 60_000 },
    { "wait.for": () => ({}) },
    "",
  ],
  ["debug dump", "server.dump", {}, { "server.dump": () => ({ deep: { state: 1 } }) }, '"deep"'],
  [
    'debug rpc lock.release {"path":"a","cwd":"/"}',
    "lock.release",
    { path: "a", cwd: "/" },
    { "lock.release": () => ({ released: true, label: "a" }) },
    '"released": true',
  ],
];

const split = (line: string) =>
  line.match(/"[^"]*"(?=\s|$)|\S+/g)!.map((word) => word.replace(/^"(.*)"$/, "$1"));

describe("a command asks the server what it says", () => {
  test.each(CASES)("%s", async (line, method, params, script, shown) => {
    await serve(script);
    const argv = line.startsWith("debug rpc") ? line.split(" ") : split(line);
    const human = await run(argv, { server, cwd: dir });
    expect(human.stderr).toBe("");
    expect(human.exitCode).toBe(0);
    expect(human.stdout).toContain(shown);
    expect(server?.calls[0]).toMatchObject({ method, params });

    const end = argv.indexOf("--");
    const json = await run([...argv].toSpliced(end < 0 ? argv.length : end, 0, "--json"), {
      server,
      cwd: dir,
    });
    expect(json.exitCode).toBe(0);
    expect(JSON.parse(json.stdout)).toBeDefined();
  });
});

test("a body piped into a command is its text; the last line break is the pipe's", async () => {
  await serve({ "message.send": (params) => text(params.body) });
  await run(["send", "--to", "kimi"], { server, stdin: "two\nlines\n" });
  expect(server?.calls[0]?.params).toMatchObject({ body: "two\nlines" });
});

test("words win over a stdin that nobody filled, and stdin is not waited for", async () => {
  await serve({ "message.send": (params) => text(params.body) });
  await run(["send", "--to", "kimi", "word"], { server, stdin: "" });
  expect(server?.calls[0]?.params).toMatchObject({ body: "word" });
});

test("a text given twice is refused rather than guessed", async () => {
  const { exitCode, stderr } = await run(["send", "--to", "kimi", "-m", "a", "b"]);
  expect(exitCode).toBe(64);
  expect(stderr).toContain("given twice");
});

test("reading a message marks it read for its recipient, and for nobody else", async () => {
  const script: Script = { "message.show": () => makeMessage(), "message.mark": () => makeMessage() };
  await serve(script, { identity: { ...CLAUDE, name: "kimi" } });
  expect((await run(["read-message", "msg-1"], { server })).stdout).toContain("hello");
  expect(server?.calls.map((call) => call.method)).toEqual(["message.show", "message.mark"]);
  await server?.close();
  await serve(script, { identity: OPERATOR });
  await run(["read-message", "msg-1"], { server });
  expect(server?.calls.map((call) => call.method)).toEqual(["message.show"]);
});

test("a reply goes to the sender, in the thread, and can settle the matter", async () => {
  await serve({ "message.reply": () => makeMessage({ id: "msg-2", to: "claude" }) });
  const { stdout } = await run(["reply", "msg-1", "yes", "--mark-complete"], { server });
  expect(server?.calls[0]?.params).toMatchObject({ message: "msg-1", body: "yes", complete: true });
  expect(stdout).toContain("Sent msg-2 to claude");
});

test("a capture asks for the screen once, and ends when the pane gets another width meanwhile", async () => {
  const answers = (widths: number[]): Script => ({
    "pane.capture": () => ({
      paneId: "%2",
      lines: ["live"],
      cols: 80,
      rows: 24,
      cursor: { x: 0, y: 0, visible: true },
      title: "",
    }),
    "pane.rows": () => ({
      first: 0,
      firstLive: 0,
      above: "nothing",
      total: 94,
      history: 70,
      from: 93,
      frame: "",
    }),
    "pane.text": ({ from }) => ({
      lines: [`row ${from}`],
      next: from < 60 ? 60 : null,
      goesOn: false,
      cols: widths.shift() ?? 0,
    }),
  });
  await serve(answers([80, 80]));
  const whole = await run(["capture", "-S", "-"], { server });
  expect(whole.stdout).toBe("row 0\nrow 60\n");
  expect(server?.calls.filter(({ method }) => method === "pane.capture").length).toBe(1);
  await server?.close();
  await serve(answers([80, 79]));
  const torn = await run(["capture", "-S", "-"], { server });
  expect([torn.exitCode, torn.stdout]).toEqual([130, ""]);
  expect(torn.stderr).toContain("got another width");
});

test("delegate --wait follows the relay by events until it is confirmed", async () => {
  const states = ["queued", "writing", "confirmed"] as const;
  let looks = 0;
  await serve({
    "task.delegate": () => ({ task: makeTask(), delivery: makeDelivery(), outlook: "waits" }),
    "events.subscribe": () => ({}),
    "delivery.list": (_, notify) => {
      const state = states[looks++] ?? "confirmed";
      if (state !== "confirmed") {
        setTimeout(() => notify({ notice: "event", event: { atMs: NOW_MS, kind: "delivery.changed" } }), 1);
      }
      return [makeDelivery({ state })];
    },
  });
  const { exitCode, stdout } = await run(["delegate", "--to", "kimi", "x", "--wait"], { server });
  expect(exitCode).toBe(0);
  expect(stdout).toContain("confirmed");
  expect(looks).toBe(3);
});

test("delegate --wait ends 1 when the relay is unconfirmed", async () => {
  await serve({
    "task.delegate": () => ({ task: makeTask(), delivery: makeDelivery(), outlook: "waits" }),
    "events.subscribe": () => ({}),
    "delivery.list": () => [makeDelivery({ state: "unconfirmed", reason: "nothing moved" })],
  });
  const { exitCode, stdout } = await run(["delegate", "--to", "kimi", "x", "--wait"], { server });
  expect(exitCode).toBe(1);
  expect(stdout).toContain("unconfirmed, nothing moved");
});

test("events print as JSON lines, filtered by kind, and end after --limit", async () => {
  await serve({
    "events.subscribe": (_, notify) => {
      for (const kind of ["task.created", "lock.denied", "lock.granted", "lock.released"]) {
        notify({ notice: "event", event: { atMs: NOW_MS, kind, path: "a\u202eb" } });
      }
      return {};
    },
  });
  const { exitCode, stdout } = await run(["events", "--json", "--kind", "lock.", "-n", "2"], { server });
  expect(exitCode).toBe(0);
  const events = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string; path: string });
  expect(events.map((event) => event.kind)).toEqual(["lock.denied", "lock.granted"]);
  expect(events[0]?.path).toBe("a\u202eb");
  expect(stdout).not.toContain("\u202e");
});

test("up --headless opens the layout at the asked size and leaves no client behind", async () => {
  await serve({
    "client.attach": () => ({
      clientId: "c1",
      view: { project: { name: "shop", root: "/shop" }, panes: [makePane()], agents: [makeAgent()] } as never,
      settings: {} as never,
      coach: false,
    }),
    "server.info": () => info,
    "client.detach": () => ({}),
  });
  const { exitCode, stdout } = await run(["up", "--headless", "--layout", "pair", "--size", "200x50"], {
    server,
  });
  expect(exitCode).toBe(0);
  expect(stdout).toContain("shop is up: server 7, 1 panes.");
  expect(server?.calls.map((call) => call.method)).toEqual(["client.attach", "server.info", "client.detach"]);
  expect(server?.calls[0]?.params).toMatchObject({ cols: 200, rows: 50, layout: "pair" });
});

test("an option behind a verb is the verb's, also where the noun alone has it", async () => {
  await serve({ "lock.acquire": () => makeLock() });
  await run(["lock", "acquire", "src/a.ts", "--wait", "5s"], { server });
  await run(["lock", "--wait", "7s", "src/a.ts"], { server });
  expect(server?.calls.map((call) => (call.params as { waitMs: number }).waitMs)).toEqual([5_000, 7_000]);
});

test("down asks when an agent works and somebody is there to answer", async () => {
  const working = makeAgent({ state: { ...makeAgent().state, name: "working" } });
  await serve({ "agent.list": () => [working], "server.stop": () => ({}) });
  expect((await run(["down"], { server, stdin: "" })).exitCode).toBe(0);
  expect(server?.calls.at(-1)).toMatchObject({ method: "server.stop", params: { endPanes: true } });
});
