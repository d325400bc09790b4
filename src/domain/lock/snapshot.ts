import * as z from "zod";
import { LockTargetSchema, type LockTarget } from "./lease.ts";
import { type NameRules, targetLabel, targetsOverlap } from "./overlap.ts";
import type { Hold } from "./rules.ts";

/**
 * The locks as they stand on disk, for hooks to ask while no server runs. It is written after every change; what it
 * says counts only in the same boot, before the deadline, and while the holder's process lives.
 */
export const LockSnapshotSchema = z.object({
  version: z.literal(1),
  bootId: z.string(),
  ignoreCase: z.boolean(),
  leases: z.array(
    z.object({
      targets: z.array(LockTargetSchema),
      holder: z.string(),
      reason: z.string(),
      deadlineBootMs: z.number(),
      /** The process of the holder's pane; absent for the operator and for agents outside panes. */
      holderPid: z.number().int().positive().optional(),
    }),
  ),
});
export type LockSnapshot = z.infer<typeof LockSnapshotSchema>;

export interface SnapshotQuery {
  readonly bootId: string;
  readonly nowBootMs: number;
  /** The agent that wants to write; its own locks do not bind it. Null when unknown. */
  readonly self: string | null;
  readonly targets: readonly LockTarget[];
  isAlive(pid: number): boolean;
}

/** The first lock of another that covers one of the targets, or null: then nothing stands in the way. */
export function deniedBySnapshot(snapshot: LockSnapshot, query: SnapshotQuery): Hold | null {
  if (snapshot.bootId !== query.bootId) return null;
  const rules: NameRules = { ignoreCase: snapshot.ignoreCase };
  for (const lease of snapshot.leases) {
    if (query.self !== null && lease.holder.toLowerCase() === query.self.toLowerCase()) continue;
    const remainingMs = lease.deadlineBootMs - query.nowBootMs;
    if (remainingMs <= 0) continue;
    if (lease.holderPid !== undefined && !query.isAlive(lease.holderPid)) continue;
    for (const wanted of query.targets) {
      const covering = lease.targets.find((held) => targetsOverlap(held, wanted, rules));
      if (covering === undefined) continue;
      return {
        holder: lease.holder,
        reason: lease.reason,
        remainingMs,
        path: targetLabel(wanted),
        lock: targetLabel(covering),
      };
    }
  }
  return null;
}
