// Sockets and terminals that carry keys and their echoes. Node makes 64 KiB of memory for each read and a request for each
// write: of the millisecond between a key and its echo that was a fifth. The only file that knows private names of Node's
// sockets; where one is missing, reading and writing go the public way.
import { writeSync } from "node:fs";
import type { Socket } from "node:net";

const READ_BUFFER_BYTES = 65_536;

/** What `onread` of `net.connect` sets; sockets that were accepted and terminals know no such option. */
const BUFFER = "kBuffer";
const CALLBACK = "kBufferCb";
/** libuv's side of a socket. */
const HANDLE = "_handle";

interface Internals {
  readonly [HANDLE]?: {
    readonly fd?: unknown;
    readonly useUserBuffer?: (buffer: Uint8Array) => void;
  } | null;
  [symbol: symbol]: unknown;
}

/**
 * Hands on all that is read, in memory that is used again: bytes are valid during the call only. Call it before the socket has
 * been read from. `pause` and `resume`, the end and errors are as always; there are no `data` events.
 *
 * @returns whether the quick way is there
 */
export function readQuickly(socket: Socket, take: (bytes: Uint8Array) => void): boolean {
  const internals = socket as unknown as Internals;
  const buffer = privateSymbol(socket, BUFFER);
  const callback = privateSymbol(socket, CALLBACK);
  if (buffer === undefined || callback === undefined || !internals[HANDLE]?.useUserBuffer) {
    socket.on("data", take);
    return false;
  }
  const memory = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
  internals[buffer] = memory;
  internals[callback] = (length: number, bytes: Uint8Array): boolean => {
    // No Buffer: `slice` of a Buffer is the same memory, and who keeps something makes a copy with it.
    take(new Uint8Array(bytes.buffer, bytes.byteOffset, length));
    return true;
  };
  internals[HANDLE].useUserBuffer(memory);
  socket.resume();
  return true;
}

/** Like `socket.write`, with a single system call when nothing waits in the socket. What the kernel does not take waits there. */
export function writeQuickly(socket: Socket, bytes: Uint8Array): void {
  const descriptor = (socket as unknown as Internals)[HANDLE]?.fd;
  const taken = typeof descriptor === "number" && descriptor >= 0 ? writeSome(socket, descriptor, bytes) : 0;
  if (taken < bytes.length) socket.write(taken === 0 ? bytes : bytes.subarray(taken));
}

/** A single system call, when nothing waits in the socket of this descriptor. Answers how many bytes were taken. */
export function writeSome(socket: Socket, descriptor: number, bytes: Uint8Array): number {
  if (socket.writableLength > 0 || !socket.writable || socket.connecting) return 0;
  try {
    return writeSync(descriptor, bytes);
  } catch {
    // Full or broken: the socket waits, or says so.
    return 0;
  }
}

function privateSymbol(socket: Socket, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(socket).find((symbol) => symbol.description === description);
}
