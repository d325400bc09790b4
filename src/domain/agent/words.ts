// The words of an agent's state, apart from the schemas: who only needs the words loads no zod for them.

/**
 * What an agent is doing. `unknown` means that the evidence disagrees, and unknown means hold: nothing is written
 * into a pane whose state is not known.
 */
export const AGENT_STATES = ["starting", "idle", "working", "blocked", "error", "exited", "unknown"] as const;
