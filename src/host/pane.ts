import { randomBytes } from "node:crypto";
import { constants } from "node:os";
import {
  CREDIT_WINDOW_BYTES,
  type FromHost,
  type HostPane,
  type QueueHighWater,
  type SpawnRequest,
} from "../protocol/host-frames.ts";
import { spawnPty, type PtyProcess } from "./node-pty-adapter.ts";
import { createOutputRing, RING_BYTES } from "./output-ring.ts";
import { paneGroups } from "./process-groups.ts";
import { createPtyWriter, INPUT_QUEUE_BYTES, type WriteOutcome } from "./pty-writer.ts";
import { createRawLogWriter, LOG_BYTES_MAX, LOG_QUEUE_BYTES_MAX, noRawLog } from "./raw-log-writer.ts";
import { createResizeMarks } from "./resize-marks.ts";

/** A server silent for this long is taken for hung: the pane goes on, into the ring and the log, until it acks again. */
export const STALL_MS = 3_000;
const TERM_AFTER_MS = 1_000;
const KILL_AFTER_MS = 3_000;
const GIVE_UP_AFTER_MS = 3_800;
const POLL_MS = 50;
/** An end waits so long for the raw log to take the last output: a disk that hangs must not keep a pane from being over. */
const LAST_WRITE_MS = 1_000;

/** Where a pane's frames go while a server is connected. */
export interface PaneSink {
  frame(frame: FromHost): void;
  /** Sends the pieces as one output frame. They are copied or with the kernel before the ring comes round. */
  output(pane: number, pieces: readonly Uint8Array[]): void;
}

export interface Pane {
  readonly number: number;
  readonly running: boolean;
  describe(): HostPane;
  write(bytes: Uint8Array, done: (outcome: WriteOutcome) => void): void;
  resize(cols: number, rows: number): void;
  signal(name: string): void;
  /** HUP, TERM after 1 s, KILL after 3 s, to the pane's process groups. Resolves when they are gone, or at 3.8 s. */
  close(): Promise<void>;
  /** Sends everything from this offset on, then goes on live. */
  resume(offset: number): void;
  ack(bytes: number): void;
  /** Forgets what was printed before this offset. Resolves when it is out of the ring and the log, rejects when the disk refuses. */
  clear(offset: number): Promise<void>;
  /** The server has gone: go on into the ring. */
  detach(): void;
  /** Resolves when the raw log is with the kernel. */
  flushLog(): Promise<void>;
  /** The most that ever waited in each of its queues. */
  highWater(): readonly QueueHighWater[];
}

export interface PaneDeps {
  readonly number: number;
  readonly request: SpawnRequest;
  readonly logDirectory: string;
  readonly umask: number;
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly sink: PaneSink;
  readonly onExited: () => void;
}

