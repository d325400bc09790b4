// Requests, orders and acks to the PTY host, and what comes back, over a socket that host-connect.ts finds.
import type { Socket } from "node:net";
import { AppError, messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import {
  CREDIT_WINDOW_BYTES,
  type EarlierLog,
  encodeFrame,
  type FromHost,
  type HostFrame,
  type HostHello,
  type QueueHighWater,
} from "../protocol/host-frames.ts";
import { writeQuickly } from "../streams/quick-socket.ts";
import type { HostExit, HostLink, Spawned, Unsubscribe } from "./host-contract.ts";

/** Half of what the host sends ahead: it always has leave for more while this is being parsed. */
const ACK_BYTES = CREDIT_WINDOW_BYTES / 2;
/** A little is acked together with what follows: the host need not wake for the echo of each key. */
const ACK_WITHIN_MS = 10;
/** Requests that wait for the host; more are refused. */
const PENDING_MAX = 4096;
/** Input on its way to a host that does not read (it was stopped): more writes are refused, more keys dropped. */
const UNSENT_BYTES_MAX = 8 * 1024 * 1024;

interface Known {
  readonly id: string;
  readonly number: number;
  /** Offset of the next output byte. */
  offset: number;
  unackedBytes: number;
  /** Who waits to hear where the output goes on. */
  resumed: Resolvers<number> | null;
}

interface Pending {
  readonly paneId: string;
  /** The log that a new pane was to go on with. */
  readonly log?: EarlierLog | undefined;
  resolve(value: Spawned | readonly QueueHighWater[] | undefined): void;
  reject(error: AppError): void;
}

/** A link that is not up yet: it can be listened to; what is asked of it fails. */
export interface OpeningLink {
  readonly link: HostLink;
  /** The host has said which panes it has. */
  begin(socket: Socket, hello: HostHello): void;
  /** Nobody answers, or not in our words. */
  fail(error: AppError): void;
  take(frame: HostFrame): void;
  /** The link was given up before it was up. */
  readonly isStopped: () => boolean;
}

export function createHostLink(log: Logger): OpeningLink {
  const byId = new Map<string, Known>();
  const byNumber = new Map<number, Known>();
  const pending = new Map<number, Pending>();
  const toAck = new Set<Known>();
  let lastRequestId = 0;
  let mostUnsentBytes = 0;
  let up: { readonly socket: Socket; readonly hello: HostHello } | null = null;
  let down = false;
  let ackQueued = false;

  const output = listeners<[string, number, Uint8Array]>(log);
  const resized = listeners<[string, { cols: number; rows: number; offset: number }]>(log);
  const exited = listeners<[string, HostExit]>(log);
  const lost = listeners<[string, { offset: number; missingBytes: number }]>(log);
  const logFailed = listeners<[string, string]>(log);
  const downs = listeners<[]>(log);

  const { promise: ready, resolve: nowReady, reject: neverReady } = withResolvers<void>();

  function begin(socket: Socket, hello: HostHello): void {
    up = { socket, hello };
    for (const pane of hello.panes) know(pane.id, pane.number, pane.oldestOffset);
    socket.on("close", () => {
      down = true;
      for (const asked of pending.values()) asked.reject(hostGone());
      for (const pane of byId.values()) pane.resumed?.reject(hostGone());
      pending.clear();
      downs.call();
    });
    nowReady();
  }

  function know(id: string, number: number, offset: number): void {
    const predecessor = byId.get(id);
    if (predecessor !== undefined) byNumber.delete(predecessor.number);
    const known: Known = { id, number, offset, unackedBytes: 0, resumed: null };
    byId.set(id, known);
    byNumber.set(number, known);
  }

  function order(frame: HostFrame): void {
    if (down || up === null) return;
    const { socket } = up;
    writeQuickly(socket, encodeFrame(frame));
    if (socket.writableLength > mostUnsentBytes) mostUnsentBytes = socket.writableLength;
  }

  function isClogged(): boolean {
    return (up?.socket.writableLength ?? 0) > UNSENT_BYTES_MAX;
  }

  function request(
    paneId: string,
    frame: (requestId: number) => HostFrame,
    log?: EarlierLog,
  ): Promise<Spawned | readonly QueueHighWater[] | undefined> {
    if (down || up === null) return Promise.reject(hostGone());
    if (pending.size >= PENDING_MAX || isClogged())
      return Promise.reject(
        new AppError("failed", "The PTY host does not answer: too much waits for it already."),
      );
    lastRequestId = (lastRequestId % 0xffff_fffe) + 1;
    const requestId = lastRequestId;
    return new Promise((resolve, reject) => {
      pending.set(requestId, { paneId, log, resolve, reject });
      order(frame(requestId));
    });
  }

  function answered(requestId: number): Pending | undefined {
    const found = pending.get(requestId);
    pending.delete(requestId);
    return found;
  }

  function take(frame: HostFrame): void {
    if (frame.kind === "output") {
      const pane = byNumber.get(frame.pane);
      if (pane === undefined) return;
      const offset = pane.offset;
      pane.offset += frame.bytes.length;
      output.call(pane.id, offset, frame.bytes);
      return;
    }
    takeControl(frame as FromHost);
  }

  function takeControl(frame: FromHost): void {
    const pane = "pane" in frame ? byNumber.get(frame.pane) : undefined;
    switch (frame.kind) {
      case "spawned": {
        const asked = answered(frame.requestId);
        if (asked === undefined) return;
        know(asked.paneId, frame.pane, asked.log?.name === frame.logName ? asked.log.offset : 0);
        return asked.resolve({ pid: frame.pid, logName: frame.logName });
      }
      case "spawn-failed":
        return answered(frame.requestId)?.reject(
          new AppError("failed", `The pane did not start: ${frame.message}`),
        );
      case "written":
        return answered(frame.requestId)?.resolve(undefined);
      case "measured":
        return answered(frame.requestId)?.resolve(frame.queues);
      case "write-failed": {
        const asked = answered(frame.requestId);
        return asked?.reject(frame.reason === "dead" ? paneDead(asked.paneId) : paneNotReading(asked.paneId));
      }
      case "resized":
        if (pane !== undefined)
          resized.call(pane.id, { cols: frame.cols, rows: frame.rows, offset: pane.offset });
        return;
      case "resumed":
        if (pane === undefined) return;
        pane.offset = frame.offset;
        pane.resumed?.resolve(frame.offset);
        pane.resumed = null;
        if (frame.missingBytes > 0)
          lost.call(pane.id, { offset: frame.offset - frame.missingBytes, missingBytes: frame.missingBytes });
        return;
      case "exited":
        if (pane !== undefined) exited.call(pane.id, { exitCode: frame.exitCode, signal: frame.signal });
        return;
      case "log-failed":
        if (pane !== undefined) logFailed.call(pane.id, frame.message);
        return;
      case "hello":
      case "output":
        return;
    }
  }

  function sendAck(pane: Known): void {
    toAck.delete(pane);
    order({ kind: "ack", pane: pane.number, bytes: pane.unackedBytes });
    pane.unackedBytes = 0;
  }

  function sendAcks(): void {
    ackQueued = false;
    for (const pane of toAck) sendAck(pane);
  }

  function ackSoon(): void {
    if (ackQueued) return;
    ackQueued = true;
    setTimeout(sendAcks, ACK_WITHIN_MS);
  }

  const link: HostLink = {
    ready,
    get panes() {
      return up?.hello.panes ?? [];
    },
    get hostPid() {
      return up?.hello.hostPid ?? 0;
    },
    async spawn(asked) {
      const frame = (requestId: number): HostFrame => ({ kind: "spawn", requestId, request: asked });
      return (await request(asked.paneId, frame, asked.log)) as Spawned;
    },
    async write(paneId, bytes) {
      const pane = byId.get(paneId);
      if (pane === undefined) throw paneDead(paneId);
      await request(paneId, (requestId) => ({ kind: "write", pane: pane.number, requestId, bytes }));
    },
    send(paneId, bytes) {
      const pane = byId.get(paneId);
      if (pane !== undefined && !isClogged())
        order({ kind: "write", pane: pane.number, requestId: 0, bytes });
    },
    resize(paneId, cols, rows) {
      const pane = byId.get(paneId);
      if (pane !== undefined) order({ kind: "resize", pane: pane.number, cols, rows });
    },
    signal(paneId, signal) {
      const pane = byId.get(paneId);
      if (pane !== undefined) order({ kind: "signal", pane: pane.number, signal });
    },
    close(paneId) {
      const pane = byId.get(paneId);
      if (pane !== undefined) order({ kind: "close", pane: pane.number });
    },
    forget(paneId) {
      const pane = byId.get(paneId);
      if (pane === undefined) return;
      order({ kind: "forget", pane: pane.number });
      byId.delete(paneId);
      byNumber.delete(pane.number);
    },
    resume(paneId, offset) {
      const pane = byId.get(paneId);
      if (pane === undefined || down)
        return Promise.reject(pane === undefined ? paneDead(paneId) : hostGone());
      pane.unackedBytes = 0;
      toAck.delete(pane);
      order({ kind: "resume", pane: pane.number, offset });
      pane.resumed = withResolvers<number>();
      return pane.resumed.promise;
    },
    async clear(paneId, offset) {
      const pane = byId.get(paneId);
      if (pane === undefined) throw paneDead(paneId);
      await request(paneId, (requestId) => ({ kind: "clear", pane: pane.number, requestId, offset }));
    },
    ack(paneId, bytes) {
      const pane = byId.get(paneId);
      if (pane === undefined || bytes <= 0) return;
      pane.unackedBytes += bytes;
      toAck.add(pane);
      if (pane.unackedBytes >= ACK_BYTES) return sendAck(pane);
      ackSoon();
    },
    onOutput: output.add,
    onResized: resized.add,
    onExit: exited.add,
    onLost: lost.add,
    onLogFailed: logFailed.add,
    onDown: downs.add,
    async measure() {
      const ofHost = await request("", (requestId) => ({ kind: "measure", requestId }));
      const toHost = {
        queue: "server to host",
        mostBytes: mostUnsentBytes,
        boundBytes: UNSENT_BYTES_MAX,
      };
      return [...(ofHost as readonly QueueHighWater[]), toHost];
    },
    shutdown() {
      return new Promise((resolve) => {
        if (down || up === null) return resolve();
        downs.add(resolve);
        order({ kind: "shutdown" });
      });
    },
    stop() {
      down ||= up === null;
      up?.socket.destroy();
    },
  };
  return { link, begin, fail: neverReady, take, isStopped: () => down };
}

/** No allocation and no copy per call: this is the path of every output byte. */
function listeners<Args extends readonly unknown[]>(
  log: Logger,
): { add(listener: (...args: Args) => void): Unsubscribe; call(...args: Args): void } {
  const all = new Set<(...args: Args) => void>();
  return {
    add(listener) {
      all.add(listener);
      return () => all.delete(listener);
    },
    call(...args) {
      for (const listener of all) {
        try {
          listener(...args);
        } catch (thrown) {
          log.error("host-listener-failed", { message: messageOf(thrown) });
        }
      }
    },
  };
}

interface Resolvers<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: AppError): void;
}

function withResolvers<T>(): Resolvers<T> {
  let resolve = (_value: T): void => {};
  let reject = (_error: AppError): void => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Who waits for it hears of it; nobody has to.
  promise.catch(() => {});
  return { promise, resolve, reject };
}

function hostGone(): AppError {
  return new AppError("failed", "The PTY host is gone.");
}

function paneDead(paneId: string): AppError {
  return new AppError("failed", `Pane ${paneId} has ended.`);
}

function paneNotReading(paneId: string): AppError {
  return new AppError("failed", `Pane ${paneId} is not reading its input.`, {
    hint: "Its program is stopped or busy; 1 MiB waits for it already.",
    details: { reason: "queue-full" },
  });
}
