// Writes round locks that no human has looked at yet. In memory: the activity log keeps all of them.
import type { Fact, FactOf } from "../../domain/facts.ts";

/** Rows that may stand here. Then the oldest goes: it is in the activity log, as all are. */
export const MAX_BYPASSES = 100;

export interface SeenBypass {
  readonly id: string;
  readonly atMs: number;
  readonly fact: FactOf<"lock.bypassed">;
}

export type BypassBoard = ReturnType<typeof createBypassBoard>;

export function createBypassBoard(nowMs: () => number) {
  const rows: SeenBypass[] = [];
  let count = 0;

  return {
    /** To be given every fact. */
    hear(fact: Fact): void {
      if (fact.kind !== "lock.bypassed") return;
      rows.push({ id: String(++count), atMs: nowMs(), fact });
      if (rows.length > MAX_BYPASSES) rows.shift();
    },
    list: (): readonly SeenBypass[] => rows,
    /** A human has looked at it. */
    dismiss(id: string): void {
      const at = rows.findIndex((one) => one.id === id);
      if (at >= 0) rows.splice(at, 1);
    },
  };
}
