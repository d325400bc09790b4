// Coming from another tool: every command of the README's tables, typed as it was there, against the real server.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Message } from "../../src/domain/message/message.ts";
import { openProject, type Project } from "./rig.ts";

let project: Project;
/** What a row leaves for those after it, by name: `{task}` in a row's words. */
const made = new Map<string, string>();

beforeAll(async () => {
  project = await openProject();
  project.write("src/x.ts");
}, 60_000);
afterAll(() => project.close());

interface Row {
  readonly words: readonly string[];
  /** What it must print. */
  readonly says: RegExp;
  readonly as?: string;
  readonly exitCode?: number;
  /** Keeps the first group of `says` under this name. */
  readonly keep?: string;
  readonly stdin?: string;
}

const INTERAGENT: readonly Row[] = [
  { words: ["init"], says: /wrote +\.ia-tmux\/context\.md/ },
  {
    words: ["session", "init", "--project", "shop", "--principal", "claude", "--agents", "claude,kimi"],
    says: /led by claude\n +claude: principal\n +kimi: delegate/,
  },
  { words: ["session", "init"], says: /--force/, exitCode: 1 },
  { words: ["status"], says: /shop \(hierarchical, led by claude\)/ },
  {
    words: ["quick", "--to", "kimi", "--priority", "high", "Implement auth"],
    says: /Delegated (task-\S+) to kimi: Implement auth/,
    keep: "quick",
  },
  { words: ["quick", "--to", "kimi", "--from-agent", "claude", "x"], says: /runs as operator/, exitCode: 77 },
  {
    words: ["delegate", "--to", "kimi", "--task", "Port it", "--description", "all of it"],
    says: /Delegated task-\S+ to kimi: Port it/,
  },
  { words: ["relay", "--agent", "kimi"], says: / {3}- Implement auth \(task-/ },
  {
    words: ["update-template", "--agent", "kimi", "--focus", "the tests"],
    says: /\.ia-tmux\/context\.md.*\n[^]*the tests/,
  },
  {
    words: [
      "task",
      "create",
      "--title",
      "Login",
      "-d",
      "the page",
      "--assignee",
      "kimi",
      "--requirements",
      "a b",
      "c",
      "--criteria",
      "d",
      "e",
    ],
    says: /Created (task-\S+): Login \[assigned\]/,
    keep: "task",
  },
  { words: ["task", "list", "--assignee", "kimi", "--status", "assigned", "--active-only"], says: /Login/ },
  { words: ["task", "show", "{task}"], says: /Requirements\n- a b\n- c\n\nAcceptance criteria\n- d\n- e/ },
  {
    words: ["task", "update", "{task}", "--status", "in_progress", "--note", "begun"],
    says: /Login \[in_progress\]/,
    as: "kimi",
  },
  {
    words: ["task", "update", "{task}", "--status", "needs_revision"],
    says: /revision_needed/,
    exitCode: 64,
  },
  { words: ["task", "update", "{task}", "--status", "approved"], says: /can go to: /, exitCode: 1 },
  {
    words: [
      "msg",
      "send",
      "--to",
      "kimi",
      "--message",
      "hi",
      "--subject",
      "About it",
      "--type",
      "review",
      "--task-id",
      "{task}",
    ],
    says: /Sent (msg-\S+) to kimi/,
    keep: "message",
  },
  { words: ["inbox", "--agent", "kimi"], says: /msg-\S+ .*operator → kimi +About it/ },
  { words: ["msg", "read", "{message}"], says: /subject +About it/, as: "kimi" },
  { words: ["reply", "{message}", "it is so"], says: /Sent msg-\S+ to operator/, as: "kimi" },
  { words: ["log", "-n", "50", "--type", "task.created"], says: /task\.created +task "Login"/ },
  { words: ["summary"], says: /To do\n- / },
];

const AGENT_SYNC: readonly Row[] = [
  {
    words: ["register", "--name", "backend", "--role", "reviewer"],
    says: /does not make itself reviewer[^]*ia-tmux agent set backend --role reviewer/,
    exitCode: 77,
    as: "bee",
  },
  {
    words: ["register", "--name", "backend", "--role", "API and database"],
    says: /Registered agent backend \(collaborator\)/,
    as: "bee",
  },
  { words: ["heartbeat"], says: /Heartbeat: backend/, as: "bee" },
  { words: ["whoami", "--json"], says: /"name": "backend"/, as: "backend" },
  { words: ["status"], says: /backend +collaborator.* API and database/ },
  { words: ["status", "--compact", "--json"], says: /"agent": "operator",\s+"text": "active agents: / },
  { words: ["summary", "compact"], says: /^active agents: \d.*\n- agents: .*backend/ },
  {
    words: ["status", "--compact"],
    says: /^you: backend \(collaborator\) \| active agents: /,
    as: "backend",
  },
  {
    words: ["create-task", "Health check", "--description", "d", "--file", "src/x.ts", "--priority", "10"],
    says: /Created (task-\S+): Health check/,
    keep: "first",
  },
  { words: ["create-task", "After it", "--depends-on", "Health check"], says: /Created/ },
  { words: ["tasks"], says: /critical +- +Health check +files: src\/x\.ts/ },
  { words: ["claim-task", "After it"], says: /depends on work that is not done/, as: "backend", exitCode: 1 },
  { words: ["claim-next", "--lock"], says: /Claimed task-\S+: Health check \[in_progress\]/, as: "backend" },
  { words: ["claim-task", "health CHECK"], says: /Health check/, as: "backend" },
  { words: ["block-task", "{first}", "--reason", "no key"], says: /Blocked .*\[blocked\]/, as: "backend" },
  { words: ["complete-task", "{first}"], says: /can go to: /, as: "backend", exitCode: 1 },
  { words: ["claim-task", "{first}"], says: /\[in_progress\]/, as: "backend" },
  {
    words: ["complete-task", "{first}"],
    says: /\[completed\]\nnow claimable:\n- task-\S+: After it/,
    as: "backend",
  },
  {
    words: ["lock", "src/x.ts", "--reason", "busy", "--ttl", "60m"],
    says: /Locked src\/x\.ts for 1 h/,
    as: "backend",
  },
  { words: ["lock", "src/x.ts", "--ttl", "60"], says: /Write 60m or 60s/, as: "backend", exitCode: 64 },
  { words: ["lock", "src/x.ts", "--wait", "1"], says: /locked by backend.*busy/, exitCode: 2 },
  { words: ["lock", "--resource", "db"], says: /Locked resource db/ },
  { words: ["locks", "--all"], says: /src\/x\.ts +backend/ },
  { words: ["append", "src/x.ts", "--content", "c"], says: /locked by backend/, exitCode: 2 },
  { words: ["unlock", "src/x.ts"], says: /--force/, exitCode: 2 },
  { words: ["unlock", "src/x.ts", "--force"], says: /Unlocked src\/x\.ts/ },
  { words: ["unlock", "src/x.ts"], says: /No lock held on src\/x\.ts/ },
  {
    words: ["append", "notes.md", "--no-newline", "--reason", "r", "--wait", "30"],
    says: /Appended 2 bytes/,
    stdin: "hi",
  },
  { words: ["send", "--to", "all", "--message", "m"], says: /Sent (msg-\S+) to all/, keep: "broadcast" },
  { words: ["send", "--to", "backend", "--message", "m", "--reply-to", "{broadcast}"], says: /to backend/ },
  { words: ["send", "--to", "nobody", "--message", "m"], says: /no agent "nobody"/, exitCode: 1 },
  { words: ["inbox", "--all"], says: /\* +msg-\S+/, as: "backend" },
  { words: ["read-message", "{broadcast}"], says: /receipts +.*backend read/, as: "backend" },
  { words: ["ack", "{broadcast}"], says: /is acknowledged/, as: "backend" },
  { words: ["decision", "use sqlite"], says: /Recorded dec-/ },
  { words: ["decisions"], says: /use sqlite/ },
  {
    words: ["log", "--type", "note", "--message", "seen", "--file", "src/x.ts"],
    says: /Logged act-\S+ \[note\]/,
  },
  {
    words: ["hook", "pre-tool-use"],
    says: /^$/,
    as: "backend",
    stdin: '{"tool_name":"Edit","tool_input":{"file_path":"src/x.ts"}}',
  },
  { words: ["gc"], says: /Archived: / },
  { words: ["archive", "list"], says: /archive/ },
  { words: ["console"], says: /backend +collaborator.* API and database/, stdin: "agents\nquit\n" },
  { words: ["hooks", "status"], says: /claude/ },
];

const filled = (words: readonly string[]) =>
  words.map((word) => word.replace(/^\{(.*)\}$/, (_, name: string) => made.get(name) ?? "nothing was kept"));

describe.each([
  ["InterAgent", INTERAGENT],
  ["agent-sync", AGENT_SYNC],
])("coming from %s", (tool, rows) => {
  test.each(rows.map((row) => [row.words.join(" "), row] as const))("%s", async (_name, row) => {
    const ran = await project.as(row.as ?? null, filled(row.words), { stdin: row.stdin ?? "" });
    const printed = `${ran.stdout}${ran.stderr}`.trim();
    expect(printed).toMatch(row.says);
    expect(ran.exitCode, printed).toBe(row.exitCode ?? 0);
    if (row.keep !== undefined) made.set(row.keep, row.says.exec(printed)?.[1] ?? "");
  });

  test("and no command of the README's table was left out", () => {
    const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
    const section = readme.slice(readme.indexOf(`<b>${tool}</b>`));
    const named = section
      .slice(0, section.indexOf("</details>"))
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .flatMap((line) => [
        ...(line.split(" | ")[0] as string).matchAll(/`([a-z][a-z -]*?)(?: (?:--.*|"…"|pre-.*))?`/g),
      ])
      .map((match) => match[1] as string);
    const ran = rows.map(({ words }) => words.join(" "));
    expect(
      named.filter((name) => !NOT_HERE.has(name) && !ran.some((line) => `${line} `.startsWith(`${name} `))),
    ).toEqual([]);
    expect(named.length).toBeGreaterThan(10);
  });
});

/** The README says what is there instead. */
const NOT_HERE = new Set(["interagent-watch", "start", "stop", "transport", "mcp setup"]);

test("what was sent stands in the records as it was said", async () => {
  const [first] = await project.jsonAs<Message[]>("kimi", ["inbox", "--all"]);
  expect(first).toMatchObject({ from: "operator", to: "kimi", subject: "About it", type: "review" });
});
