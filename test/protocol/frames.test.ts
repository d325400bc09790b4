import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BINARY_KINDS,
  createFrameReader,
  encodeNumbered,
  type Frame,
  MAX_BINARY_FRAME,
  MAX_JSON_FRAME,
} from "../../src/protocol/frames.ts";

const utf8 = new TextEncoder();

/** All frames of a stream that arrives in these pieces. */
function read(pieces: readonly Uint8Array[]): Frame[] {
  const reader = createFrameReader();
  return pieces.flatMap((piece) => {
    // The memory of a piece is the next one's: what a frame still needs of it must have been kept.
    const reused = new Uint8Array(piece);
    const { frames, error } = reader.push(reused);
    expect(error).toBeNull();
    const kept = frames.map((one) =>
      one.kind === "json" ? one : { ...one, payload: new Uint8Array(one.payload) },
    );
    reused.fill(0xff);
    return kept;
  });
}

/** The stream cut at these places. */
function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...[...at].map((one) => one % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const frame = fc.oneof(
  fc
    .string({ unit: "binary", maxLength: 40 })
    .map((text) => text.replace(/[\n\0\r]/g, "").replace(/[\ud800-\udfff]/g, "?"))
    .map((text): Frame => ({ kind: "json", text: `{"t":${JSON.stringify(text)}}` })),
  fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.uint8Array({ minLength: 4, maxLength: 40 }))
    .map(([type, payload]): Frame => ({ kind: "binary", type, payload })),
);

function encode(one: Frame): Uint8Array {
  if (one.kind === "json") return utf8.encode(`${one.text}\n`);
  const number = Buffer.from(one.payload).readUInt32LE(0);
  return encodeNumbered(one.type, number, one.payload.subarray(4));
}

describe("frames of the socket", () => {
  test("79: come out the same however the stream is cut, text and binary mixed", () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (frames, places) => {
          const bytes = concat(frames.map(encode));
          const found = read(cut(bytes, places));
          expect(found.map(plain)).toEqual(frames.map(plain));
        },
      ),
    );
  });

  test("79: arrive whole from single bytes, with CR LF, and with a character split in two", () => {
    const bytes = utf8.encode('{"a":"日本 👩‍💻"}\r\n{"b":1}\n');
    expect(read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual([
      { kind: "json", text: '{"a":"日本 👩‍💻"}' },
      { kind: "json", text: '{"b":1}' },
    ]);
  });

  test("72: a line that is too long is an error at once, in one piece or in many, and the reader stays closed", () => {
    for (const size of [MAX_JSON_FRAME + 1, 65_536]) {
      const reader = createFrameReader();
      let error = null;
      for (let sent = 0; sent <= MAX_JSON_FRAME && error === null; sent += size)
        error = reader.push(new Uint8Array(size).fill(0x20)).error;
      expect(error).toEqual({ code: "frame_too_large", limit: MAX_JSON_FRAME });
      expect(reader.push(utf8.encode("{}\n"))).toMatchObject({ frames: [], error });
    }
  });

  test("72: a line of exactly the limit is taken", () => {
    const frames = read([utf8.encode(`${"x".repeat(MAX_JSON_FRAME)}\n`)]);
    expect(frames).toHaveLength(1);
  });

  test("73: a binary length of 2 GB is refused by its header, before a byte of it is kept", () => {
    const header = Uint8Array.of(0, BINARY_KINDS.input, 0xff, 0xff, 0xff, 0x7f);
    expect(createFrameReader().push(header).error).toEqual({
      code: "frame_too_large",
      limit: MAX_BINARY_FRAME,
    });
  });

  test("what came whole before a frame that is too large is still handed over", () => {
    const reader = createFrameReader();
    const { frames, error } = reader.push(utf8.encode(`{"a":1}\n${"x".repeat(MAX_JSON_FRAME + 1)}`));
    expect(frames).toEqual([{ kind: "json", text: '{"a":1}' }]);
    expect(error).not.toBeNull();
  });

  test("a reader knows whether a frame has begun", () => {
    const reader = createFrameReader();
    expect(reader.hasPartial()).toBe(false);
    reader.push(utf8.encode('{"a"'));
    expect(reader.hasPartial()).toBe(true);
    reader.push(utf8.encode(":1}\n"));
    expect(reader.hasPartial()).toBe(false);
  });
});

function plain(one: Frame) {
  return one.kind === "json" ? one.text : [one.type, ...one.payload];
}
