import { AppError } from "../../base/errors.ts";
import type { Collection } from "../../store/contract.ts";
import { type FactOf, SYSTEM } from "../../domain/facts.ts";
import type { Lease, LockTarget } from "../../domain/lock/lease.ts";
import { sameTarget, targetLabel, targetsOverlap } from "../../domain/lock/overlap.ts";
import { checkTtl, describeHold, isLive, lockHeld, remainingMs } from "../../domain/lock/rules.ts";
import type { LockSnapshot } from "../../domain/lock/snapshot.ts";
import { OPERATOR } from "../../domain/record.ts";
import { type Actor, actorName, isActor, sameName } from "../../domain/session/actor.ts";
import type { Roster } from "../../domain/session/roster.ts";
import { quoted, requireOperator } from "../../domain/session/rules.ts";
import type { LockView } from "../../protocol/views.ts";
import { appendToFile } from "../append-file.ts";
import type { PathRules } from "../paths.ts";
import { type Counter, createFencing } from "./fencing.ts";
import { createLockWaiters } from "./lock-waiters.ts";
import { newStamp, type RecordDeps, touched } from "./stamp.ts";

/** Leases one holder, and all together, may have; the next is refused with `busy`. */
export const MAX_LEASES_PER_HOLDER = 1_000;
export const MAX_LEASES = 10_000;
const APPEND_TTL_MS = 60_000;
const MAX_RESOURCE_BYTES = 200;
/** Without a renewal for this long the machine slept; holders that still live get time to be renewed. */
const RENEWALS_OVERDUE_MS = 30_000;
const GRACE_AFTER_SLEEP_MS = 60_000;

export type LockWish =
  | { readonly path: string; readonly cwd?: string | undefined }
  | { readonly resource: string };

