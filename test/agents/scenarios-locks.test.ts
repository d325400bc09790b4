// S2: an agent that edits what another holds is refused by its own hook, and its model reads who and why.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AGENTS, edit } from "./manners.ts";
import { holds, textsOf } from "./model/reading.ts";
import { PATIENCE_MS } from "./patience.ts";
import { type AgentWorkspace, openAgentWorkspace } from "./workspace.ts";

const patient = { timeoutMs: PATIENCE_MS };

describe("locks bind the real agents", { timeout: 3 * PATIENCE_MS }, () => {
  let bench: AgentWorkspace;

  beforeAll(async () => {
    bench = await openAgentWorkspace();
  }, 2 * PATIENCE_MS);
  afterAll(() => bench?.close(), PATIENCE_MS);

  it.each(AGENTS)(
    "%s cannot edit a file that another holds, and can when it is free again",
    async (agent) => {
      const { model } = bench;
      const holder = agent === "kimi" ? "codex" : "kimi";
      const name = `shared-${agent}.txt`;
      const file = join(bench.project, name);
      writeFileSync(file, "as it was\n");
      await bench.cli(["lock", name, "--reason", "moving it to v2"], holder);

      const first = `edit it now, ${agent}`;
      const calls = edit(agent, bench.project, name, "as it was", "changed");
      model.script({ agent, when: first, steps: [...calls, { text: "Refused, I see." }] });
      await bench.prompt(agent, first);
      const told = await model.waitForRequest(holds(agent, "tool-result", "moving it to v2"), patient);
      const words = textsOf(told, "tool-result").at(-1) ?? "";
      expect(words).toContain(holder);
      expect(words).toContain(name);
      expect(readFileSync(file, "utf8")).toBe("as it was\n");
      await bench.shows(agent, "Refused, I see.");
      await bench.idle(agent);

      await bench.cli(["unlock", name], holder);
      const again = `edit it again, ${agent}`;
      model.script({ agent, when: again, steps: [...calls, { text: "Edited at last." }] });
      await bench.prompt(agent, again);
      // The other two may edit in their workspace unasked.
      if (agent === "claude") await bench.answerDialog(agent);
      await bench.shows(agent, "Edited at last.");
      expect(readFileSync(file, "utf8")).toBe("changed\n");
      await bench.idle(agent);
    },
  );

  it("shows each refusal and each edit in the activity log, and the file as what the agent has in hand", async () => {
    const log = await (await bench.server()).call("activity.list", { limit: 200 });
    for (const agent of AGENTS) {
      const refusals = log.filter((one) => one.kind === "lock.denied" && one.actor === agent);
      expect(JSON.stringify(refusals)).toContain(`shared-${agent}.txt`);
      const edits = log.filter((one) => one.kind === "file.edited" && one.actor === agent);
      expect(edits.map((one) => one.refs["path"])).toEqual([`shared-${agent}.txt`]);
      const views = await (await bench.server()).call("agent.list", {});
      expect(views.find(({ name }) => name === agent)?.file?.path).toBe(`shared-${agent}.txt`);
    }
  });
});
