// Agents that no pane runs: what they hold stays theirs between two of their calls, and what others have for them is in
// their inbox, where they look.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Message } from "../../src/domain/message/message.ts";
import type { QuestionView } from "../../src/protocol/results.ts";
import type { AgentView, DeliveryView } from "../../src/protocol/views.ts";
import { eventually } from "../support/eventually.ts";
import { contextOf, openProject, type Project } from "./rig.ts";

let project: Project;
beforeAll(async () => {
  project = await openProject();
  await project.cli(["session", "init", "--agents", "claude,kimi,codex"]);
}, 60_000);
afterAll(() => project.close());

const inbox = (agent: string | null) => project.jsonAs<Message[]>(agent, ["inbox"]);

test("an agent that the session expects in a pane and that comes from outside is there, and keeps what it took", async () => {
  const named = async (name: string) =>
    (await project.json<AgentView[]>(["agents"])).find((agent) => agent.name === name);
  expect(await named("kimi")).toMatchObject({ presence: "offline", role: "collaborator", profile: "kimi" });
  expect((await project.as("kimi", ["lock", "--resource", "db"])).exitCode).toBe(0);
  expect(await named("kimi")).toMatchObject({ presence: "active", role: "collaborator", profile: "kimi" });
  expect((await project.as("codex", ["lock", "--resource", "db"])).exitCode).toBe(2);

  const { id } = await project.json<{ id: string }>(["task", "create", "Take me", "--assignee", "kimi"]);
  expect((await project.as("kimi", ["claim-task", id])).exitCode).toBe(0);
  const taken = await project.as("codex", ["claim-task", id]);
  expect(taken).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("kimi") });
});

/** Waits until the agent's inbox holds such a message. */
const gets = (agent: string | null, is: (message: Message) => boolean) =>
  eventually(`a message in the inbox of ${agent ?? "the operator"}`, async () =>
    (await inbox(agent)).find(is),
  );

test("the answer to a question is a message in the inbox of who asked", async () => {
  const ask = (...more: string[]) =>
    project.jsonAs<QuestionView>("kimi", [
      "ask",
      "Which colour?",
      "--option",
      "red",
      "--option",
      "blue",
      ...more,
    ]);
  const { id } = await ask();
  await project.cli(["answer", id, "2"]);
  const answer = await gets("kimi", ({ type }) => type === "answer");
  expect(answer).toMatchObject({ from: "operator", subject: "Which colour?", priority: "high" });
  expect(answer.body).toMatch(/: blue$/);
  await ask("--deadline", "1s", "--default", "red");
  const lapsed = await gets("kimi", ({ type }) => type === "notice");
  expect(lapsed.body).toContain("the default holds: red");
});

test("who subscribed to a spec, or wrote an earlier version of it, is told of a new one", async () => {
  await project.as("claude", ["publish-spec", "api", "one"]);
  await project.as("kimi", ["spec", "subscribe", "api"]);
  await project.cli(["spec", "subscribe", "api"]);
  await project.as("codex", ["publish-spec", "api", "two"]);
  for (const reader of ["kimi", "claude", null]) {
    const told = await gets(reader, ({ subject }) => subject === "Spec api is at version 2");
    expect(told).toMatchObject({ from: "codex", type: "notice" });
  }
  expect((await inbox("codex")).filter(({ subject }) => subject.startsWith("Spec"))).toEqual([]);
});

