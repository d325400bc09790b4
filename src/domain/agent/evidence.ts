import type { Detection, TitleVerdict } from "./detect.ts";
import type { DetectSpec } from "./profile.ts";
import type { AgentState, AgentStateName } from "./state.ts";

/** Kinds of evidence, from the strongest. */
export const EVIDENCE_KINDS = [
  "process",
  "status",
  "hook",
  "state-file",
  "title",
  "screen",
  "silence",
] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** One source's word for the agent's state. */
export interface Claim {
  readonly state: AgentStateName;
  readonly blockedOn: "permission" | "question" | null;
  /** The agent's own words, inert. */
  readonly message: string | null;
  /** When the source said so, or was last read (state file). */
  readonly atMs: number;
}

/** All that is known about one agent's pane at a moment. */
export interface Evidence {
  readonly startedAtMs: number;
  /** Set when the program has ended. */
  readonly exited: { readonly code: number | null; readonly atMs: number } | null;
  /** The last OSC 7501 of the program; null after `clear`. */
  readonly status: Claim | null;
  /** What the last hook means. */
  readonly hook: Claim | null;
  readonly stateFile: Claim | null;
  readonly title: (TitleVerdict & { readonly atMs: number }) | null;
  /** What the screen says, and since when it has said this. */
  readonly screen: { readonly detection: Detection; readonly sinceMs: number } | null;
  /** The last byte from the program. */
  readonly outputAtMs: number | null;
}

/** How one piece of evidence was taken: for `ia-tmux agent explain`. */
export interface Weighed {
  readonly kind: EvidenceKind;
  readonly says: AgentStateName;
  readonly ageMs: number;
  readonly used: boolean;
  readonly note: string;
}

export interface Verdict {
  readonly state: AgentState;
  readonly weighed: readonly Weighed[];
  /** Set when two sources disagree in a way that matters: why the state is `unknown`. */
  readonly conflict: string | null;
}

/** Two sources may differ this long: one is drawn before, or told before, the other. */
export const SETTLE_MS = 500;
/** A hook that is newer than the status and says "busy" counts this long: the status is on its way. */
export const HOOK_GRACE_MS = 2_000;
/** A hook was missed when the screen has said otherwise, in silence, for this long. */
export const HOOK_HEAL_MS = 3_000;
/** Signs of work on the screen move; standing still this long they are old text. */
export const SPINNER_STILL_MS = 5_000;
/** The state file is polled; not read again within this time it says nothing. */
export const STATE_FILE_FRESH_MS = 10_000;
/** A program without rules and sources is busy while it prints, and idle this long after. */
export const QUIET_MS = 1_000;

const BUSY: ReadonlySet<AgentStateName> = new Set<AgentStateName>(["working", "blocked"]);

/**
 * Weighs the evidence. The strongest live source decides; the screen may contradict it, because a program can print
 * any status but its dialog stays visible. A contradiction that matters is `unknown`, and unknown means hold.
 */
