import { AppError } from "../base/errors.ts";

/**
 * The wire between a server and its PTY host: `u32 length | u8 kind | u32 pane | payload`, little endian, where length
 * counts the payload alone and pane is a number the host hands out per spawn (0 where no pane is meant).
 */
export const HOST_PROTOCOL_VERSION = 2;
export const FRAME_HEADER_BYTES = 9;
/** Longer frames are refused before anything is allocated. The longest honest one is the list of panes of a full host. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;
/** Bytes of output a pane may have in flight before the host stops reading its pty. Measured: the window is the latency tail. */
export const CREDIT_WINDOW_BYTES = 64 * 1024;

/** What to run in a new pane. `env` is complete but for TERM's default and PWD; nothing is inherited from the host. */
export interface SpawnRequest {
  readonly paneId: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cols: number;
  readonly rows: number;
  /** Opaque to the host; handed back in the list of panes. */
  readonly meta: string;
  /** Bound of the raw log of this pane on disk; 0 keeps no log. Default 64 MiB. */
  readonly logBytesMax?: number;
  /** File mode mask of the pane's programs. Default: the mask the host was started with. */
  readonly umask?: number;
  /** Goes on with the log of the pane's earlier program, and counts the output from this offset on. Default: a new log, from 0. */
  readonly log?: EarlierLog;
}

export interface EarlierLog {
  /** Stem of its files. */
  readonly name: string;
  readonly offset: number;
}

export type HostPaneState =
  | { readonly kind: "running" }
  | { readonly kind: "exited"; readonly exitCode: number; readonly signal: number };

/** A pane as the host knows it. Offsets count output bytes since the spawn, or since that of the program whose log goes on. */
export interface HostPane {
  readonly number: number;
  readonly id: string;
  readonly pid: number;
  readonly cols: number;
  readonly rows: number;
  readonly state: HostPaneState;
  readonly totalBytes: number;
  /** The oldest byte still in the host's memory; older ones are in the raw log. */
  readonly oldestOffset: number;
  /** A server has parsed everything before this and answered its questions. */
  readonly heardOffset: number;
  readonly meta: string;
  /** Stem of the raw log's files in the log directory; empty without a log. */
  readonly logName: string;
}

export interface HostHello {
  readonly version: number;
  readonly hostPid: number;
  readonly panes: readonly HostPane[];
}

/** The most bytes that ever waited in a queue since its process began; of a kind that every pane has, in any one of them. */
export interface QueueHighWater {
  readonly queue: string;
  readonly mostBytes: number;
  /** Where it ends: what happens there stands beside the queue's declaration. */
  readonly boundBytes: number;
}

export type WriteFailure = "dead" | "queue-full";

export type FromHost =
  | { readonly kind: "hello"; readonly hello: HostHello }
  | { readonly kind: "output"; readonly pane: number; readonly bytes: Uint8Array }
  /** The pane has this size from here on in its output. */
  | { readonly kind: "resized"; readonly pane: number; readonly cols: number; readonly rows: number }
  /** The next output byte has this offset; so many bytes before it have left the host's memory. */
  | {
      readonly kind: "resumed";
      readonly pane: number;
      readonly offset: number;
      readonly missingBytes: number;
    }
  /** Comes after the last output byte, and again after each resume. */
  | { readonly kind: "exited"; readonly pane: number; readonly exitCode: number; readonly signal: number }
  | {
      readonly kind: "spawned";
      readonly pane: number;
      readonly requestId: number;
      readonly pid: number;
      readonly logName: string;
    }
  | { readonly kind: "spawn-failed"; readonly requestId: number; readonly message: string }
  /** The bytes of a `write` are with the kernel; what a `clear` was for is gone. */
  | { readonly kind: "written"; readonly requestId: number }
  | { readonly kind: "write-failed"; readonly requestId: number; readonly reason: WriteFailure }
  | { readonly kind: "log-failed"; readonly pane: number; readonly message: string }
  | { readonly kind: "measured"; readonly requestId: number; readonly queues: readonly QueueHighWater[] };

export type ToHost =
  | { readonly kind: "spawn"; readonly requestId: number; readonly request: SpawnRequest }
  /** requestId 0 wants no answer. */
  | { readonly kind: "write"; readonly pane: number; readonly requestId: number; readonly bytes: Uint8Array }
  | { readonly kind: "resize"; readonly pane: number; readonly cols: number; readonly rows: number }
  | { readonly kind: "signal"; readonly pane: number; readonly signal: string }
  | { readonly kind: "close"; readonly pane: number }
  | { readonly kind: "forget"; readonly pane: number }
  | { readonly kind: "resume"; readonly pane: number; readonly offset: number }
  /** Forget what the pane printed before this offset, in memory and in its log. */
  | { readonly kind: "clear"; readonly pane: number; readonly requestId: number; readonly offset: number }
  | { readonly kind: "ack"; readonly pane: number; readonly bytes: number }
  /** How much ever waited in the host's queues. */
  | { readonly kind: "measure"; readonly requestId: number }
  | { readonly kind: "shutdown" };

