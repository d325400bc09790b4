// Shares the processor between what panes print and who waits: while somebody types or asks, a flood is parsed in small
// portions with pauses between them, and the pane that a human types in goes before all others.
import type { Clock } from "../base/clock.ts";

/** Parsed at most of the panes that nobody waits for, between two pauses. About 0.3 ms of work. */
const PORTION_BYTES = 16 * 1024;
const PAUSE_MS = 1;
/** So long after a key the next one is expected. */
const KEY_MS = 300;
/** A request of a client has had its answer by then. */
const REQUEST_MS = 50;

export interface OutputShare {
  /** Output of a pane, in order. `bytes` are the caller's: they are copied if they have to wait. */
  take(paneId: string, offset: number, bytes: Uint8Array): void;
  /** Parses what waits of this pane, or of all: something comes that must not overtake it. */
  catchUp(paneId?: string): void;
  /** Somebody waits: for the echo of this pane, or, with null, for an answer. */
  hurry(paneId: string | null): void;
  /** Most bytes that ever waited here. Bounded by the host's credit for each pane. */
  readonly mostWaiting: number;
}

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export function createOutputShare(
  clock: Pick<Clock, "after" | "bootMs">,
  deliver: (paneId: string, offset: number, bytes: Uint8Array) => void,
): OutputShare {
  /** By pane, in the order of their turns. */
  const waiting = new Map<string, Piece[]>();
  let waitingBytes = 0;
  let mostWaiting = 0;
  /** Parsed since the last pause. */
  let spent = 0;
  let hurryUntilMs = Number.NEGATIVE_INFINITY;
  let paneInHurry: string | null = null;
  let pausing = false;

  const isHurrying = () => clock.bootMs() < hurryUntilMs;

  function pause() {
    if (pausing) return;
    pausing = true;
    clock.after(PAUSE_MS, () => {
      pausing = false;
      spent = 0;
      if (isHurrying()) nextPortion();
      else catchUp();
    });
  }

  function enqueue(paneId: string, offset: number, bytes: Uint8Array) {
    const pieces = waiting.get(paneId);
    // Not `slice`: a Buffer's own is a view of the memory that the next read overwrites.
    const piece = { offset, bytes: new Uint8Array(bytes) };
    if (pieces) pieces.push(piece);
    else waiting.set(paneId, [piece]);
    waitingBytes += bytes.length;
    mostWaiting = Math.max(mostWaiting, waitingBytes);
    pause();
  }

  /** A piece of each pane in turn, until the portion is used up. */
  function nextPortion() {
    while (waiting.size > 0 && spent < PORTION_BYTES) {
      const [paneId, pieces] = waiting.entries().next().value as [string, Piece[]];
      waiting.delete(paneId);
      const piece = pieces.shift() as Piece;
      if (pieces.length > 0) waiting.set(paneId, pieces);
      spend(paneId, piece);
    }
    if (waiting.size > 0) pause();
  }

  function spend(paneId: string, { offset, bytes }: Piece) {
    waitingBytes -= bytes.length;
    spent += bytes.length;
    deliver(paneId, offset, bytes);
  }

  function catchUp(paneId?: string) {
    for (const id of paneId === undefined ? [...waiting.keys()] : [paneId]) {
      const pieces = waiting.get(id);
      waiting.delete(id);
      for (const piece of pieces ?? []) spend(id, piece);
    }
  }

  return {
    take(paneId, offset, bytes) {
      if (waiting.size === 0 && !isHurrying()) return deliver(paneId, offset, bytes);
      const isWaiting = waiting.has(paneId);
      if (!isWaiting && (paneId === paneInHurry || spent < PORTION_BYTES)) {
        spent += bytes.length;
        pause();
        deliver(paneId, offset, bytes);
      } else enqueue(paneId, offset, bytes);
    },
    catchUp,
    hurry(paneId) {
      hurryUntilMs = Math.max(hurryUntilMs, clock.bootMs() + (paneId === null ? REQUEST_MS : KEY_MS));
      if (paneId !== null) paneInHurry = paneId;
    },
    get mostWaiting() {
      return mostWaiting;
    },
  };
}
