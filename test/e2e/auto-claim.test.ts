// A pane whose agent takes the next task from the board when its program starts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import type { Task } from "../../src/domain/task/task.ts";
import { eventually } from "../support/eventually.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

const layout = (log: string) => `name: rig
windows:
  - name: main
    split: right
    panes:
      - { profile: demo, name: ada, env: { IA_TMUX_DEMO_LOG: ${log}, IA_TMUX_DEMO_PACE: "0" } }
      - { profile: demo, name: ben, autoClaim: true, env: { IA_TMUX_DEMO_LOG: ${log}, IA_TMUX_DEMO_PACE: "0" } }
`;

let workspace: Workspace;
const task = (id: string) => workspace.json<Task>(["task", "show", id]);
const create = (title: string, ...more: string[]) => workspace.json<Task>(["create-task", title, ...more]);

beforeAll(async () => {
  workspace = await openWorkspace({ layout, up: false });
  await workspace.json(["server", "start"]);
}, 60_000);
afterAll(() => workspace.close());

test("it takes the most urgent one, is told once, and does it; the agent beside it is left alone", async () => {
  const later = await create("water the plants", "--priority", "low");
  const first = await create("mend the roof", "--priority", "high");
  await workspace.up();
  const prompt = await workspace.recorded("ben", "prompt", (one) => String(one["text"]).includes(first.id));
  expect(prompt["text"]).toContain(`You have claimed the next on the board, task ${first.id}: mend the roof`);
  expect(prompt["text"]).not.toContain("--status in_progress");
  await eventually("the task is done", async () => (await task(first.id)).status === "completed");
  const [relay] = await workspace.settledDeliveries(1);
  expect(relay).toMatchObject({ to: "ben", from: "operator", taskId: first.id, state: "confirmed" });
  expect((await workspace.cli(["log", "-n", "50"])).stdout).toContain(`claimed task "mend the roof"`);
  // Once for each start: the rest of the board is for others, and ada was not asked to take any.
  await workspace.withServer((server) => server.call("wait.for", { agent: "ben", state: "idle" }));
  expect(await task(later.id)).toMatchObject({ status: "pending", assignee: null });
});

test("a split can ask for it too, and a saved layout keeps it", async () => {
  const next = await create("sweep the yard", "--priority", "critical");
  await workspace.json(["pane", "split", "--profile", "demo", "--name", "cy", "--auto-claim"]);
  await eventually("cy has it", async () => (await task(next.id)).assignee === "cy");
  const { path } = await workspace.json<{ path: string }>(["layout", "save", "kept"]);
  const panes = JSON.stringify(parse(readFileSync(path, "utf8")));
  expect(panes.match(/"autoClaim":true/g)).toHaveLength(2);
  const refused = await workspace.cli(["pane", "split", "--auto-claim", "cat"]);
  expect(refused).toMatchObject({
    exitCode: 64,
    stderr: expect.stringContaining("Only an agent claims tasks"),
  });
});

test("an agent that has a task in hand takes no other when it starts again", async () => {
  const name = "dee";
  const script = '@@[{"say":"I count."}]@@';
  const held = await create("count the stars", "--priority", "critical", "--description", script);
  await workspace.json(["window", "new", "--profile", "demo", "--name", name, "--auto-claim"]);
  await eventually("dee has it", async () => (await task(held.id)).assignee === name);
  await workspace.settledDeliveries(1);
  const more = await create("count them again", "--priority", "critical");
  const pane = (await workspace.withServer((server) => server.call("pane.list", {}))).find(
    (one) => one.agent === name,
  )!;
  process.kill(pane.pid as number, "SIGTERM");
  await workspace.withServer((server) => server.call("wait.for", { agent: name, state: "exited" }));
  await workspace.json(["pane", "respawn", pane.id]);
  await workspace.withServer((server) => server.call("wait.for", { agent: name, state: "idle" }));
  expect((await task(held.id)).status).toBe("in_progress");
  expect(await task(more.id)).toMatchObject({ status: "pending", assignee: null });
  expect(readFileSync(join(workspace.dir, "state", "logs", "server.log"), "utf8")).not.toContain(
    "auto-claim.failed",
  );
});