export function weigh(
  evidence: Evidence,
  spec: DetectSpec,
  previous: AgentState | null,
  nowMs: number,
): Verdict {
  const weighed: Weighed[] = [];
  if (evidence.exited !== null) {
    const { code, atMs } = evidence.exited;
    weighed.push({
      kind: "process",
      says: "exited",
      ageMs: nowMs - atMs,
      used: true,
      note: `exit code ${code ?? "unknown"}`,
    });
    const message = code === null ? null : `exited ${code}`;
    return verdict({ state: "exited", blockedOn: null, message, atMs }, "process", null);
  }
  const quietMs = nowMs - (evidence.outputAtMs ?? evidence.startedAtMs);
  const primary = choosePrimary();
  const seen = liveScreen();
  noteScreen();
  if (primary === null) return bySecondaries();
  const conflict = contradiction(primary);
  if (conflict === null) return verdict(primary.claim, primary.kind, null);
  if (conflict.kind === "yield") return verdict(conflict.claim, conflict.because, null);
  return verdict(
    { state: "unknown", blockedOn: null, message: conflict.why, atMs: nowMs },
    primary.kind,
    conflict.why,
  );

  /** The strongest source that still counts; says of the others why they do not. */
  function choosePrimary(): { kind: EvidenceKind; claim: Claim } | null {
    let chosen: { kind: EvidenceKind; claim: Claim } | null = null;
    for (const candidate of candidates()) {
      const used = chosen === null && candidate.rejected === null;
      const note = candidate.rejected ?? (used ? "decides" : "weaker than what decides");
      weighed.push({
        kind: candidate.kind,
        says: candidate.claim.state,
        ageMs: nowMs - candidate.claim.atMs,
        used,
        note,
      });
      if (used) chosen = candidate;
    }
    return chosen;
  }

  function candidates(): { kind: EvidenceKind; claim: Claim; rejected: string | null }[] {
    const list: { kind: EvidenceKind; claim: Claim; rejected: string | null }[] = [];
    const { status, hook, stateFile, title } = evidence;
    const trusted = spec.sources.status7501 ? status : null;
    const urgent = hook !== null && trusted !== null && isUrgent(hook, trusted);
    if (hook !== null && urgent) list.push({ kind: "hook", claim: hook, rejected: null });
    if (status !== null) {
      list.push({
        kind: "status",
        claim: status,
        rejected: spec.sources.status7501 ? null : "this agent reports no status: somebody printed it",
      });
    }
    if (hook !== null && !urgent) list.push({ kind: "hook", claim: hook, rejected: hookExpired(hook) });
    if (stateFile !== null) {
      const old = nowMs - stateFile.atMs > STATE_FILE_FRESH_MS;
      list.push({ kind: "state-file", claim: stateFile, rejected: old ? "not read for a while" : null });
    }
    if (title !== null) {
      const still = title.state === "working" && quietMs > SPINNER_STILL_MS;
      list.push({
        kind: "title",
        claim: { ...title, message: null },
        rejected: still ? "its spinner stands still" : null,
      });
    }
    return list;
  }

  /** A hook just now told of work or of a dialog, and the status has not caught up. */
  function isUrgent(hook: Claim, status: Claim): boolean {
    return (
      BUSY.has(hook.state) &&
      !BUSY.has(status.state) &&
      hook.atMs > status.atMs &&
      nowMs - hook.atMs <= HOOK_GRACE_MS
    );
  }

  /** A missed hook heals: nothing stays working or blocked by a hook that the screen has long disproved. */
  function hookExpired(hook: Claim): string | null {
    const screen = evidence.screen;
    if (!BUSY.has(hook.state) || screen === null) return null;
    const { detection, sinceMs } = screen;
    const disprovedMs = nowMs - Math.max(sinceMs, hook.atMs);
    if (hook.state === "blocked") {
      const gone = detection.rule !== null && detection.state !== "blocked";
      return gone && disprovedMs > HOOK_GRACE_MS ? "the dialog is no longer on the screen" : null;
    }
    const idle = detection.state === "idle" || detection.state === "error";
    const healed = idle && disprovedMs > HOOK_HEAL_MS && quietMs > HOOK_HEAL_MS;
    return healed ? "the screen has been idle and silent since: a hook was missed" : null;
  }

  /** What the screen says, unless it is a spinner that no longer turns. */
  function liveScreen(): { detection: Detection; sinceMs: number; stale: boolean } | null {
    const { screen } = evidence;
    if (screen === null || screen.detection.rule === null) return null;
    const stale = screen.detection.state === "working" && quietMs > SPINNER_STILL_MS;
    return { ...screen, stale };
  }

  function noteScreen(): void {
    const { screen } = evidence;
    if (screen === null) return;
    const { detection, sinceMs } = screen;
    const rule = detection.rule === null ? "no rule holds" : `rule ${detection.rule}`;
    const note = seen?.stale === true ? `${rule}, but nothing moves` : rule;
    weighed.push({
      kind: "screen",
      says: detection.state,
      ageMs: nowMs - sinceMs,
      used: primary === null && detection.rule !== null,
      note,
    });
  }

  /** Whether another source contradicts the deciding one, and what follows. */
  function contradiction(by: {
    kind: EvidenceKind;
    claim: Claim;
  }): { kind: "yield"; claim: Claim; because: EvidenceKind } | { kind: "conflict"; why: string } | null {
    const { claim, kind } = by;
    if (seen !== null && seen.detection.state === "blocked" && claim.state !== "blocked") {
      const shown = claimOf(seen.detection, seen.sinceMs);
      const settledMs = nowMs - Math.max(seen.sinceMs, claim.atMs);
      if (settledMs <= SETTLE_MS) return { kind: "yield", claim: shown, because: "screen" };
      // Hooks of some agents do not tell of every dialog; the screen may add one. Against "idle" it is a conflict.
      if (kind !== "status" && claim.state !== "idle")
        return { kind: "yield", claim: shown, because: "screen" };
      return {
        kind: "conflict",
        why: `the ${sourceName(kind)} says ${claim.state}, the screen shows a dialog`,
      };
    }
    if (BUSY.has(claim.state)) return null;
    const file = evidence.stateFile;
    const fileIsFresh = file !== null && kind === "status" && nowMs - file.atMs <= STATE_FILE_FRESH_MS;
    if (fileIsFresh && BUSY.has(file.state) && file.atMs - claim.atMs > HOOK_GRACE_MS) {
      return {
        kind: "conflict",
        why: `the status says ${claim.state}, the agent's state file says ${file.state}`,
      };
    }
    if (seen !== null && seen.detection.state === "working" && !seen.stale) {
      return { kind: "yield", claim: claimOf(seen.detection, seen.sinceMs), because: "screen" };
    }
    return null;
  }

  /** Without status, hook, file and title: the screen, and then silence. */
  function bySecondaries(): Verdict {
    if (seen !== null && !seen.stale) return verdict(claimOf(seen.detection, seen.sinceMs), "screen", null);
    if (spec.rules.length === 0) {
      const state = quietMs > QUIET_MS ? "idle" : "working";
      weighed.push({
        kind: "silence",
        says: state,
        ageMs: quietMs,
        used: true,
        note: "no rules for this program",
      });
      return verdict({ state, blockedOn: null, message: null, atMs: nowMs }, "silence", null);
    }
    const startingMs = nowMs - evidence.startedAtMs;
    if (startingMs < spec.readyTimeoutMs && isFresh(previous)) {
      return verdict(
        { state: "starting", blockedOn: null, message: null, atMs: evidence.startedAtMs },
        "silence",
        null,
      );
    }
    const why =
      seen?.stale === true ? "the screen shows work, but nothing moves" : "no rule recognises the screen";
    return verdict({ state: "unknown", blockedOn: null, message: why, atMs: nowMs }, "screen", why);
  }

  /** Nothing has been seen of this run of the program yet: what was known is of the run before. */
  function isFresh(before: AgentState | null): boolean {
    if (before === null || before.name === "starting" || before.name === "exited") return true;
    return before.sinceMs < evidence.startedAtMs;
  }

  function verdict(claim: Claim, because: EvidenceKind, conflict: string | null): Verdict {
    const message = claim.message ?? shownMessage(claim);
    const same = previous !== null && previous.name === claim.state && previous.blockedOn === claim.blockedOn;
    const sinceMs = same ? previous.sinceMs : Math.min(claim.atMs, nowMs);
    return {
      state: { name: claim.state, blockedOn: claim.blockedOn, message, sinceMs, because },
      weighed,
      conflict,
    };
  }

  /** The screen often has the words that the deciding source lacks. */
  function shownMessage(claim: Claim): string | null {
    const shown = evidence.screen?.detection;
    return shown !== undefined && shown.state === claim.state ? shown.message : null;
  }
}

function claimOf(detection: Detection, atMs: number): Claim {
  return { state: detection.state, blockedOn: detection.blockedOn, message: detection.message, atMs };
}

function sourceName(kind: EvidenceKind): string {
  return kind === "status" ? "program's status" : kind;
}
