import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import type { Lease } from "../../domain/lock/lease.ts";
import { targetLabel } from "../../domain/lock/overlap.ts";
import { type LockWaiter, waiterId } from "../../domain/lock/waiter.ts";
import { sameName } from "../../domain/session/actor.ts";
import type { Collection } from "../../store/contract.ts";

/** Requests that may stand in the queue; the next is refused with `busy`. */
export const MAX_WAITERS = 1_000;
/** Agents that are told when it gets free, for each thing that is locked; further ones are not. */
const MAX_INTERESTED = 64;

interface Waiter {
  readonly name: string;
  readonly lease: () => Lease | null;
  readonly attempt: () => Promise<readonly Lease[]> | null;
  readonly settle: (outcome: Promise<readonly Lease[]>) => void;
  /** The label it is recorded for. */
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
  /** Whether anybody wants to hear of this lease's end. */
  isAwaited(lease: Lease): boolean;
  /** Takes the names that wanted to hear of this lease. They are remembered on disk until `told`. */
  takeInterested(lease: Lease): readonly string[];
  /** Another lease stands in its place: who wanted to hear of the first hears of that one, but for who has it. */
  handOn(lease: Lease, heir: Lease): void;
  told(lease: Lease, names: readonly string[]): void;
  /** Who waits for the lease: in the queue, or for the notice. */
  namesFor(lease: Lease): readonly string[];
  /** Those who want what nobody holds any more, and were not told before a server went down: once, after a start. */
  takeOrphans(): readonly { readonly label: string; readonly names: readonly string[] }[];
  forget(name: string): void;
  renamed(from: string, to: string): void;
  /** The server ends: whoever waits now is remembered, though its call ends. */
  stop(): void;
}

export interface LockWaitersDeps {
  readonly clock: Clock;
  readonly records: Collection<LockWaiter>;
  /** Whether anybody has a lock of this label. */
  readonly isHeld: (label: string) => boolean;
  /** Nobody waits for these writes: what is lost with one is a notice. */
  readonly inBackground: (write: Promise<unknown>) => void;
}

export function createLockWaiters(deps: LockWaitersDeps): LockWaiters {
  const { clock, records, inBackground } = deps;
  const queue: Waiter[] = [];
  /** By label, then by lower-case name. */
  const interested = new Map<string, Map<string, string>>();
  let stopped = false;

  // Who stood in the queue of the server before is told instead: its call is gone.
  for (const { label, name } of records.all()) if (deps.isHeld(label)) remember(label, name);

  function remember(label: string, name: string): boolean {
    const names = interested.get(label) ?? new Map<string, string>();
    interested.set(label, names);
    if (names.has(name.toLowerCase()) || names.size >= MAX_INTERESTED) return false;
    names.set(name.toLowerCase(), name);
    return true;
  }

  function record(label: string, name: string): void {
    if (stopped) return;
    const id = waiterId(label, name);
    if (records.get(id) === undefined) inBackground(records.put({ id, name, label, sinceMs: clock.nowMs() }));
  }

  /** Unless the same name wants the same for another reason: a second call in the queue, or the notice. */
  function erase(label: string, name: string): void {
    const isQueued = queue.some((other) => other.recorded === label && sameName(other.name, name));
    if (stopped || isQueued || interested.get(label)?.has(name.toLowerCase()) === true) return;
    const id = waiterId(label, name);
    if (records.get(id) !== undefined) inBackground(records.remove(id));
  }

  function interest(lease: Lease, name: string): void {
    const label = targetLabel(lease.target);
    if (remember(label, name)) record(label, name);
  }

  function takeInterested(lease: Lease): readonly string[] {
    const label = targetLabel(lease.target);
    const names = [...(interested.get(label)?.values() ?? [])];
    interested.delete(label);
    return names;
  }

  function recordWaiter(waiter: Waiter): void {
    const lease = waiter.lease();
    const label = lease && targetLabel(lease.target);
    if (label === null || label === waiter.recorded) return;
    const before = waiter.recorded;
    waiter.recorded = label;
    if (before !== null) erase(before, waiter.name);
    record(label, waiter.name);
  }

  function drop(waiter: Waiter): void {
    const at = queue.indexOf(waiter);
    if (at !== -1) queue.splice(at, 1);
    if (waiter.recorded !== null) erase(waiter.recorded, waiter.name);
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
    interest,
    isAwaited: (lease) => (interested.get(targetLabel(lease.target))?.size ?? 0) > 0,
    takeInterested,
    handOn(lease, heir) {
      const names = takeInterested(lease);
      for (const name of names) if (!sameName(name, heir.holder)) interest(heir, name);
      for (const name of names) erase(targetLabel(lease.target), name);
    },
    told(lease, names) {
      for (const name of names) erase(targetLabel(lease.target), name);
    },
    namesFor(lease) {
      const waiting = queue.filter((waiter) => waiter.lease()?.id === lease.id).map((waiter) => waiter.name);
      return [...new Set([...waiting, ...(interested.get(targetLabel(lease.target))?.values() ?? [])])];
    },
    takeOrphans() {
      const byLabel = new Map<string, Set<string>>();
      for (const { id, label, name } of records.all()) {
        if (deps.isHeld(label)) continue;
        byLabel.set(label, (byLabel.get(label) ?? new Set()).add(name));
        inBackground(records.remove(id));
      }
      return [...byLabel].map(([label, names]) => ({ label, names: [...names] }));
    },
    forget(name) {
      for (const [label, names] of interested) if (names.delete(name.toLowerCase())) erase(label, name);
    },
    renamed(from, to) {
      for (const { id, label, name, sinceMs } of records.all()) {
        if (!sameName(name, from) || interested.get(label)?.delete(from.toLowerCase()) !== true) continue;
        inBackground(records.remove(id));
        if (remember(label, to))
          inBackground(records.put({ id: waiterId(label, to), name: to, label, sinceMs }));
      }
    },
    stop() {
      stopped = true;
    },
  };
}
