// A pane's raw log, as soon as it has what the pane's screen has.
import type { RawLog } from "./raw-log.ts";

/** A batch of the host's, and how often it is looked for. */
const LOG_BATCH_MS = 60;
const LOG_TRIES = 6;

/** The host writes in batches: waits a moment until all before `offset` is there, or not to be waited for any more. @throws when aborted */
export async function openWrittenLog(
  openLog: () => Promise<RawLog>,
  offset: number,
  signal?: AbortSignal,
): Promise<RawLog> {
  for (let tries = 1; ; tries++) {
    const log = await openLog();
    if (log.end >= offset || tries === LOG_TRIES) return log;
    await new Promise((resolve) => setTimeout(resolve, LOG_BATCH_MS));
    signal?.throwIfAborted();
  }
}
