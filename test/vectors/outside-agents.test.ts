// Agents that no pane runs: what they hold stays theirs between two of their calls, and what others have for them is in
// their inbox, where they look.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Message } from "../../src/domain/message/message.ts";
import type { QuestionView } from "../../src/protocol/results.ts";
import type { AgentView } from "../../src/protocol/views.ts";
import { eventually } from "../support/eventually.ts";
import { openProject, type Project } from "./rig.ts";

let project: Project;
beforeAll(async () => {
  project = await openProject();
  await project.cli(["session", "init", "--agents", "claude,kimi,codex"]);
}, 60_000);
afterAll(() => project.close());

const inbox = (agent: string) => project.jsonAs<Message[]>(agent, ["inbox"]);

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
const gets = (agent: string, is: (message: Message) => boolean) =>
  eventually(`a message in the inbox of ${agent}`, async () => (await inbox(agent)).find(is));

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
  await project.as("codex", ["publish-spec", "api", "two"]);
  for (const reader of ["kimi", "claude"]) {
    const told = await gets(reader, ({ subject }) => subject === "Spec api is at version 2");
    expect(told).toMatchObject({ from: "codex", type: "notice" });
  }
  expect((await inbox("codex")).filter(({ subject }) => subject.startsWith("Spec"))).toEqual([]);
});
