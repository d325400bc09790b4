// `ia-tmux store export | ia-tmux store import` between two projects, and what an agent is told when it starts anew.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Message } from "../../src/domain/message/message.ts";
import type { Task } from "../../src/domain/task/task.ts";
import type { ImportResult } from "../../src/protocol/results.ts";
import type { PaneView } from "../../src/protocol/views.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

let here: Workspace;
let there: Workspace;
beforeAll(async () => {
  [here, there] = await Promise.all([openWorkspace(), openWorkspace({ up: false })]);
  await there.json(["server", "start"]);
}, 60_000);
afterAll(() => Promise.all([here.close(), there.close()]));

const as = (agent: string) => ({ env: { IA_TMUX_AGENT: agent } });

describe("export and import", () => {
  test("carry everything that is not of the machine, once, however often", async () => {
    const create = ["create-task", "take me along", "--priority", "high", "--key", "once"];
    const made = await here.json<Task>(create);
    await there.json(["create-task", "another", "--key", "another"]);
    await here.cli(["heartbeat"], as("outsider"));
    const body = `${"ü🙂 ".repeat(4_000)}end`;
    await here.json(["send", "--to", "outsider", "--file", "-"], { stdin: body });
    await here.cli(["spec", "publish", "big", "--file", "-"], { stdin: "# spec\n".repeat(9_000) });
    await here.json(["decision", "keep it small"]);
    await here.json(["lock", "here.txt"], as("outsider"));

    const { stdout, exitCode } = await here.cli(["store", "export"]);
    expect(exitCode).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) JSON.parse(line);

    const first = await there.json<ImportResult>(["store", "import", "-"], { stdin: stdout });
    expect(first).toMatchObject({ rejected: [], conflicts: [], unchanged: 0 });
    expect(first.added).toBeGreaterThan(5);
    expect(first.leftOut).toBeGreaterThan(0);
    const again = await there.json<ImportResult>(["store", "import", "-"], { stdin: stdout });
    expect(again).toMatchObject({ added: 0, unchanged: first.added, conflicts: [], rejected: [] });

    // The call that made it is known there, too: made again it makes nothing.
    expect((await there.json<Task>(create)).id).toBe(made.id);
    expect((await there.json<Task[]>(["tasks"])).map(({ title }) => title)).toContain("take me along");
    const [message] = await there.json<Message[]>(["inbox"], as("outsider"));
    expect(message?.body).toBe(body);
    expect((await there.cli(["decisions"])).stdout).toContain("keep it small");
    expect(await there.json(["locks"])).toEqual([]);
    // An agent that ran in a pane here has none there.
    const agents = await there.json<{ name: string; paneId: string | null; presence: string }[]>(["agents"]);
    expect(agents.find(({ name }) => name === "ada")).toMatchObject({ paneId: null, presence: "offline" });
    expect((await there.cli(["store", "check"])).exitCode).toBe(0);
  });

  test("to a file that must not exist; what is no export is refused; both are the operator's", async () => {
    const path = join(here.dir, "out.jsonl");
    expect((await here.cli(["store", "export", "-o", path])).exitCode).toBe(0);
    expect(readFileSync(path, "utf8")).toContain("take me along");
    expect((await here.cli(["store", "export", "-o", path])).exitCode).toBe(73);
    const nonsense = await there.cli(["store", "import", "-"], { stdin: "no export\nat all\n" });
    expect(nonsense.exitCode).toBe(65);
    expect((await there.cli(["store", "import", "/nowhere"])).exitCode).toBe(66);
    expect((await here.cli(["store", "export"], as("outsider"))).exitCode).toBe(77);
    expect((await there.cli(["store", "import", "-"], { ...as("outsider"), stdin: "x" })).exitCode).toBe(77);
  });

  test("a line that cannot be taken is named and stops no other", async () => {
    const { stdout } = await here.cli(["store", "export"]);
    const [head, ...lines] = stdout.trimEnd().split("\n");
    const task = lines.find((line) => line.includes('"collection":"tasks"')) as string;
    const fresh = task.replaceAll(/"id":"task-[^"]*"/g, '"id":"task-fresh"');
    const text = [head, "{broken", '{"collection":"nothing","version":1,"document":{"id":"x"}}', fresh].join(
      "\n",
    );
    const ran = await there.cli(["store", "import", "-", "--json"], { stdin: text });
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ added: 1, rejected: [{ line: 2 }, { line: 3 }] });
  });
});

describe("a session that starts, or starts anew after a compaction", () => {
  test("is told its role, tasks, locks, mail and decisions, as data between our tags", async () => {
    const panes = await here.json<PaneView[]>(["ls"]);
    const pid = panes.find(({ agent }) => agent === "ben")?.pid as number;
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    const env = Object.fromEntries(
      environment
        .filter((word) => /^IA_TMUX_(?:TOKEN|SOCKET|AGENT|PANE)=/.test(word))
        .map((word) => word.split(/=(.*)/s)),
    ) as Record<string, string>;
    const task = await here.json<Task>(["create-task", "Mend the roof"]);
    await here.cli(["task", "claim", task.id], { env });
    await here.cli(["lock", "roof.txt"], { env });
    const ran = await here.cli(["hook", "demo", "SessionStart"], {
      env,
      stdin: JSON.stringify({ source: "compact" }),
    });
    const { hookSpecificOutput } = JSON.parse(ran.stdout) as {
      hookSpecificOutput: { additionalContext: string };
    };
    const text = hookSpecificOutput.additionalContext;
    const frame = text.indexOf("<ia-tmux-text");
    expect(text.slice(0, frame)).toContain("You are ben (delegate)");
    for (const part of ["Mend the roof", "roof.txt", "keep it small", "unread:"])
      expect(text.slice(frame)).toContain(part);
    expect(text.endsWith("</ia-tmux-text>")).toBe(true);
    expect((await here.cli(["summary", "compact"], { env })).stdout).toContain("Mend the roof");
  });

  test("where the program cannot be told then, it is told with its next prompt, once", async () => {
    const hook = (event: string) => here.cli(["hook", "kimi", event], { ...as("kim"), stdin: "{}" });
    await here.cli(["task", "claim", (await here.json<Task>(["create-task", "Sweep"])).id], as("kim"));
    expect((await hook("UserPromptSubmit")).stdout).toBe("");
    await hook("PostCompact");
    const { stdout } = await hook("UserPromptSubmit");
    for (const part of ["You are kim", "Sweep", "keep it small"]) expect(stdout).toContain(part);
    expect((await hook("UserPromptSubmit")).stdout).toBe("");
  });
});
