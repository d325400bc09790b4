// S6: the server is killed in the middle of a delegation. Agents go on, the next server learns what happened meanwhile,
// and it ends the same: everything once, every receipt confirmed.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Delivery } from "../../src/domain/relay/delivery.ts";
import { deliveryText } from "../../src/domain/relay/encode.ts";
import { longBody, report, shell } from "./manners.ts";
import { holds, occurrences } from "./model/reading.ts";
import { PATIENCE_MS } from "./patience.ts";
import { type AgentWorkspace, openAgentWorkspace } from "./workspace.ts";

const patient = { timeoutMs: PATIENCE_MS };

describe("a server killed in the middle of a delegation", { timeout: 4 * PATIENCE_MS }, () => {
  let bench: AgentWorkspace;

  beforeAll(async () => {
    bench = await openAgentWorkspace({ agents: ["claude", "kimi"] });
  }, 2 * PATIENCE_MS);
  afterAll(() => bench?.close(), PATIENCE_MS);

  const restart = () => bench.cli(["server", "start"]);
  const isRelay = (one: Delivery) => one.kind === "relay" && one.state !== "confirmed";

  /** Claude delegates `body`; Kimi reports once its gate is open, and Claude, when `busy`, works until its own is. */
  async function begin(name: string, busy = false): Promise<string> {
    const { model } = bench;
    const body = longBody(name, 12, 600);
    writeFileSync(join(bench.project, "task.md"), body);
    model.script({
      agent: "claude",
      when: `hand over: ${name}`,
      steps: [
        shell("claude", "ia-tmux delegate --to kimi --file task.md"),
        { text: "Delegated.", ...(busy ? { gate: `${name}, claude` } : {}) },
        { text: "Then I know." },
      ],
    });
    model.script({
      agent: "kimi",
      when: `${name}: `,
      steps: [report("kimi", "completed", `done: ${name}`, `${name}, kimi`), { text: "Done." }],
    });
    await bench.prompt("claude", `hand over: ${name}`);
    return body;
  }

  /** Kills the server as soon as it says that a delivery of this kind has come to this state. */
  async function killWhen(kind: Delivery["kind"], to: string, state: Delivery["state"]): Promise<void> {
    const server = await bench.server();
    const { pid } = await server.call("server.info", {});
    await server.call("events.subscribe", {});
    const killed = new Promise<void>((resolve) => {
      server.onNotice((notice) => {
        if (notice.notice !== "event" || notice.event.kind !== "delivery.changed") return;
        const {
          kindOfDelivery,
          to: reader,
          state: reached,
        } = notice.event as unknown as Record<string, string>;
        if (kindOfDelivery !== kind || reader !== to || reached !== state) return;
        process.kill(pid, "SIGKILL");
        resolve();
      });
    });
    await killed;
    await bench.gone(pid);
  }

  /** What each model has in the end, and how the receipts ended. */
  async function endsTheSame(body: string): Promise<Delivery[]> {
    const relay = await bench.delivery((one) => one.kind === "relay" && one.body.includes(body));
    await bench.wait({ task: relay.taskId!, status: "completed" });
    const notice = await bench.delivery((one) => one.kind === "notice" && one.taskId === relay.taskId);
    const settled = [await bench.reaches(relay.id, "confirmed"), await bench.reaches(notice.id, "confirmed")];
    expect(settled.map(({ attempts }) => attempts)).toEqual([1, 1]);
    const [kimi, claude] = [await bench.conversation("kimi"), await bench.conversation("claude")];
    expect(occurrences(kimi, deliveryText(relay))).toBe(1);
    expect(occurrences(kimi, body)).toBe(1);
    expect(occurrences(claude, deliveryText(notice))).toBe(1);
    return settled;
  }

  it("while the relay waits", async () => {
    const { model } = bench;
    model.script({ agent: "kimi", when: "be busy", steps: [{ text: "I was.", gate: "kimi was busy" }] });
    await bench.prompt("kimi", "be busy");
    await bench.wait({ agent: "kimi", state: "working" });
    const body = await begin("waits");
    const relay = await bench.delivery(isRelay);
    await bench.waitsBecause(relay.id, /working/u);
    await bench.killServer();
    await restart();
    model.openGate("kimi was busy");
    model.openGate("waits, kimi");
    await endsTheSame(body);
  });

  it("after the relay was written, before the agent could say that it has it", async () => {
    const { model } = bench;
    const killed = killWhen("relay", "kimi", "written");
    const body = await begin("written");
    await killed;
    const arrived = await model.waitForRequest(holds("kimi", "user", body), patient);
    expect(occurrences(arrived, body)).toBe(1);
    await restart();
    model.openGate("written, kimi");
    await endsTheSame(body);
  });

  it("while the agent works on it: its report finds the next server", async () => {
    const { model } = bench;
    const body = await begin("worked on");
    await model.waitForRequest(holds("kimi", "user", body), patient);
    await bench.killServer();
    model.openGate("worked on, kimi");
    await restart();
    await endsTheSame(body);
  });

  it("after the notice was written to Claude", async () => {
    const { model } = bench;
    const killed = killWhen("notice", "claude", "written");
    const body = await begin("noticed");
    await bench.idle("claude");
    model.openGate("noticed, kimi");
    await killed;
    await model.waitForRequest(holds("claude", "user", "done: noticed"), patient);
    await restart();
    await endsTheSame(body);
  });

  it("after Claude's hook was handed the notice", async () => {
    const { model } = bench;
    const killed = killWhen("notice", "claude", "written");
    const body = await begin("handed", true);
    model.openGate("handed, kimi");
    const notice = await bench.delivery((one) => one.kind === "notice" && one.body.includes("done: handed"));
    await bench.waitsBecause(notice.id, /working/u);
    model.openGate("handed, claude");
    await killed;
    // Its model has read it, and the turn goes on without any server.
    await model.waitForRequest(holds("claude", "user", "done: handed"), patient);
    await restart();
    const [, noticed] = await endsTheSame(body);
    expect(noticed?.channel).toBe("hook");
  });
});
