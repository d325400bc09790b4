import type { Detection } from "./detect.ts";
import type { Verdict } from "./evidence.ts";
import type { AgentState } from "./state.ts";

/** Why an agent's state is what it is: what `ia-tmux agent explain` prints. */
export interface Explanation {
  readonly state: AgentState;
  readonly evidence: readonly {
    readonly source: string;
    readonly says: string;
    readonly ageMs: number;
    /** Whether it decided. */
    readonly valid: boolean;
    readonly note: string;
  }[];
  readonly rule: string | null;
  readonly nearMisses: readonly { readonly rule: string; readonly missing: string }[];
  /** `empty` or how long it is, never its words; null when no composer is on the screen. */
  readonly draft: string | null;
  /** Two sources that disagree, in words. */
  readonly conflict: string | null;
}

/** Puts a verdict and the screen's reading into one answer. */
export function explain(verdict: Verdict, detection: Detection | null): Explanation {
  const draft = detection?.draft ?? null;
  return {
    state: verdict.state,
    evidence: verdict.weighed.map((piece) => ({
      source: piece.kind,
      says: piece.says,
      ageMs: Math.max(0, piece.ageMs),
      valid: piece.used,
      note: piece.note,
    })),
    rule: detection?.rule ?? null,
    nearMisses: (detection?.nearMisses ?? []).map((miss) => ({ rule: miss.rule, missing: miss.why })),
    draft: draft === null ? null : draft === "" ? "empty" : `${[...draft].length} characters`,
    conflict: verdict.conflict,
  };
}
