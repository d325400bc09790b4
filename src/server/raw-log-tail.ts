// The end of what a pane printed, out of its raw log: for scrollback after the program or the machine ended.
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { openRawLog, removeRawLog } from "./raw-log.ts";
import type { RawLogs } from "./services/pane-contract.ts";

/** Parsed in a few milliseconds, and more than the lines that a screen keeps. */
const TAIL_BYTES = 512 * 1024;
const PIECE_BYTES = 64 * 1024;

export function createRawLogs(dir: string, log: Logger): RawLogs {
  return {
    async tail(logName) {
      try {
        const raw = await openRawLog(dir, logName);
        const pieces: Uint8Array[] = [];
        let at = Math.max(raw.start, raw.end - TAIL_BYTES);
        const isCut = at > raw.start;
        for (;;) {
          const { offset, bytes } = await raw.read(at, PIECE_BYTES);
          if (bytes.length === 0) break;
          pieces.push(bytes);
          at = offset + bytes.length;
        }
        const all = Buffer.concat(pieces);
        // The cut may lie inside an escape sequence: a line's beginning does not.
        return isCut ? all.subarray(all.indexOf(10) + 1) : all;
      } catch (thrown) {
        log.warn("raw-log.unreadable", { error: messageOf(thrown) });
        return new Uint8Array(0);
      }
    },
    remove(logName) {
      removeRawLog(dir, logName).catch((thrown) =>
        log.warn("raw-log.not-removed", { error: messageOf(thrown) }),
      );
    },
  };
}
