// An agent outside the panes that was known by its session takes a name: it is one agent, not two, and what was its
// stays its.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Message } from "../../src/domain/message/message.ts";
import type { Task } from "../../src/domain/task/task.ts";
import type { DecisionView, Identity, QuestionView } from "../../src/protocol/results.ts";
import type { AgentView, DeliveryView, LockView } from "../../src/protocol/views.ts";
import { eventually } from "../support/eventually.ts";
import { contextOf, edit, openProject, type Project } from "./rig.ts";

let project: Project;
beforeAll(async () => {
  project = await openProject();
}, 60_000);
afterAll(() => project.close());

/** A command that a program of this session runs. */
const within = (session: string) => ({ env: { CLAUDE_CODE_SESSION_ID: session } });
const agents = () => project.json<AgentView[]>(["agents"]);
const names = async () => (await agents()).map(({ name }) => name);
const whoami = async (session: string) => (await project.json<Identity>(["whoami"], within(session))).name;

test("tasks, locks, mail, deliveries, questions and the lead go with the name, and no ghost is left", async () => {
  const before = await whoami("one");
  expect(before).toMatch(/^agent-[0-9a-f]{12}$/);
  await project.join("peer");
  const mine = await project.json<Task>(["create-task", "mine"], within("one"));
  await project.cli(["claim-task", mine.id], within("one"));
  await project.cli(["task", "update", mine.id, "--note", "half"], within("one"));
  const given = await project.json<{ task: Task }>(["quick", "--to", "peer", "given away"], within("one"));
  await project.cli(["lock", "a.txt"], within("one"));
  const sent = await project.json<Message>(["send", "--to", "peer", "from me"], within("one"));
  const got = await project.jsonAs<Message>("peer", ["send", "--to", before, "to you"]);
  const asked = await project.json<QuestionView>(["ask", "which way?"], within("one"));
  await project.cli(["decision", "north"], within("one"));
  await project.cli(["publish-spec", "way", "north"], within("one"));
  await project.as("peer", ["publish-spec", "other", "west"]);
  await project.cli(["spec", "subscribe", "other"], within("one"));

  await project.cli(["register", "--name", "scout"], within("one"));
  expect(await names()).toEqual(["scout", "peer"]);
  expect((await agents())[0]).toMatchObject({ role: "principal", presence: "active" });
  expect(await project.json(["session", "show"])).toMatchObject({ principal: "scout" });
  expect(await whoami("one")).toBe("scout");

  expect(await project.json<Task>(["task", "show", mine.id])).toMatchObject({
    assignee: "scout",
    assigner: "scout",
    notes: [{ by: "scout" }],
  });
  expect(await project.json<Task>(["task", "show", given.task.id])).toMatchObject({ assigner: "scout" });
  expect(await project.json<LockView[]>(["locks"])).toMatchObject([{ label: "a.txt", holder: "scout" }]);
  expect((await project.hook("peer", "pre-tool-use", edit("a.txt"))).exitCode).toBe(2);
  const own = { session_id: "one", ...edit("a.txt") };
  expect((await project.hook(null, "pre-tool-use", own)).exitCode).toBe(0);
  expect(await project.json<Message>(["message", "show", sent.id])).toMatchObject({ from: "scout" });
  expect((await project.jsonAs<Message[]>("scout", ["inbox"])).map(({ id }) => id)).toEqual([got.id]);
  const waiting = await project.json<DeliveryView[]>(["deliveries"]);
  expect(waiting.find(({ preview }) => preview.includes("to you"))).toMatchObject({ to: "scout" });
  expect(await project.json<QuestionView[]>(["questions"])).toMatchObject([{ id: asked.id, by: "scout" }]);
  expect(await project.json<DecisionView[]>(["decisions"])).toMatchObject([{ by: "scout" }]);
  expect(await project.json(["get-spec", "way"])).toMatchObject({ author: "scout" });

  // What comes now comes to the new name, by the hook of the old session.
  await project.cli(["answer", asked.id, "south"]);
  const told = contextOf(await project.hook(null, "user-prompt-submit", { session_id: "one" }));
  expect(told).toContain("to you");
  expect(told).toContain("south");
  await project.as("peer", ["publish-spec", "other", "east"]);
  const inbox = () => project.jsonAs<Message[]>("scout", ["inbox", "--all"]);
  await eventually("scout hears of the new version", async () =>
    (await inbox()).some(({ subject }) => subject === "Spec other is at version 2"),
  );
  const { stdout } = await project.cli(["log", "-n", "100"]);
  expect(stdout).toContain(`${before} is called scout now`);
});

test("a second name replaces the first, and the session still leads to it", async () => {
  await project.cli(["register", "--name", "ranger", "--role", "delegate"], within("two"));
  await project.cli(["lock", "b.txt"], within("two"));
  await project.cli(["register", "--name", "guide"], within("two"));
  expect(await whoami("two")).toBe("guide");
  expect(await names()).toEqual(["scout", "peer", "guide"]);
  expect((await agents()).find(({ name }) => name === "guide")).toMatchObject({ role: "delegate", locks: 1 });
});

test("a later session takes up the name of an earlier one, and what was its", async () => {
  await project.cli(["lock", "c.txt"], within("three"));
  await project.cli(["register", "--name", "guide"], within("three"));
  expect(await names()).toEqual(["scout", "peer", "guide"]);
  expect((await agents()).find(({ name }) => name === "guide")).toMatchObject({ role: "delegate", locks: 2 });
  expect(await whoami("three")).toBe("guide");
});

test("a name of nobody's liking changes nothing", async () => {
  for (const name of ["operator", "all", "a b"])
    expect((await project.cli(["register", "--name", name], within("four"))).exitCode).toBe(64);
  expect(await whoami("four")).toMatch(/^agent-/);
});
