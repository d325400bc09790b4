// S3 and S4: what is the human's stays the human's. Dialogs are answered by nobody else, drafts are sent by nobody else.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deliveryText } from "../../src/domain/relay/encode.ts";
import { AGENTS, shell } from "./manners.ts";
import { holds, occurrences, textsOf } from "./model/reading.ts";
import { PATIENCE_MS } from "./patience.ts";
import { type AgentWorkspace, DIALOGS, openAgentWorkspace } from "./workspace.ts";

const patient = { timeoutMs: PATIENCE_MS };

describe.each(AGENTS)("a relay to %s", { timeout: 3 * PATIENCE_MS }, (agent) => {
  let bench: AgentWorkspace;

  beforeAll(async () => {
    bench = await openAgentWorkspace({ agents: [agent] });
  }, 2 * PATIENCE_MS);
  afterAll(() => bench?.close(), PATIENCE_MS);

  it("waits while a permission dialog is open, and comes after the human has closed it", async () => {
    const { model } = bench;
    const asked = join(bench.project, "asked.txt");
    model.script({
      agent,
      when: "make the file",
      steps: [shell(agent, "echo yes > asked.txt"), { text: "Made." }],
    });
    model.script({ agent, when: "while a dialog is open", steps: [{ text: "I read the relay." }] });
    await bench.prompt(agent, "make the file");
    await bench.shows(agent, DIALOGS[agent]);
    await bench.wait({ agent, state: "blocked" });
    const dialog = async () => {
      const shown = await bench.screen(agent);
      return shown.slice(shown.search(DIALOGS[agent]));
    };
    const asks = await dialog();
    const relay = await bench.delegate(agent, "while a dialog is open");
    await bench.waitsBecause(relay.id, /permission dialog open/u);
    expect(existsSync(asked)).toBe(false);
    expect(await dialog()).toBe(asks);

    const answeredAtMs = Date.now();
    await bench.answerDialog(agent);
    await bench.shows(agent, "Made.");
    expect(existsSync(asked)).toBe(true);
    await bench.shows(agent, "I read the relay.");
    const settled = await bench.reaches(relay.id, "confirmed");
    expect(settled.attempts).toBe(1);
    // Nothing was even tried before.
    for (const { state, atMs } of settled.history)
      if (state !== "queued") expect(atMs).toBeGreaterThanOrEqual(answeredAtMs);
    expect(occurrences(await bench.conversation(agent), deliveryText(relay))).toBe(1);
  });

  it("waits while a draft stands in the composer; the human sends it alone and byte for byte", async () => {
    const { model } = bench;
    const draft = `half a thought: "quotes", 你好 🎉 and 'more' of ${agent}`;
    model.script({ agent, when: "half a thought", steps: [{ text: "I read the thought." }] });
    model.script({ agent, when: "while a draft stands", steps: [{ text: "I read the draft relay." }] });
    await bench.idle(agent);
    await bench.type(agent, draft);
    await bench.shows(agent, `'more' of ${agent}`);
    const relay = await bench.delegate(agent, "while a draft stands");
    await bench.waitsBecause(relay.id, /your draft is in its composer/u);
    await bench.type(agent, "\r");
    const alone = await model.waitForRequest(holds(agent, "user", "half a thought"), patient);
    expect(textsOf(alone, "user").map((text) => text.trim())).toContain(draft);
    expect(occurrences(alone, relay.id)).toBe(0);
    await bench.shows(agent, "I read the draft relay.");
    const settled = await bench.reaches(relay.id, "confirmed");
    expect(settled.attempts).toBe(1);
    const whole = await bench.conversation(agent);
    expect(occurrences(whole, deliveryText(relay))).toBe(1);
    expect(occurrences(whole, draft)).toBe(1);
  });
});
