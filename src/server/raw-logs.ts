// What panes printed, on disk, as the services know it.
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { appendToRawLog, openRawLog, removeRawLog } from "./raw-log.ts";
import type { RawLogs } from "./services/pane-contract.ts";

/** The last words of a program that is being ended may still be on their way to the log: they get offsets of their own. */
const LAST_WORDS_BYTES = 64 * 1024;

export function createRawLogs(dir: string, log: Logger): RawLogs {
  return {
    open: (logName) => openRawLog(dir, logName),
    async append(logName, bytes, atLeast) {
      const { end } = await openRawLog(dir, logName);
      const offset = Math.max(end, atLeast) + LAST_WORDS_BYTES;
      try {
        await appendToRawLog(dir, logName, offset, bytes);
      } catch (thrown) {
        log.warn("raw-log.not-continued", { error: messageOf(thrown) });
      }
      return offset + bytes.length;
    },
    remove(logName) {
      return removeRawLog(dir, logName).catch((thrown) =>
        log.warn("raw-log.not-removed", { error: messageOf(thrown) }),
      );
    },
  };
}
