// Whose output is parsed when. A few kilobytes can keep the emulator busy for a second (a scroll by the height of the screen, a
// reset); so each pane's output is parsed in slices, and keys and other panes get their turn in between. While somebody waits,
// the slices are small with pauses between them, and the pane that a human types in goes before all others.

/** Time for the emulator in one turn of the event loop. What is left waits for the next turn. */
export const SLICE_MS = 6;
/** As much as one read of a terminal brings: output that costs little is never cut. */
const PIECE_BYTES = 4_096;
/** Of a pane whose output was slow to parse a short while ago. */
const SMALL_PIECE_BYTES = 512;
const SLOW_FOR_MS = 2_000;
/** While somebody waits: some 16 KiB of plain output, and then a pause. A flood still gets 7 MB/s. */
const HURRY_SLICE_MS = 0.3;
const HURRY_PAUSE_MS = 2;
/** So long after a key the next one is expected. */
const KEY_MS = 300;
/** A client's request has had its answer by then. */
const REQUEST_MS = 50;

export interface OutputSlices {
  /** Parses now what the turn's time allows. `bytes` is only valid during the call. */
  output(paneId: string, offset: number, bytes: Uint8Array): void;
  /** Does something behind all output of the pane that came before: at once when none of it waits. */
  after(paneId: string, job: () => void): void;
  /** Parses now all that waits of the pane: somebody decides by its screen. */
  catchUp(paneId: string): void;
  /** What comes of the pane from now on waits until `release`: earlier output is on its way to the screen. */
  hold(paneId: string): void;
  release(paneId: string): void;
  isHeld(paneId: string): boolean;
  /** Somebody waits: for the echo of this pane, or, with null, for an answer. */
  hurry(paneId: string | null): void;
  /** The pane is gone: what waits is of no use. */
  forget(paneId: string): void;
  /** Most bytes that ever waited here. */
  readonly mostWaitingBytes: number;
}

export interface OutputSlicesDeps {
  /** Gives the pane's screen a piece. Every piece of output comes here once, in order. */
  readonly parse: (paneId: string, offset: number, bytes: Uint8Array) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Calls back in the next turn of the event loop, after input has been looked at. */
  readonly nextTurn: (job: () => void) => void;
  readonly after: (delayMs: number, job: () => void) => void;
}

/** A Buffer's own `slice` is a view of the memory that the next read overwrites. */
const copyOf = (bytes: Uint8Array) => new Uint8Array(bytes);

type Waiting = { readonly offset: number; readonly bytes: Uint8Array } | { readonly job: () => void };

/**
 * What waits for a pane is bounded by the credit that the host gives it (64 KiB): it hears of bytes only when they are parsed,
 * and then no more are sent.
 */
