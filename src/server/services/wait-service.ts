// Answers "tell me when it is so": checks at once, and again whenever something happened that may matter.
import { AppError } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";

/** Waits one server holds at a time. The next is refused with `busy`. */
const MAX_WAITS = 1_000;

export interface WaitRequest<T> {
  /** The awaited value, or null while it is not so. May throw: then the wait ends with that error. */
  readonly check: () => T | null;
  readonly timeoutMs: number;
  /** For the error: "agent kimi is idle". */
  readonly what: string;
  /** How things stand when time is up, for the error. */
  readonly standing: () => string;
  /** The waiter went away. */
  readonly onGone?: (giveUp: () => void) => void;
}

export type WaitService = ReturnType<typeof createWaitService>;

export function createWaitService(clock: Clock) {
  const waits = new Set<() => void>();

  return {
    get isWaiting() {
      return waits.size > 0;
    },

    /** Something changed: every wait looks again. */
    changed() {
      for (const look of waits) look();
    },

    /** @throws AppError timeout, busy, or what `check` throws */
    until<T>(request: WaitRequest<T>): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        if (waits.size >= MAX_WAITS)
          return reject(new AppError("busy", `More than ${MAX_WAITS} waits are open.`));
        let cancelTimer: (() => void) | null = null;
        const end = (settle: () => void) => {
          waits.delete(look);
          cancelTimer?.();
          settle();
        };
        const look = () => {
          try {
            const value = request.check();
            if (value !== null) end(() => resolve(value));
          } catch (thrown) {
            end(() => reject(thrown));
          }
        };
        waits.add(look);
        look();
        if (!waits.has(look)) return;
        cancelTimer = clock.after(request.timeoutMs, () =>
          end(() =>
            reject(
              new AppError(
                "timeout",
                `Waited ${request.timeoutMs} ms, but not: ${request.what}. It is ${request.standing()}.`,
              ),
            ),
          ),
        );
        request.onGone?.(() =>
          end(() => reject(new AppError("interrupted", "The waiting client went away."))),
        );
      });
    },
  };
}
