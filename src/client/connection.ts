// One connection to the server: correlates replies, hands on notices and grid frames. Loads no package.
import { connect as connectSocket, type Socket } from "node:net";
import { AppError } from "../base/errors.ts";
import { silentLogger, type Logger } from "../base/log.ts";
import type { OutsideSource } from "../protocol/outside.ts";
import type { Notice, Reply } from "../protocol/envelope.ts";
import {
  BINARY_KINDS,
  createFrameReader,
  encodeNumbered,
  type Frame,
  MAX_JSON_FRAME,
  MAX_REPLY_FRAME,
} from "../protocol/frames.ts";
import type { MethodName, Params } from "../protocol/methods.ts";
import type { HelloResult, ResultOf } from "../protocol/results.ts";
import { PROTOCOL_VERSION, versionMismatch } from "../protocol/version.ts";
import { writeQuickly } from "../streams/quick-socket.ts";
import { fromWireError } from "../protocol/wire-error.ts";

export interface CallOptions {
  /** Milliseconds until the call fails with `timeout`; default 30 s. 0: no limit. */
  readonly timeoutMs?: number;
}

export interface Connection {
  readonly hello: HelloResult;
  call<M extends MethodName>(method: M, params: Params<M>, options?: CallOptions): Promise<ResultOf<M>>;
  /** Notices and answers come in the server's order: a listener hears what followed an answer after who awaited that. */
  onNotice(listener: (notice: Notice) => void): void;
  /** Grid frames: a sequence number to acknowledge, and the encoded frame (protocol/grid.ts), valid during the call only. */
  onGrid(listener: (sequence: number, frame: Uint8Array) => void): void;
  ackGrid(sequence: number): void;
  sendInput(paneNumber: number, bytes: Uint8Array): void;
  /** Called once, with the error that ended the connection or null after `close()`. */
  onClose(listener: (error: AppError | null) => void): void;
  close(): void;
}

export interface OpenOptions {
  readonly socketPath: string;
  readonly client: Params<"server.hello">["client"];
  readonly version: string;
  readonly token?: string;
  /** Act as this agent instead of the operator. Ignored with a pane's token. */
  readonly agent?: string | undefined;
  /** Where that name comes from. */
  readonly agentFrom?: OutsideSource | undefined;
  /** Connect to a server of another version as well: all it can be asked is to stop. */
  readonly anyVersion?: boolean;
  /** Gets an event for the connection's start and end and for each call: its name and how long it took. */
  readonly log?: Logger;
  /** Adds this delay to everything sent and received, to feel a slow link. */
  readonly latencyMs?: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const READ_BUFFER_BYTES = 65_536;

/** Stands for what a server of another version would have said. */
const STRANGER: HelloResult = {
  protocol: 0,
  version: "another",
  pid: 0,
  project: { name: "", root: "" },
  identity: { kind: "operator", name: "operator", paneId: null, how: "operator token" },
};

/** Connects and says hello. @throws AppError server-unreachable, protocol-mismatch, unauthorised */
export async function openConnection(options: OpenOptions): Promise<Connection> {
  const reading: Reading = { receive() {} };
  const socket = await dial(options.socketPath, reading);
  const log = options.log ?? silentLogger;
  const connection = speak(socket, reading, options.latencyMs ?? 0, log);
  try {
    const hello = await connection.call(
      "server.hello",
      {
        protocol: PROTOCOL_VERSION,
        version: options.version,
        client: options.client,
        token: options.token,
        agent: options.agent,
        agentFrom: options.agentFrom,
      },
      { timeoutMs: 5_000 },
    );
    if (hello.protocol !== PROTOCOL_VERSION) {
      throw new AppError("protocol-mismatch", versionMismatch(options.version, hello.version));
    }
    return { ...connection, hello };
  } catch (thrown) {
    if (options.anyVersion && thrown instanceof AppError && thrown.code === "protocol-mismatch") {
      return { ...connection, hello: STRANGER };
    }
    connection.close();
    throw thrown;
  }
}

/** Who takes what is read. Each chunk is valid during the call only. */
interface Reading {
  receive(chunk: Uint8Array): void;
}

/** Every read takes the same memory: Node would make 64 KiB anew for the few bytes of an echo. */
function dial(path: string, reading: Reading): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({
      path,
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
        callback(length, buffer) {
          reading.receive(buffer.subarray(0, length));
          return true;
        },
      },
    });
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
    socket.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.code === "EPERM" || cause.code === "EACCES") return reject(notAllowed(path, cause));
      reject(
        new AppError("server-unreachable", `No server answers at ${path}.`, {
          hint: "Run `ia-tmux` or `ia-tmux up --headless` to start one.",
          cause,
        }),
      );
    });
  });
}

/** Sandboxes of agents (Codex) keep programs from sockets. The agent can ask to run the same command outside of it. */
function notAllowed(path: string, cause: Error): AppError {
  return new AppError("permission-denied", `This program may not connect to ${path}.`, {
    hint: "In an agent's sandbox: run the same command again with escalated permissions, or use the ia-tmux MCP tools.",
    cause,
  });
}

/** After everybody who awaits what has just been settled, however many promises lie between; before the next read. */
function afterAwaiting(job: () => void) {
  queueMicrotask(() => process.nextTick(job));
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: AppError): void;
  timer: NodeJS.Timeout | null;
}

