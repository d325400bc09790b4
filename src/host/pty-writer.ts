import type { WriteFailure } from "../protocol/host-frames.ts";

/** Input that waits for a pane to read. More is refused whole: the pane is not reading. */
export const INPUT_QUEUE_BYTES = 1024 * 1024;
const PIECE_BYTES = 16 * 1024;
const LONGEST_WAIT_MS = 20;

export type WriteOutcome = "written" | WriteFailure;

export interface PtyWriter {
  /** Calls `done` once: when the kernel has taken every byte, or with the reason why it will not. */
  write(bytes: Uint8Array, done: (outcome: WriteOutcome) => void): void;
  /** Fails what waits and everything after. */
  end(): void;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly done: (outcome: WriteOutcome) => void;
  at: number;
}

/**
 * Writes in order. Retries with a growing pause when the kernel takes nothing: the pty's own stream spins a whole core then.
 *
 * @param writeSome takes some of the bytes and says how many, 0 when the kernel is full; throws when the pty is gone.
 */
export function createPtyWriter(writeSome: (bytes: Uint8Array) => number): PtyWriter {
  const queue: Waiting[] = [];
  let queuedBytes = 0;
  let waitMs = 1;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  function pump(): void {
    timer = undefined;
    for (let item = queue[0]; item !== undefined; item = queue[0]) {
      while (item.at < item.bytes.length) {
        let taken: number;
        try {
          taken = writeSome(item.bytes.subarray(item.at, item.at + PIECE_BYTES));
        } catch {
          return end();
        }
        if (taken === 0) {
          timer = setTimeout(pump, waitMs);
          waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
          return;
        }
        waitMs = 1;
        item.at += taken;
        queuedBytes -= taken;
      }
      queue.shift();
      item.done("written");
    }
  }

  function end(): void {
    ended = true;
    clearTimeout(timer);
    for (const item of queue.splice(0)) item.done("dead");
    queuedBytes = 0;
  }

  return {
    write(bytes, done) {
      if (ended) return done("dead");
      if (queuedBytes + bytes.length > INPUT_QUEUE_BYTES) return done("queue-full");
      queue.push({ bytes, done, at: 0 });
      queuedBytes += bytes.length;
      if (queue.length === 1 && timer === undefined) pump();
    },
    end,
  };
}
