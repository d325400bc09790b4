// Owns what each pane's agent is doing: takes evidence from every source, weighs it, announces changes. Never writes.
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import { createDetector, type Detection, type Detector } from "../../domain/agent/detect.ts";
import { weigh, type Claim, type Evidence, type Verdict } from "../../domain/agent/evidence.ts";
import type { ScreenSnapshot } from "../../domain/agent/screen.ts";
import type { AgentState } from "../../domain/agent/state.ts";
import type { Announce } from "../../domain/facts.ts";
import type { ProgramStatus } from "../../terminal/program-status.ts";
import { type PaneRuntime, whyNothingRuns } from "./pane-runtime.ts";

/** The screen is read once it has been quiet this long … */
const SETTLED_MS = 60;
/** … and while it never is, this often. */
const BUSY_INTERVAL_MS = 250;
/** Evidence ages by itself: an undecided or busy pane is weighed again this often. */
const REWEIGH_MS = 500;

export interface AgentStateDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly announce: Announce;
  /** Makes the pane's screen as new as what has come of it. */
  readonly catchUp: (paneId: string) => void;
}

/** Everything known about one pane's agent now. */
export interface Observation {
  readonly state: AgentState;
  readonly verdict: Verdict;
  readonly detection: Detection | null;
}

interface Watch {
  readonly pane: PaneRuntime;
  detector: Detector;
  evidence: Evidence;
  state: AgentState;
  verdict: Verdict;
  /** When the program printed last, ahead of the evidence. */
  outputAtMs: number | null;
  detectTimer: (() => void) | null;
  lastDetectMs: number;
  reweighTimer: (() => void) | null;
}

export type AgentStateService = ReturnType<typeof createAgentStateService>;

