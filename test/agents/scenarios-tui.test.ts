// The same from the human's own seat: everything she does goes through the full-screen program.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deliveryText } from "../../src/domain/relay/encode.ts";
import { longBody, quoted, report, shell } from "./manners.ts";
import { holds, occurrences } from "./model/reading.ts";
import { PATIENCE_MS } from "./patience.ts";
import { type AgentWorkspace, openAgentWorkspace } from "./workspace.ts";

const patient = { timeoutMs: PATIENCE_MS };

describe("a human in the full-screen workspace", { timeout: 4 * PATIENCE_MS }, () => {
  let bench: AgentWorkspace;
  let tui: ReturnType<AgentWorkspace["attachTui"]>;

  beforeAll(async () => {
    bench = await openAgentWorkspace({ agents: ["claude", "kimi"] });
    tui = bench.attachTui({ cols: 160, rows: 45 });
    await tui.shows("claude", PATIENCE_MS);
  }, 3 * PATIENCE_MS);
  afterAll(() => bench?.close(), PATIENCE_MS);

  it("types a prompt that makes Claude delegate, and sees Kimi's report arrive", async () => {
    const { model } = bench;
    const body = longBody("from the screen");
    model.script({
      agent: "claude",
      when: "hand it on",
      steps: [
        shell("claude", `ia-tmux delegate --to kimi ${quoted(body)}`),
        { text: "Delegated." },
        { text: "Seen." },
      ],
    });
    model.script({
      agent: "kimi",
      when: "from the screen: ",
      steps: [report("kimi", "completed", "all green"), { text: "Done." }],
    });
    await bench.idle("claude");
    tui.press("hand it on");
    await tui.shows("hand it on", PATIENCE_MS);
    tui.press("\r");
    const relay = await bench.delivery((one) => one.kind === "relay" && one.to === "kimi");
    const arrived = await model.waitForRequest(holds("kimi", "user", relay.id), patient);
    expect(occurrences(arrived, body)).toBe(1);
    const notice = await bench.delivery((one) => one.kind === "notice" && one.to === "claude");
    await bench.reaches(relay.id, "confirmed");
    await bench.reaches(notice.id, "confirmed");
    await tui.shows("all green", PATIENCE_MS);
    expect(occurrences(await bench.conversation("claude"), deliveryText(notice))).toBe(1);
  });

  it("answers a permission dialog with a key while a relay waits behind it", async () => {
    const { model } = bench;
    model.script({
      agent: "claude",
      when: "make a file",
      steps: [shell("claude", "echo yes > made.txt"), { text: "It is made." }],
    });
    model.script({ agent: "claude", when: "behind the dialog", steps: [{ text: "Relay read." }] });
    await bench.idle("claude");
    tui.press("make a file");
    await tui.shows("make a file", PATIENCE_MS);
    tui.press("\r");
    await tui.shows("Do you want to proceed", PATIENCE_MS);
    await bench.wait({ agent: "claude", state: "blocked" });
    const relay = await bench.delegate("claude", "behind the dialog");
    await bench.waitsBecause(relay.id, /permission dialog open/u);
    expect(existsSync(join(bench.project, "made.txt"))).toBe(false);
    // Claude Code takes no key in a dialog's first quarter of a second: whoever was that quick presses again.
    const isGone = () => !tui.screen().join("\n").includes("Do you want to proceed");
    for (let press = 0; press < 5 && !isGone(); press += 1) {
      tui.press("\r");
      await tui.until("the dialog is gone", isGone, 2_000).catch(() => {});
    }
    await tui.shows("It is made.", PATIENCE_MS);
    await tui.shows("Relay read.", PATIENCE_MS);
    expect(occurrences(await bench.conversation("claude"), deliveryText(relay))).toBe(1);
  });
});
