// One job at a time.
import { AppError } from "../../base/errors.ts";

export interface Turns {
  /** Does the job when those before it are done. @throws AppError busy, interrupted */
  take<Result>(job: () => Promise<Result>): Promise<Result>;
}

/** Jobs that wait; more are refused. */
const MAX_WAITING = 32;

/** Jobs that wait when the signal comes are not done. */
export function createTurns(signal: AbortSignal): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  async function take<Result>(job: () => Promise<Result>): Promise<Result> {
    if (waiting >= MAX_WAITING) throw new AppError("busy", "Older lines of this pane are being read.");
    waiting++;
    const done = last.then(() => {
      signal.throwIfAborted();
      return job();
    });
    last = done.catch(() => {});
    try {
      return await done;
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
      throw new AppError("interrupted", "Nobody looks back in this pane any more.");
    } finally {
      waiting--;
    }
  }

  return { take };
}
