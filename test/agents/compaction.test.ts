// An agent that shortens its context loses what it was told: its place, its task, its locks, its mail, what was decided.
// It is told again.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AGENTS } from "./manners.ts";
import { allText, holds, occurrences } from "./model/reading.ts";
import { PATIENCE_MS } from "./patience.ts";
import { type AgentWorkspace, openAgentWorkspace } from "./workspace.ts";

const patient = { timeoutMs: PATIENCE_MS };
const SHORTENED: Record<(typeof AGENTS)[number], RegExp> = {
  claude: /Compacted/u,
  codex: /Context compacted/u,
  kimi: /Compaction complete/u,
};

describe("an agent whose context is compacted", { timeout: 3 * PATIENCE_MS }, () => {
  let bench: AgentWorkspace;

  beforeAll(async () => {
    bench = await openAgentWorkspace();
  }, 2 * PATIENCE_MS);
  afterAll(() => bench?.close(), PATIENCE_MS);

  it.each(AGENTS)("%s knows again its role, open task, locks, unread mail and decisions", async (agent) => {
    const { model } = bench;
    const words = `before the gap, ${agent}`;
    model.script({ agent, when: words, steps: [{ text: "I listen." }] });
    await bench.prompt(agent, words);
    await bench.shows(agent, "I listen.");
    await bench.idle(agent);
    const made = JSON.parse(await bench.cli(["task", "create", `polish the brass of ${agent}`, "--json"]));
    await bench.cli(["task", "claim", made.id], agent);
    await bench.cli(["lock", `brass-${agent}.txt`], agent);
    // Too long to be carried whole: it is announced, and waits in the inbox.
    const mail = JSON.parse(
      await bench.cli(["send", "--to", agent, "--json", "--", "a long story. ".repeat(400)]),
    );
    const notice = await bench.delivery(({ messageIds }) => messageIds.includes(mail.id));
    await bench.reaches(notice.id, "confirmed");
    await bench.idle(agent);
    await bench.cli(["decision", `the brass of ${agent} stays matt`]);

    model.answerNext(agent, { text: "A summary: nothing but weather was spoken of." });
    if (agent === "codex") {
      // Codex takes a pasted one for a prompt.
      await bench.type(agent, "/compact");
      await bench.shows(agent, /\/compact/u);
      await bench.type(agent, "\r");
    } else await bench.prompt(agent, "/compact");
    await bench.shows(agent, SHORTENED[agent]);
    await bench.idle(agent);

    const since = model.requests.length;
    const after = `after the gap, ${agent}`;
    model.script({ agent, when: after, steps: [{ text: "I remember." }] });
    await bench.prompt(agent, after);
    const request = await model.waitForRequest(holds(agent, "user", after), { ...patient, since });
    const told = allText(request);
    expect(occurrences(request, `You are ${agent} (`)).toBe(1);
    expect(told).toMatch(new RegExp(`You are ${agent} \\((?:principal|collaborator|delegate)`, "u"));
    expect(told).toContain(`polish the brass of ${agent}`);
    expect(told).toContain("unread: 1");
    expect(told).toContain(made.id);
    expect(told).toContain(`brass-${agent}.txt`);
    expect(told).toContain(`the brass of ${agent} stays matt`);
    await bench.shows(agent, "I remember.");
    await bench.idle(agent);
  });
});
