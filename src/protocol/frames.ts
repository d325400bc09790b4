/**
 * The socket carries two kinds of frame, told apart by their first byte:
 *   JSON    one object a line, ended by LF (CR LF is taken too): requests, replies, notices
 *   binary  0x00, u8 kind, u32 little-endian length, payload: pane grids and keystrokes
 * so that a script can speak to the server with `nc -U`, and keystrokes never meet a JSON parser.
 */
export const MAX_JSON_FRAME = 1_048_576;
/** An answer may be longer than a request: lists of a project that has grown. Below what may wait for a slow client. */
export const MAX_REPLY_FRAME = 8_000_000;
export const MAX_BINARY_FRAME = 8_388_608;
const BINARY_HEADER = 6;

export const BINARY_KINDS = {
  /** server → client: one grid frame of one pane (see grid.ts). */
  grid: 1,
  /** client → server: the grid frame with this u32 sequence number has been drawn or dropped. */
  gridAck: 2,
  /** client → server: u32 pane number, then bytes a human typed. */
  input: 3,
} as const;

export type Frame =
  | { readonly kind: "json"; readonly text: string }
  | { readonly kind: "binary"; readonly type: number; readonly payload: Uint8Array };

export type FrameError = { readonly code: "frame_too_large"; readonly limit: number };

/** Cuts a byte stream into frames. After an error the stream cannot be trusted: close the connection. */
export interface FrameReader {
  /** Binary payloads are views of the chunk, whose memory may be used again once they are dealt with. */
  push(chunk: Uint8Array): { readonly frames: readonly Frame[]; readonly error: FrameError | null };
  /** Whether a frame has begun that has not ended. */
  hasPartial(): boolean;
}

export function createFrameReader(maxJson: number = MAX_JSON_FRAME): FrameReader {
  const decoder = new TextDecoder("utf-8");
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let failed: FrameError | null = null;

  return {
    hasPartial: () => pendingBytes > 0,
    push(chunk) {
      if (failed) return { frames: [], error: failed };
      pendingBytes += chunk.length;
      // A long JSON line arrives in many chunks: do not join them before its end is here.
      if (pending.length > 0 && pending[0]![0] !== 0 && chunk.indexOf(10) < 0) {
        if (pendingBytes > maxJson) return fail(maxJson);
        pending.push(new Uint8Array(chunk));
        return { frames: [], error: null };
      }
      const bytes = pending.length === 0 ? chunk : join([...pending, chunk], pendingBytes);
      const frames: Frame[] = [];
      let at = 0;
      while (at < bytes.length) {
        if (bytes[at] === 0) {
          if (bytes.length - at < BINARY_HEADER) break;
          const length = readU32(bytes, at + 2);
          if (length > MAX_BINARY_FRAME) return fail(MAX_BINARY_FRAME, frames);
          if (bytes.length - at - BINARY_HEADER < length) break;
          const start = at + BINARY_HEADER;
          frames.push({
            kind: "binary",
            type: bytes[at + 1]!,
            payload: bytes.subarray(start, start + length),
          });
          at = start + length;
          continue;
        }
        const end = bytes.indexOf(10, at);
        if (end < 0) {
          if (bytes.length - at > maxJson) return fail(maxJson, frames);
          break;
        }
        if (end - at > maxJson) return fail(maxJson, frames);
        frames.push({ kind: "json", text: decoder.decode(bytes.subarray(at, end)).replace(/\r$/, "") });
        at = end + 1;
      }
      const rest = new Uint8Array(bytes.subarray(at));
      pending = rest.length > 0 ? [rest] : [];
      pendingBytes = rest.length;
      return { frames, error: null };

      function fail(limit: number, frames: readonly Frame[] = []) {
        failed = { code: "frame_too_large", limit };
        pending = [];
        return { frames, error: failed };
      }
    },
  };
}

/** A binary frame, header included. Each kind's payload begins with a u32: a sequence number or a pane's. */
export function encodeNumbered(type: number, number: number, bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(BINARY_HEADER + 4 + bytes.length);
  const view = new DataView(out.buffer);
  out[1] = type;
  view.setUint32(2, 4 + bytes.length, true);
  view.setUint32(BINARY_HEADER, number, true);
  out.set(bytes, BINARY_HEADER + 4);
  return out;
}

function readU32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
