import * as z from "zod";
import { ActorSchema, AgentNameSchema, recordShape } from "../record.ts";
import { DEV_ROLES, MODES, ROLES } from "./words.ts";

export { DEV_ROLES, MODES, ROLES };

export const RoleSchema = z.enum(ROLES);
export const DevRoleSchema = z.enum(DEV_ROLES);
export type Role = z.infer<typeof RoleSchema>;
export type DevRole = z.infer<typeof DevRoleSchema>;

/** One agent of the project. It outlives its pane: `paneId` is null while nothing runs it. */
export const AgentSchema = z.object({
  ...recordShape,
  name: AgentNameSchema,
  profile: z.string(),
  role: RoleSchema,
  /** Whether somebody chose the role; if not, it follows the number of agents. */
  roleGiven: z.boolean().default(false),
  devRole: DevRoleSchema.nullable(),
  paneId: z.string().nullable(),
  /** The agent's own session, to resume it. Null until the agent told it. */
  agentSessionId: z.string().nullable(),
  /** It has worked in that session: there is a conversation that could be lost. */
  hasWorked: z.boolean().default(false),
  /** Whether the agent was started by ia-tmux in a pane or joined from outside. */
  origin: z.enum(["pane", "outside"]),
  statusText: z.string().nullable(),
  statusAtMs: z.number().int().nullable(),
  /** When an agent outside the panes said that it ends; null once it is back. */
  leftAtMs: z.number().int().nullable().default(null),
});
export type Agent = z.infer<typeof AgentSchema>;

/** The project's collaboration: who leads and what the mode allows. There is one. */
export const SessionSchema = z.object({
  ...recordShape,
  project: z.string(),
  mode: z.enum(MODES),
  principal: ActorSchema,
  /** Whether somebody set the session up; if not, the first agent that comes is the principal. */
  initialised: z.boolean().default(false),
});
export type Session = z.infer<typeof SessionSchema>;