export function createOutputSlices({ parse, now, nextTurn, after }: OutputSlicesDeps): OutputSlices {
  /** Panes with something left, the one whose turn it is first. */
  const waiting = new Map<string, Waiting[]>();
  /** What came of panes that are held. */
  const held = new Map<string, Waiting[]>();
  /** Until when a pane's output is cut smaller. */
  const slowUntilMs = new Map<string, number>();
  let spentMs = 0;
  let turnAsked = false;
  /** Whose piece is being parsed: who asks to catch up meanwhile must not overtake the rest of it. */
  let parsing: string | null = null;
  let hurryUntilMs = Number.NEGATIVE_INFINITY;
  let paneInHurry: string | null = null;
  let waitingBytes = 0;
  let mostWaitingBytes = 0;

  const isHurrying = () => now() < hurryUntilMs;

  function askForTurn(): void {
    if (turnAsked) return;
    turnAsked = true;
    if (isHurrying()) after(HURRY_PAUSE_MS, turn);
    else nextTurn(turn);
  }

  function waits(paneId: string, offset: number, bytes: Uint8Array): void {
    const piece = { offset, bytes: copyOf(bytes) };
    const queue = held.get(paneId) ?? waiting.get(paneId);
    if (queue) queue.push(piece);
    else waiting.set(paneId, [piece]);
    waitingBytes += bytes.length;
    mostWaitingBytes = Math.max(mostWaitingBytes, waitingBytes);
    askForTurn();
  }

  /** Parses until the turn's time is over; says how many bytes it took. */
  function parseSome(paneId: string, offset: number, bytes: Uint8Array): number {
    const limitMs = isHurrying() && paneId !== paneInHurry ? HURRY_SLICE_MS : SLICE_MS;
    let at = 0;
    while (at < bytes.length && spentMs < limitMs) {
      const startedMs = now();
      const most = (slowUntilMs.get(paneId) ?? 0) > startedMs ? SMALL_PIECE_BYTES : PIECE_BYTES;
      const piece = at === 0 && bytes.length <= most ? bytes : bytes.subarray(at, at + most);
      parsing = paneId;
      parse(paneId, offset + at, piece);
      parsing = null;
      const tookMs = now() - startedMs;
      spentMs += tookMs;
      at += piece.length;
      if (tookMs > SLICE_MS) slowUntilMs.set(paneId, startedMs + SLOW_FOR_MS);
    }
    return at;
  }

  function turn(): void {
    turnAsked = false;
    spentMs = 0;
    const limitMs = isHurrying() ? HURRY_SLICE_MS : SLICE_MS;
    while (waiting.size > 0 && spentMs < limitMs) {
      const [paneId, queue] = waiting.entries().next().value as [string, Waiting[]];
      const first = queue.shift();
      if (first === undefined) {
        waiting.delete(paneId);
        continue;
      }
      if ("job" in first) {
        first.job();
        continue;
      }
      const took = parseSome(paneId, first.offset, first.bytes);
      waitingBytes -= took;
      if (took < first.bytes.length)
        queue.unshift({ offset: first.offset + took, bytes: first.bytes.subarray(took) });
      // Round robin: the next slice is another pane's. Gone when a parse took the pane away.
      if (waiting.delete(paneId)) waiting.set(paneId, queue);
    }
    if (waiting.size > 0 || spentMs >= limitMs) askForTurn();
    // What comes in before the next turn has time of its own, unless somebody waits.
    if (!isHurrying()) spentMs = 0;
  }

  function catchUp(paneId: string): void {
    if (parsing === paneId) return;
    const queue = waiting.get(paneId) ?? [];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if ("job" in next) next.job();
      else {
        waitingBytes -= next.bytes.length;
        parse(paneId, next.offset, next.bytes);
      }
    }
    waiting.delete(paneId);
  }

  return {
    catchUp,
    output(paneId, offset, bytes) {
      if (waiting.has(paneId) || held.has(paneId)) return waits(paneId, offset, bytes);
      const took = parseSome(paneId, offset, bytes);
      if (took < bytes.length) waits(paneId, offset + took, bytes.subarray(took));
      if (spentMs >= SLICE_MS / 2 || (spentMs > 0 && isHurrying())) askForTurn();
    },
    after(paneId, job) {
      const queue = held.get(paneId) ?? waiting.get(paneId);
      if (queue) queue.push({ job });
      else job();
    },
    hold(paneId) {
      held.set(paneId, waiting.get(paneId) ?? []);
      waiting.delete(paneId);
    },
    isHeld: (paneId) => held.has(paneId),
    release(paneId) {
      const queue = held.get(paneId) ?? [];
      held.delete(paneId);
      if (queue.length > 0) waiting.set(paneId, queue);
      askForTurn();
    },
    hurry(paneId) {
      hurryUntilMs = Math.max(hurryUntilMs, now() + (paneId === null ? REQUEST_MS : KEY_MS));
      if (paneId !== null) paneInHurry = paneId;
    },
    get mostWaitingBytes() {
      return mostWaitingBytes;
    },
    forget(paneId) {
      for (const one of held.get(paneId) ?? waiting.get(paneId) ?? [])
        if ("bytes" in one) waitingBytes -= one.bytes.length;
      waiting.delete(paneId);
      held.delete(paneId);
      slowUntilMs.delete(paneId);
    },
  };
}
