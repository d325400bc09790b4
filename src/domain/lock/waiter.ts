import * as z from "zod";
import { ActorSchema } from "../record.ts";

/**
 * Somebody who wants a lock that another holds: in the queue, or told when it is free. Kept so that a server that
 * starts anew still knows. A queue ends with its server, because its callers do: then they are told, too.
 */
export const LockWaiterSchema = z.object({
  /** Of lock and name, so that asking twice is asking once. */
  id: z.string(),
  leaseId: z.string(),
  name: ActorSchema,
  /** The lock's target as a user would write it: it is told when the lease is already gone. */
  label: z.string(),
  sinceMs: z.number().int(),
});
export type LockWaiter = z.infer<typeof LockWaiterSchema>;

export function waiterId(leaseId: string, name: string): string {
  return `${leaseId}/${name.toLowerCase()}`;
}
