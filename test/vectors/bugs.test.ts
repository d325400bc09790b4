// What was found wrong in the systems before (InterAgent, interagent MCP, agent-sync) and must not be wrong here. What
// stands in the vectors is not repeated: tasks twice in a list (27), races of registering and claiming (16, 29), path
// traversal (26, 30), waiting, appending and links (3, 19, 21), history for a newcomer and own broadcasts (11), length of
// locks (7), auto-claim (15), dependencies (18).
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Activity } from "../../src/domain/activity/activity.ts";
import type { Message } from "../../src/domain/message/message.ts";
import type { Task } from "../../src/domain/task/task.ts";
import type { DecisionView, Identity } from "../../src/protocol/results.ts";
import type { LockView } from "../../src/protocol/views.ts";
import { eventually } from "../support/eventually.ts";
import { contextOf, edit, openProject, type Project } from "./rig.ts";

let project: Project;
beforeAll(async () => {
  project = await openProject();
  project.write("src/api/auth.py");
  await project.join("alice", "bob");
}, 60_000);
afterAll(() => project.close());

const create = (title: string, ...more: string[]) => project.json<Task>(["create-task", title, ...more]);

describe("InterAgent", () => {
  test("ten that delegate at once are ten tasks, and nobody fails", async () => {
    const ran = await Promise.all(
      Array.from({ length: 10 }, (_, n) => project.cli(["quick", "--to", "bob", `parallel ${n}`])),
    );
    expect(ran.map(({ exitCode }) => exitCode)).toEqual(Array.from({ length: 10 }, () => 0));
    const titles = (await project.json<Task[]>(["tasks", "--assignee", "bob"])).map(({ title }) => title);
    for (let n = 0; n < 10; n++) expect(titles.filter((title) => title === `parallel ${n}`)).toHaveLength(1);
  });

  test("the inbox prints ids by which a message can be read, and the sender is known", async () => {
    const { id } = await project.jsonAs<Message>("alice", ["send", "--to", "operator", "with an id"]);
    const { stdout } = await project.cli(["inbox"]);
    expect(stdout).toContain(id);
    expect(stdout).toContain("alice → operator");
    expect(stdout).not.toContain("unknown");
    expect((await project.cli(["msg", "read", id])).stdout).toContain("with an id");
    expect((await project.cli(["inbox"])).stdout).not.toContain(id);
  });

  test("the description of a delegation, notes and times are kept; an empty task is refused", async () => {
    const { task } = await project.json<{ task: Task }>([
      "delegate",
      "--to",
      "bob",
      "--task",
      "Port it",
      "--description",
      "all of it",
    ]);
    expect(task).toMatchObject({ title: "Port it", description: "all of it" });
    await project.as("bob", ["task", "update", task.id, "--status", "in_progress", "--note", "half done"]);
    expect((await project.cli(["task", "show", task.id])).stdout).toContain("half done");
    expect((await project.cli(["quick", "--to", "bob", "  "])).exitCode).toBe(64);
    expect(Math.abs(task.createdAtMs - Date.now())).toBeLessThan(60_000);
  });

  test("an illegal move is refused with the legal ones", async () => {
    const task = await create("done is done");
    await project.as("alice", ["claim-task", task.id]);
    await project.as("alice", ["complete-task", task.id]);
    const back = await project.cli(["task", "update", task.id, "--status", "pending"]);
    expect(back.exitCode).toBe(1);
    expect(back.stderr).toContain("approved");
    expect((await project.cli(["task", "update", task.id, "--status", "needs_revision"])).stderr).toContain(
      "revision_needed",
    );
  });

  test("the mode means something: in hierarchical mode nobody delegates upward", async () => {
    await project.cli(["session", "init", "--agents", "lead,alice,bob", "--principal", "lead"]);
    await project.cli(["agent", "set", "bob", "--role", "delegate"]);
    const upward = await project.as("bob", ["quick", "--to", "alice", "do mine"]);
    expect(upward.exitCode).toBe(77);
    await project.cli(["session", "set", "--mode", "peer"]);
    expect((await project.as("bob", ["quick", "--to", "alice", "do mine"])).exitCode).toBe(0);
  });

  test("init makes the context file that its relay points to", async () => {
    await project.cli(["init"]);
    expect(readFileSync(join(project.project, ".ia-tmux", "context.md"), "utf8")).not.toBe("");
    expect((await project.cli(["relay", "bob"])).stdout).toContain(".ia-tmux/context.md");
  });
});

