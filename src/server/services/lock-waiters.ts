import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import type { Lease } from "../../domain/lock/lease.ts";
import { targetLabel } from "../../domain/lock/overlap.ts";
import { type LockWaiter, waiterId } from "../../domain/lock/waiter.ts";
import { sameName } from "../../domain/session/actor.ts";
import type { Collection } from "../../store/contract.ts";

/** Requests that may stand in the queue; the next is refused with `busy`. */
export const MAX_WAITERS = 1_000;
/** Agents that are told when a lock gets free, for each lock; further ones are not. */
const MAX_INTERESTED = 64;

interface Waiter {
  readonly name: string;
  readonly lease: () => Lease | null;
  readonly attempt: () => Promise<readonly Lease[]> | null;
  readonly settle: (outcome: Promise<readonly Lease[]>) => void;
  /** The lock it is recorded for. */
  recorded: string | null;
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
    lease(): Lease | null;
    attempt(): Promise<readonly Lease[]> | null;
    refuse(): AppError;
  }): Promise<readonly Lease[]>;
  /** Tries every waiter in order; called whenever a lock ended. */
  serve(): void;
  /** Remembers that `name` wants to hear when this lease ends. */
  interest(lease: Lease, name: string): void;
  /** Takes the names that wanted to hear of this lease. They are remembered on disk until `told`. */
  takeInterested(leaseId: string): readonly string[];
  told(leaseId: string, names: readonly string[]): void;
  /** Who waits for the lease: in the queue, or for the notice. */
  namesFor(leaseId: string): readonly string[];
  /** Those whose lease ended, and who were not told before a server went down: once, after a start. */
  takeOrphans(): readonly { readonly label: string; readonly names: readonly string[] }[];
  forget(name: string): void;
  renamed(from: string, to: string): void;
  /** The server ends: whoever waits now is remembered, though its call ends. */
  stop(): void;
}

export interface LockWaitersDeps {
  readonly clock: Clock;
  readonly records: Collection<LockWaiter>;
  readonly hasLease: (id: string) => boolean;
  /** Nobody waits for these writes: what is lost with one is a notice. */
  readonly inBackground: (write: Promise<unknown>) => void;
}

export function createLockWaiters(deps: LockWaitersDeps): LockWaiters {
  const { clock, records, inBackground } = deps;
  const queue: Waiter[] = [];
  const interested = new Map<string, Map<string, string>>();
  let stopped = false;

  // Who stood in the queue of the server before is told instead: its call is gone.
  for (const { leaseId, name } of records.all()) if (deps.hasLease(leaseId)) remember(leaseId, name);

  function remember(leaseId: string, name: string): boolean {
    const names = interested.get(leaseId) ?? new Map<string, string>();
    interested.set(leaseId, names);
    if (names.has(name.toLowerCase()) || names.size >= MAX_INTERESTED) return false;
    names.set(name.toLowerCase(), name);
    return true;
  }

  function record(lease: Lease, name: string): void {
    if (stopped) return;
    const id = waiterId(lease.id, name);
    const label = targetLabel(lease.target);
    if (records.get(id) === undefined)
      inBackground(records.put({ id, leaseId: lease.id, name, label, sinceMs: clock.nowMs() }));
  }

  function erase(leaseId: string, name: string): void {
    const id = waiterId(leaseId, name);
    if (!stopped && records.get(id) !== undefined) inBackground(records.remove(id));
  }

  function recordWaiter(waiter: Waiter): void {
    const lease = waiter.lease();
    if (lease === null || lease.id === waiter.recorded) return;
    eraseWaiter(waiter);
    waiter.recorded = lease.id;
    record(lease, waiter.name);
  }

  function eraseWaiter({ recorded, name }: Waiter): void {
    const isOthers = queue.some((other) => other.recorded === recorded && sameName(other.name, name));
    if (recorded === null || isOthers || interested.get(recorded)?.has(name.toLowerCase()) === true) return;
    erase(recorded, name);
  }

  function drop(waiter: Waiter): void {
    const at = queue.indexOf(waiter);
    if (at !== -1) queue.splice(at, 1);
    eraseWaiter(waiter);
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
          lease: () => request.lease(),
          attempt: () => request.attempt(),
          settle(outcome) {
            stop();
            outcome.then(resolve, reject);
          },
          recorded: null,
        };
        queue.push(waiter);
        recordWaiter(waiter);
        if (request.signal?.aborted === true) onAbort();
        else request.signal?.addEventListener("abort", onAbort, { once: true });
      });
    },
    serve() {
      // A copy: who is served leaves the queue.
      for (const waiter of queue.slice()) {
        try {
          const granted = waiter.attempt();
          if (granted === null) recordWaiter(waiter);
          else waiter.settle(granted);
        } catch (thrown) {
          // The waiter's own trouble, such as too many locks: it is told, and the others are served.
          waiter.settle(Promise.reject(thrown));
        }
      }
    },
    interest(lease, name) {
      if (remember(lease.id, name)) record(lease, name);
    },
    takeInterested(leaseId) {
      const names = [...(interested.get(leaseId)?.values() ?? [])];
      interested.delete(leaseId);
      return names;
    },
    told(leaseId, names) {
      for (const name of names) erase(leaseId, name);
    },
    namesFor(leaseId) {
      const waiting = queue.filter((waiter) => waiter.lease()?.id === leaseId).map((waiter) => waiter.name);
      return [...new Set([...waiting, ...(interested.get(leaseId)?.values() ?? [])])];
    },
    takeOrphans() {
      const byLabel = new Map<string, string[]>();
      for (const { id, leaseId, label, name } of records.all()) {
        if (deps.hasLease(leaseId)) continue;
        byLabel.set(label, [...(byLabel.get(label) ?? []), name]);
        inBackground(records.remove(id));
      }
      return [...byLabel].map(([label, names]) => ({ label, names }));
    },
    forget(name) {
      for (const [leaseId, names] of interested) if (names.delete(name.toLowerCase())) erase(leaseId, name);
    },
    renamed(from, to) {
      for (const { id, leaseId, label, name, sinceMs } of records.all()) {
        if (!sameName(name, from) || interested.get(leaseId)?.delete(from.toLowerCase()) !== true) continue;
        inBackground(records.remove(id));
        if (remember(leaseId, to))
          inBackground(records.put({ id: waiterId(leaseId, to), leaseId, name: to, label, sinceMs }));
      }
    },
    stop() {
      stopped = true;
    },
  };
}
