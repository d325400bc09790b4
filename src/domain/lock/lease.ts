import * as z from "zod";
import { AgentNameSchema, recordShape } from "../record.ts";

/** What a lock covers: a file, everything below a directory, what a glob matches, or a thing with a name. */
export const LockTargetSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("file"), path: z.string(), inode: z.string().nullable() }),
  z.object({ kind: z.literal("directory"), path: z.string() }),
  z.object({ kind: z.literal("glob"), pattern: z.string() }),
  z.object({ kind: z.literal("resource"), name: z.string() }),
]);
export type LockTarget = z.infer<typeof LockTargetSchema>;

/**
 * A lock with an end. Paths are relative to the main worktree. The end is measured on the boot clock, so that clock
 * steps and suspend neither end nor prolong it; a lease of another boot is over.
 */
export const LeaseSchema = z.object({
  ...recordShape,
  target: LockTargetSchema,
  holder: z.union([AgentNameSchema, z.literal("operator")]),
  reason: z.string(),
  /** Rises with every grant in the project: a stale holder can be told from the current one. */
  fencingToken: z.number().int().positive(),
  bootId: z.string(),
  grantedAtBootMs: z.number(),
  deadlineBootMs: z.number(),
  ttlMs: z.number().int().positive(),
  /** Renewed by the server while the holder's pane lives. */
  renew: z.boolean(),
});
export type Lease = z.infer<typeof LeaseSchema>;

export const LOCK_TTL_MS = { min: 1_000, max: 24 * 3_600_000, default: 3_600_000 } as const;
