import { AppError } from "../../base/errors.ts";
import type { FactOf } from "../../domain/facts.ts";
import type { Lease, LockTarget } from "../../domain/lock/lease.ts";
import { sameTarget, targetCovers, targetLabel, targetsOverlap } from "../../domain/lock/overlap.ts";
import { isLive } from "../../domain/lock/rules.ts";
import { type Actor, actorName, sameName } from "../../domain/session/actor.ts";
import { createFencing } from "./fencing.ts";
import type { AcquireRequest, LockServiceDeps } from "./lock-contract.ts";
import type { Interest, LockWaiters } from "./lock-waiters.ts";
import { newStamp, touched } from "./stamp.ts";

/** Leases one holder, and all together, may have; the next is refused with `busy`. */
export const MAX_LEASES_PER_HOLDER = 1_000;
export const MAX_LEASES = 10_000;
/** Without a renewal for this long the machine slept; holders that still live get time to be renewed. */
const RENEWALS_OVERDUE_MS = 30_000;
const GRACE_AFTER_SLEEP_MS = 60_000;

export interface LockTable {
  /** Whether the lease stands in others' way. */
  binds(lease: Lease): boolean;
  /** The first lease of another that covers one of the targets. */
  blocking(holder: string, wanted: readonly LockTarget[]): { lease: Lease; wanted: LockTarget } | null;
  /** Grants, or returns null when somebody alive holds one of the targets. One synchronous stretch up to the writes. */
  tryGrant(
    actor: Actor,
    wanted: readonly LockTarget[],
    request: AcquireRequest,
    ttlMs: number,
  ): Promise<readonly Lease[]> | null;
  /** Takes the lease out of memory at once; announces when that is durable. */
  end(lease: Lease, why: FactOf<"lock.released">["why"], by: string): Promise<void>;
  /** Prolongs those that holders asked to have prolonged. */
  renew(aliveNames: readonly string[]): Promise<void>;
}

type Freed = Pick<FactOf<"lock.freed">, "label" | "except" | "notify">;

