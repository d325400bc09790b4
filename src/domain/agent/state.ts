import { z } from "zod";

/**
 * What an agent is doing. `unknown` means that the evidence disagrees, and unknown means hold: nothing is written
 * into a pane whose state is not known.
 */
export const AGENT_STATES = ["starting", "idle", "working", "blocked", "error", "exited", "unknown"] as const;
export type AgentStateName = (typeof AGENT_STATES)[number];

export const AgentStateSchema = z.object({
  name: z.enum(AGENT_STATES),
  /** For `blocked`: what the agent waits for. */
  blockedOn: z.enum(["permission", "question"]).nullable(),
  /** The agent's own words: the question, the error. Inert, one line, at most 200 characters. */
  message: z.string().nullable(),
  sinceMs: z.number().int(),
  /** The kind of evidence that decided: status, hook, state-file, title, screen, silence, process. */
  because: z.string(),
});
export type AgentState = z.infer<typeof AgentStateSchema>;