describe("interagent MCP", () => {
  test("nobody reads or acknowledges another's mail", async () => {
    const { id } = await project.jsonAs<Message>("alice", ["send", "--to", "bob", "private"]);
    for (const args of [
      ["message", "show", id],
      ["ack", id],
      ["thread", id],
      ["reply", id, "x"],
    ])
      expect((await project.as("eve", args)).exitCode).toBe(77);
    expect((await project.as("eve", ["inbox", "--agent", "bob"])).exitCode).toBe(77);
    expect(await project.jsonAs<Message[]>("eve", ["message", "search", "private"])).toEqual([]);
    expect((await project.jsonAs<Message>("bob", ["message", "show", id, "--peek"])).receipts).toMatchObject([
      { state: "unread" },
    ]);
  });

  test("what is archived can still be found, also when it has left the store", async () => {
    const { id } = await project.jsonAs<Message>("alice", ["send", "--to", "bob", "precious words"]);
    await project.as("bob", ["message", "archive", id]);
    expect((await project.jsonAs<Message[]>("bob", ["inbox", "--all"])).map((one) => one.id)).toContain(id);
    const task = await create("long over");
    await project.cli(["cancel-task", task.id]);
    const open = await create("still open");
    const dry = await project.json<{ tasks: number; messages: number }>([
      "gc",
      "--older-than",
      "0s",
      "--dry-run",
    ]);
    expect(dry).toMatchObject({ messages: 1 });
    const report = await project.json<{ tasks: number; messages: number }>(["gc", "--older-than", "0s"]);
    expect(report).toMatchObject({ tasks: dry.tasks, messages: 1 });
    expect((await project.cli(["task", "show", task.id])).exitCode).toBe(1);
    expect((await project.cli(["task", "show", open.id])).exitCode).toBe(0);
    const found = await project.json<{ record: { id: string } }[]>([
      "archive",
      "list",
      "--kind",
      "message",
      "precious",
    ]);
    expect(found.map(({ record }) => record.id)).toEqual([id]);
    // Whom it concerned still finds and reads it; nobody else does.
    expect((await project.as("bob", ["message", "search", "precious"])).stdout).toContain(id);
    expect((await project.as("bob", ["read-message", id])).stdout).toContain("precious");
    expect((await project.as("carol", ["message", "search", "precious"])).stdout).not.toContain(id);
    expect((await project.as("carol", ["read-message", id])).exitCode).toBe(1);
    expect((await project.cli(["archive", "list", "--kind", "task"])).stdout).toContain("long over");
    expect((await project.as("bob", ["gc"])).exitCode).toBe(77);
  });

  test("a status is shown with its age, and presence is not a status", async () => {
    await project.as("alice", ["status", "painting"]);
    const rows = await project.json<
      { agent: string; presence: string; status: { text: string; ageMs: number } }[]
    >(["board"]);
    const row = rows.find(({ agent }) => agent === "alice");
    expect(row?.status.text).toBe("painting");
    expect(row?.status.ageMs).toBeGreaterThanOrEqual(0);
    await project.hook("alice", "session-end", { reason: "exit" });
    const later = await project.json<{ agent: string; presence: string }[]>(["board"]);
    expect(later.find(({ agent }) => agent === "alice")?.presence).toBe("offline");
    await project.join("alice");
  });

  test("an escalation reaches the human, by the words of the message or a label, and its answer the agent", async () => {
    const { id } = await project.jsonAs<Message>("alice", ["send", "--to", "bob", "no subject here"]);
    const asked = await project.jsonAs<{ id: string; question: string }>("bob", ["escalate", id, "unclear"]);
    expect(asked.question).toBe("message from alice: unclear");
    expect((await project.jsonAs<Message[]>("bob", ["inbox"])).map((one) => one.id)).toContain(id);
    await project.hook("bob", "user-prompt-submit", {});
    await project.cli(["answer", asked.id, "ask alice"]);
    expect(contextOf(await project.hook("bob", "user-prompt-submit", {}))).toContain("ask alice");
  });

  test("who asked hears of the default that took effect, and can take a question back", async () => {
    const asked = await project.jsonAs<{ id: string }>("bob", [
      "ask",
      "tabs or spaces?",
      "--option",
      "tabs",
      "--option",
      "spaces",
      "--default",
      "tabs",
      "--deadline",
      "1s",
    ]);
    await eventually("the question lapsed", async () => {
      const questions = await project.json<{ id: string; state: string }[]>(["questions"]);
      return questions.find(({ id }) => id === asked.id)?.state === "lapsed";
    });
    expect(contextOf(await project.hook("bob", "user-prompt-submit", {}))).toContain(
      "the default holds: tabs",
    );
    const second = await project.jsonAs<{ id: string }>("bob", ["ask", "never mind?"]);
    expect((await project.as("alice", ["question", "withdraw", second.id])).exitCode).toBe(77);
    expect((await project.as("bob", ["question", "withdraw", second.id])).stdout).toContain("withdrawn");
    expect(await project.json(["questions", "--open", "--by", "bob"])).toEqual([]);
  });
});

