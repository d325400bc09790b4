import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import type { Lease, LockTarget } from "../../domain/lock/lease.ts";
import { targetLabel } from "../../domain/lock/overlap.ts";
import { type LockWaiter, MAX_WANTS, waiterId } from "../../domain/lock/waiter.ts";
import { sameName } from "../../domain/session/actor.ts";
import type { Collection } from "../../store/contract.ts";

/** Requests that may stand in the queue; the next is refused with `busy`. */
export const MAX_WAITERS = 1_000;
/** Agents that are told when it gets free, for each thing that is locked; further ones are not. */
const MAX_INTERESTED = 64;

/** Somebody who wants to hear when what it was refused is free. */
export type Interest = Pick<LockWaiter, "name" | "wants">;

interface Waiter {
  readonly name: string;
  readonly wanted: readonly LockTarget[];
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
    readonly wanted: readonly LockTarget[];
    readonly waitMs: number;
    readonly signal?: AbortSignal | undefined;
    /** The lease it waits for at the moment: for showing who waits. */
    lease(): Lease | null;
    attempt(): Promise<readonly Lease[]> | null;
    refuse(): AppError;
  }): Promise<readonly Lease[]>;
  /** Tries every waiter in order; called whenever a lock ended. */
  serve(): void;
  /** Remembers that `name` wants to hear when these things are free, for which the lease stands in the way. */
  interest(lease: Lease, name: string, wants: readonly LockTarget[]): void;
  /** Whether anybody wants to hear of this lease's end. */
  isAwaited(lease: Lease): boolean;
  /** Takes those who wanted to hear of this lease. They are remembered on disk until `settled`. */
  takeInterested(lease: Lease): readonly Interest[];
  /** They were told, or wait for another lease now. */
  settled(lease: Lease, taken: readonly Interest[]): void;
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
  const interested = new Map<string, Map<string, Interest>>();
  let stopped = false;

  // Who stood in the queue of the server before is told instead: its call is gone.
  for (const { label, name, wants } of records.all()) if (deps.isHeld(label)) remember(label, name, wants);

  function remember(label: string, name: string, wants: LockWaiter["wants"]): boolean {
    const names = interested.get(label) ?? new Map<string, Interest>();
    interested.set(label, names);
    const before = names.get(name.toLowerCase());
    if (before === undefined && names.size >= MAX_INTERESTED) return false;
    names.set(name.toLowerCase(), { name, wants: before === undefined ? wants : allOf(before.wants, wants) });
    return true;
  }

  function record(label: string, name: string, wants: LockWaiter["wants"]): void {
    if (stopped) return;
    const id = waiterId(label, name);
    const before = records.get(id);
    const after =
      before === undefined
        ? { id, name, label, wants, sinceMs: clock.nowMs() }
        : { ...before, wants: allOf(before.wants, wants) };
    if (after.wants.length !== before?.wants.length) inBackground(records.put(after));
  }

  /** Unless the same name wants the same for another reason: a second call in the queue, or the notice. */
  function erase(label: string, name: string): void {
    const isQueued = queue.some((other) => other.recorded === label && sameName(other.name, name));
    if (stopped || isQueued || interested.get(label)?.has(name.toLowerCase()) === true) return;
    const id = waiterId(label, name);
    if (records.get(id) !== undefined) inBackground(records.remove(id));
  }

  function recordWaiter(waiter: Waiter): void {
    const lease = waiter.lease();
    const label = lease && targetLabel(lease.target);
    if (label === null || label === waiter.recorded) return;
    const before = waiter.recorded;
    waiter.recorded = label;
    if (before !== null) erase(before, waiter.name);
    record(label, waiter.name, atMost(waiter.wanted));
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
          wanted: request.wanted,
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
    interest(lease, name, wants) {
      const label = targetLabel(lease.target);
      if (remember(label, name, atMost(wants))) record(label, name, atMost(wants));
    },
    isAwaited: (lease) => (interested.get(targetLabel(lease.target))?.size ?? 0) > 0,
    takeInterested(lease) {
      const label = targetLabel(lease.target);
      const taken = [...(interested.get(label)?.values() ?? [])];
      interested.delete(label);
      return taken.map(({ name, wants }) => ({ name, wants: wants.length === 0 ? [lease.target] : wants }));
    },
    settled(lease, taken) {
      for (const { name } of taken) erase(targetLabel(lease.target), name);
    },
    namesFor(lease) {
      const waiting = queue.filter((waiter) => waiter.lease()?.id === lease.id).map((waiter) => waiter.name);
      const others = interested.get(targetLabel(lease.target))?.values() ?? [];
      return [...new Set([...waiting, ...[...others].map(({ name }) => name)])];
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
      for (const waiter of records.all()) {
        const { id, label, name, wants } = waiter;
        if (!sameName(name, from) || interested.get(label)?.delete(from.toLowerCase()) !== true) continue;
        inBackground(records.remove(id));
        if (remember(label, to, wants))
          inBackground(records.put({ ...waiter, id: waiterId(label, to), name: to }));
      }
    },
    stop() {
      stopped = true;
    },
  };
}

/** Both, each once. */
function allOf(some: LockWaiter["wants"], more: LockWaiter["wants"]): LockWaiter["wants"] {
  if (some.length === 0 || more.length === 0) return [];
  const labels = new Set(some.map(targetLabel));
  return atMost([...some, ...more.filter((target) => !labels.has(targetLabel(target)))]);
}

/** Too many to remember each are remembered as all of it. */
function atMost(wants: LockWaiter["wants"]): LockWaiter["wants"] {
  return wants.length > MAX_WANTS ? [] : wants;
}
