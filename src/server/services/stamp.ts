import type { Clock } from "../../base/clock.ts";
import type { Ids } from "../../base/ids.ts";
import type { Announce } from "../../domain/facts.ts";
import { type Actor, actorName } from "../../domain/session/actor.ts";

/** What every service that keeps records is given. */
export interface RecordDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Rises with every change in the project, across restarts. */
  nextLogicalTime(): number;
  readonly announce: Announce;
}

export interface Stamp {
  readonly id: string;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly updatedAtMs: number;
  readonly logicalTime: number;
}

/** The head of a new record. */
export function newStamp(deps: Omit<RecordDeps, "announce">, prefix: string, actor: Actor | string): Stamp {
  const atMs = deps.clock.nowMs();
  return {
    id: deps.ids.next(prefix),
    createdAtMs: atMs,
    createdBy: typeof actor === "string" ? actor : actorName(actor),
    updatedAtMs: atMs,
    logicalTime: deps.nextLogicalTime(),
  };
}

/** What changes with every change of a record. */
export function touched(deps: RecordDeps): { updatedAtMs: number; logicalTime: number } {
  return { updatedAtMs: deps.clock.nowMs(), logicalTime: deps.nextLogicalTime() };
}