describe("agent-sync", () => {
  const inApi = () => ({ cwd: join(project.project, "src", "api") });

  test("a lock from a subdirectory is of the file there", async () => {
    await project.as("alice", ["lock", "auth.py"], inApi());
    expect((await project.hook("bob", "pre-tool-use", edit("src/api/auth.py"))).exitCode).toBe(2);
    expect((await project.hook("bob", "pre-tool-use", edit("auth.py"), inApi())).exitCode).toBe(2);
    // The payload's directory counts, not the process's.
    const payload = { cwd: inApi().cwd, ...edit("auth.py") };
    expect((await project.hook("bob", "pre-tool-use", payload)).exitCode).toBe(2);
    await project.as("alice", ["unlock", "src/api/auth.py"]);
  });

  test("a directory and a glob cover what is below, both ways; outside the project nothing is locked", async () => {
    await project.as("alice", ["lock", "src/api"]);
    expect((await project.hook("bob", "pre-tool-use", edit("src/api/auth.py"))).exitCode).toBe(2);
    expect((await project.as("bob", ["lock", "src/**/*.py"])).exitCode).toBe(2);
    await project.as("alice", ["unlock", "src/api"]);
    expect((await project.as("bob", ["lock", "src/**/*.py"])).exitCode).toBe(0);
    expect((await project.as("alice", ["lock", "src/api/auth.py"])).exitCode).toBe(2);
    expect((await project.as("alice", ["lock", "../x"])).exitCode).toBe(65);
    await project.as("bob", ["unlock", "src/**/*.py"]);
  });

  test("notebooks and patches are guarded too", async () => {
    await project.as("alice", ["lock", "src/n.ipynb"]);
    const notebook = { tool_name: "NotebookEdit", tool_input: { notebook_path: "src/n.ipynb" } };
    expect((await project.hook("bob", "pre-tool-use", notebook)).exitCode).toBe(2);
    await project.as("alice", ["unlock", "src/n.ipynb"]);
  });

  test("the end of a turn or of a session takes no lock away; asked for, the end of the session does", async () => {
    await project.as("alice", ["lock", "src/api/auth.py"]);
    await project.hook("alice", "stop", {});
    await project.hook("alice", "session-end", { reason: "clear" });
    expect(await project.json<LockView[]>(["locks"])).toHaveLength(1);
    await project.hook(
      "alice",
      "session-end",
      { reason: "clear" },
      { env: { IA_TMUX_AUTO_RELEASE_LOCKS: "on" } },
    );
    expect(await project.json<LockView[]>(["locks"])).toEqual([]);
  });

  test("nobody completes another's task; a task can be unblocked, given back and cancelled", async () => {
    const task = await create("alice's own");
    await project.as("alice", ["claim-task", task.id]);
    expect((await project.as("bob", ["complete-task", task.id])).exitCode).toBe(77);
    expect((await project.as("bob", ["block-task", task.id, "--reason", "no"])).exitCode).toBe(77);
    for (const status of ["blocked", "in_progress", "pending"])
      expect((await project.as("alice", ["task", "update", task.id, "--status", status])).exitCode).toBe(0);
    expect((await project.cli(["cancel-task", task.id])).exitCode).toBe(0);
  });

  test("decisions can be listed, searched and superseded", async () => {
    const first = await project.jsonAs<DecisionView>("alice", ["decision", "use sqlite"]);
    await project.jsonAs("alice", ["decision", "use nedb", "--supersedes", first.id]);
    const all = await project.json<DecisionView[]>(["decisions"]);
    expect(all).toHaveLength(2);
    expect(await project.json(["decisions", "--current"])).toHaveLength(1);
    expect((await project.json<DecisionView[]>(["decisions", "sqlite"]))[0]?.supersededBy).toBe(all[1]?.id);
    expect((await project.cli(["decision", "show", first.id])).stdout).toContain("use sqlite");
  });

  test("a broadcast read by one is unread for the others", async () => {
    const { id } = await project.jsonAs<Message>("alice", ["send", "--to", "all", "to each"]);
    await project.as("bob", ["read-message", id]);
    const other = (await project.jsonAs<Message>("lead", ["message", "show", id, "--peek"])).receipts;
    expect(other.find(({ agent }) => agent === "bob")?.state).toBe("read");
    expect(other.find(({ agent }) => agent === "lead")?.state).toBe("unread");
  });

  test("an unknown recipient and a huge message are refused", async () => {
    expect((await project.as("alice", ["send", "--to", "nobody", "x"])).exitCode).toBe(1);
    const huge = await project.as("alice", ["send", "--to", "bob", "--file", "-"], {
      stdin: "x".repeat(100_000),
    });
    expect(huge.exitCode).toBe(65);
    await project.as("alice", ["send", "--to", "bob", "--file", "-"], { stdin: `${"y".repeat(60_000)}\n` });
    // A long one is announced, not poured into the agent's context.
    expect((await project.hook("bob", "user-prompt-submit", {})).stdout.length).toBeLessThan(20_000);
  });

  test("nobody outside is the operator by saying so", async () => {
    for (const name of ["operator", "all", "system"]) {
      const ran = await project.as(name, ["whoami"]);
      expect(ran.exitCode).not.toBe(0);
      expect((await project.hook(name, "pre-tool-use", edit("src/api/auth.py"))).exitCode).toBe(0);
    }
    expect(await project.jsonAs<Identity>("alice", ["whoami"])).toMatchObject({ kind: "agent" });
  });

  test("the feed shows tasks, decisions and locks, also one that was held for a moment", async () => {
    const followed = project.cli(["log", "--follow", "--json", "-n", "1"], {
      env: { IA_TMUX_AGENT: undefined },
    });
    await project.as("alice", ["lock", "src/api/auth.py"]);
    await project.as("alice", ["unlock", "src/api/auth.py"]);
    await create("seen in the feed");
    const lines = await project.json<Activity[]>(["activity", "--since", "1m"]);
    for (const kind of ["lock.granted", "lock.released", "task.created", "decision.recorded"])
      expect(lines.map((line) => line.kind)).toContain(kind);
    await project.cli(["server", "stop"]);
    expect((await followed).stdout).toContain("seen in the feed");
  });

  test("a damaged store starts, says what it dropped, and hooks go on meanwhile", async () => {
    await project.json(["server", "start"]);
    await project.killServer();
    const path = join(project.dir, "state", "store", "tasks.db");
    writeFileSync(path, `${readFileSync(path, "utf8")}{"half a reco`);
    expect((await project.hook("bob", "pre-tool-use", edit("src/api/auth.py"))).exitCode).toBe(0);
    expect((await project.cli(["server", "start"])).exitCode).toBe(0);
    expect((await project.cli(["tasks"])).stdout).toContain("seen in the feed");
    expect((await project.cli(["store", "check"])).exitCode).toBe(0);
  });
});
