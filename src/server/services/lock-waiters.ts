import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import type { Lease } from "../../domain/lock/lease.ts";

/** Requests that may stand in the queue; the next is refused with `busy`. */
export const MAX_WAITERS = 1_000;
/** Agents that are told when a lock gets free, for each lock. */
const MAX_INTERESTED = 64;

interface Waiter {
  readonly name: string;
  readonly leaseId: () => string;
  readonly attempt: () => Promise<readonly Lease[]> | null;
  readonly settle: (outcome: Promise<readonly Lease[]>) => void;
}

export interface LockWaiters {
  /**
   * Waits until `attempt` grants, in the order of arrival. Rejects with what `refuse` makes at the deadline, or
   * `interrupted` when the signal says that the caller went away.
   */
  wait(request: {
    readonly name: string;
    readonly waitMs: number;
    readonly signal?: AbortSignal | undefined;
    /** The lease it waits for at the moment: for showing who waits. */
    leaseId(): string;
    attempt(): Promise<readonly Lease[]> | null;
    refuse(): AppError;
  }): Promise<readonly Lease[]>;
  /** Tries every waiter in order; called whenever a lock ended. */
  serve(): void;
  /** Remembers that `name` wants to hear when this lease ends. */
  interest(leaseId: string, name: string): void;
  /** Takes the names that wanted to hear of this lease. */
  takeInterested(leaseId: string): readonly string[];
  /** Who waits for the lease: in the queue, or for the notice. */
  namesFor(leaseId: string): readonly string[];
  forget(name: string): void;
}

export function createLockWaiters(clock: Clock): LockWaiters {
  const queue: Waiter[] = [];
  const interested = new Map<string, Set<string>>();

  function drop(waiter: Waiter): void {
    const at = queue.indexOf(waiter);
    if (at !== -1) queue.splice(at, 1);
  }

  return {
    wait(request) {
      if (queue.length >= MAX_WAITERS) {
        throw new AppError("busy", `${MAX_WAITERS} requests already wait for locks`, {
          hint: "Try again later.",
        });
      }
      return new Promise((resolve, reject) => {
        const stop = () => {
          drop(waiter);
          callOff();
          request.signal?.removeEventListener("abort", onAbort);
        };
        const onAbort = () => {
          stop();
          reject(new AppError("interrupted", "The caller stopped waiting for the lock"));
        };
        const callOff = clock.after(request.waitMs, () => {
          stop();
          reject(request.refuse());
        });
        const waiter: Waiter = {
          name: request.name,
          leaseId: () => request.leaseId(),
          attempt: () => request.attempt(),
          settle(outcome) {
            stop();
            outcome.then(resolve, reject);
          },
        };
        queue.push(waiter);
        if (request.signal?.aborted === true) onAbort();
        else request.signal?.addEventListener("abort", onAbort, { once: true });
      });
    },
    serve() {
      // A copy: who is served leaves the queue.
      for (const waiter of queue.slice()) {
        try {
          const granted = waiter.attempt();
          if (granted !== null) waiter.settle(granted);
        } catch (thrown) {
          // The waiter's own trouble, such as too many locks: it is told, and the others are served.
          waiter.settle(Promise.reject(thrown));
        }
      }
    },
    interest(leaseId, name) {
      const names = interested.get(leaseId) ?? new Set<string>();
      if (names.size < MAX_INTERESTED) names.add(name);
      interested.set(leaseId, names);
    },
    takeInterested(leaseId) {
      const names = [...(interested.get(leaseId) ?? [])];
      interested.delete(leaseId);
      return names;
    },
    namesFor(leaseId) {
      const waiting = queue.filter((waiter) => waiter.leaseId() === leaseId).map((waiter) => waiter.name);
      return [...new Set([...waiting, ...(interested.get(leaseId) ?? [])])];
    },
    forget(name) {
      for (const names of interested.values()) names.delete(name);
    },
  };
}
