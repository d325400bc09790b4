import { beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../../src/base/log.ts";
import { createDetector } from "../../../src/domain/agent/detect.ts";
import type { Detection } from "../../../src/domain/agent/detect.ts";
import { readHookCall } from "../../../src/domain/hook/read.ts";
import { createOwnCallApproval } from "../../../src/server/services/own-call-approval.ts";
import type { PaneRuntime } from "../../../src/server/services/pane-runtime.ts";
import { builtInProfile } from "../../domain/agent/recorded-screen.ts";

const pane = { id: "%1" } as PaneRuntime;
const detector = createDetector(builtInProfile("kimi").detect);

let screen: Detection | null;
let pressed: string[];
let timers: (() => void)[];
let approval: ReturnType<typeof createOwnCallApproval>;

beforeEach(() => {
  screen = null;
  pressed = [];
  timers = [];
  approval = createOwnCallApproval({
    clock: {
      after(_delayMs, job) {
        timers.push(job);
        return () => void (timers = timers.filter((one) => one !== job));
      },
    },
    log: silentLogger,
    look: () => screen,
    press: (_pane, key) => pressed.push(key),
  });
});

/** The dialog as Kimi Code 2.1.0 draws it. */
function dialog(title: string, command: string): void {
  const lines = [
    " ● Running a command",
    " ────────────────────────────────────────",
    `   ▶ ${title}`,
    "",
    "   cwd: /home/dev/work",
    ...(command === "" ? [] : [`   $ ${command}`, "     a test"]),
    "",
    "   ▶ 1. Approve once",
    "     2. Approve for this session",
    "     3. Reject",
    "     4. Reject with feedback",
    "",
    "   ↑/↓ select · 1/2/3/4 choose · ↵ confirm",
    " ────────────────────────────────────────",
    " mock-model thinking  /home/dev/work",
  ];
  screen = detector.detect({ lines, title: "" });
}

function heard(event: string, tool: string, input: object): void {
  const body = JSON.stringify({ cwd: "/home/dev/work", tool_name: tool, tool_input: input });
  approval.heard(pane, readHookCall("kimi", event, body));
}

function lookAgain(): void {
  for (const job of timers.splice(0)) job();
}

describe("a dialog of an agent that asks nobody but the human", () => {
  it("is answered once the screen shows it for our command", () => {
    heard("PermissionRequest", "Bash", { command: "ia-tmux inbox" });
    lookAgain();
    expect(pressed).toEqual([]);
    dialog("Run this command?", "ia-tmux inbox");
    lookAgain();
    lookAgain();
    expect(pressed).toEqual(["1"]);
    expect(timers).toEqual([]);
  });

  it("is answered for a tool of ours, and for a command that is longer than its row", () => {
    dialog("Approve mcp__ia-tmux__inbox?", "");
    heard("PermissionRequest", "mcp__ia-tmux__inbox", {});
    expect(pressed).toEqual(["1"]);
    const command = `ia-tmux send --to claude --message '${"word ".repeat(60)}'`;
    dialog("Run this command?", command.slice(0, 100));
    heard("PermissionRequest", "Bash", { command });
    expect(pressed).toEqual(["1", "1"]);
  });

  it("is left alone when it is about anything else", () => {
    dialog("Run this command?", "ia-tmux inbox; touch owned");
    heard("PermissionRequest", "Bash", { command: "ia-tmux inbox; touch owned" });
    heard("PermissionResult", "Bash", { command: "ia-tmux inbox; touch owned" });
    // Ours was announced, another stands there.
    heard("PermissionRequest", "Bash", { command: "ia-tmux inbox" });
    lookAgain();
    dialog("Run this command?", "rm -rf /");
    lookAgain();
    dialog("Approve mcp__other__inbox?", "");
    lookAgain();
    expect(pressed).toEqual([]);
  });

  it("is left to the human when two are announced at once", () => {
    heard("PermissionRequest", "Bash", { command: "ia-tmux inbox" });
    heard("PermissionRequest", "Bash", { command: "touch other" });
    dialog("Run this command?", "ia-tmux inbox");
    lookAgain();
    expect(pressed).toEqual([]);
  });

  it("is not waited for when the human was quicker, or for ever", () => {
    heard("PermissionRequest", "Bash", { command: "ia-tmux inbox" });
    heard("PermissionResult", "Bash", { command: "ia-tmux inbox" });
    expect(timers).toEqual([]);
    heard("PermissionRequest", "Bash", { command: "ia-tmux inbox" });
    for (let look = 0; look < 100 && timers.length > 0; look += 1) lookAgain();
    expect(timers).toEqual([]);
    expect(pressed).toEqual([]);
  });
});
