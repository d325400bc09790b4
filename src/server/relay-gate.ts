// Puts the pure gate to work: looks at the pane as it is now, and makes the bytes that would be written.
import type { Clock } from "../base/clock.ts";
import type { Profile } from "../domain/agent/profile.ts";
import type { Delivery } from "../domain/relay/delivery.ts";
import { deliveryText, encodeDelivery, type EncodedDelivery } from "../domain/relay/encode.ts";
import { mayPaste } from "../domain/relay/gate.ts";
import { sightBeforeSubmit } from "../domain/relay/submit.ts";
import type { AgentStateService } from "./services/agent-state-service.ts";
import type { PaneRuntime } from "./services/pane-runtime.ts";
import type { Verdict } from "./services/relay-contract.ts";

/** How soon a hold for a draft is looked at again, beside every key and every change of state. */
const DRAFT_RECHECK_MS = 1_000;

export function createRelayGate(deps: { readonly clock: Clock; readonly states: AgentStateService }) {
  function judgeText(pane: PaneRuntime, text: string, byHook: boolean): Verdict {
    const { state, detection } = deps.states.lookNow(pane);
    const verdict = mayPaste({
      profile: byHook ? pane.profile : withoutHook(pane.profile),
      state,
      detection,
      paneAlive: pane.dead === null && pane.pid !== null && pane.screen !== null,
      bracketedPaste: pane.screen?.modes().bracketedPaste ?? false,
      copyMode: pane.copyModeClients.size > 0,
      lastHumanKeyMs: pane.lastHumanKeyMs === 0 ? null : pane.lastHumanKeyMs,
      lastOutputMs: pane.lastOutputMs,
      longestLineBytes: Math.max(...text.split("\n").map((line) => Buffer.byteLength(line))),
      nowMs: deps.clock.nowMs(),
    });
    if (!verdict.go) return verdict;
    // A draft is the human's: it stays where it is, and the text waits until it is sent or cleared.
    if (verdict.manner === "stash") {
      return { go: false, reason: "your draft is in its composer", recheckAfterMs: DRAFT_RECHECK_MS };
    }
    return { go: true, writes: encodeDelivery(text, pane.profile.inject) };
  }

  return {
    judge: (pane: PaneRuntime, delivery: Delivery): Verdict =>
      judgeText(pane, deliveryText(delivery), delivery.kind !== "relay"),
    sightBeforeSubmit: (pane: PaneRuntime, { ending }: EncodedDelivery) =>
      sightBeforeSubmit(deps.states.lookNow(pane).detection, ending),
    /** What would be said to a short text now: for `agent explain` and the delegate dialog. */
    probe: (pane: PaneRuntime): Verdict =>
      judgeText(pane, "[ia-tmux relay from operator · probe]\nprobe", false),
  };
}

/** A task comes as a prompt of its own, never inside a turn that runs: the reason for waiting must not promise that. */
function withoutHook(profile: Profile): Profile {
  return { ...profile, inject: { ...profile.inject, busy: "hold" } };
}
