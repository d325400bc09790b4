import type { Socket } from "node:net";
import { AppError, messageOf } from "../base/errors.ts";
import {
  CREDIT_WINDOW_BYTES,
  createFrameReader,
  encodeFrame,
  HOST_PROTOCOL_VERSION,
  outputHeader,
  type FromHost,
  type HostFrame,
  type QueueHighWater,
  type SpawnRequest,
} from "../protocol/host-frames.ts";
import { readQuickly, writeQuickly } from "../streams/quick-socket.ts";
import { createPane, type Pane, type PaneSink } from "./pane.ts";
import { checkSpawnRequest } from "./spawn-request.ts";

/** Running and exited panes together; each holds a ring. A spawn beyond is refused. */
const PANES_MAX = 256;
/** Output up to this length goes out as one buffer with its header. */
const JOINED_BYTES = 1_024;

export interface PtyHost {
  /** A new connection; it replaces the one before. */
  accept(socket: Socket): void;
  /** How things stand, for the decision to end an unused host. */
  readonly use: "serving" | "running" | "keeping" | "empty";
  /** Ends every pane and resolves when all are gone, or after the bounded time it takes to kill them. */
  endPanes(): Promise<void>;
}

export interface PtyHostDeps {
  readonly logDirectory: string;
  /** File mode mask for panes that ask for none. */
  readonly umask: number;
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly onShutdown: () => void;
  /** Something changed that `use` depends on. */
  readonly onUseChanged: () => void;
  readonly report: (event: string, message: string) => void;
}

export function createPtyHost(deps: PtyHostDeps): PtyHost {
  const panes = new Map<number, Pane>();
  /** They go when they end: one that is told to end takes its time. */
  const forgotten = new Set<number>();
  let nextNumber = 1;
  let server: Socket | undefined;
  let mostUnsentBytes = 0;

  const sink: PaneSink = {
    frame: send,
    output(pane, pieces) {
      if (server === undefined) return;
      const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
      const header = outputHeader(pane, length);
      // An echo: joining it costs less than a write of several buffers.
      if (length <= JOINED_BYTES) writeQuickly(server, Buffer.concat([header, ...pieces]));
      else {
        server.cork();
        server.write(header);
        for (const piece of pieces) server.write(piece);
        server.uncork();
      }
      if (server.writableLength > mostUnsentBytes) mostUnsentBytes = server.writableLength;
    },
  };

  function send(frame: FromHost): void {
    server?.write(encodeFrame(frame));
  }

  /** A pane started anew takes the place of its exited predecessor. */
  function makeRoomFor(paneId: string): void {
    for (const pane of panes.values()) {
      if (pane.describe().id !== paneId) continue;
      if (pane.running) throw new AppError("conflict", `Pane ${paneId} is running already.`);
      panes.delete(pane.number);
    }
    if (panes.size >= PANES_MAX) throw new AppError("busy", `There are ${PANES_MAX} panes already.`);
  }

  function spawn(requestId: number, asked: SpawnRequest): void {
    try {
      const request = checkSpawnRequest(asked);
      makeRoomFor(request.paneId);
      const number = nextNumber;
      nextNumber += 1;
      const pane = createPane({
        number,
        request,
        logDirectory: deps.logDirectory,
        umask: deps.umask,
        nowMs: deps.nowMs,
        sink,
        onExited() {
          if (forgotten.delete(number)) panes.delete(number);
          deps.onUseChanged();
        },
      });
      panes.set(number, pane);
      const { pid, logName } = pane.describe();
      send({ kind: "spawned", pane: number, requestId, pid, logName });
      deps.onUseChanged();
    } catch (thrown) {
      send({ kind: "spawn-failed", requestId, message: messageOf(thrown) });
    }
  }

  /** Of each kind of queue the fullest. */
  function highWater(): readonly QueueHighWater[] {
    const fullest = new Map<string, QueueHighWater>();
    for (const one of [...panes.values()].flatMap((pane) => pane.highWater()))
      if (one.mostBytes >= (fullest.get(one.queue)?.mostBytes ?? 0)) fullest.set(one.queue, one);
    const toServer = {
      queue: "host to server",
      mostBytes: mostUnsentBytes,
      boundBytes: PANES_MAX * CREDIT_WINDOW_BYTES,
    };
    return [...fullest.values(), toServer];
  }

  function handle(frame: HostFrame): void {
    const pane = "pane" in frame ? panes.get(frame.pane) : undefined;
    switch (frame.kind) {
      case "spawn":
        return spawn(frame.requestId, frame.request);
      case "write": {
        const { requestId } = frame;
        const asker = server;
        const done = (outcome: "written" | "dead" | "queue-full"): void => {
          // An answer for a server that has gone would answer another request of its successor.
          if (requestId === 0 || server !== asker) return;
          send(
            outcome === "written"
              ? { kind: "written", requestId }
              : { kind: "write-failed", requestId, reason: outcome },
          );
        };
        // They may wait for the program, and their memory is used again.
        return pane === undefined ? done("dead") : pane.write(frame.bytes.slice(), done);
      }
      case "resize":
        return pane?.resize(frame.cols, frame.rows);
      case "signal":
        return pane?.signal(frame.signal);
      case "close":
        void pane?.close();
        return;
      case "forget":
        if (pane === undefined) return;
        if (pane.running) return void forgotten.add(pane.number);
        panes.delete(pane.number);
        return deps.onUseChanged();
      case "resume":
        return pane?.resume(frame.offset);
      case "clear": {
        const { requestId } = frame;
        const asker = server;
        if (pane === undefined) return send({ kind: "write-failed", requestId, reason: "dead" });
        const answer = (told: FromHost): void => {
          if (server === asker) send(told);
        };
        void pane.clear(frame.offset).then(
          () => answer({ kind: "written", requestId }),
          () => answer({ kind: "write-failed", requestId, reason: "dead" }),
        );
        return;
      }
      case "ack":
        return pane?.ack(frame.bytes);
      case "measure":
        return send({ kind: "measured", requestId: frame.requestId, queues: highWater() });
      case "shutdown":
        return deps.onShutdown();
      default:
        throw new AppError("bad-data", `A ${frame.kind} frame is the host's to send.`);
    }
  }

  function drop(socket: Socket): void {
    socket.destroy();
    if (server !== socket) return;
    server = undefined;
    for (const pane of panes.values()) pane.detach();
    deps.onUseChanged();
  }

  function serve(socket: Socket): void {
    if (socket.destroyed) return;
    if (server !== undefined) drop(server);
    server = socket;
    const reader = createFrameReader(handle);
    socket.on("close", () => drop(socket));
    readQuickly(socket, (bytes) => {
      if (server !== socket) return;
      try {
        reader.push(bytes);
      } catch (thrown) {
        deps.report("server-dropped", messageOf(thrown));
        drop(socket);
      }
    });
    send({
      kind: "hello",
      hello: {
        version: HOST_PROTOCOL_VERSION,
        hostPid: process.pid,
        panes: [...panes.values()].map((pane) => pane.describe()),
      },
    });
    deps.onUseChanged();
  }

  return {
    accept(socket) {
      socket.on("error", () => {});
      // One turn later: several connections can be accepted in one turn, before the predecessor's last orders are read.
      setImmediate(serve, socket);
    },
    get use() {
      if (server !== undefined) return "serving";
      if (panes.size === 0) return "empty";
      return [...panes.values()].some((pane) => pane.running) ? "running" : "keeping";
    },
    async endPanes() {
      await Promise.all([...panes.values()].map((pane) => pane.close()));
      await Promise.all([...panes.values()].map((pane) => pane.flushLog()));
    },
  };
}
