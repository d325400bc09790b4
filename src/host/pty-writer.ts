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
  /** The most bytes that ever waited. */
  readonly mostBytes: number;
}

interface Waiting {
  readonly bytes: Uint8Array;
  readonly done: (outcome: WriteOutcome) => void;
  at: number;
}

/** Finished items are cut off the queue's front when so many have gathered: each for itself would move all behind it. */
const COMPACT_AT = 1_024;

/**
 * Writes in order, small pieces together. Retries with a growing pause when the kernel takes nothing: the pty's own stream spins a whole core then.
 *
 * @param writeSome takes some of the bytes and says how many, 0 when the kernel is full; throws when the pty is gone.
 */
export function createPtyWriter(writeSome: (bytes: Uint8Array) => number): PtyWriter {
  const queue: Waiting[] = [];
  let head = 0;
  let queuedBytes = 0;
  let mostBytes = 0;
  let waitMs = 1;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;

  function pump(): void {
    timer = undefined;
    while (head < queue.length) {
      let taken: number;
      try {
        taken = writeSome(nextPiece());
      } catch {
        return end();
      }
      if (taken === 0) {
        timer = setTimeout(pump, waitMs);
        waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
        return;
      }
      waitMs = 1;
      take(taken);
    }
  }

  function nextPiece(): Uint8Array {
    const first = queue[head] as Waiting;
    const rest = first.bytes.subarray(first.at, first.at + PIECE_BYTES);
    if (rest.length === PIECE_BYTES || head + 1 === queue.length) return rest;
    const pieces = [rest];
    let length = rest.length;
    for (let at = head + 1; at < queue.length; at++) {
      const { bytes } = queue[at] as Waiting;
      if (length + bytes.length > PIECE_BYTES) break;
      pieces.push(bytes);
      length += bytes.length;
    }
    return pieces.length === 1 ? rest : Buffer.concat(pieces, length);
  }

  function take(taken: number): void {
    queuedBytes -= taken;
    let left = taken;
    while (head < queue.length) {
      const item = queue[head] as Waiting;
      const some = Math.min(left, item.bytes.length - item.at);
      item.at += some;
      left -= some;
      if (item.at < item.bytes.length) break;
      head += 1;
      item.done("written");
    }
    if (head === queue.length || head >= COMPACT_AT) {
      queue.splice(0, head);
      head = 0;
    }
  }

  function end(): void {
    ended = true;
    clearTimeout(timer);
    for (const item of queue.splice(0).slice(head)) item.done("dead");
    head = 0;
    queuedBytes = 0;
  }

  return {
    write(bytes, done) {
      if (ended) return done("dead");
      if (bytes.length === 0) return done("written");
      if (queuedBytes + bytes.length > INPUT_QUEUE_BYTES) return done("queue-full");
      queue.push({ bytes, done, at: 0 });
      queuedBytes += bytes.length;
      if (queuedBytes > mostBytes) mostBytes = queuedBytes;
      if (queue.length === head + 1 && timer === undefined) pump();
    },
    end,
    get mostBytes() {
      return mostBytes;
    },
  };
}