export type HostFrame = FromHost | ToHost;

const KIND = {
  hello: 1,
  output: 2,
  resized: 3,
  resumed: 4,
  exited: 5,
  spawned: 6,
  "spawn-failed": 7,
  written: 8,
  "write-failed": 9,
  "log-failed": 10,
  measured: 11,
  spawn: 20,
  write: 21,
  resize: 22,
  signal: 23,
  close: 24,
  forget: 25,
  resume: 26,
  ack: 27,
  shutdown: 28,
  measure: 29,
  clear: 30,
} as const satisfies Record<HostFrame["kind"], number>;

const NAMES = new Map<number, HostFrame["kind"]>(
  Object.entries(KIND).map(([name, code]) => [code, name as HostFrame["kind"]]),
);
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const NOTHING = new Uint8Array(0);

/** The head of an output frame, so that the bytes themselves need not be copied behind it. */
export function outputHeader(pane: number, byteLength: number): Uint8Array {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  putHeader(header, KIND.output, pane, byteLength);
  return header;
}

export function encodeFrame(frame: HostFrame): Uint8Array {
  switch (frame.kind) {
    case "hello":
      return whole(KIND.hello, 0, [], encoder.encode(JSON.stringify(frame.hello)));
    case "output":
      return whole(KIND.output, frame.pane, [], frame.bytes);
    case "resized":
    case "resize":
      return whole(KIND[frame.kind], frame.pane, [frame.cols, frame.rows]);
    case "resumed":
      return whole(KIND.resumed, frame.pane, [...halves(frame.offset), ...halves(frame.missingBytes)]);
    case "exited":
      return whole(KIND.exited, frame.pane, [frame.exitCode, frame.signal]);
    case "spawned":
      return whole(KIND.spawned, frame.pane, [frame.requestId, frame.pid], encoder.encode(frame.logName));
    case "spawn-failed":
      return whole(KIND[frame.kind], 0, [frame.requestId], encoder.encode(frame.message));
    case "written":
      return whole(KIND.written, 0, [frame.requestId]);
    case "write-failed":
      return whole(KIND[frame.kind], 0, [frame.requestId, frame.reason === "dead" ? 0 : 1]);
    case "log-failed":
      return whole(KIND[frame.kind], frame.pane, [], encoder.encode(frame.message));
    case "measured":
      return whole(KIND.measured, 0, [frame.requestId], encoder.encode(JSON.stringify(frame.queues)));
    case "measure":
      return whole(KIND.measure, 0, [frame.requestId]);
    case "spawn":
      return whole(KIND.spawn, 0, [frame.requestId], encoder.encode(JSON.stringify(frame.request)));
    case "write":
      return whole(KIND.write, frame.pane, [frame.requestId], frame.bytes);
    case "signal":
      return whole(KIND.signal, frame.pane, [], encoder.encode(frame.signal));
    case "close":
    case "forget":
      return whole(KIND[frame.kind], frame.pane, []);
    case "resume":
      return whole(KIND.resume, frame.pane, halves(frame.offset));
    case "clear":
      return whole(KIND.clear, frame.pane, [frame.requestId, ...halves(frame.offset)]);
    case "ack":
      return whole(KIND.ack, frame.pane, [frame.bytes]);
    case "shutdown":
      return whole(KIND.shutdown, 0, []);
  }
}

export interface FrameReader {
  /** Feeds bytes in any cut. Throws AppError on a hostile or broken frame; the connection is then of no use. */
  push(bytes: Uint8Array): void;
}

/**
 * Takes frames apart as they come. Output is handed on in the pieces the socket delivered, uncopied; every other frame
 * arrives whole. Byte arrays are views of what was pushed: valid for as long as the caller of `push` leaves them alone.
 */
