// An agent whose program ended goes on with its own conversation: by its session's id, never fresh.
import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AGENTS } from "./manners.ts";
import { allText, holds, occurrences } from "./model/reading.ts";
import { PATIENCE_MS } from "./patience.ts";
import { type AgentWorkspace, openAgentWorkspace, SESSIONS } from "./workspace.ts";

const patient = { timeoutMs: PATIENCE_MS };

describe("an agent that is started again", { timeout: 4 * PATIENCE_MS }, () => {
  let bench: AgentWorkspace;

  beforeAll(async () => {
    bench = await openAgentWorkspace();
  }, 2 * PATIENCE_MS);
  afterAll(() => bench?.close(), PATIENCE_MS);

  it.each(AGENTS)("%s starts again also before its first prompt", async (agent) => {
    await bench.endProgram(agent);
    await bench.cli(["pane", "respawn", agent]);
    await bench.idle(agent);
  });

  it.each(AGENTS)("%s goes on with a conversation of which the server heard nothing", async (agent) => {
    const { sockets } = await (await bench.server()).call("server.info", {});
    const words = `the fruit is quince, ${agent}`;
    bench.model.script({ agent, when: words, steps: [{ text: "I will remember quince." }] });
    await bench.idle(agent);
    renameSync(sockets.hook, `${sockets.hook}.away`);
    try {
      await bench.prompt(agent, words);
      await bench.shows(agent, "I will remember quince.");
      await bench.keeps(agent, "I will remember quince.");
      await bench.endProgram(agent);
    } finally {
      renameSync(`${sockets.hook}.away`, sockets.hook);
    }
    await bench.cli(["pane", "respawn", agent]);
    expect(occurrences(await bench.conversation(agent), words)).toBe(1);
  });

  it.each(AGENTS)("%s goes on with its conversation, twice, and takes a relay that waited", async (agent) => {
    const { model } = bench;
    const words = `the word is plum, ${agent}`;
    model.script({ agent, when: words, steps: [{ text: "I will remember plum." }] });
    await bench.prompt(agent, words);
    await bench.shows(agent, "I will remember plum.");
    await bench.idle(agent);
    await bench.keeps(agent, "I will remember plum.");
    for (const round of ["first", "second"]) {
      await bench.endProgram(agent);
      const relay = await bench.delegate(agent, `the ${round} task after the end`);
      await bench.waitsBecause(relay.id, /is not running/u);
      await bench.cli(["pane", "respawn", agent]);
      const request = await model.waitForRequest(holds(agent, "user", relay.id), patient);
      expect(allText(request)).toContain(words);
      expect(occurrences(request, relay.id)).toBe(1);
      await bench.reaches(relay.id, "confirmed");
    }
    expect(occurrences(await bench.conversation(agent), words)).toBe(1);
  });

  it.each(AGENTS)("%s, whose conversation is gone from the disk, waits for its human", async (agent) => {
    const words = `the tree is alder, ${agent}`;
    bench.model.script({ agent, when: words, steps: [{ text: "I will forget alder." }] });
    await bench.idle(agent);
    await bench.prompt(agent, words);
    await bench.shows(agent, "I will forget alder.");
    await bench.keeps(agent, "I will forget alder.");
    await bench.endProgram(agent);
    const sessions = join(bench.home, SESSIONS[agent]);
    renameSync(sessions, `${sessions}.away`);
    mkdirSync(sessions);
    await bench.cli(["pane", "respawn", agent]);
    const panes = await (await bench.server()).call("pane.list", {});
    const pane = panes.find((one) => one.agent === agent);
    expect(pane).toMatchObject({ pid: null, message: expect.stringMatching(/conversation is gone: /) });
    await bench.cli(["pane", "respawn", agent]);
    expect(occurrences(await bench.conversation(agent), words)).toBe(0);
  });
});
