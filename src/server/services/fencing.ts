import * as z from "zod";
import type { Collection } from "../../store/contract.ts";

/** A number that must outlive the records it was given to. */
export const CounterSchema = z.object({ id: z.string(), value: z.number().int().nonnegative() });
export type Counter = z.infer<typeof CounterSchema>;

/** Tokens reserved by one write. After a crash at most so many are skipped, and none is given twice. */
const BLOCK = 1_000;
const COUNTER_ID = "fencing";

/**
 * Hands out tokens that only ever rise, across restarts. `reserved` must be awaited before a token is shown to
 * anybody. `highestKnown` guards against a lost counter.
 */
export function createFencing(
  counters: Collection<Counter>,
  highestKnown: number,
): { next(): { token: number; reserved: Promise<void> } } {
  let last = Math.max(counters.get(COUNTER_ID)?.value ?? 0, highestKnown);
  let limit = last;
  let reserving: Promise<void> = Promise.resolve();
  return {
    next() {
      const token = ++last;
      if (token > limit) {
        limit = token + BLOCK - 1;
        reserving = counters.put({ id: COUNTER_ID, value: limit });
        // A failed reservation must be made anew by the next caller.
        reserving.catch(() => {
          limit = 0;
        });
      }
      return { token, reserved: reserving };
    },
  };
}
