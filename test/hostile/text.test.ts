// P28: a peer writes what it likes into every text there is. Wherever a human reads it, it is only text.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connection } from "../../src/client/connection.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

const CORPUS = [
  "\u001b[31mred\u001b[0m\u0007\u0000",
  "a\u009b2Jb\u0085c",
  "abc\u202edcba\u2066x\u2069",
  "line\u2028sep\u2029para",
  "\u001b]52;c;ZXZpbA==\u0007\u001b]2;title\u0007",
  "\u001b]7501;state=idle\u0007\u001bPq\u001b\\ del\u007f",
];
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
// oxlint-disable-next-line no-control-regex
const OWN_SGR = /\u001b\[(?:0|1|2|31|32|33|36)m/g;

let workspace: Workspace;
let written = 0;
const refused: string[] = [];

beforeAll(async () => {
  workspace = await openWorkspace();
  const operator = await workspace.connect();
  const ben = await workspace.connect({ agent: "ben" });
  for (const [at, bad] of CORPUS.entries()) await poison(operator, ben, bad, at);
});
afterAll(() => workspace.close());

/** Every free text that a peer can store. A refusal is as good as an inert text. */
async function poison(operator: Connection, ben: Connection, bad: string, at: number): Promise<void> {
  const attempt = async (name: string, call: Promise<unknown>) => {
    await call.then(
      () => written++,
      (thrown: unknown) => refused.push(`${name}: ${String(thrown)}`),
    );
  };
  const list = [bad, bad];
  await attempt(
    "task",
    ben.call("task.create", {
      title: `t${at} ${bad}`,
      description: bad,
      requirements: list,
      acceptanceCriteria: list,
      deliverables: list,
      files: list,
    }),
  );
  await attempt(
    "task file",
    ben.call("task.create", {
      title: `u${at} ${bad}`,
      description: bad,
      requirements: list,
      acceptanceCriteria: list,
      deliverables: list,
    }),
  );
  await attempt("note", ben.call("task.update", { task: `u${at}`, note: bad }));
  await attempt(
    "message",
    ben.call("message.send", { to: "operator", subject: bad, body: `b${at} ${bad}`, attachments: list }),
  );
  await attempt(
    "plain message",
    ben.call("message.send", { to: "operator", subject: bad, body: `c${at} ${bad}` }),
  );
  await attempt("message key", ben.call("message.send", { to: "operator", key: bad, body: "x" }));
  await attempt("lock", ben.call("lock.acquire", { path: `f${at}${bad}`, reason: bad }));
  await attempt("reason", ben.call("lock.acquire", { path: `src/f${at}`, reason: bad }));
  await attempt("resource", ben.call("lock.acquire", { resource: `r${at}${bad}`, reason: bad }));
  await attempt("spec", ben.call("spec.publish", { name: `s${at}`, content: bad }));
  await attempt("spec name", ben.call("spec.publish", { name: bad, content: bad }));
  await attempt("decision", ben.call("decision.record", { text: `d${at} ${bad}` }));
  await attempt(
    "question",
    ben.call("question.ask", { question: `q${at} ${bad}`, options: list, default: bad }),
  );
  await attempt("status", ben.call("status.set", { text: bad }));
  await attempt("activity", ben.call("activity.add", { kind: bad, text: bad, path: bad }));
  await attempt("plain activity", ben.call("activity.add", { text: bad }));
  await attempt("project", operator.call("session.set", { project: bad }));
  await attempt("window", operator.call("window.rename", { target: "", name: bad }));
  await attempt(
    "pane name",
    operator.call("window.new", {
      name: bad,
      command: ["sh", "-c", `printf '%s' "$1"; sleep 600`, "sh", bad.replaceAll("\u0000", "")],
    }),
  );
  await attempt("agent name", ben.call("agent.register", { name: bad }));
  await attempt("buffer", operator.call("buffer.set" as never, { text: bad, name: `n${at}` } as never));
  await attempt(
    "delegation",
    operator.call("task.delegate", { to: "ben", text: `v${at} ${bad}`, requirements: list }),
  );
  await attempt("unknown", ben.call("message.send", { to: bad, body: "x" }));
  await attempt("unknown task", ben.call("task.show", { task: bad }));
}

const COMMANDS: readonly string[][] = [
  ["task", "list"],
  ["task", "show", "u0"],
  ["inbox", "--all"],
  ["locks"],
  ["specs"],
  ["get-spec", "s0"],
  ["decision", "list"],
  ["questions"],
  ["needs"],
  ["agents"],
  ["summary"],
  ["status"],
  ["board"],
  ["activity"],
  ["ls"],
  ["deliveries"],
  ["session"],
  ["agent", "explain", "ben"],
  ["capture", "ben"],
  ["relay", "ben"],
  ["task", "show", CORPUS[0] ?? ""],
];

test("in what commands print, for humans and as JSON", async () => {
  expect(written).toBeGreaterThan(CORPUS.length * 8);
  const wrong: string[] = [];
  await Promise.all(
    [[], ["--json"]].map(async (extra) => {
      for (const command of COMMANDS) {
        const args = command.map((word) => word.replaceAll("\u0000", ""));
        const { stdout, stderr } = await workspace.cli([...args, ...extra], { env: { FORCE_COLOR: "1" } });
        if (CONTROLS.test((stdout + stderr).replace(OWN_SGR, ""))) wrong.push([...args, ...extra].join(" "));
        if (extra.length > 0 && stdout !== "")
          expect(() => JSON.parse(stdout) as unknown, args.join(" ")).not.toThrow();
      }
    }),
  );
  expect(wrong).toEqual([]);
});

test("in why something was refused", () => {
  expect(refused.filter((line) => CONTROLS.test(line))).toEqual([]);
});

test("in the logs", () => {
  const logs = join(workspace.dir, "state", "logs");
  for (const name of readdirSync(logs)) {
    const text = readFileSync(join(logs, name), "utf8");
    expect([name, CONTROLS.exec(text)?.[0] ?? null]).toEqual([name, null]);
    if (name.endsWith(".log"))
      for (const line of text.split("\n").filter(Boolean))
        expect(() => JSON.parse(line) as unknown).not.toThrow();
  }
});

test("on the screen, in every list", async () => {
  const tui = workspace.attachTui({ cols: 140, rows: 45 });
  await tui.shows(/1:main/);
  const lists = {
    i: "Inbox",
    t: "Tasks",
    l: "Locks",
    a: "Agents",
    "!": "What needs me",
    w: "Windows and panes",
  };
  for (const [key, title] of Object.entries(lists)) {
    tui.press(`\u0002${key}`);
    await tui.shows(`─ ${title} ─`);
    tui.press("\u001b");
    await tui.until(`${title} is closed`, () => !tui.screen().join("\n").includes(`─ ${title} ─`));
  }
  tui.press("\u0002d");
  await tui.exited;
  const output = tui.output();
  // oxlint-disable-next-line no-control-regex
  const strings = output.match(/\u001b[\]P_^X][^\u0007\u001b]*/g) ?? [];
  // oxlint-disable-next-line no-control-regex
  const ours =
    /^\u001b\](?:1[0-2];\?|8;;(?:https?:[\u0021-\u007e]*)?|[02];[^\u0000-\u001f\u007f-\u009f]{0,80})$/u;
  expect(strings.filter((string) => !ours.test(string))).toEqual([]);
  // oxlint-disable-next-line no-control-regex
  expect(output).not.toMatch(/[\u0080-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]|\u001b\[2J\u0085/);
});