test("who mutes an agent is not woken by it: what it says waits in the inbox, and the operator always comes through", async () => {
  const carriedTo = async (agent: string) =>
    (await project.json<DeliveryView[]>(["deliveries"]))
      .filter(({ to, state }) => to === agent && state === "queued")
      .map(({ preview }) => preview);
  expect(await project.jsonAs("codex", ["mute", "kimi", "--for", "1h", "--reason", "busy"])).toMatchObject({
    agent: "codex",
    sender: "kimi",
    reason: "busy",
  });
  await project.as("kimi", ["send", "--to", "codex", "quiet words"]);
  await project.cli(["send", "--to", "codex", "the operator's words"]);
  await eventually("the operator's message on its way", async () =>
    (await carriedTo("codex")).some((preview) => preview.includes("the operator's words")),
  );
  expect((await carriedTo("codex")).filter((preview) => preview.includes("quiet words"))).toEqual([]);
  expect((await inbox("codex")).map(({ body }) => body)).toContain("quiet words");
  expect((await project.cli(["mutes"])).stdout).toMatch(/codex +is not woken by kimi +for .*busy/);

  expect((await project.as("codex", ["mute", "operator"])).exitCode).toBe(77);
  expect((await project.as("codex", ["mute", "kimi", "--agent", "claude"])).exitCode).toBe(77);
  expect((await project.as("codex", ["unmute", "kimi"])).stdout).toContain("Unmuted kimi");
  await project.as("kimi", ["send", "--to", "codex", "loud words"]);
  await eventually("the message on its way", async () =>
    (await carriedTo("codex")).some((preview) => preview.includes("loud words")),
  );
});

test("what one sent is listed with what each recipient did with it", async () => {
  const { id } = await project.jsonAs<Message>("claude", ["send", "--to", "kimi", "look at this"]);
  await project.as("kimi", ["ack", id]);
  expect((await project.as("claude", ["sent"])).stdout).toMatch(
    new RegExp(`${id} .*→ kimi +look at this +kimi acknowledged`),
  );
  expect(await project.jsonAs<Message[]>("codex", ["sent", "--limit", "1"])).toHaveLength(1);
});

test("a message refers to files of the project, wherever it was sent from; to nothing that is not there", async () => {
  project.write("docs/api.md");
  const send = (file: string, cwd = project.project) =>
    project.cli(["send", "--to", "kimi", "see there", "--attach", file, "--json"], { cwd });
  const stored = async (file: string, cwd?: string) =>
    (JSON.parse((await send(file, cwd)).stdout) as Message).attachments;
  expect(await stored("docs/api.md")).toEqual(["docs/api.md"]);
  expect(await stored("api.md", join(project.project, "docs"))).toEqual(["docs/api.md"]);
  expect(await stored("https://example.org/x")).toEqual(["https://example.org/x"]);
  expect(await send("docs/none.md")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("no file"),
  });
  expect((await send("/etc/passwd")).exitCode).toBe(65);
  expect((await project.as("kimi", ["inbox"])).stdout).not.toContain("passwd");
});

test("the operator sees whole conversations, and what anybody said to anybody; an agent sees neither", async () => {
  const { id } = await project.jsonAs<Message>("kimi", ["send", "--to", "operator", "may I?"]);
  await project.cli(["reply", id, "you may"]);
  const bodies = async (params: { agent?: string; threads?: boolean }) =>
    (
      await project.withServer((connection) => connection.call("message.inbox", { all: true, ...params }))
    ).map(({ body }) => body);
  expect(await bodies({ threads: true })).toEqual(expect.arrayContaining(["may I?", "you may"]));
  expect(await bodies({})).not.toContain("you may");
  expect((await project.cli(["inbox", "--agent", "all"])).stdout).toContain("kimi → codex");
  expect((await project.as("codex", ["inbox", "--agent", "all"])).exitCode).toBe(77);
});

test("what was said or answered just before the server died is carried and told by the next one, once", async () => {
  const { id } = await project.jsonAs<Message>("kimi", ["send", "--to", "codex", "just before"]);
  const asked = await project.jsonAs<QuestionView>("codex", ["ask", "Shall I?"]);
  await project.cli(["answer", asked.id, "do"]);
  await gets("codex", ({ subject }) => subject === "Shall I?");
  await project.cli(["server", "stop"]);
  // As if the disk had not got so far.
  const store = join(project.dir, "state", "store");
  for (const name of readdirSync(store)) if (name.startsWith("deliveries")) rmSync(join(store, name));
  const messages = join(store, readdirSync(store).find((name) => name.startsWith("messages")) ?? "");
  const lines = readFileSync(messages, "utf8").split("\n");
  writeFileSync(messages, lines.filter((line) => !line.includes("Shall I?")).join("\n"));
  await project.cli(["server", "start"]);
  await gets("codex", ({ subject, type }) => subject === "Shall I?" && type === "answer");
  const carried = (await project.json<DeliveryView[]>(["deliveries"])).filter(({ to }) => to === "codex");
  expect(carried.filter((one) => one.id.includes(id.slice(4)))).toHaveLength(1);
  expect(carried.filter((one) => one.preview.includes("answers: Shall I?"))).toHaveLength(1);
});

