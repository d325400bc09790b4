import * as z from "zod";
import { ActorSchema } from "../record.ts";
import { LockTargetSchema } from "./lease.ts";

/** Things of one lock that a waiter may want apart; with more it wants all of it. */
export const MAX_WANTS = 32;

/**
 * Somebody who wants what another holds: in the queue, or told when it is free. Kept so that a server that starts anew
 * still knows. A queue ends with its server, because its callers do: then they are told, too. It is for what is held
 * and not for one holder's lock, so that nothing is written for all who wait whenever the lock changes hands.
 */
export const LockWaiterSchema = z.object({
  /** Of label and name, so that asking twice is asking once. */
  id: z.string(),
  name: ActorSchema,
  /** The lock's target as a user would write it. */
  label: z.string(),
  /** What it was refused of that, such as a file of a directory. None: all of it. */
  wants: z.array(LockTargetSchema).max(MAX_WANTS).readonly().default([]),
  sinceMs: z.number().int(),
});
export type LockWaiter = z.infer<typeof LockWaiterSchema>;

export function waiterId(label: string, name: string): string {
  return `${label}/${name.toLowerCase()}`;
}
