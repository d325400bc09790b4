import * as z from "zod";
import { AGENT_STATES } from "./words.ts";

export { AGENT_STATES };

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
