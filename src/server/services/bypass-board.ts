// Writes round locks that no human has looked at yet. Kept in the store: they wait for the human, not for the server.
import type { Fact } from "../../domain/facts.ts";
import type { Bypass } from "../../domain/lock/bypass.ts";
import type { Collection } from "../../store/contract.ts";
import { newStamp, type RecordDeps } from "./stamp.ts";

/** Rows that may stand here. Then the oldest goes: it is in the activity log, as all are. */
export const MAX_BYPASSES = 100;

export interface BypassBoardDeps extends Omit<RecordDeps, "announce"> {
  readonly bypasses: Collection<Bypass>;
  readonly inBackground: (what: string, work: Promise<unknown>) => void;
}

export type BypassBoard = ReturnType<typeof createBypassBoard>;

export function createBypassBoard(deps: BypassBoardDeps) {
  const { bypasses, inBackground } = deps;

  return {
    /** To be given every fact. */
    hear(fact: Fact): void {
      if (fact.kind !== "lock.bypassed") return;
      const { by, holder, paths, count, writer } = fact;
      const oldest = bypasses.all().slice(0, Math.max(0, bypasses.size + 1 - MAX_BYPASSES));
      const row: Bypass = { ...newStamp(deps, "byp", by), holder, paths: [...paths], count, writer };
      const writes = [...oldest.map(({ id }) => bypasses.remove(id)), bypasses.insert(row)];
      inBackground("keep bypass", Promise.all(writes));
    },
    /** Oldest first. */
    list: (): readonly Bypass[] => bypasses.all(),
    /** A human has looked at it. */
    dismiss: (id: string): Promise<void> => bypasses.remove(id),
  };
}
