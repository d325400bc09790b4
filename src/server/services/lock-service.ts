import { AppError } from "../../base/errors.ts";
import { SYSTEM } from "../../domain/facts.ts";
import type { Lease, LockTarget } from "../../domain/lock/lease.ts";
import { sameTarget, targetLabel } from "../../domain/lock/overlap.ts";
import { checkTtl, describeHold, lockHeld, remainingMs } from "../../domain/lock/rules.ts";
import type { LockSnapshot } from "../../domain/lock/snapshot.ts";
import { OPERATOR } from "../../domain/record.ts";
import { type Actor, actorName, isActor, sameName } from "../../domain/session/actor.ts";
import { quoted, requireOperator } from "../../domain/session/rules.ts";
import type { LockView } from "../../protocol/views.ts";
import { appendToFile } from "../append-file.ts";
import type {
  AcquireRequest,
  AppendRequest,
  LockService,
  LockServiceDeps,
  LockWish,
  PathCheck,
} from "./lock-contract.ts";
import { createLockTable } from "./lock-table.ts";
import { createLockWaiters } from "./lock-waiters.ts";

export type { LockService, LockServiceDeps, LockWish, PathCheck } from "./lock-contract.ts";

/** How often holders are looked after. Well below the shortest lease that is renewed by itself (an hour). */
const RENEW_EVERY_MS = 10_000;
const APPEND_TTL_MS = 60_000;
const MAX_RESOURCE_BYTES = 200;

/** Owns the leases: who may write what, until when. */
export function createLockService(deps: LockServiceDeps): LockService {
  const { leases, paths, roster, clock, announce } = deps;
  const rules = { ignoreCase: paths.ignoreCase };
  const waiters = createLockWaiters({
    clock,
    records: deps.waiters,
    isHeld: (label) => leases.find((lease) => targetLabel(lease.target) === label).length > 0,
    inBackground: (write) => void write.catch(deps.onBackgroundError),
  });
  const table = createLockTable(deps, { ...waiters, onGranted: setAlarm });
  const { binds, blocking, tryGrant, end } = table;
  let alarm: { atBootMs: number; callOff: () => void } | null = null;
  let renewal: (() => void) | null = null;

  const now = () => ({ bootId: clock.bootId, bootMs: clock.bootMs() });

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
      wanted,
      waitMs: request.waitMs ?? 0,
      signal: request.signal,
      lease: () => blocking(holder, wanted)?.lease ?? null,
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
      ttlMs: request.ttlMs ?? APPEND_TTL_MS,
      ...(before ? {} : { reason }),
      waitMs: request.waitMs,
      signal: request.signal,
    });
    try {
      const text =
        request.content + (request.newline === false || request.content.endsWith("\n") ? "" : "\n");
      // Before the write: the watch may see it while we wait for the disk.
      const written = deps.appending?.(actorName(actor), target.path);
      await appendToFile(absolute, text);
      written?.();
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
  ): { result: PathCheck; block: ReturnType<typeof blocking> } {
    let target: LockTarget;
    try {
      target = paths.locate(path, { cwd }).target;
    } catch (thrown) {
      if (thrown instanceof AppError) return { result: { path, heldBy: null, text: "" }, block: null };
      throw thrown;
    }
    const label = targetLabel(target);
    const block = blocking(actorName(actor), [target]);
    if (block === null || roster.isGone(block.lease.holder))
      return { result: { path: label, heldBy: null, text: "" }, block: null };
    const { lease } = block;
    return { result: { path: label, heldBy: view(lease), text: describeHold(label, lease, now()) }, block };
  }

  function guard(
    actor: Actor,
    asked: readonly string[],
    cwd?: string,
    tool: string | null = null,
  ): readonly PathCheck[] {
    return asked.map((path) => {
      const { result, block } = checkOne(actor, path, cwd);
      if (block === null) return result;
      const { lease, wanted } = block;
      waiters.interest(lease, actorName(actor), [wanted]);
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
    await table.renew(aliveNames);
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
    keepRenewing();
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

  /** Renews for those whose pane lives, as long as anybody has such a lease. */
  function keepRenewing(): void {
    if (renewal !== null || !leases.all().some((lease) => lease.renew)) return;
    renewal = clock.after(RENEW_EVERY_MS, () => {
      renewal = null;
      const alive = roster.all().filter((agent) => agent.paneId !== null);
      renewAll(alive.map((agent) => agent.name)).catch(deps.onBackgroundError);
      keepRenewing();
    });
  }

  function view(lease: Lease): LockView {
    const file = deps.fileOf?.(lease.holder) ?? null;
    return {
      id: lease.id,
      target: lease.target,
      holder: lease.holder,
      reason: lease.reason,
      fencingToken: lease.fencingToken,
      createdAtMs: lease.createdAtMs,
      label: targetLabel(lease.target),
      remainingMs: remainingMs(lease, now()),
      ttlMs: lease.ttlMs,
      waiters: waiters.namesFor(lease),
      inHand: file && { path: file.path, ageMs: Math.max(0, clock.nowMs() - file.atMs) },
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
    renamed: waiters.renamed,
    recover() {
      for (const { label, names } of waiters.takeOrphans()) {
        const notify = names.filter((name) => name === OPERATOR || !roster.isGone(name));
        if (notify.length > 0) announce({ kind: "lock.freed", by: SYSTEM, label, except: [], notify });
      }
    },
    stop() {
      waiters.stop();
      alarm?.callOff();
      renewal?.();
      alarm = null;
      renewal = null;
    },
  };
}