export interface AcquireRequest {
  readonly wishes: readonly LockWish[];
  readonly reason?: string | undefined;
  readonly ttlMs?: number | undefined;
  /** Renew while the holder's pane lives. Default: only when no length was asked for. */
  readonly renew?: boolean | undefined;
  readonly waitMs?: number | undefined;
  /** Breaks the locks of others. Operator only. */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface AppendRequest {
  readonly path: string;
  readonly content: string;
  /** End with a line feed; default yes. */
  readonly newline?: boolean | undefined;
  readonly cwd?: string | undefined;
  readonly reason?: string | undefined;
  readonly waitMs?: number | undefined;
}

export interface PathCheck {
  readonly path: string;
  /** The lock of another that covers it; null when the way is free. */
  readonly heldBy: LockView | null;
  /** One sentence with holder, remaining time and reason; empty when free. */
  readonly text: string;
}

export interface LockService {
  /** All or nothing. Throws `lock-held` with holder, reason and remaining time. */
  acquire(actor: Actor, request: AcquireRequest): Promise<readonly LockView[]>;
  release(
    actor: Actor,
    wish: LockWish | { readonly lockId: string },
    options?: { force?: boolean },
  ): Promise<{ released: boolean; label: string }>;
  /** Ends everything the agent holds: its pane ended. */
  releaseAllOf(name: string): Promise<number>;
  /** Locks the file, appends, and gives the lock back if it was not held before. */
  append(actor: Actor, request: AppendRequest): Promise<{ path: string; bytes: number }>;
  list(): readonly LockView[];
  countOf(name: string): number;
  /** Who holds what covers these paths. Paths outside the project are free. Never throws for a bad path. */
  check(actor: Actor, paths: readonly string[], cwd?: string): readonly PathCheck[];
  /** As `check`, and tells everybody about each denial; the refused agent hears when the lock gets free. */
  guard(actor: Actor, paths: readonly string[], cwd?: string, tool?: string | null): readonly PathCheck[];
  /** Prolongs the leases of holders that live. To be called every few seconds. */
  renewAll(aliveNames: readonly string[]): Promise<void>;
  /** Removes what is over. Runs by itself at the next deadline; awaits nothing of the caller's. */
  sweep(): Promise<void>;
  snapshot(): LockSnapshot;
}

export interface LockServiceDeps extends RecordDeps {
  readonly leases: Collection<Lease>;
  readonly counters: Collection<Counter>;
  readonly paths: PathRules;
  readonly roster: Roster;
  /** The process in the agent's pane, for the snapshot that hooks read when no server runs. */
  pidOf?(name: string): number | null;
  /** A write behind nobody's call failed. */
  onBackgroundError(thrown: unknown): void;
}

/** Owns the leases: who may write what, until when. */
export function createLockService(deps: LockServiceDeps): LockService {
  const { leases, paths, roster, clock, announce } = deps;
  const rules = { ignoreCase: paths.ignoreCase };
  const waiters = createLockWaiters(clock);
  const highest = leases.all().reduce((top, lease) => Math.max(top, lease.fencingToken), 0);
  const fencing = createFencing(deps.counters, highest);
  let lastRenewalBootMs = clock.bootMs();
  let overdueSinceBootMs: number | null = null;
  let alarm: { atBootMs: number; callOff: () => void } | null = null;

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

  function targetOf(wish: LockWish): { target: LockTarget; label: string } {
    if ("resource" in wish) {
      const name = wish.resource.trim().normalize("NFC");
      if (name === "" || Buffer.byteLength(name) > MAX_RESOURCE_BYTES || /[\u0000-\u001f\u007f]/.test(name)) {
        throw new AppError("usage", `Invalid resource name ${quoted(wish.resource)}`, {
          hint: `One line of at most ${MAX_RESOURCE_BYTES} bytes, such as db-migrations.`,
        });
      }
      return { target: { kind: "resource", name }, label: `resource ${name}` };
    }
    const { target } = paths.locate(wish.path, { cwd: wish.cwd, patterns: true });
    return { target, label: targetLabel(target) };
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

  /** Grants, or returns null when somebody alive holds one of the targets. One synchronous stretch up to the writes. */
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
      setAlarm();
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

  async function acquire(actor: Actor, request: AcquireRequest): Promise<readonly LockView[]> {
    if (request.wishes.length === 0)
      throw new AppError("usage", "Nothing to lock", { hint: "Name a file, or --resource <name>." });
    if (request.force === true) requireOperator(actor, "--force");
    const ttlMs = checkTtl(request.ttlMs);
    const wanted = dedupe(request.wishes.map((wish) => targetOf(wish).target));
    const granted = tryGrant(actor, wanted, request, ttlMs);
    if (granted !== null) {
      waiters.serve();
      return (await granted).map(view);
    }
    const holder = actorName(actor);
    const refuse = () => {
      const block = blocking(holder, wanted);
      return block === null
        ? new AppError("timeout", "The lock was not granted in time", { hint: "Try again." })
        : lockHeld(targetLabel(block.wanted), block.lease, now());
    };
    if ((request.waitMs ?? 0) <= 0) throw refuse();
    const block = blocking(holder, wanted);
    if (block !== null) {
      announce({
        kind: "lock.awaited",
        by: holder,
        label: targetLabel(block.wanted),
        holder: block.lease.holder,
      });
    }
    const late = waiters.wait({
      name: holder,
      waitMs: request.waitMs ?? 0,
      signal: request.signal,
      leaseId: () => blocking(holder, wanted)?.lease.id ?? "",
      attempt: () => tryGrant(actor, wanted, request, ttlMs),
      refuse,
    });
    return (await late).map(view);
  }

  function dedupe(targets: readonly LockTarget[]): readonly LockTarget[] {
    return targets.filter(
      (target, at) => targets.findIndex((other) => sameTarget(other, target, rules)) === at,
    );
  }

  /** Takes the lease out of memory at once; announces when that is durable. */
  async function end(lease: Lease, why: FactOf<"lock.released">["why"], by: string): Promise<void> {
    const notify = waiters.takeInterested(lease.id).filter((name) => !sameName(name, by));
    await leases.remove(lease.id);
    announce({ kind: "lock.released", by, lease, why });
    if (notify.length > 0) announce({ kind: "lock.freed", by, label: targetLabel(lease.target), notify });
  }

  async function release(
    actor: Actor,
    wish: LockWish | { readonly lockId: string },
    options: { force?: boolean } = {},
  ): Promise<{ released: boolean; label: string }> {
    if (options.force === true) requireOperator(actor, "--force");
    const { found, label } = leasesOf(wish);
    const own = found.filter((lease) => isActor(actor, lease.holder));
    const others = found.filter((lease) => !isActor(actor, lease.holder) && binds(lease));
    if (own.length === 0 && others.length > 0 && options.force !== true) {
      const lease = others[0] as Lease;
      throw new AppError("lock-held", describeHold(label, lease, now()), {
        hint: "Only its holder releases it; --force needs the operator.",
        details: { holder: lease.holder, remainingMs: remainingMs(lease, now()), lockId: lease.id },
      });
    }
    const ended = options.force === true ? [...own, ...others] : own;
    const writes = ended.map((lease) =>
      end(lease, isActor(actor, lease.holder) ? "handed" : "forced", actorName(actor)),
    );
    waiters.serve();
    await Promise.all(writes);
    return { released: ended.length > 0, label };
  }

  async function append(actor: Actor, request: AppendRequest): Promise<{ path: string; bytes: number }> {
    const { target, absolute } = paths.locate(request.path, { cwd: request.cwd });
    if (target.kind !== "file") {
      throw new AppError("bad-data", `${quoted(request.path)} is a directory`, { hint: "Append to a file." });
    }
    const wish = { path: absolute };
    const before = leasesOf(wish).found.some((lease) => isActor(actor, lease.holder) && binds(lease));
    const reason = request.reason ?? "append";
    const [lease] = await acquire(actor, {
      wishes: [wish],
      ttlMs: APPEND_TTL_MS,
      ...(before ? {} : { reason }),
      waitMs: request.waitMs,
    });
    try {
      const text =
        request.content + (request.newline === false || request.content.endsWith("\n") ? "" : "\n");
      await appendToFile(absolute, text);
      return { path: target.path, bytes: Buffer.byteLength(text) };
    } finally {
      if (!before && lease !== undefined) await release(actor, { lockId: lease.id });
    }
  }

  function leasesOf(wish: LockWish | { readonly lockId: string }): {
    found: readonly Lease[];
    label: string;
  } {
    if ("lockId" in wish) {
      const lease = leases.get(wish.lockId);
      if (lease === undefined)
        throw new AppError("not-found", `no lock ${quoted(wish.lockId)}`, { hint: "See: ia-tmux locks" });
      return { found: [lease], label: targetLabel(lease.target) };
    }
    const { target, label } = targetOf(wish);
    return { found: leases.find((lease) => sameTarget(lease.target, target, rules)), label };
  }

  async function releaseAllOf(name: string): Promise<number> {
    const held = leases.find((lease) => sameName(lease.holder, name));
    const writes = held.map((lease) => end(lease, "pane-ended", SYSTEM));
    waiters.forget(name);
    waiters.serve();
    await Promise.all(writes);
    return held.length;
  }

  function check(actor: Actor, asked: readonly string[], cwd?: string): readonly PathCheck[] {
    return asked.map((path) => checkOne(actor, path, cwd).result);
  }

  function checkOne(
    actor: Actor,
    path: string,
    cwd: string | undefined,
  ): { result: PathCheck; lease: Lease | null } {
    let target: LockTarget;
    try {
      target = paths.locate(path, { cwd }).target;
    } catch (thrown) {
      if (thrown instanceof AppError) return { result: { path, heldBy: null, text: "" }, lease: null };
      throw thrown;
    }
    const label = targetLabel(target);
    const lease = blocking(actorName(actor), [target])?.lease ?? null;
    if (lease === null || roster.isGone(lease.holder))
      return { result: { path: label, heldBy: null, text: "" }, lease: null };
    return { result: { path: label, heldBy: view(lease), text: describeHold(label, lease, now()) }, lease };
  }

  function guard(
    actor: Actor,
    asked: readonly string[],
    cwd?: string,
    tool: string | null = null,
  ): readonly PathCheck[] {
    return asked.map((path) => {
      const { result, lease } = checkOne(actor, path, cwd);
      if (lease === null) return result;
      waiters.interest(lease.id, actorName(actor));
      announce({
        kind: "lock.denied",
        by: actorName(actor),
        lease,
        path: result.path,
        remainingMs: remainingMs(lease, now()),
        tool,
      });
      return result;
    });
  }

  async function renewAll(aliveNames: readonly string[]): Promise<void> {
    const bootMs = clock.bootMs();
    const writes: Promise<void>[] = [];
    for (const lease of leases.all()) {
      if (!lease.renew || !binds(lease) || !aliveNames.some((name) => sameName(name, lease.holder))) continue;
      // Half its length before the end is soon enough, and keeps the disk quiet.
      if (lease.deadlineBootMs - bootMs > lease.ttlMs / 2) continue;
      writes.push(leases.put({ ...lease, ...touched(deps), deadlineBootMs: bootMs + lease.ttlMs }));
    }
    lastRenewalBootMs = bootMs;
    overdueSinceBootMs = null;
    await Promise.all(writes);
    setAlarm();
  }

  async function sweep(): Promise<void> {
    const writes = leases.find((lease) => !binds(lease)).map((lease) => end(lease, "expired", SYSTEM));
    waiters.serve();
    setAlarm();
    await Promise.all(writes);
  }

  /** Wakes up at the next deadline, so that waiters and onlookers hear of it without asking. */
  function setAlarm(): void {
    const bootMs = clock.bootMs();
    let next = Number.POSITIVE_INFINITY;
    for (const lease of leases.all()) next = Math.min(next, Math.max(lease.deadlineBootMs, bootMs + 1_000));
    if (alarm !== null) {
      if (alarm.atBootMs === next) return;
      alarm.callOff();
      alarm = null;
    }
    if (next === Number.POSITIVE_INFINITY) return;
    const callOff = clock.after(next - bootMs, () => {
      alarm = null;
      sweep().catch(deps.onBackgroundError);
    });
    alarm = { atBootMs: next, callOff };
  }

  function view(lease: Lease): LockView {
    return {
      id: lease.id,
      target: lease.target,
      holder: lease.holder,
      reason: lease.reason,
      fencingToken: lease.fencingToken,
      createdAtMs: lease.createdAtMs,
      label: targetLabel(lease.target),
      remainingMs: remainingMs(lease, now()),
      waiters: waiters.namesFor(lease.id),
    };
  }

  function snapshot(): LockSnapshot {
    return {
      version: 1,
      bootId: clock.bootId,
      ignoreCase: rules.ignoreCase,
      leases: leases.find(binds).map((lease) => {
        const pid = lease.holder === OPERATOR ? null : (deps.pidOf?.(lease.holder) ?? null);
        return {
          targets: [lease.target],
          holder: lease.holder,
          reason: lease.reason,
          deadlineBootMs: lease.deadlineBootMs,
          ...(pid === null ? {} : { holderPid: pid }),
        };
      }),
    };
  }

  setAlarm();
  return {
    acquire,
    release,
    releaseAllOf,
    append,
    list: () => leases.find(binds).map(view),
    countOf: (name) => leases.find((lease) => sameName(lease.holder, name) && binds(lease)).length,
    check,
    guard,
    renewAll,
    sweep,
    snapshot,
  };
}
