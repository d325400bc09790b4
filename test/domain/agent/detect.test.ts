import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createDetector } from "../../../src/domain/agent/detect.ts";
import { builtInProfile, recordedScreen, SCREENS } from "./recorded-screen.ts";
import { startCpuTime } from "../../support/cpu-time.ts";

const detectors = new Map(
  ["claude", "codex", "kimi", "gemini", "demo"].map((name) => [
    name,
    createDetector(builtInProfile(name).detect),
  ]),
);
const detectorOf = (recording: string) => {
  const detector = detectors.get(recording.split("-")[0] ?? "");
  if (detector === undefined) throw new Error(`no profile for ${recording}`);
  return detector;
};

/** Every recording: state, what it waits for, the draft ("…" = starts so; null = no composer), the agent's words. */
const EXPECTED: Record<
  string,
  readonly [state: string, rule: string, draft: string | null, message?: string]
> = {
  "claude-apikey-dialog": ["blocked", "api-key", null, "Do you want to use this API key?"],
  "claude-approval-bash": ["blocked", "approval", null, "echo hi > f.txt"],
  "claude-approval-edit": ["blocked", "approval", null, "Do you want to make this edit to new.txt?"],
  "claude-approval-write": ["blocked", "approval", null, "Do you want to create new.txt?"],
  "claude-bypass-dialog": [
    "blocked",
    "bypass-warning",
    null,
    "Claude Code running in Bypass Permissions mode",
  ],
  "claude-compacted": ["idle", "idle", ""],
  "claude-error-400": ["error", "error", "", "API Error: 400 mock bad request"],
  "claude-error-401": ["working", "retrying", "", "401 invalid x-api-key · retrying in 1s · attempt 3/10"],
  "claude-error-429-quota": ["working", "retrying", 'err @@[{"error":429,"headers"…'],
  "claude-error-429-retrying": [
    "working",
    "retrying",
    "",
    "429 mock error 429 · retrying in 5s · attempt 4/10",
  ],
  "claude-exited": ["exited", "exited", null],
  "claude-halftyped": ["idle", "idle", "human half typed text"],
  "claude-hook-deny": ["idle", "idle", ""],
  "claude-idle-after": ["idle", "idle", ""],
  "claude-onboarding-theme": ["blocked", "onboarding", null],
  "claude-onboarding": ["error", "cannot-connect", null, "Failed to connect to api.anthropic.com: EAI_AGAIN"],
  "claude-paste-expanded": ["idle", "idle", "line 2…"],
  "claude-pasted-sent": ["idle", "idle", ""],
  "claude-pasted": ["idle", "idle", "[Pasted text #1 +41 lines]"],
  "claude-plan-enter": ["blocked", "plan", null, "Claude wants to exit plan mode"],
  "claude-question": ["blocked", "question", null, "Which color?"],
  "claude-question-narrow": ["blocked", "question", null, "Which color 0?"],
  "claude-questions-two": ["blocked", "question", null, "Which color 0?"],
  "claude-queued": ["working", "working", ""],
  // The agent quotes dialogs, line by line and whole, and waits for a prompt.
  "claude-quoted-apikey": ["idle", "idle", ""],
  "claude-quoted-bypass": ["idle", "idle", ""],
  "claude-quoted-lines": ["idle", "idle", ""],
  "claude-quoted-plan": ["idle", "idle", ""],
  "claude-quoted-question": ["idle", "idle", ""],
  "claude-quoted-trust": ["idle", "idle", ""],
  "claude-ready-fresh": ["idle", "idle", ""],
  "claude-resumed": ["idle", "idle", ""],
  "claude-stashed": ["idle", "idle", ""],
  "claude-trust-dialog": ["blocked", "trust", null, "Is this a project you created or one you trust?"],
  "claude-typed": ["idle", "idle", 'say hi @@[{"text":"Hello **world** from mock.…'],
  "claude-working": ["working", "working", ""],
  "codex-applypatch": ["idle", "idle", ""],
  "codex-approval-after-paste": ["blocked", "approval", null, "$ touch /root/zzz_no"],
  "codex-approval-exec": ["blocked", "approval", null, "$ touch /root/zzz_no"],
  "codex-bang": ["idle", "idle", ""],
  "codex-cli-queued-busy": ["working", "working", ""],
  "codex-compacted": ["idle", "idle", ""],
  "codex-compacting": ["working", "compacting", ""],
  "codex-error-400": [
    "error",
    "error",
    "",
    '{"error":{"type":"invalid_request_error","message":"mock bad request"}}',
  ],
  "codex-error-500-retry": [
    "error",
    "error",
    "",
    "We’re currently experiencing high demand, which may cause temporary errors.",
  ],
  "codex-exec": ["idle", "idle", ""],
  "codex-freeform-patch": ["idle", "idle", ""],
  "codex-halftyped": ["idle", "idle", "human half typed"],
  "codex-hook-deny": ["idle", "idle", ""],
  "codex-hooks-untrusted": ["blocked", "hooks-trust", null, "Hooks need review"],
  "codex-idle-after": ["idle", "idle", ""],
  "codex-pasted": ["idle", "idle", "[Pasted Content 3153 chars]"],
  "codex-question": ["blocked", "question", null, "Which color?"],
  // Really working: while an answer streams, Codex shows it only by OSC 7501 and its title.
  "codex-queued-enter": ["idle", "idle", ""],
  "codex-ready": ["idle", "idle", ""],
  "codex-stop-block": ["idle", "idle", ""],
  "codex-working-tool": ["working", "working", ""],
  // Really working, as above.
  "codex-working": ["idle", "idle", ""],
  "gemini-ready": ["idle", "idle", ""],
  "kimi-approval-after-paste": ["blocked", "approval", null, "Approve mcp__relay__send_message?"],
  "kimi-approval-bash": ["blocked", "approval", null, "$ echo hi > f.txt"],
  "kimi-bang": ["idle", "idle", ""],
  "kimi-compacted": ["idle", "idle", ""],
  "kimi-error-400": ["error", "error", "", "[provider.api_error] 400 mock bad request"],
  "kimi-exited": ["exited", "exited", null],
  "kimi-halftyped": ["idle", "idle", "human half typed"],
  "kimi-hook-deny": ["idle", "idle", ""],
  "kimi-idle-after": ["idle", "idle", ""],
  "kimi-pasted": ["idle", "idle", "[paste #1 +42 lines]"],
  "kimi-question": ["blocked", "question", null, "Which color?"],
  "kimi-queued": ["working", "working", ""],
  "kimi-ready": ["idle", "idle", ""],
  "kimi-steered": ["working", "working", ""],
  "kimi-stop-block": ["idle", "idle", ""],
  "kimi-trust": ["blocked", "trust", null, "Trust this folder?"],
  "kimi-working": ["working", "working", ""],
};

