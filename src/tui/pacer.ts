// When to paint. One frame is under way at a time, and a slow terminal gets fewer frames instead of a queue.

/** Monotonic milliseconds and a timer: the real ones, or a test's. */
export interface PaintClock {
  now(): number;
  after(delayMs: number, job: () => void): () => void;
}

/**
 * How soon a change must be seen: `paced` with the next frame, `now` because a human waits for it, `echo` when only the
 * pane that is typed in changed: then it is painted at once and alone, and what its neighbours print keeps its pace.
 */
export type Urgency = "paced" | "now" | "echo";

export interface Pacer {
  /** Something changed. */
  request(urgency: Urgency): void;
  /** A frame is wanted, scheduled or under way. */
  readonly busy: boolean;
  stop(): void;
}

const MIN_INTERVAL_MS = 16;
/** A terminal that takes 20 ms for a frame gets one each 60 ms: two thirds of the time are left for keys. */
const WRITE_TIME_FACTOR = 3;
const MAX_INTERVAL_MS = 500;
const NOW = Promise.resolve();

/**
 * `paint` draws, everything or the echo alone, and returns how to send what it drew, or null when nothing differs. Only
 * the sending of whole frames is timed: the pace follows the terminal, not our own first, cold drawing, nor an echo's few bytes.
 */
export function createPacer(
  clock: PaintClock,
  paint: (part: "all" | "echo") => (() => Promise<void>) | null,
  onIdle: () => void,
): Pacer {
  const wanted = { paced: false, now: false, echo: false };
  let underWay = false;
  let cancelTimer: (() => void) | null = null;
  let queued = false;
  let lastFrame = Number.NEGATIVE_INFINITY;
  let lastWriteMs = 0;
  let stopped = false;

  const isWanted = () => wanted.paced || wanted.now || wanted.echo;

  const untilNextFrameMs = () => {
    const interval = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, WRITE_TIME_FACTOR * lastWriteMs));
    return lastFrame + interval - clock.now();
  };

  const start = () => {
    if (stopped || underWay || !isWanted()) return;
    const isFrame = wanted.now || (wanted.paced && untilNextFrameMs() <= 0);
    wanted.echo = false;
    if (isFrame) {
      cancelTimer?.();
      cancelTimer = null;
      wanted.paced = false;
      wanted.now = false;
      lastFrame = clock.now();
    }
    const send = paint(isFrame ? "all" : "echo");
    if (!send) {
      ended();
      return;
    }
    underWay = true;
    const sentAt = clock.now();
    void send().then(() => {
      if (isFrame) lastWriteMs = clock.now() - sentAt;
      underWay = false;
      ended();
    });
  };

  const ended = () => {
    if (isWanted()) schedule();
    else onIdle();
  };

  const schedule = () => {
    if (stopped || underWay) return;
    const wait = wanted.now || wanted.echo ? 0 : untilNextFrameMs();
    if (wait <= 0) {
      if (queued) return;
      queued = true;
      // After everything that came with this read: many changes, one frame. (`queueMicrotask` makes a resource for each.)
      void NOW.then(() => {
        queued = false;
        start();
      });
      return;
    }
    cancelTimer ??= clock.after(wait, () => {
      cancelTimer = null;
      schedule();
    });
  };

  return {
    request(urgency) {
      wanted[urgency] = true;
      schedule();
    },
    get busy() {
      return isWanted() || underWay || queued;
    },
    stop() {
      stopped = true;
      cancelTimer?.();
    },
  };
}
