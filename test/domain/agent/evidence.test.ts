import { describe, expect, it } from "vitest";
import type { Detection } from "../../../src/domain/agent/detect.ts";
import {
  type Claim,
  type Evidence,
  HOOK_GRACE_MS,
  HOOK_HEAL_MS,
  SETTLE_MS,
  SPINNER_STILL_MS,
  weigh,
} from "../../../src/domain/agent/evidence.ts";
import { explain } from "../../../src/domain/agent/explain.ts";
import type { AgentStateName } from "../../../src/domain/agent/state.ts";
import { builtInProfile } from "./recorded-screen.ts";

const NOW = 1_000_000;
const claude = builtInProfile("claude").detect;
const kimi = builtInProfile("kimi").detect;
const shell = builtInProfile("shell").detect;

function claim(state: AgentStateName, agoMs: number, blockedOn: Claim["blockedOn"] = null): Claim {
  return { state, blockedOn, message: null, atMs: NOW - agoMs };
}

function shows(state: AgentStateName, agoMs = 10_000, rule: string | null = state): Evidence["screen"] {
  const detection: Detection = {
    state,
    blockedOn: state === "blocked" ? "permission" : null,
    rule,
    message: state === "blocked" ? "$ make" : null,
    nearMisses: [{ rule: "menu", why: "1 of 2 patterns are there; not x" }],
    draft: state === "blocked" ? null : "",
    options: [],
  };
  return { detection, sinceMs: NOW - agoMs };
}

function evidence(parts: Partial<Evidence>): Evidence {
  return {
    startedAtMs: NOW - 60_000,
    exited: null,
    status: null,
    hook: null,
    stateFile: null,
    title: null,
    screen: null,
    outputAtMs: NOW - 10_000,
    ...parts,
  };
}

const nameOf = (parts: Partial<Evidence>, spec = claude) =>
  weigh(evidence(parts), spec, null, NOW).state.name;