/** Starts the pane's program. Throws when it cannot be started. */
export function createPane(deps: PaneDeps): Pane {
  const { number, request, sink } = deps;
  const logBytesMax = request.logBytesMax ?? LOG_BYTES_MAX;
  const earlier = logBytesMax > 0 ? request.log : undefined;
  const logName =
    logBytesMax > 0
      ? (earlier?.name ??
        `${request.paneId.replace(/[^A-Za-z0-9_-]/g, "")}-${randomBytes(4).toString("hex")}`)
      : "";
  const firstOffset = earlier?.offset ?? 0;
  const ring = createOutputRing(RING_BYTES, firstOffset);
  const marks = createResizeMarks(request.cols, request.rows, firstOffset);

  let attached = true;
  let stalled = false;
  let paused = false;
  /** The leader has ended: descriptor and pid may be another pane's by now, so nothing may touch them. */
  let dead = false;
  let exit: { readonly exitCode: number; readonly signal: number } | undefined;
  let exitSent = false;
  let sentOffset = firstOffset;
  let unackedBytes = 0;
  /** Everything before it has been acked by some server. */
  let heardOffset = firstOffset;
  let mostOwedBytes = 0;
  let stallTimer: NodeJS.Timeout | undefined;
  let closing: Promise<void> | undefined;

  const pty: PtyProcess = spawnPty(
    { ...request, umask: request.umask ?? deps.umask },
    { output: onOutput, leaderEnded: onLeaderEnded, exited: onExited },
  );
  const writer = createPtyWriter(pty.writeSome);
  const log =
    logBytesMax > 0
      ? createRawLogWriter({
          directory: deps.logDirectory,
          logName,
          bytesMax: logBytesMax,
          goesOn: earlier !== undefined,
          nowMs: deps.nowMs,
          // Later: a failure right here must not come before the frame that tells the pane's number.
          onFailure: (message) =>
            queueMicrotask(() => sink.frame({ kind: "log-failed", pane: number, message })),
        })
      : noRawLog;
  log.mark(marks.latest);

  function onOutput(bytes: Buffer): void {
    const offset = ring.end;
    ring.append(bytes);
    log.append(offset, bytes);
    if (isHeard()) {
      if (sentOffset === offset && unackedBytes < CREDIT_WINDOW_BYTES && marks.next() === undefined) {
        sentOffset += bytes.length;
        unackedBytes += bytes.length;
        sink.output(number, [bytes]);
      } else pump();
      gate();
    }
    marks.trim(ring.start);
  }

  function isHeard(): boolean {
    return attached && !stalled;
  }

  /** Sends what the server's credit allows, sizes in their places, and the exit at the end. */
  function pump(): void {
    while (isHeard()) {
      if (sentOffset < ring.start) announce(sentOffset);
      const mark = marks.next();
      if (mark !== undefined && mark.offset <= sentOffset) {
        marks.advance();
        sink.frame({ kind: "resized", pane: number, cols: mark.cols, rows: mark.rows });
        continue;
      }
      const credit = CREDIT_WINDOW_BYTES - unackedBytes;
      if (credit <= 0 || sentOffset === ring.end) break;
      const to = Math.min(ring.end, sentOffset + credit, mark?.offset ?? Number.POSITIVE_INFINITY);
      const pieces = ring.slices(sentOffset, to);
      unackedBytes += to - sentOffset;
      sentOffset = to;
      sink.output(number, pieces);
    }
    if (isHeard() && exit !== undefined && !exitSent && sentOffset === ring.end) {
      exitSent = true;
      sink.frame({ kind: "exited", pane: number, ...exit });
    }
  }

  /** Says where output goes on from, and in which size. */
  function announce(wanted: number): void {
    sentOffset = Math.min(Math.max(wanted, ring.start), ring.end);
    sink.frame({
      kind: "resumed",
      pane: number,
      offset: sentOffset,
      missingBytes: Math.max(0, sentOffset - wanted),
    });
    const size = marks.seek(sentOffset);
    sink.frame({ kind: "resized", pane: number, cols: size.cols, rows: size.rows });
  }

  function gate(): void {
    if (!attached) return;
    const owed = unackedBytes + (ring.end - sentOffset);
    if (owed > mostOwedBytes) mostOwedBytes = owed;
    if (!paused) {
      if (dead || owed < CREDIT_WINDOW_BYTES) return;
      paused = true;
      pty.pause();
      stallTimer = setTimeout(() => {
        stalled = true;
        unpause();
      }, STALL_MS);
    } else if (owed < CREDIT_WINDOW_BYTES / 2) unpause();
  }

  function unpause(): void {
    clearTimeout(stallTimer);
    stallTimer = undefined;
    if (!paused) return;
    paused = false;
    if (exit === undefined) pty.resume();
  }

  function onLeaderEnded(): void {
    dead = true;
    unpause();
    writer.end();
  }

  /** Who hears of the end may read the log at once, and go on with it. */
  async function onExited(how: { readonly exitCode: number; readonly signal: number }): Promise<void> {
    await Promise.race([log.close(), sleep(LAST_WRITE_MS)]);
    exit = how;
    pump();
    deps.onExited();
  }

  async function end(): Promise<void> {
    const groups = paneGroups(pty.pid);
    const startedMs = performance.now();
    const gone = (): boolean => exit !== undefined && !groups.signal(0, dead);
    async function goneBy(afterMs: number): Promise<boolean> {
      while (!gone()) {
        if (performance.now() - startedMs >= afterMs) return false;
        await sleep(POLL_MS);
      }
      return true;
    }
    groups.signal("SIGHUP", dead);
    // A stopped program takes no signal but KILL until it goes on.
    groups.signal("SIGCONT", dead);
    if (await goneBy(TERM_AFTER_MS)) return;
    groups.signal("SIGTERM", dead);
    if (await goneBy(KILL_AFTER_MS)) return;
    groups.signal("SIGKILL", dead);
    await goneBy(GIVE_UP_AFTER_MS);
  }

  return {
    number,
    get running() {
      return exit === undefined;
    },
    describe: () => ({
      number,
      id: request.paneId,
      pid: pty.pid,
      cols: marks.latest.cols,
      rows: marks.latest.rows,
      state: exit === undefined ? { kind: "running" } : { kind: "exited", ...exit },
      totalBytes: ring.end,
      oldestOffset: ring.start,
      heardOffset,
      meta: request.meta,
      logName,
    }),
    write: writer.write,
    resize(cols, rows) {
      if (dead || !isSize(cols, rows)) return;
      if (cols === marks.latest.cols && rows === marks.latest.rows) return;
      try {
        pty.resize(cols, rows);
      } catch {
        return;
      }
      const mark = { offset: ring.end, cols, rows };
      marks.add(mark);
      log.mark(mark);
      pump();
    },
    signal(name) {
      if (dead || !(name in constants.signals)) return;
      try {
        process.kill(-pty.pid, name as NodeJS.Signals);
      } catch {
        // it ended while the order was under way
      }
    },
    close() {
      if (dead && closing === undefined) return Promise.resolve();
      closing ??= end();
      return closing;
    },
    resume(offset) {
      attached = true;
      stalled = false;
      exitSent = false;
      unackedBytes = 0;
      announce(offset);
      pump();
      gate();
    },
    ack(bytes) {
      unackedBytes = Math.max(0, unackedBytes - bytes);
      heardOffset = Math.max(heardOffset, sentOffset - unackedBytes);
      stalled = false;
      stallTimer?.refresh();
      pump();
      gate();
    },
    clear(offset) {
      // What a server has not parsed yet is still to be shown.
      const from = Math.max(ring.start, Math.min(offset, sentOffset));
      ring.dropBefore(from);
      const cleared = log.clear();
      log.mark({ ...marks.latest, offset: from });
      // The ring's views are overwritten in time, the log's bytes must not change.
      for (const [at, piece] of offsetsOf(from, ring.slices(from, ring.end)))
        log.append(at, new Uint8Array(piece));
      return cleared;
    },
    detach() {
      attached = false;
      stalled = false;
      unackedBytes = 0;
      unpause();
    },
    flushLog: log.flush,
    highWater: () => [
      { queue: "output the server has not parsed", mostBytes: mostOwedBytes, boundBytes: RING_BYTES },
      { queue: "input its program has not read", mostBytes: writer.mostBytes, boundBytes: INPUT_QUEUE_BYTES },
      { queue: "raw log on its way to the disk", mostBytes: log.mostBytes, boundBytes: LOG_QUEUE_BYTES_MAX },
    ],
  };
}

export function isSize(cols: unknown, rows: unknown): boolean {
  return [cols, rows].every(
    (count) => Number.isInteger(count) && (count as number) >= 1 && (count as number) <= 10_000,
  );
}

function offsetsOf(from: number, pieces: readonly Uint8Array[]): [number, Uint8Array][] {
  let at = from;
  return pieces.map((piece) => {
    at += piece.length;
    return [at - piece.length, piece];
  });
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
