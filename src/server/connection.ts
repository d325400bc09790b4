// One client of the socket: frames in, replies and notices out, with a bound on both sides.
import type { Socket } from "node:net";
import type { Logger } from "../base/log.ts";
import type { Notice, Reply } from "../protocol/envelope.ts";
import { BINARY_KINDS, createFrameReader, encodeNumbered, MAX_REPLY_FRAME } from "../protocol/frames.ts";
import type { Identity } from "../protocol/results.ts";
import { readQuickly, writeQuickly } from "../streams/quick-socket.ts";

/** Bytes that may wait for a client that does not read. Then it is cut off: it would hold memory for ever. */
export const MAX_UNREAD_BYTES = 8_388_608;
/** A half frame older than this belongs to a client that is stuck or hostile. */
const FRAME_DEADLINE_MS = 10_000;
/** Lines that are not requests, in a row, before the connection is closed. */
const MAX_BAD_REQUESTS = 20;

export interface ServerConnection {
  readonly id: string;
  /** Set by `server.hello`. Null: nothing but hello is answered. */
  identity: Identity | null;
  kind: string;
  reply(reply: Reply): void;
  notify(notice: Notice): void;
  /** A notice already turned into text, for one value that goes to many clients. */
  notifyText(text: string): void;
  sendGrid(sequence: number, frame: Uint8Array): void;
  /** Bytes written to the socket and not yet taken by the kernel. */
  readonly backlog: number;
  /** The most that ever waited so. */
  readonly mostBacklog: number;
  onClose(listener: () => void): void;
  /** `gently`: what was written still goes out. */
  close(reason?: string, gently?: boolean): void;
}

export interface ConnectionHandlers {
  request(connection: ServerConnection, text: string): "ok" | "bad";
  input(connection: ServerConnection, paneNumber: number, bytes: Uint8Array): void;
  gridAck(connection: ServerConnection, sequence: number): void;
}

/** Wires a fresh socket. Errors of the socket end this connection and nothing else. */
export function serveConnection(
  socket: Socket,
  id: string,
  handlers: ConnectionHandlers,
  log: Logger,
  frameDeadlineMs = FRAME_DEADLINE_MS,
): ServerConnection {
  const reader = createFrameReader();
  const closeListeners: (() => void)[] = [];
  let closed = false;
  let badRequests = 0;
  let mostBacklog = 0;
  let frameTimer: NodeJS.Timeout | null = null;

  const connection: ServerConnection = {
    id,
    identity: null,
    kind: "unknown",
    reply(reply) {
      const text = JSON.stringify(reply);
      const bytes = Buffer.byteLength(text);
      write(`${bytes > MAX_REPLY_FRAME ? JSON.stringify(tooLong(reply, bytes)) : text}\n`);
    },
    notify: (notice) => write(`${JSON.stringify(notice)}\n`),
    notifyText: (text) => write(text),
    sendGrid(sequence, frame) {
      write(encodeNumbered(BINARY_KINDS.grid, sequence, frame));
    },
    get backlog() {
      return socket.writableLength;
    },
    get mostBacklog() {
      return mostBacklog;
    },
    onClose: (listener) => void closeListeners.push(listener),
    close(reason = "closed", gently = false) {
      if (gently) finish(reason);
      else end(reason);
    },
  };

  readQuickly(socket, (chunk) => {
    const { frames, error } = reader.push(chunk);
    // The time is a frame's, not a chunk's: a byte now and then does not prolong it.
    if (frameTimer && (frames.length > 0 || !reader.hasPartial())) {
      clearTimeout(frameTimer);
      frameTimer = null;
    }
    for (const frame of frames) {
      if (closed) return;
      if (frame.kind === "json") {
        badRequests = handlers.request(connection, frame.text) === "ok" ? 0 : badRequests + 1;
        if (badRequests >= MAX_BAD_REQUESTS) return finish("too many bad requests");
      } else binary(frame.type, frame.payload);
    }
    if (error) {
      const message = `frame larger than ${error.limit}`;
      connection.reply({ id: null, ok: false, error: { code: error.code, message } });
      return finish(message);
    }
    if (reader.hasPartial())
      frameTimer ??= setTimeout(() => finish("a frame took too long"), frameDeadlineMs);
  });
  // Without these two a client that goes away in the middle of a reply would end the server.
  socket.on("error", () => end("socket error"));
  socket.on("close", () => end("gone"));
  return connection;

  function binary(type: number, payload: Uint8Array) {
    if (connection.identity === null || payload.length < 4) return;
    const number = new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0, true);
    if (type === BINARY_KINDS.input) handlers.input(connection, number, payload.subarray(4));
    else if (type === BINARY_KINDS.gridAck) handlers.gridAck(connection, number);
  }

  function write(data: string | Uint8Array) {
    if (closed) return;
    if (typeof data === "string") socket.write(data);
    else writeQuickly(socket, data);
    const waiting = socket.writableLength;
    if (waiting > mostBacklog) mostBacklog = waiting;
    if (waiting > MAX_UNREAD_BYTES) end("does not read");
  }

  /** Lets the last reply out before closing. */
  function finish(reason: string) {
    socket.end();
    end(reason, true);
  }

  function end(reason: string, gently = false) {
    if (closed) return;
    closed = true;
    if (frameTimer) clearTimeout(frameTimer);
    log.debug("connection.closed", { connection: id, kind: connection.kind, reason });
    if (!gently) socket.destroy();
    else setTimeout(() => socket.destroy(), 500).unref();
    for (const listener of closeListeners) listener();
  }
}

/** Instead of an answer that would cut the client off. */
function tooLong(reply: Reply, bytes: number): Reply {
  const message = `The answer has ${bytes} bytes; limit ${MAX_REPLY_FRAME}`;
  const hint = "Ask for less, such as one status, one agent, or a --limit.";
  return { id: reply.id, ok: false, error: { code: "too-large", message, hint } };
}