function speak(socket: Socket, reading: Reading, latencyMs: number, log: Logger): Omit<Connection, "hello"> {
  const reader = createFrameReader(MAX_REPLY_FRAME);
  const pending = new Map<number, Pending>();
  const noticeListeners: ((notice: Notice) => void)[] = [];
  const gridListeners: ((sequence: number, frame: Uint8Array) => void)[] = [];
  const closeListeners: ((error: AppError | null) => void)[] = [];
  let nextId = 1;
  let closed: { error: AppError | null } | null = null;

  const later =
    latencyMs > 0 ? (job: () => void) => void setTimeout(job, latencyMs) : (job: () => void) => job();

  reading.receive = (chunk) => {
    if (latencyMs === 0) return receive(chunk);
    const kept = new Uint8Array(chunk);
    later(() => receive(kept));
  };
  socket.on("error", (cause) =>
    end(new AppError("server-unreachable", "The connection to the server broke.", { cause })),
  );
  socket.on("close", () => end(new AppError("server-unreachable", "The server closed the connection.")));

  function receive(chunk: Uint8Array) {
    const { frames, error } = reader.push(chunk);
    take(frames, 0, () => {
      if (error) end(new AppError("frame_too_large", `The server sent a frame larger than ${error.limit}.`));
    });
  }

  function take(frames: readonly Frame[], from: number, done: () => void) {
    for (let at = from; at < frames.length; at++) {
      if (closed) return;
      const frame = frames[at]!;
      if (frame.kind === "binary") receiveBinary(frame.type, frame.payload);
      else if (receiveJson(frame.text) && at + 1 < frames.length) {
        // Whoever awaits the answer hears it when this code has ended; what the same read brought behind it is later news.
        return afterAwaiting(() => take(frames, at + 1, done));
      }
    }
    done();
  }

  function receiveBinary(type: number, payload: Uint8Array) {
    if (type !== BINARY_KINDS.grid || payload.length < 4) return;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    for (const listener of gridListeners) listener(view.getUint32(0, true), payload.subarray(4));
  }

  /** Whether it was an answer that somebody awaits. */
  function receiveJson(text: string): boolean {
    let value: Reply | Notice;
    try {
      value = JSON.parse(text) as Reply | Notice;
    } catch {
      return false;
    }
    if ("notice" in value) {
      for (const listener of noticeListeners) listener(value);
      return false;
    }
    const call = typeof value.id === "number" ? pending.get(value.id) : undefined;
    if (!call) return false;
    pending.delete(value.id as number);
    if (call.timer) clearTimeout(call.timer);
    if (value.ok) call.resolve(value.result);
    else call.reject(fromWireError(value.error));
    return true;
  }

  function end(error: AppError | null) {
    if (closed) return;
    closed = { error };
    log.info("connection.closed", { reason: error?.message });
    socket.destroy();
    const reason = error ?? new AppError("interrupted", "The connection was closed.");
    for (const call of pending.values()) {
      if (call.timer) clearTimeout(call.timer);
      call.reject(reason);
    }
    pending.clear();
    for (const listener of closeListeners) listener(error);
  }

  function send(data: string | Uint8Array) {
    later(() => {
      if (closed) return;
      if (typeof data === "string") socket.write(data);
      else writeQuickly(socket, data);
    });
  }

  return {
    call<M extends MethodName>(method: M, params: Params<M>, options: CallOptions = {}) {
      if (closed)
        return Promise.reject(closed.error ?? new AppError("interrupted", "The connection was closed."));
      const id = nextId++;
      const request = JSON.stringify({ id, method, params });
      // The server would close the connection: what is asked is refused, and nothing else.
      const bytes = Buffer.byteLength(request);
      if (bytes > MAX_JSON_FRAME) return Promise.reject(tooLong(method, bytes));
      const startedMs = performance.now();
      const settled = (ok: boolean) =>
        log.debug("call", { method, ok, tookMs: Math.round((performance.now() - startedMs) * 10) / 10 });
      return new Promise<ResultOf<M>>((resolve, reject) => {
        const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
        const timer =
          timeoutMs === 0
            ? null
            : setTimeout(() => {
                pending.delete(id);
                reject(
                  new AppError("timeout", `The server did not answer ${method} within ${timeoutMs} ms.`),
                );
              }, timeoutMs);
        pending.set(id, {
          resolve(value) {
            settled(true);
            resolve(value as ResultOf<M>);
          },
          reject(error) {
            settled(false);
            reject(error);
          },
          timer,
        });
        send(`${request}\n`);
      });
    },
    onNotice: (listener) => void noticeListeners.push(listener),
    onGrid: (listener) => void gridListeners.push(listener),
    ackGrid(sequence) {
      send(encodeNumbered(BINARY_KINDS.gridAck, sequence, new Uint8Array()));
    },
    sendInput(paneNumber, bytes) {
      send(encodeNumbered(BINARY_KINDS.input, paneNumber, bytes));
    },
    onClose: (listener) => void closeListeners.push(listener),
    close: () => end(null),
  };
}

function tooLong(method: MethodName, bytes: number): AppError {
  return new AppError("too-large", `The request ${method} has ${bytes} bytes; limit ${MAX_JSON_FRAME}.`, {
    hint: "Say less at once; a line end, a quotation mark and a control character count as two bytes and more.",
  });
}