describe("evidence of an agent's state", () => {
  it("ranks OSC 7501 over hooks, hooks over the state file, the file over the title, the title over the screen", () => {
    const all: Partial<Evidence> = {
      status: claim("working", 5_000),
      hook: claim("idle", 5_000),
      stateFile: claim("idle", 100),
      screen: shows("idle"),
    };
    expect(weigh(evidence(all), claude, null, NOW).state).toMatchObject({
      name: "working",
      because: "status",
    });
    expect(weigh(evidence({ ...all, status: null }), claude, null, NOW).state).toMatchObject({
      name: "idle",
      because: "hook",
    });
    expect(
      weigh(evidence({ stateFile: claim("working", 100), screen: shows("idle") }), claude, null, NOW).state
        .because,
    ).toBe("state-file");
    const title = { state: "working", blockedOn: null, atMs: NOW - 100 } as const;
    expect(
      weigh(evidence({ title, screen: shows("idle"), outputAtMs: NOW }), claude, null, NOW).state.because,
    ).toBe("title");
    expect(weigh(evidence({ screen: shows("idle") }), claude, null, NOW).state).toMatchObject({
      name: "idle",
      because: "screen",
    });
  });

  it("is unknown when the status says idle and the screen shows a dialog: nobody can forge idle over it (P13)", () => {
    const forged = { status: claim("idle", 3_000), screen: shows("blocked", 3_000) };
    const verdict = weigh(evidence(forged), claude, null, NOW);
    expect(verdict.state.name).toBe("unknown");
    expect(verdict.conflict).toBe("the program's status says idle, the screen shows a dialog");
  });

  it("is blocked, not unknown, in the moment between the drawing of a dialog and its status", () => {
    expect(nameOf({ status: claim("working", 3_000), screen: shows("blocked", SETTLE_MS - 1) })).toBe(
      "blocked",
    );
    expect(nameOf({ status: claim("working", 3_000), screen: shows("blocked", SETTLE_MS + 1) })).toBe(
      "unknown",
    );
  });

  it("takes no status from an agent that reports none: somebody else printed it", () => {
    const verdict = weigh(evidence({ status: claim("idle", 10), screen: shows("blocked") }), kimi, null, NOW);
    expect(verdict.state.name).toBe("blocked");
    expect(verdict.weighed.find((piece) => piece.kind === "status")).toMatchObject({ used: false });
  });

  it("lets a dialog on the screen stand against a hook that says working, and makes idle unknown", () => {
    expect(nameOf({ hook: claim("working", 5_000), screen: shows("blocked", 2_000) }, kimi)).toBe("blocked");
    expect(nameOf({ hook: claim("idle", 5_000), screen: shows("blocked", 2_000) }, kimi)).toBe("unknown");
  });

  it("heals a missed Stop hook when the screen has been idle and silent", () => {
    const missed = (ms: number) => ({
      hook: claim("working", 60_000),
      screen: shows("idle", ms),
      outputAtMs: NOW - ms,
    });
    expect(nameOf(missed(HOOK_HEAL_MS - 1), kimi)).toBe("working");
    expect(nameOf(missed(HOOK_HEAL_MS + 1), kimi)).toBe("idle");
  });

  it("ends a hook's blocked when the dialog has gone from the screen", () => {
    const after = (ms: number) => ({
      hook: claim("blocked", 60_000, "permission"),
      screen: shows("idle", ms),
    });
    expect(nameOf(after(HOOK_GRACE_MS - 1), kimi)).toBe("blocked");
    expect(nameOf(after(HOOK_GRACE_MS + 1), kimi)).toBe("idle");
  });

  it("believes a fresh hook that says busy before the status has caught up, and then the status", () => {
    const early = (agoMs: number) => ({
      status: claim("idle", 60_000),
      hook: claim("working", agoMs),
      screen: shows("idle"),
    });
    expect(nameOf(early(HOOK_GRACE_MS - 1))).toBe("working");
    expect(nameOf(early(HOOK_GRACE_MS + 1))).toBe("idle");
  });

  it("is unknown when Claude's own state file keeps saying busy after the status said idle", () => {
    expect(
      nameOf({ status: claim("idle", 8_000), stateFile: claim("working", 100), screen: shows("idle") }),
    ).toBe("unknown");
    expect(
      nameOf({ status: claim("idle", 1_000), stateFile: claim("working", 500), screen: shows("idle") }),
    ).toBe("idle");
    expect(
      nameOf({ status: claim("idle", 60_000), stateFile: claim("working", 20_000), screen: shows("idle") }),
    ).toBe("idle");
  });

  it("takes signs of work on the screen only while they move", () => {
    const spinner = (silentMs: number) => ({
      status: claim("idle", 60_000),
      screen: shows("working"),
      outputAtMs: NOW - silentMs,
    });
    expect(nameOf(spinner(100))).toBe("working");
    expect(nameOf(spinner(SPINNER_STILL_MS + 1))).toBe("idle");
    expect(nameOf({ screen: shows("working"), outputAtMs: NOW - SPINNER_STILL_MS - 1 })).toBe("unknown");
  });

  it("starts, becomes ready, or is unknown after its time", () => {
    expect(nameOf({ startedAtMs: NOW - 5_000, screen: shows("unknown", 10, null) })).toBe("starting");
    expect(nameOf({ startedAtMs: NOW - 21_000, screen: shows("unknown", 10, null) })).toBe("unknown");
    expect(nameOf({ startedAtMs: NOW - 500, screen: shows("idle", 10) })).toBe("idle");
    expect(nameOf({ startedAtMs: NOW - 500, screen: shows("blocked", 10) })).toBe("blocked");
  });

  it("does not go back to starting once it was anything else", () => {
    const before = weigh(evidence({ screen: shows("idle") }), claude, null, NOW).state;
    const lost = evidence({ startedAtMs: NOW - 15_000, screen: shows("unknown", 10, null) });
    expect(weigh(lost, claude, before, NOW).state.name).toBe("unknown");
  });

  it("starts again after a restart, whatever was known of the run before", () => {
    const fresh = evidence({ startedAtMs: NOW - 500, screen: null });
    const exited = weigh(evidence({ exited: { code: 0, atMs: NOW - 900 } }), claude, null, NOW).state;
    const idle = { ...exited, name: "idle" as const, sinceMs: NOW - 9_000 };
    expect(weigh(fresh, claude, exited, NOW).state.name).toBe("starting");
    expect(weigh(fresh, claude, idle, NOW).state.name).toBe("starting");
  });

  it("has ended when the process has, whatever else is said", () => {
    const ended = {
      exited: { code: 143, atMs: NOW - 5 },
      status: claim("working", 10),
      screen: shows("idle"),
    };
    expect(weigh(evidence(ended), claude, null, NOW).state).toMatchObject({
      name: "exited",
      message: "exited 143",
      because: "process",
    });
  });

  it("calls a shell idle when it is quiet", () => {
    expect(nameOf({ screen: shows("unknown", 10, null), outputAtMs: NOW - 5_000 }, shell)).toBe("idle");
    expect(nameOf({ screen: shows("unknown", 10, null), outputAtMs: NOW - 100 }, shell)).toBe("working");
  });

  it("keeps the time since which a state holds", () => {
    const first = weigh(evidence({ status: claim("working", 5_000) }), claude, null, NOW).state;
    const second = weigh(evidence({ status: claim("working", 10) }), claude, first, NOW + 1).state;
    expect(second.sinceMs).toBe(NOW - 5_000);
  });

  it("takes the words of a dialog from the screen when the status has none", () => {
    expect(
      weigh(
        evidence({ status: claim("blocked", 100, "permission"), screen: shows("blocked") }),
        claude,
        null,
        NOW,
      ).state,
    ).toMatchObject({
      name: "blocked",
      blockedOn: "permission",
      message: "$ make",
    });
  });

  it("explains itself without the words of the draft", () => {
    const parts = evidence({
      status: claim("idle", 3_000),
      hook: claim("idle", 4_000),
      screen: shows("idle"),
    });
    const screen = { ...(parts.screen as NonNullable<Evidence["screen"]>).detection, draft: "secret" };
    const told = explain(weigh(parts, claude, null, NOW), screen);
    expect(told).toMatchObject({ rule: "idle", draft: "6 characters", conflict: null });
    expect(told.evidence.map((piece) => [piece.source, piece.valid])).toEqual([
      ["status", true],
      ["hook", false],
      ["screen", false],
    ]);
    expect(told.nearMisses).toEqual([{ rule: "menu", missing: "1 of 2 patterns are there; not x" }]);
  });
});