export function createAgentStateService(deps: AgentStateDeps) {
  const { clock } = deps;
  const watches = new Map<string, Watch>();

  function watchOf(pane: PaneRuntime): Watch {
    const known = watches.get(pane.id);
    if (known && known.evidence.startedAtMs === pane.startedAtMs) return known;
    if (known) stopTimers(known);
    const now = clock.nowMs();
    const evidence: Evidence = {
      startedAtMs: pane.startedAtMs,
      exited: null,
      status: null,
      hook: null,
      stateFile: null,
      title: null,
      screen: null,
      outputAtMs: null,
    };
    const verdict = weigh(evidence, pane.profile.detect, null, now);
    const watch: Watch = {
      pane,
      detector: createDetector(pane.profile.detect),
      evidence,
      state: known ? known.state : verdict.state,
      verdict,
      outputAtMs: null,
      detectTimer: null,
      lastDetectMs: 0,
      reweighTimer: null,
    };
    watches.set(pane.id, watch);
    return watch;
  }

  function stopTimers(watch: Watch) {
    watch.detectTimer?.();
    watch.reweighTimer?.();
    watch.detectTimer = null;
    watch.reweighTimer = null;
  }

  function take(watch: Watch, more: Partial<Evidence>) {
    watch.evidence = { ...watch.evidence, ...more };
    reweigh(watch);
  }

  /** One timer for a whole run of output: it looks again as long as something came meanwhile. */
  function detectWhenSettled(watch: Watch, waitMs: number) {
    watch.detectTimer = clock.after(waitMs, () => {
      const quietMs = clock.nowMs() - (watch.outputAtMs ?? 0);
      if (quietMs >= 0 && quietMs < SETTLED_MS) detectWhenSettled(watch, SETTLED_MS - quietMs);
      else detect(watch);
    });
  }

  function reweigh(watch: Watch) {
    if (watch.outputAtMs !== watch.evidence.outputAtMs)
      watch.evidence = { ...watch.evidence, outputAtMs: watch.outputAtMs };
    const verdict = weigh(watch.evidence, watch.pane.profile.detect, watch.state, clock.nowMs());
    const before = watch.state;
    watch.verdict = verdict;
    watch.state = verdict.state;
    if (
      before.name !== verdict.state.name ||
      before.blockedOn !== verdict.state.blockedOn ||
      before.message !== verdict.state.message
    ) {
      deps.log.debug("agent.state", {
        paneId: watch.pane.id,
        state: verdict.state.name,
        because: verdict.state.because,
      });
      deps.announce({
        kind: "agent.state",
        by: watch.pane.record.agent ?? "system",
        paneId: watch.pane.id,
        state: verdict.state,
      });
    }
    watch.reweighTimer?.();
    const settled =
      verdict.state.name === "exited" || (verdict.state.name === "idle" && verdict.conflict === null);
    watch.reweighTimer = settled
      ? null
      : clock.after(REWEIGH_MS, () => {
          watch.reweighTimer = null;
          reweigh(watch);
        });
  }

  function detect(watch: Watch): Detection | null {
    watch.detectTimer?.();
    watch.detectTimer = null;
    const { screen } = watch.pane;
    if (!screen || watch.pane.dead) return null;
    const now = clock.nowMs();
    watch.lastDetectMs = now;
    const snapshot: ScreenSnapshot = {
      lines: screen.text({ from: "live" }),
      title: screen.title,
      dimAt: (column, row) => screen.cellStyle(column, row).dim,
    };
    const detection = watch.detector.detect(snapshot);
    const previous = watch.evidence.screen;
    const same =
      previous !== null &&
      previous.detection.state === detection.state &&
      previous.detection.rule === detection.rule;
    const title = watch.detector.readTitle(screen.title);
    const before = watch.evidence.title;
    take(watch, {
      screen: { detection, sinceMs: same ? previous.sinceMs : now },
      title:
        title === null
          ? null
          : { ...title, atMs: before && before.state === title.state ? before.atMs : now },
    });
    return detection;
  }

  return {
    /** The program printed. The screen is read when it has settled, or now and then while it has not. */
    printed(pane: PaneRuntime) {
      const watch = watchOf(pane);
      // This runs for every few kilobytes of every pane: nothing is made here that can wait for the look at the screen.
      watch.outputAtMs = pane.lastOutputMs;
      if (watch.detectTimer === null) detectWhenSettled(watch, SETTLED_MS);
      else if (pane.lastOutputMs - watch.lastDetectMs >= BUSY_INTERVAL_MS) detect(watch);
    },

    status(pane: PaneRuntime, status: ProgramStatus) {
      const claim: Claim | null =
        status.state === "clear"
          ? null
          : {
              state: status.state === "done" ? "idle" : status.state,
              blockedOn:
                status.state !== "blocked" ? null : status.kind === "question" ? "question" : "permission",
              message: status.message ?? null,
              atMs: clock.nowMs(),
            };
      const watch = watchOf(pane);
      take(watch, { status: claim });
    },

    hook(pane: PaneRuntime, claim: Claim) {
      take(watchOf(pane), { hook: claim });
    },

    stateFile(pane: PaneRuntime, claim: Claim | null) {
      take(watchOf(pane), { stateFile: claim });
    },

    titleChanged(pane: PaneRuntime) {
      const watch = watchOf(pane);
      const title = watch.detector.readTitle(pane.screen?.title ?? "");
      take(watch, { title: title === null ? null : { ...title, atMs: clock.nowMs() } });
    },

    ended(pane: PaneRuntime) {
      const watch = watchOf(pane);
      watch.detectTimer?.();
      watch.detectTimer = null;
      take(watch, { exited: { code: pane.dead?.exitCode ?? null, atMs: clock.nowMs() } });
    },

    /** Reads the screen at this very moment: what a decision to write rests on. */
    lookNow(pane: PaneRuntime): Observation {
      deps.catchUp(pane.id);
      const watch = watchOf(pane);
      const detection = detect(watch);
      return { state: watch.state, verdict: watch.verdict, detection };
    },

    /** As last weighed. Panes without a program are exited. */
    of(pane: PaneRuntime): Observation {
      const watch = watchOf(pane);
      const message = whyNothingRuns(pane);
      if (pane.screen === null || message !== null) {
        const state: AgentState = {
          name: "exited",
          blockedOn: null,
          message,
          sinceMs: pane.startedAtMs,
          because: "process",
        };
        return { state, verdict: { ...watch.verdict, state }, detection: null };
      }
      return {
        state: watch.state,
        verdict: watch.verdict,
        detection: watch.evidence.screen?.detection ?? null,
      };
    },

    forget(paneId: string) {
      const watch = watches.get(paneId);
      if (watch) stopTimers(watch);
      watches.delete(paneId);
    },

    stop() {
      for (const watch of watches.values()) stopTimers(watch);
    },
  };
}
