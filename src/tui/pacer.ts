// When to paint. One frame is under way at a time, and a slow terminal gets fewer frames instead of a queue.

import { createTerminalSpeed } from "./terminal-speed.ts";

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

/** What to paint: everything, the echo alone, or about so many bytes of what waits longest. */
export type Part = "all" | "echo" | { readonly bytes: number };

export interface Painted {
  /** Of what is to be sent. */
  readonly bytes: number;
  /** Not everything was painted. */
  readonly hasMore: boolean;
  /** Resolves when it has left this process. */
  send(): Promise<void>;
}

export interface Pacer {
  /** Something changed. */
  request(urgency: Urgency): void;
  /** A frame is wanted, scheduled or under way. */
  readonly busy: boolean;
  stop(): void;
}

const MIN_INTERVAL_MS = 16;
/** A terminal that takes 20 ms for a frame gets one each 60 ms: two thirds of the time are left for keys. */
const SENT_TIME_FACTOR = 3;
const MAX_INTERVAL_MS = 500;
/** A slow terminal gets a frame in parts, each gone so soon that an echo hardly waits behind it. */
const PART_MS = 3;
const PART_BYTES_MIN = 512;
const NOW = Promise.resolve();

/**
 * `paint` draws and returns how to send what it drew, or null when nothing differs. Only the sending of what nobody waits
 * for is timed: the pace follows the terminal, not our own first, cold drawing, nor an echo's few bytes.
 */
export function createPacer(
  clock: PaintClock,
  paint: (part: Part) => Painted | null,
  onIdle: () => void,
): Pacer {
  const wanted = { paced: false, now: false, echo: false };
  let underWay = false;
  let cancelTimer: (() => void) | null = null;
  let queued = false;
  let nextFrameAt = Number.NEGATIVE_INFINITY;
  const speed = createTerminalSpeed();
  let stopped = false;

  const isWanted = () => wanted.paced || wanted.now || wanted.echo;
  const untilNextFrameMs = () => nextFrameAt - clock.now();

  const partFor = (isDue: boolean): Part => {
    const bytesPerMs = speed.bytesPerMs(clock.now());
    if (wanted.now || (isDue && bytesPerMs === Number.POSITIVE_INFINITY)) return "all";
    if (wanted.echo || !isDue) return "echo";
    return { bytes: Math.max(PART_BYTES_MIN, bytesPerMs * PART_MS) };
  };

  const start = () => {
    if (stopped || underWay || !isWanted()) return;
    const isDue = wanted.paced && untilNextFrameMs() <= 0;
    const part = partFor(isDue);
    if (part === "all") wanted.now = false;
    if (part === "all" || part === "echo") wanted.echo = false;
    if (part !== "echo") {
      cancelTimer?.();
      cancelTimer = null;
      wanted.paced = false;
    }
    const startedAt = clock.now();
    const painted = paint(part);
    if (painted?.hasMore) wanted.paced = true;
    if (part === "all") nextFrameAt = startedAt + MIN_INTERVAL_MS;
    if (!painted) {
      ended();
      return;
    }
    underWay = true;
    const sentAt = clock.now();
    void painted.send().then(() => {
      if (part !== "echo") {
        const now = clock.now();
        const tookMs = now - sentAt;
        if (part === "all") speed.sent(painted.bytes, tookMs, now);
        const goneMs = Math.max(tookMs, painted.bytes / speed.bytesPerMs(now));
        const intervalMs = Math.min(MAX_INTERVAL_MS, SENT_TIME_FACTOR * goneMs);
        nextFrameAt = startedAt + Math.max(part === "all" ? MIN_INTERVAL_MS : 0, intervalMs);
      }
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