/** Who holds what: the leases, and the rules by which they come and go. */
export function createLockTable(
  deps: LockServiceDeps,
  hooks: { onGranted(): void } & Pick<LockWaiters, "interest" | "isAwaited" | "takeInterested" | "settled">,
): LockTable {
  const { leases, paths, roster, clock, announce } = deps;
  const { onGranted } = hooks;
  const rules = { ignoreCase: paths.ignoreCase };
  const highest = leases.all().reduce((top, lease) => Math.max(top, lease.fencingToken), 0);
  const fencing = createFencing(deps.counters, highest);
  let lastRenewalBootMs = clock.bootMs();
  let overdueSinceBootMs: number | null = null;

  const now = () => ({ bootId: clock.bootId, bootMs: clock.bootMs() });

  /** Live, or only over because nobody could renew it while the machine slept. */
  function binds(lease: Lease): boolean {
    if (isLive(lease, now())) return true;
    if (!lease.renew || lease.bootId !== clock.bootId || roster.isGone(lease.holder)) return false;
    const bootMs = clock.bootMs();
    if (bootMs - lastRenewalBootMs <= RENEWALS_OVERDUE_MS) return false;
    overdueSinceBootMs ??= bootMs;
    return bootMs - overdueSinceBootMs < GRACE_AFTER_SLEEP_MS;
  }

  /** Also sees a second name that a file got after it was locked. */
  function overlaps(held: LockTarget, wanted: LockTarget): boolean {
    if (targetsOverlap(held, wanted, rules)) return true;
    if (wanted.kind !== "file" || wanted.inode === null || held.kind !== "file") return false;
    return paths.inodeOf(held.path) === wanted.inode;
  }

  function blocking(
    holder: string,
    wanted: readonly LockTarget[],
  ): { lease: Lease; wanted: LockTarget } | null {
    for (const lease of leases.all()) {
      if (sameName(lease.holder, holder) || !binds(lease)) continue;
      const hit = wanted.find((target) => overlaps(lease.target, target));
      if (hit !== undefined) return { lease, wanted: hit };
    }
    return null;
  }

  function tryGrant(
    actor: Actor,
    wanted: readonly LockTarget[],
    request: AcquireRequest,
    ttlMs: number,
  ): Promise<readonly Lease[]> | null {
    const holder = actorName(actor);
    const endings: { lease: Lease; why: FactOf<"lock.released">["why"] }[] = [];
    for (const lease of leases.all()) {
      if (sameName(lease.holder, holder)) continue;
      if (!wanted.some((target) => overlaps(lease.target, target))) continue;
      if (!binds(lease)) endings.push({ lease, why: "expired" });
      else if (roster.isGone(lease.holder)) endings.push({ lease, why: "taken-over" });
      else if (request.force === true) endings.push({ lease, why: "forced" });
      else return null;
    }
    const mine = leases.all().filter((lease) => sameName(lease.holder, holder)).length;
    if (mine + wanted.length > MAX_LEASES_PER_HOLDER || leases.size + wanted.length > MAX_LEASES) {
      throw new AppError("busy", `${holder} holds ${mine} locks already`, {
        hint: "Release some: ia-tmux locks, ia-tmux unlock <path>",
      });
    }
    const writes: Promise<unknown>[] = endings.map(({ lease, why }) => end(lease, why, holder));
    const granted = wanted.map((target) => {
      const { lease, saved } = grant(holder, target, request, ttlMs);
      writes.push(saved);
      return lease;
    });
    return Promise.all(writes).then(() => {
      for (const lease of granted) announce({ kind: "lock.granted", by: holder, lease });
      onGranted();
      return granted;
    });
  }

  function grant(
    holder: string,
    target: LockTarget,
    request: AcquireRequest,
    ttlMs: number,
  ): { lease: Lease; saved: Promise<unknown> } {
    const { bootId, bootMs } = now();
    const own = leases
      .all()
      .find((lease) => sameName(lease.holder, holder) && sameTarget(lease.target, target, rules));
    const renew = request.renew ?? request.ttlMs === undefined;
    if (own !== undefined && binds(own)) {
      const deadlineBootMs = Math.max(own.deadlineBootMs, bootMs + ttlMs);
      const lease: Lease = {
        ...own,
        ...touched(deps),
        reason: request.reason === undefined || request.reason === "" ? own.reason : request.reason,
        deadlineBootMs,
        ttlMs: Math.max(own.ttlMs, ttlMs),
        renew: own.renew || renew,
      };
      return { lease, saved: leases.put(lease) };
    }
    const { token, reserved } = fencing.next();
    const lease: Lease = {
      ...newStamp(deps, "lock", holder),
      target,
      holder,
      reason: request.reason ?? "",
      fencingToken: token,
      bootId,
      grantedAtBootMs: bootMs,
      deadlineBootMs: bootMs + ttlMs,
      ttlMs,
      renew,
    };
    const removed = own === undefined ? [] : [leases.remove(own.id)];
    return { lease, saved: Promise.all([reserved, ...removed, leases.insert(lease)]) };
  }

  async function end(lease: Lease, why: FactOf<"lock.released">["why"], by: string): Promise<void> {
    await leases.remove(lease.id);
    announce({ kind: "lock.released", by, lease, why });
    // Most locks nobody waits for: looking through all others, file by file, is for those that somebody does.
    if (!hooks.isAwaited(lease)) return;
    const taken = hooks.takeInterested(lease);
    for (const freed of freedFor(lease, taken)) announce({ kind: "lock.freed", by, ...freed });
    hooks.settled(lease, taken);
  }

  /**
   * What to tell those who waited for the lease. What another holds of what they want they go on waiting for; what
   * they have by now they want no more.
   */
  function freedFor(lease: Lease, taken: readonly Interest[]): Iterable<Freed> {
    const freed = new Map<string, Freed>();
    const inTheWay = leases.find((other) => overlaps(other.target, lease.target) && binds(other));
    for (const { name, wants } of taken) {
      const isOwn = ({ holder }: Lease) => sameName(holder, name);
      const others = inTheWay.filter((other) => !isOwn(other));
      for (const want of wants) {
        if (inTheWay.some((held) => isOwn(held) && targetCovers(held.target, want, rules))) continue;
        // Who wants a directory may have waited for the last file of it.
        const isPart = targetCovers(lease.target, want, rules);
        const blocker = isPart
          ? others.find((other) => overlaps(other.target, want))
          : blocking(name, [want])?.lease;
        if (blocker !== undefined) {
          hooks.interest(blocker, name, [want]);
          continue;
        }
        const label = targetLabel(isPart ? lease.target : want);
        const except = isPart ? others.map(({ target }) => targetLabel(target)) : [];
        const key = JSON.stringify([label, except]);
        const notify = freed.get(key)?.notify ?? [];
        if (!notify.includes(name)) freed.set(key, { label, except, notify: [...notify, name] });
      }
    }
    return freed.values();
  }

  async function renew(aliveNames: readonly string[]): Promise<void> {
    const bootMs = clock.bootMs();
    const writes: Promise<void>[] = [];
    for (const lease of leases.all()) {
      if (!lease.renew || !binds(lease) || !aliveNames.some((name) => sameName(name, lease.holder))) continue;
      // Half its length before the end is soon enough, and keeps the disk quiet.
      if (lease.deadlineBootMs - bootMs > lease.ttlMs / 2) continue;
      const renewed: Lease = { ...lease, ...touched(deps), deadlineBootMs: bootMs + lease.ttlMs };
      const put = leases.put(renewed);
      writes.push(put.then(() => announce({ kind: "lock.renewed", by: renewed.holder, lease: renewed })));
    }
    lastRenewalBootMs = bootMs;
    overdueSinceBootMs = null;
    await Promise.all(writes);
  }

  return { binds, blocking, tryGrant, end, renew };
}
