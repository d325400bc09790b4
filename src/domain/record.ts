import * as z from "zod";
import { OPERATOR } from "./session/words.ts";

/** Name of an agent in a project. Names are unique ignoring case; the reserved ones mean somebody else. */
export const AGENT_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
export const RESERVED_NAMES: readonly string[] = ["operator", "all", "everyone", "system", "ia-tmux"];

export { OPERATOR };

export const AgentNameSchema = z
  .string()
  .regex(AGENT_NAME_PATTERN, "letters, digits, dot, dash, underscore; at most 32");
/** An agent's name, or the operator. */
export const ActorSchema = z.string().regex(AGENT_NAME_PATTERN);

/**
 * What every stored record carries. `id` is unique across machines, `logicalTime` rises with every change in this
 * project, so that records of several machines can be merged later.
 */
export const recordShape = {
  id: z.string().min(1).max(64),
  createdAtMs: z.number().int(),
  createdBy: ActorSchema,
  updatedAtMs: z.number().int(),
  logicalTime: z.number().int().nonnegative(),
};

/** The author's own name for the call that made the record: the same call again finds it. Stored with it, and as long. */
export const RepeatKeySchema = z.object({
  word: z.string().min(1).max(64),
  /** Of what the call said: another one with the same word is refused. */
  content: z.string(),
});
export type RepeatKey = z.infer<typeof RepeatKeySchema>;

/** Bytes of a message or task text, as UTF-8. */
export const MAX_TEXT_BYTES = 65_536;

/** A note somebody wrote on a record. */
export const NoteSchema = z.object({ atMs: z.number().int(), by: ActorSchema, text: z.string() });
export type Note = z.infer<typeof NoteSchema>;
