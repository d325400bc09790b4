// Vectors 24-27, 29, 30: setting up, one-shot delegation, names and paths, the MCP tools. Those that are not here are of
// several machines, which ia-tmux does not connect (it opens no network): 28 is mail between two clones over a branch, 31 to
// 33 are signatures, invitations and tokens, 34 to 36 the preferences, inbox and waking of a server on the net.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Message } from "../../src/domain/message/message.ts";
import type { Task } from "../../src/domain/task/task.ts";
import type { NeedView } from "../../src/protocol/views.ts";
import { openMcp } from "./mcp-client.ts";
import { openProject, type Project } from "./rig.ts";

let project: Project;
beforeAll(async () => {
  project = await openProject();
}, 60_000);
afterAll(() => project.close());

const agents = async () => {
  const all = await project.json<{ name: string; role: string }[]>(["agents"]);
  return Object.fromEntries(all.map(({ name, role }) => [name, role]));
};

describe("24: setting up", () => {
  test("claude leads and kimi helps; a second time needs --force; a third agent makes collaborators", async () => {
    expect((await project.cli(["session", "init", "--agents", "a b"])).exitCode).not.toBe(0);
    expect((await project.cli(["session", "init"])).exitCode).toBe(0);
    expect(await agents()).toEqual({ claude: "principal", kimi: "delegate" });
    const again = await project.cli(["session", "init"]);
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain("--force");
    await project.json(["create-task", "stays"]);
    const forced = [
      "init",
      "--principal",
      "gemini",
      "--agents",
      "claude,kimi",
      "--mode",
      "review",
      "--force",
    ];
    expect((await project.cli(forced)).exitCode).toBe(0);
    expect(await agents()).toEqual({ gemini: "principal", claude: "collaborator", kimi: "collaborator" });
    expect(await project.json<Task[]>(["tasks"])).toHaveLength(1);
    await project.cli(["session", "set", "--mode", "peer"]);
  });
});

describe("25: one line gives a task", () => {
  test("quick makes an assigned task and relay shows it", async () => {
    const { task } = await project.json<{ task: Task }>(["quick", "--to", "kimi", "Implement auth"]);
    expect(task).toMatchObject({ status: "assigned", priority: "medium", assignee: "kimi" });
    await project.as("claude", ["send", "--to", "kimi", "--subject", "hello", "hi"]);
    const { stdout } = await project.cli(["relay", "--agent", "kimi"]);
    expect(stdout).toContain("Your role: collaborator");
    expect(stdout).toContain(`   - Implement auth (${task.id})`);
    expect(stdout).toContain("1 unread message");
    expect((await project.cli(["relay", "--agent", "gemini"])).stdout).toContain(
      "No pending tasks or messages.",
    );
  });

  test("the delegation reaches an agent outside the panes with its next prompt, with the task's id", async () => {
    await project.join("outsider");
    const { task } = await project.json<{ task: Task }>(["quick", "--to", "outsider", "Sweep the floor"]);
    const { stdout } = await project.hook("outsider", "user-prompt-submit", {});
    expect(stdout).toContain(task.id);
    expect(stdout).toContain("Sweep the floor");
    expect((await project.hook("outsider", "user-prompt-submit", {})).stdout).toBe("");
  });
});

describe("26: names and references", () => {
  test("a reference is no path, a name no sentence, a priority one of four", async () => {
    expect((await project.cli(["task", "show", "../../session"])).exitCode).toBe(1);
    expect((await project.cli(["msg", "send", "--to", "bad name!", "-m", "x"])).exitCode).toBe(64);
    expect((await project.as("alice.claude", ["heartbeat"])).stdout).toContain("alice.claude");
    expect((await project.cli(["quick", "--to", "kimi", "x", "--priority", "superurgent"])).exitCode).toBe(
      64,
    );
  });

  test("all eight statuses are there, and a long text becomes title and description", async () => {
    for (const status of "pending assigned in_progress completed under_review revision_needed approved rejected".split(
      " ",
    ))
      expect((await project.cli(["tasks", "--status", status])).exitCode).toBe(0);
    const long = "word ".repeat(60).trim();
    const { task } = await project.json<{ task: Task }>(["quick", "--to", "kimi", long]);
    expect(task.title.length).toBeLessThanOrEqual(100);
    expect(task.description).toBe(long);
  });
});

