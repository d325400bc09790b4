// A real agent whose pane says so takes the next task when it starts: nobody types anything, and its model has the task.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AGENTS, shell } from "./manners.ts";
import { holds, occurrences } from "./model/reading.ts";
import { eventually } from "../support/eventually.ts";
import { PATIENCE_MS } from "./patience.ts";
import { type AgentWorkspace, openAgentWorkspace } from "./workspace.ts";

const patient = { timeoutMs: PATIENCE_MS };

describe("an agent that claims at its start", { timeout: 3 * PATIENCE_MS }, () => {
  let bench: AgentWorkspace;

  beforeAll(async () => {
    bench = await openAgentWorkspace();
  }, 2 * PATIENCE_MS);
  afterAll(() => bench?.close(), PATIENCE_MS);

  it.each(AGENTS)("%s", async (agent) => {
    const { model } = bench;
    const words = `wind the clock of ${agent}`;
    const { id } = JSON.parse(await bench.cli(["task", "create", words, "--json"])) as { id: string };
    const note = `wound by ${agent}`;
    model.script({
      agent,
      when: words,
      steps: [
        shell(agent, `ia-tmux task update ${id} --status completed --note '${note}'`),
        { text: "The clock goes." },
      ],
    });
    const name = `${agent}-next`;
    await bench.cli(["window", "new", "--profile", agent, "--name", name, "--auto-claim"]);
    const relay = await bench.delivery((one) => one.to === name && one.taskId === id);
    const request = await model.waitForRequest(holds(agent, "user", relay.id), patient);
    expect(occurrences(request, `You have claimed the next on the board, task ${id}`)).toBe(1);
    await bench.reaches(relay.id, "confirmed");
    await eventually(
      "the task is done",
      async () => {
        const task = JSON.parse(await bench.cli(["task", "show", id, "--json"]));
        return task.status === "completed" && task.assignee === name && task.notes.at(-1).text === note;
      },
      patient,
    );
  });
});
