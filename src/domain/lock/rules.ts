import { AppError } from "../../base/errors.ts";
import { type Lease, LOCK_TTL_MS } from "./lease.ts";
import { targetLabel } from "./overlap.ts";
import { quoteLine } from "../text/frame.ts";

/** A moment on the boot clock. */
export interface BootTime {
  readonly bootId: string;
  readonly bootMs: number;
}

/** Whether a lease still binds: same boot, and its end is ahead. */
export function isLive(lease: Lease, now: BootTime): boolean {
  return lease.bootId === now.bootId && lease.deadlineBootMs > now.bootMs;
}

/** Time left, never negative and never more than the lease's own length. */
export function remainingMs(lease: Lease, now: BootTime): number {
  if (lease.bootId !== now.bootId) return 0;
  return Math.max(0, Math.min(lease.ttlMs, lease.deadlineBootMs - now.bootMs));
}

/** The lease's length: the default when none is asked for. Throws `usage` outside 1s..24h. */
export function checkTtl(ttlMs: number | undefined): number {
  if (ttlMs === undefined) return LOCK_TTL_MS.default;
  if (Number.isFinite(ttlMs) && ttlMs >= LOCK_TTL_MS.min && ttlMs <= LOCK_TTL_MS.max)
    return Math.round(ttlMs);
  throw new AppError("usage", `--ttl ${formatTtl(ttlMs)} is out of range`, {
    hint: "Allowed: 1s..24h, such as 90s, 15m or 2h.",
  });
}

function formatTtl(ttlMs: number): string {
  return Number.isFinite(ttlMs) ? `${ttlMs / 1_000}s` : String(ttlMs);
}

/** `1 h 5 min`, `12 min`, `40 s`: for humans, rounded up so that it is never 0 while the lock binds. */
export function formatRemaining(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** A path that another's lock covers. */
export interface Hold {
  readonly holder: string;
  readonly reason: string;
  readonly remainingMs: number;
  /** What was asked for, and which lock covers it. */
  readonly path: string;
  readonly lock: string;
}

/** One sentence: what is locked by whom, for how long yet, and why. A line that agents are told as ours: peers' words are quoted. */
export function holdText({ holder, reason, remainingMs: leftMs, path, lock }: Hold): string {
  const through = lock === path ? "" : ` (lock on ${quoteLine(lock)})`;
  const why = reason === "" ? "" : `: ${quoteLine(reason)}`;
  return `${quoteLine(path)} is locked by ${holder}${through} for another ${formatRemaining(leftMs)}${why}`;
}

/** `holdText` of a lease. */
export function describeHold(path: string, lease: Lease, now: BootTime): string {
  const { holder, reason } = lease;
  return holdText({
    holder,
    reason,
    remainingMs: remainingMs(lease, now),
    path,
    lock: targetLabel(lease.target),
  });
}

/** The refusal a holder's lock causes. */
export function lockHeld(path: string, lease: Lease, now: BootTime): AppError {
  return new AppError("lock-held", describeHold(path, lease, now), {
    hint: `Wait with --wait, or ask ${lease.holder}: ia-tmux send --to ${lease.holder} --message "…"`,
    details: {
      path,
      holder: lease.holder,
      reason: lease.reason,
      remainingMs: remainingMs(lease, now),
      lockId: lease.id,
      fencingToken: lease.fencingToken,
      label: targetLabel(lease.target),
    },
  });
}