test("27: a completed task is there once, completed", async () => {
  const task = await project.json<Task>(["create-task", "only once"]);
  await project.as("kimi", ["claim-task", task.id]);
  await project.as("kimi", ["task", "update", task.id, "--status", "completed"]);
  const all = (await project.json<Task[]>(["tasks"])).filter(({ title }) => title === "only once");
  expect(all).toMatchObject([{ id: task.id, status: "completed" }]);
});

describe("29: the MCP tools", () => {
  test("a message goes out, is read, escalated, answered and completed", async () => {
    const [a, b] = [openMcp(project, "mcp-a"), openMcp(project, "mcp-b")];
    await Promise.all([a.open(), b.open()]);
    await a.call("register_agent", { description: "front end" });
    await b.call("register_agent", { description: "back end" });
    const sent = await a.call("send_message", { to: "mcp-b", subject: "api", content: "which port?" });
    const id = /msg-[\w-]+/.exec(sent.text)?.[0] as string;
    const inbox = await b.call("check_inbox");
    expect(inbox.text).toContain("1 message(s), 1 unread");
    expect(inbox.text).toContain("[unread] api");
    expect((await b.call("read_message", { message_id: id })).text).toContain("mcp-b acknowledged");
    const original = async () => await project.json<Message>(["message", "show", id, "--peek"]);
    expect((await original()).receipts).toMatchObject([{ agent: "mcp-b", state: "acknowledged" }]);
    await b.call("escalate", { about: id, reason: "who decides?" });
    const needs = await project.json<NeedView[]>(["needs"]);
    expect(needs.some((need) => need.kind === "escalation" && need.text.includes("who decides?"))).toBe(true);
    // An escalated message stays where it is.
    expect((await b.call("check_inbox", { all: true })).text).toContain(id);
    const reply = await b.call("reply_message", { message_id: id, content: "8080", mark_complete: true });
    expect(reply.text).toContain("completed");
    expect((await original()).receipts).toMatchObject([{ state: "completed" }]);
    expect((await a.call("check_inbox")).text).toContain("1 message(s), 1 unread");
    const nobody = await a.call("send_message", { to: "nobody-here", content: "x" });
    expect(nobody.isError).toBe(true);
    expect(nobody.text).toContain("mcp-b");
    const missing = await a.call("send_message", { to: "mcp-b" });
    expect(missing.isError).toBe(true);
    expect(missing.text).toContain("content");
    await Promise.all([a.end(), b.end()]);
  });

  test("six that register at once are six agents", async () => {
    const names = Array.from({ length: 6 }, (_, n) => `at-once-${n}`);
    const clients = names.map((name) => openMcp(project, name));
    await Promise.all(clients.map((client) => client.open()));
    await Promise.all(
      clients.map((client, n) => client.call("register_agent", { description: `number ${n}` })),
    );
    const known = await project.json<{ name: string; statusText: string | null }[]>(["agents"]);
    for (const [n, name] of names.entries())
      expect(known.find((agent) => agent.name === name)?.statusText).toBe(`number ${n}`);
    await Promise.all(clients.map((client) => client.end()));
  });
});

test("30: a spec's name leads nowhere", async () => {
  expect((await project.cli(["publish-spec", "../../x", "evil"])).exitCode).toBe(64);
  expect((await project.cli(["get-spec", "../messages/msg-1"])).exitCode).toBe(1);
  await project.as("claude", ["publish-spec", "api/login", "# v1"]);
  await project.as("kimi", ["spec", "subscribe", "api/login"]);
  await project.as("claude", ["publish-spec", "api/login", "# v2"]);
  expect((await project.cli(["spec", "history", "api/login"])).stdout).toContain("v2");
  const { stdout } = await project.cli(["spec", "diff", "api/login"]);
  expect(stdout).toContain("-# v1\n+# v2");
  const stale = await project.as("kimi", ["publish-spec", "api/login", "mine", "--base", "1"]);
  expect(stale.exitCode).toBe(1);
});