export function createFrameReader(onFrame: (frame: HostFrame) => void): FrameReader {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  let headerBytes = 0;
  let kind = 0;
  let pane = 0;
  let left = 0;
  let held: Uint8Array | undefined;

  function begin(from: Uint8Array, at: number): void {
    left = u32(from, at);
    kind = from[at + 4] as number;
    pane = u32(from, at + 5);
    if (left > MAX_FRAME_BYTES)
      throw new AppError(
        "frame_too_large",
        `A host frame of ${left} bytes is over the limit of ${MAX_FRAME_BYTES}.`,
      );
    if (!NAMES.has(kind)) throw new AppError("bad-data", `Host frame kind ${kind} is unknown.`);
  }

  return {
    push(bytes) {
      let at = 0;
      const end = bytes.length;
      while (at < end) {
        if (left === 0) {
          if (headerBytes === 0 && end - at >= FRAME_HEADER_BYTES) {
            begin(bytes, at);
            at += FRAME_HEADER_BYTES;
          } else {
            const take = Math.min(FRAME_HEADER_BYTES - headerBytes, end - at);
            header.set(bytes.subarray(at, at + take), headerBytes);
            headerBytes += take;
            at += take;
            if (headerBytes < FRAME_HEADER_BYTES) return;
            headerBytes = 0;
            begin(header, 0);
          }
          if (left === 0 && kind !== KIND.output) onFrame(decodePayload(kind, pane, NOTHING));
          continue;
        }
        const take = Math.min(left, end - at);
        const piece = bytes.subarray(at, at + take);
        at += take;
        if (kind === KIND.output) {
          left -= take;
          onFrame({ kind: "output", pane, bytes: piece });
        } else if (held === undefined && take === left) {
          left = 0;
          onFrame(decodePayload(kind, pane, piece));
        } else {
          held ??= new Uint8Array(left);
          held.set(piece, held.length - left);
          left -= take;
          if (left > 0) continue;
          const payload = held;
          held = undefined;
          onFrame(decodePayload(kind, pane, payload));
        }
      }
    },
  };
}

function decodePayload(code: number, pane: number, payload: Uint8Array): HostFrame {
  const kind = NAMES.get(code) as HostFrame["kind"];
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  try {
    switch (kind) {
      case "hello":
        return { kind, hello: JSON.parse(decoder.decode(payload)) as HostHello };
      case "output":
        return { kind, pane, bytes: payload };
      case "resized":
      case "resize":
        return { kind, pane, cols: u32(payload, 0), rows: u32(payload, 4) };
      case "resumed":
        return { kind, pane, offset: u64(view, 0), missingBytes: u64(view, 8) };
      case "exited":
        return { kind, pane, exitCode: view.getInt32(0, true), signal: view.getInt32(4, true) };
      case "spawned":
        return {
          kind,
          pane,
          requestId: view.getUint32(0, true),
          pid: view.getUint32(4, true),
          logName: decoder.decode(payload.subarray(8)),
        };
      case "spawn-failed":
        return { kind, requestId: view.getUint32(0, true), message: decoder.decode(payload.subarray(4)) };
      case "written":
        return { kind, requestId: view.getUint32(0, true) };
      case "write-failed":
        return {
          kind,
          requestId: view.getUint32(0, true),
          reason: view.getUint32(4, true) === 0 ? "dead" : "queue-full",
        };
      case "log-failed":
        return { kind, pane, message: decoder.decode(payload) };
      case "measured":
        return {
          kind,
          requestId: view.getUint32(0, true),
          queues: JSON.parse(decoder.decode(payload.subarray(4))) as QueueHighWater[],
        };
      case "measure":
        return { kind, requestId: view.getUint32(0, true) };
      case "spawn":
        return {
          kind,
          requestId: view.getUint32(0, true),
          request: JSON.parse(decoder.decode(payload.subarray(4))) as SpawnRequest,
        };
      case "write":
        return { kind, pane, requestId: view.getUint32(0, true), bytes: payload.subarray(4) };
      case "signal":
        return { kind, pane, signal: decoder.decode(payload) };
      case "close":
      case "forget":
        return { kind, pane };
      case "resume":
        return { kind, pane, offset: u64(view, 0) };
      case "clear":
        return { kind, pane, requestId: view.getUint32(0, true), offset: u64(view, 4) };
      case "ack":
        return { kind, pane, bytes: view.getUint32(0, true) };
      case "shutdown":
        return { kind };
    }
  } catch (cause) {
    throw new AppError("bad-data", `A ${kind} frame from the other side of the host socket is broken.`, {
      cause,
    });
  }
}

function whole(kind: number, pane: number, words: readonly number[], tail: Uint8Array = NOTHING): Uint8Array {
  const length = words.length * 4 + tail.length;
  const frame = new Uint8Array(FRAME_HEADER_BYTES + length);
  putHeader(frame, kind, pane, length);
  const view = new DataView(frame.buffer);
  words.forEach((word, index) => view.setUint32(FRAME_HEADER_BYTES + index * 4, word >>> 0, true));
  frame.set(tail, FRAME_HEADER_BYTES + words.length * 4);
  return frame;
}

function putHeader(into: Uint8Array, kind: number, pane: number, length: number): void {
  const view = new DataView(into.buffer, into.byteOffset);
  view.setUint32(0, length, true);
  into[4] = kind;
  view.setUint32(5, pane, true);
}

function u32(from: Uint8Array, at: number): number {
  if (at + 4 > from.length) throw new RangeError("short frame");
  return (
    ((from[at] as number) |
      ((from[at + 1] as number) << 8) |
      ((from[at + 2] as number) << 16) |
      ((from[at + 3] as number) << 24)) >>>
    0
  );
}

/** A whole number below 2^53 as low and high words. */
function halves(value: number): readonly [number, number] {
  return [value % 0x1_0000_0000, Math.floor(value / 0x1_0000_0000)];
}

function u64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
}
