// Removes from the disk what panes printed long ago. Owns nothing but when.
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { sweepRawLogs } from "./raw-log.ts";

const DAY_MS = 86_400_000;
/** A start has better things to do. */
const AFTER_START_MS = 30_000;
const EVERY_MS = 3_600_000;

export interface RawLogAgeDeps {
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** The user's setting; null: nothing goes because of its age. */
  readonly days: () => number | null;
  readonly logNames: () => readonly string[];
}

/** Sweeps some time after the start, each hour, and when the setting has changed. */
export function createRawLogAge({ directory, clock, log, days, logNames }: RawLogAgeDeps) {
  let callOff = clock.after(AFTER_START_MS, look);
  let swept = Promise.resolve();
  let sweptDays = days();

  function look(): void {
    callOff();
    callOff = clock.after(EVERY_MS, look);
    const most = days();
    sweptDays = most;
    if (most === null) return;
    const request = { directory, writtenBeforeMs: clock.nowMs() - most * DAY_MS };
    swept = swept
      .then(async () => {
        const removed = await sweepRawLogs({ ...request, inUse: new Set(logNames()) });
        if (removed > 0) log.info("raw-log.aged", { removed, days: most });
      })
      .catch((thrown) => log.warn("raw-log.not-swept", { error: messageOf(thrown) }));
  }

  return {
    settingsRead: () => void (days() !== sweptDays && look()),
    /** Resolves when no sweep is under way. */
    idle: () => swept,
    stop: () => callOff(),
  };
}
