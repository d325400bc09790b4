import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { Clock } from "../base/clock.ts";

/** Longest delay one timer can hold (a longer one would fire at once). */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** How long an offset between the two kernel clocks is trusted; a suspend shows itself after at most this much running time. */
const RESYNC_AFTER_MS = 250;

/** The clocks of the kernel: handed in by tests, read from the machine otherwise. */
export interface KernelClocks {
  /** Milliseconds of CLOCK_MONOTONIC: exact, but stands still during suspend on Linux. */
  monotonicMs(): number;
  /** Milliseconds since boot with suspend, rounded down to some 10 ms (or a second); NaN if the machine does not say. */
  coarseBootMs(): number;
}

/** The real clock. Boot time is exact to well under a millisecond between calls and never goes back. */
export function createSystemClock(
  kernel: KernelClocks = machineClocks,
  bootId: string = readBootId(),
): Clock {
  return {
    nowMs: () => Date.now(),
    bootMs: createBootTime(kernel),
    bootId,
    after: startTimer,
  };
}

/**
 * Combines an exact clock that stops in suspend with a coarse one that does not. A coarse reading is rounded
 * down, so each gives a lower bound of the true offset: the largest seen is the best one, and time never goes back.
 */
export function createBootTime(kernel: KernelClocks): () => number {
  let offsetMs = Number.NEGATIVE_INFINITY;
  let syncedAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    const monotonicMs = kernel.monotonicMs();
    if (monotonicMs - syncedAtMs >= RESYNC_AFTER_MS) {
      const candidate = kernel.coarseBootMs() - monotonicMs;
      if (candidate > offsetMs) offsetMs = candidate;
      if (!Number.isFinite(offsetMs)) offsetMs = 0;
      syncedAtMs = monotonicMs;
    }
    return monotonicMs + offsetMs;
  };
}

const machineClocks: KernelClocks = {
  monotonicMs: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  coarseBootMs: () => {
    // On macOS hrtime is mach_continuous_time, which counts suspend, while uptime follows the wall clock.
    if (process.platform === "darwin") return Number(process.hrtime.bigint() / 1000n) / 1000;
    try {
      return Number.parseFloat(readFileSync("/proc/uptime", "utf8")) * 1000;
    } catch {
      return uptime() * 1000;
    }
  },
};

/** Names this boot of the machine; a lease that carries another name is over. */
export function readBootId(): string {
  try {
    const id = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    if (id !== "") return id;
  } catch {
    // not Linux: asked below
  }
  for (const name of ["kern.bootsessionuuid", "kern.boottime"]) {
    try {
      const options: ExecFileSyncOptionsWithStringEncoding = {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
        timeout: 2000,
      };
      const answer = execFileSync("/usr/sbin/sysctl", ["-n", name], options).trim();
      // kern.boottime reads "{ sec = 1700000000, usec = 5 } Tue …"; the seconds move with the wall clock, so it comes last
      if (answer !== "") return /sec = (\d+)/.exec(answer)?.[1] ?? answer;
    } catch {
      // tried the next one
    }
  }
  // Without a name every lease ends with the process that gave it, which errs to the safe side.
  return `process-${process.pid}-${process.hrtime.bigint()}`;
}

function startTimer(delayMs: number, job: () => void): () => void {
  let remainingMs = Math.max(0, delayMs);
  let timer: NodeJS.Timeout;
  const step = () => {
    const slice = Math.min(remainingMs, MAX_TIMER_MS);
    remainingMs -= slice;
    timer = remainingMs > 0 ? setTimeout(step, slice) : setTimeout(job, slice);
  };
  step();
  return () => clearTimeout(timer);
}