test("a message that is not worth reading any more is neither in the inbox nor carried, also after a restart", async () => {
  const stateOf = async (text: string) =>
    (await project.json<DeliveryView[]>(["deliveries"])).find(({ preview }) => preview.includes(text));
  await project.cli(["send", "--to", "codex", "over soon", "--expires", "1s"]);
  await eventually("it is called off", async () => (await stateOf("over soon"))?.state === "cancelled");
  expect((await stateOf("over soon"))?.reason).toContain("expired");
  expect((await inbox("codex")).map(({ body }) => body)).not.toContain("over soon");
  const { expiresAtMs } = await project.json<Message>([
    "send",
    "--to",
    "codex",
    "over while away",
    "--expires",
    "3s",
  ]);
  await eventually("it waits", async () => (await stateOf("over while away"))?.state === "queued");
  await project.cli(["server", "stop"]);
  await eventually("it is over", () => Date.now() > (expiresAtMs ?? 0));
  await project.cli(["server", "start"]);
  await eventually("it is called off", async () => (await stateOf("over while away"))?.state === "cancelled");
});

test("an order that has not arrived is not carried once its task is cancelled, another's or begun; who had the task is told", async () => {
  const give = async (title: string) =>
    (await project.json<{ task: { id: string } }>(["delegate", "--to", "kimi", title])).task.id;
  const heard = async (agent: string) => {
    const ran = await project.hook(agent, "user-prompt-submit", {});
    return contextOf(ran);
  };
  await heard("kimi");
  await heard("codex");
  const cancelled = await give("Cancelled before it came");
  await project.cli(["task", "cancel", cancelled]);
  const moved = await give("Given to another before it came");
  await project.cli(["task", "assign", moved, "codex"]);
  const begun = await give("Begun before the order came");
  await project.as("kimi", ["task", "update", begun, "--status", "in_progress"]);
  await eventually("the orders were taken back", async () => {
    const all = await project.json<DeliveryView[]>(["deliveries"]);
    return all.filter((one) => one.to === "kimi" && one.state === "cancelled").length === 3;
  });
  expect(await heard("kimi")).not.toMatch(/Cancelled before|Given to another before|Begun before/);
  expect(await heard("codex")).toContain("Given to another before it came");

  await project.cli(["task", "assign", begun, "codex"]);
  await eventually("kimi is told", async () =>
    (await heard("kimi")).includes(`Task ${begun} is codex's now`),
  );
});

test("in review mode a reviewer hears of finished work, and only a reviewer judges it", async () => {
  await project.cli(["session", "set", "--mode", "review"]);
  await project.cli(["agent", "set", "codex", "--role", "reviewer"]);
  const judge = async (agent: string, status: string) =>
    (await project.as(agent, ["task", "update", id, "--status", status])).exitCode;
  const { task } = await project.jsonAs<{ task: { id: string } }>("claude", [
    "delegate",
    "--to",
    "kimi",
    "Judge me",
  ]);
  const { id } = task;
  for (const status of ["in_progress", "completed"]) expect(await judge("kimi", status)).toBe(0);
  await eventually("the reviewer is told", async () =>
    contextOf(await project.hook("codex", "user-prompt-submit", {})).includes(`Task ${id}`),
  );
  expect(await judge("claude", "under_review")).toBe(77);
  expect(await judge("codex", "under_review")).toBe(0);
  expect(await judge("claude", "approved")).toBe(77);
  expect(await judge("codex", "approved")).toBe(0);
  await project.cli(["session", "set", "--mode", "hierarchical"]);
});

test("whose lock the operator breaks is told", async () => {
  await project.as("kimi", ["lock", "--resource", "broken"]);
  await project.cli(["lock", "--resource", "broken", "--force"]);
  await eventually("kimi is told", async () =>
    contextOf(await project.hook("kimi", "user-prompt-submit", {})).includes("operator broke your lock of"),
  );
});