const recordings = readdirSync(SCREENS)
  .filter((file) => file.endsWith(".txt") && !file.endsWith(".ansi.txt"))
  .map((file) => file.slice(0, -".txt".length));

describe("recorded screens", () => {
  it.each(recordings)("%s is read as it was", (recording) => {
    const expected = EXPECTED[recording];
    if (expected === undefined) throw new Error(`say in EXPECTED how ${recording} is to be read`);
    const [state, rule, draft, message] = expected;
    for (const withStyle of [true, false]) {
      const found = detectorOf(recording).detect(recordedScreen(recording, withStyle));
      expect({ state: found.state, rule: found.rule }).toEqual({ state, rule });
      if (draft?.endsWith("…")) expect(found.draft).toContain(draft.slice(0, -1));
      else expect(found.draft).toBe(draft);
      if (message !== undefined) expect(found.message).toBe(message);
    }
  });

  it("are all there", () => expect(recordings.length).toBeGreaterThanOrEqual(68));

  it("name the choices of a dialog", () => {
    expect(detectorOf("kimi").detect(recordedScreen("kimi-approval-bash")).options).toEqual([
      { key: "1", label: "Approve once" },
      { key: "2", label: "Approve for this session" },
      { key: "3", label: "Reject" },
      { key: "4", label: "Reject with feedback" },
    ]);
    expect(
      detectorOf("codex")
        .detect(recordedScreen("codex-approval-exec"))
        .options.map((option) => option.label),
    ).toEqual([
      "Yes, proceed",
      "Yes, and don't ask again for commands that start with `touch /root/zzz_no`",
      "No, and tell Codex what to do differently",
    ]);
    expect(
      detectorOf("claude")
        .detect(recordedScreen("claude-approval-edit"))
        .options.map((option) => option.key),
    ).toEqual(["1", "2", "3"]);
  });

  it("still show the dialog when somebody prints an idle screen under it (P13)", () => {
    const claude = [
      "approval-bash",
      "question",
      "plan-enter",
      "trust-dialog",
      "bypass-dialog",
      "apikey-dialog",
    ];
    for (const dialog of [
      ...claude.map((name) => `claude-${name}`),
      "codex-approval-exec",
      "kimi-approval-bash",
    ]) {
      const agent = dialog.split("-")[0] ?? "";
      const idle = recordedScreen(`${agent}-idle-after`)
        .lines.filter((line) => line.trim() !== "")
        .slice(-4);
      const lines = [...recordedScreen(dialog).lines, ...idle];
      expect(detectorOf(agent).detect({ lines, title: "" })).toMatchObject({ state: "blocked", draft: null });
    }
  });

  it("still show a dialog of which a low pane has lost the beginning", () => {
    for (const dialog of [
      "approval-edit",
      "question",
      "plan-enter",
      "trust-dialog",
      "bypass-dialog",
      "apikey-dialog",
    ]) {
      const rows = recordedScreen(`claude-${dialog}`).lines.filter((line) => line.trim() !== "");
      for (const count of [3, 4, 5, 6, 8])
        expect(
          detectorOf("claude").detect({ lines: rows.slice(-count), title: "" }).state,
          `${dialog} ${count}`,
        ).toBe("blocked");
    }
  });

  it("are read at other widths too", () => {
    const rule = "─".repeat(38);
    const claude = ["● done", rule, "❯ half typed", "  second row", rule, "  ⏸ manual mode on"];
    expect(detectorOf("claude").detect({ lines: claude, title: "" })).toMatchObject({
      state: "idle",
      draft: "half typed\nsecond row",
    });
  });

  it("take a placeholder's words typed by the human for a draft", () => {
    const screen = recordedScreen("codex-ready");
    const typed = { ...screen, dimAt: () => false };
    expect(detectorOf("codex").detect(typed).draft).toBe("Ask Codex to do anything");
  });

  it("say which rules nearly held", () => {
    const lines = ["Hooks need review", "  but no choices", "", "› hello"];
    const found = detectorOf("codex").detect({ lines, title: "" });
    expect(found.rule).toBe("idle");
    expect(found.nearMisses).toContainEqual({
      rule: "hooks-trust",
      why: expect.stringContaining("1 of 2 patterns"),
    });
  });

  it("are unknown when nothing fits", () => {
    expect(detectorOf("claude").detect({ lines: ["$ "], title: "" })).toMatchObject({
      state: "unknown",
      draft: null,
    });
    expect(detectorOf("claude").detect({ lines: [], title: "" })).toMatchObject({
      state: "unknown",
      draft: null,
    });
  });

  it("are read within a millisecond or two, however full", () => {
    const lines = Array.from({ length: 200 }, () => "─ ❯ • › │ > ╭─ Error: esc ".repeat(10));
    const usedMs = startCpuTime();
    for (let round = 0; round < 20; round++)
      for (const detector of detectors.values()) detector.detect({ lines, title: "" });
    expect(usedMs() / 100).toBeLessThan(20);
  });
});

describe("titles", () => {
  it("show the state of Codex, Gemini and an unasked Claude", () => {
    expect(detectorOf("codex").readTitle("⠋ x1")).toMatchObject({ state: "working" });
    expect(detectorOf("codex").readTitle("[ ! ] Action Required | x2")).toMatchObject({ state: "blocked" });
    expect(detectorOf("codex").readTitle("x1")).toBeNull();
    expect(detectorOf("gemini").readTitle("◇  Ready (dir)")).toMatchObject({ state: "idle" });
    expect(detectorOf("claude").readTitle("◐ Claude Code")).toMatchObject({ state: "working" });
    expect(detectorOf("claude").readTitle("Claude Code")).toBeNull();
  });
});
