import type { AgentState } from "../agent/state.ts";

export const PRESENCES = ["active", "idle", "stale", "offline"] as const;
export type Presence = (typeof PRESENCES)[number];

/** An agent outside our panes that is silent this long is stale; its locks and tasks are still its own. */
export const STALE_AFTER_MS = 15 * 60_000;
/** After this long it counts as gone. */
export const OFFLINE_AFTER_MS = 120 * 60_000;

/**
 * What a board shows for an agent. In a pane the pane's real state says it; outside panes only the time since it was
 * last heard of does. A long quiet turn in a pane is `active`, not `stale`.
 */
export function presenceOf(agent: {
  readonly origin: "pane" | "outside";
  readonly paneId: string | null;
  readonly state: AgentState | null;
  /** Milliseconds since its last call. */
  readonly silentMs: number;
}): Presence {
  if (agent.paneId !== null) {
    if (agent.state === null || agent.state.name === "starting" || agent.state.name === "idle") return "idle";
    if (agent.state.name === "exited") return "offline";
    return agent.state.name === "unknown" || agent.state.name === "error" ? "stale" : "active";
  }
  if (agent.origin === "pane" || agent.silentMs >= OFFLINE_AFTER_MS) return "offline";
  return agent.silentMs >= STALE_AFTER_MS ? "stale" : "active";
}
