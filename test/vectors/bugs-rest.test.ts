// The bugs of the systems before, row by row, and where each is held. Here stand those that no other test names.
//
// InterAgent — a completed task twice: vector 27. Parallel `quick` fails, ids in the inbox, sender "unknown", lost
// description, empty text, doc of the statuses, context.md, inert modes: bugs.test. Locks freed by others: vector 10. Text
// that is not cleaned: vectors 13, 14. Time zones: all times are milliseconds since 1970. Stale lock files: the kernel
// releases ours (test/node/kernel-lock). Broken pipe, message ids as paths, hyphens in names: here. Mail over a git branch
// (lost sends, ref races, clusters, single-branch clones, tasks that never travel): there is no such transport.
// interagent — paths in names and ids: vector 30. Others' mail, lost updates, escalation, archive, age of a status: bugs.test
// and vector 29. Broadcast: vector 11. Presence: vector 8. Reading all messages each time: an index per reader and
// one of words (test/server/services/message-search), measured by the benchmark. Files dropped as signals, and success claimed when that
// failed: here.
// Swarm — signatures, invitations, endpoints, limits per address: nothing of ours listens on a network.
// agent-sync — subdirectories, directories and globs, notebooks, the payload's directory, a session's end, others' tasks,
// decisions, reading for all, size of messages, the operator's name, the feed, pruning, a damaged store: bugs.test.
// Worktrees: vector 21. Patches and other agents' tools, shells that write: vectors 2, 5. Names in another case: test/node/
// path-rules. History for a newcomer, own broadcasts: vector 11. Lengths of locks: vector 7. Renewal: test/server/services/
// lock-service. Silence within a turn, reassigning, unique names, stale agents and directives: here. Subagents: the agents
// give them the session of who started them, so that they are one agent here; what one session starts as another of its own
// is told apart (test/server/hook-service).
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Message } from "../../src/domain/message/message.ts";
import { agentActor } from "../../src/domain/session/actor.ts";
import type { Task } from "../../src/domain/task/task.ts";
import type { AgentView } from "../../src/protocol/views.ts";
import { openCoordination, operator } from "../server/services/coordination.ts";
import { openMcp } from "./mcp-client.ts";
import { contextOf, openProject, type Project } from "./rig.ts";

let project: Project;
beforeAll(async () => {
  project = await openProject();
}, 60_000);
afterAll(() => project.close());

describe("InterAgent", () => {
  test("a reader that has seen enough ends the command without a word", async () => {
    for (let n = 0; n < 20; n++) await project.json(["create-task", `task ${n} ${"x".repeat(150)}`]);
    const child = spawn("/bin/sh", ["-c", `'${process.execPath}' '${project.program}' tasks | head -n 1`], {
      cwd: project.project,
      env: project.env,
    });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    await new Promise((resolve) => child.once("close", resolve));
    expect(stderr).toBe("");
  });

  test("a message's id leads to no file", async () => {
    await project.join("alice");
    for (const reference of ["../../session", "../messages/x", "/etc/passwd"])
      expect((await project.as("alice", ["message", "show", reference])).exitCode).toBe(1);
  });

  test("an agent with hyphens and dots in its name gets its mail", async () => {
    await project.join("my-agent.two");
    await project.as("alice", ["send", "--to", "my-agent.two", "hyphens are fine"]);
    const ran = await project.hook("my-agent.two", "user-prompt-submit", {});
    expect(contextOf(ran)).toContain("hyphens are fine");
  });
});

describe("interagent MCP", () => {
  test("mail leaves no files in anybody's project", async () => {
    await project.as("alice", ["send", "--to", "my-agent.two", "no trace"]);
    expect(existsSync(join(project.project, ".claude"))).toBe(false);
    expect(readdirSync(project.project).filter((name) => name !== ".git")).toEqual([]);
  });

  test("when the server is gone, a tool says so and not that it was done", async () => {
    const mcp = openMcp(project, "alice");
    await mcp.open();
    await mcp.call("whoami");
    await project.killServer();
    const reply = await mcp.call("send_message", { to: "my-agent.two", content: "into the void" });
    await mcp.end();
    await project.json(["server", "start"]);
    expect(reply.isError).toBe(true);
    const all = await project.jsonAs<Message[]>("my-agent.two", ["inbox", "--all"]);
    expect(all.map(({ body }) => body)).not.toContain("into the void");
  });
});

describe("agent-sync", () => {
  test("who is silent for a long turn keeps lock and task, and gets a directive to all", async () => {
    const { clock, session, locks, tasks, messages } = await openCoordination();
    for (const name of ["alice", "bob"])
      await session.register(operator, { name, profile: "outside", origin: "outside" });
    const [alice, bob] = [agentActor("alice"), agentActor("bob")];
    await locks.acquire(alice, { wishes: [{ path: "src/x.ts" }] });
    const task = await tasks.create(operator, { title: "t" });
    await tasks.claim(alice, task.id);
    clock.advance(45 * 60_000);
    session.touch("bob");
    expect(locks.check(bob, ["src/x.ts"])[0]?.heldBy?.holder).toBe("alice");
    await expect(tasks.claim(bob, task.id)).rejects.toMatchObject({ code: "conflict" });
    expect((await tasks.claimNext(bob)).task).toBeNull();
    expect(await messages.directive(operator, "all", "stop")).toHaveLength(2);
  });

  test("a task is given to another, who is told", async () => {
    await project.join("alice", "bob");
    const task = await project.json<Task>(["create-task", "moves on"]);
    await project.as("my-agent.two", ["claim-task", task.id]);
    await project.json(["task", "assign", task.id, "bob"]);
    expect(await project.json<Task>(["task", "show", task.id])).toMatchObject({ assignee: "bob" });
    expect(contextOf(await project.hook("bob", "user-prompt-submit", {}))).toContain(task.id);
    expect((await project.as("my-agent.two", ["complete-task", task.id])).exitCode).toBe(77);
  });

  test("two sessions in one directory are two agents", async () => {
    const before = (await project.json<AgentView[]>(["agents"])).length;
    for (const session of ["left", "right"])
      await project.cli(["heartbeat"], { env: { CLAUDE_CODE_SESSION_ID: session } });
    const agents = await project.json<AgentView[]>(["agents"]);
    expect(agents).toHaveLength(before + 2);
    expect(new Set(agents.map(({ name }) => name.toLowerCase())).size).toBe(agents.length);
  });
});
