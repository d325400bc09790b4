import type { Detection } from "../agent/detect.ts";
import type { Profile } from "../agent/profile.ts";
import type { AgentState } from "../agent/state.ts";

/** The pane as it is at this very moment. */
export interface GateInput {
  readonly profile: Profile;
  readonly state: AgentState;
  /** What the screen says now; null when nothing has been drawn. */
  readonly detection: Detection | null;
  readonly paneAlive: boolean;
  readonly bracketedPaste: boolean;
  /** A human reads the pane's history on some client. */
  readonly copyMode: boolean;
  readonly lastHumanKeyMs: number | null;
  readonly lastOutputMs: number | null;
  /** UTF-8 bytes of the longest line to be written. */
  readonly longestLineBytes: number;
  readonly nowMs: number;
}

/**
 * `paste`: write it now. `stash`: write the stash key first, look again, and paste once the composer is empty.
 * `recheckAfterMs` null: time alone changes nothing, a change of the pane will.
 */
export type GateVerdict =
  | { readonly go: true; readonly manner: "paste" | "stash" }
  | { readonly go: false; readonly reason: string; readonly recheckAfterMs: number | null };

/** A program that shows nothing while it streams is idle only after this silence, when only its screen says idle. */
export const SCREEN_ONLY_QUIET_MS = 2_000;
/** A turn that ended in an error is not followed at once by the next. */
export const ERROR_PAUSE_MS = 10_000;
/** A line that a terminal in line mode takes; what is longer is cut by the kernel. */
const MAX_COOKED_LINE_BYTES = 4_000;
const RECHECK_MS = 1_000;

/** Whether a text may be written into the agent now: only what is provably safe goes. */
export function mayPaste(input: GateInput): GateVerdict {
  const { profile, state, detection, nowMs } = input;
  const { inject } = profile;
  if (!input.paneAlive) return hold("not running");
  if (inject.manner === "none") return hold(`nothing is ever typed into a ${profile.title.toLowerCase()}`);
  const byState = holdByState(input);
  if (byState !== null) return byState;
  if (detection === null || detection.rule === null) return hold("its screen is not recognised", RECHECK_MS);
  if (detection.state === "blocked") return hold(dialogReason(detection.blockedOn));
  if (detection.state !== "idle" && detection.state !== "error")
    return hold(`its screen shows: ${detection.state}`, RECHECK_MS);
  if (detection.draft === null) return hold("no empty composer is on its screen", RECHECK_MS);
  if (inject.bracketedPaste === "required" && !input.bracketedPaste) {
    return hold("it has not switched bracketed paste on", RECHECK_MS);
  }
  if (!input.bracketedPaste && input.longestLineBytes > MAX_COOKED_LINE_BYTES) {
    return hold("a line is too long for a terminal in line mode");
  }
  if (input.copyMode) return hold("you are reading in copy mode");
  const keyMs = input.lastHumanKeyMs === null ? Number.POSITIVE_INFINITY : nowMs - input.lastHumanKeyMs;
  if (keyMs < inject.quietMs) return hold("you are typing", inject.quietMs - keyMs);
  const outputMs = input.lastOutputMs === null ? Number.POSITIVE_INFINITY : nowMs - input.lastOutputMs;
  const screenOnly = state.because === "screen" || state.because === "title" || state.because === "silence";
  if (screenOnly && outputMs < SCREEN_ONLY_QUIET_MS) {
    return hold("it is still printing", SCREEN_ONLY_QUIET_MS - outputMs);
  }
  if (detection.draft === "") return { go: true, manner: "paste" };
  if (inject.stash !== null) return { go: true, manner: "stash" };
  return hold("your draft is in its composer");
}

function holdByState(input: GateInput): GateVerdict | null {
  const { state, profile, nowMs } = input;
  switch (state.name) {
    case "idle":
      return null;
    case "error": {
      const leftMs = ERROR_PAUSE_MS - (nowMs - state.sinceMs);
      return leftMs > 0
        ? hold(`its last turn failed${state.message === null ? "" : `: ${state.message}`}`, leftMs)
        : null;
    }
    case "starting":
      return hold("starting", RECHECK_MS);
    case "working":
      return hold(profile.inject.busy === "hook" ? "working, will go by hook" : "working");
    case "blocked":
      return hold(dialogReason(state.blockedOn));
    case "exited":
      return hold("not running");
    case "unknown":
      return hold(`its state is not known${state.message === null ? "" : `: ${state.message}`}`, RECHECK_MS);
  }
}

function dialogReason(blockedOn: "permission" | "question" | null): string {
  return blockedOn === "question" ? "it asks you a question" : "permission dialog open";
}

function hold(reason: string, recheckAfterMs: number | null = null): GateVerdict {
  return { go: false, reason, recheckAfterMs };
}
