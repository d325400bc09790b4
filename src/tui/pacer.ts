// When to paint. One frame is under way at a time, and a slow terminal gets fewer frames instead of a queue.

/** Monotonic milliseconds and a timer: the real ones, or a test's. */
export interface PaintClock {
  now(): number;
  after(delayMs: number, job: () => void): () => void;
}

export interface Pacer {
  /** Something changed. `urgent`: a human waits for it, such as the echo of a key. */
  request(urgent: boolean): void;
  /** A frame is wanted, scheduled or under way. */
  readonly busy: boolean;
  stop(): void;
}

const MIN_INTERVAL_MS = 16;
/** A terminal that takes 20 ms for a frame gets one each 60 ms: two thirds of the time are left for keys. */
const WRITE_TIME_FACTOR = 3;
const MAX_INTERVAL_MS = 500;

/**
 * `paint` draws and returns how to send what it drew, or null when nothing differs. Only the sending is timed: the pace
 * follows the terminal, not our own first, cold drawing.
 */
export function createPacer(
  clock: PaintClock,
  paint: () => (() => Promise<void>) | null,
  onIdle: () => void,
): Pacer {
  let underWay = false;
  let wanted = false;
  let wantedUrgently = false;
  let cancelTimer: (() => void) | null = null;
  let queued = false;
  let lastStart = Number.NEGATIVE_INFINITY;
  let lastWriteMs = 0;
  let stopped = false;

  const start = () => {
    cancelTimer?.();
    cancelTimer = null;
    if (stopped || underWay || !wanted) return;
    wanted = false;
    wantedUrgently = false;
    lastStart = clock.now();
    const send = paint();
    if (!send) {
      onIdle();
      return;
    }
    underWay = true;
    const sentAt = clock.now();
    void send().then(() => {
      lastWriteMs = clock.now() - sentAt;
      underWay = false;
      if (wanted) schedule();
      else onIdle();
    });
  };

  const schedule = () => {
    if (stopped || underWay) return;
    const interval = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, WRITE_TIME_FACTOR * lastWriteMs));
    const wait = wantedUrgently ? 0 : lastStart + interval - clock.now();
    if (wait <= 0) {
      if (queued) return;
      queued = true;
      // After everything that came with this read: many changes, one frame.
      queueMicrotask(() => {
        queued = false;
        start();
      });
      return;
    }
    cancelTimer ??= clock.after(wait, () => {
      cancelTimer = null;
      start();
    });
  };

  return {
    request(urgent) {
      wanted = true;
      wantedUrgently ||= urgent;
      schedule();
    },
    get busy() {
      return wanted || underWay || queued;
    },
    stop() {
      stopped = true;
      cancelTimer?.();
    },
  };
}
