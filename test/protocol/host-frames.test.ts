import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createFrameReader,
  encodeFrame,
  FRAME_HEADER_BYTES,
  MAX_FRAME_BYTES,
  outputHeader,
  type HostFrame,
} from "../../src/protocol/host-frames.ts";

const pane = fc.integer({ min: 0, max: 0xffff_ffff });
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const offset = fc.maxSafeNat();
const bytes = fc.uint8Array({ maxLength: 300 });
const size = { cols: word, rows: word };
const exit = { exitCode: fc.integer(), signal: fc.integer() };
const state = fc.oneof(
  fc.record({ kind: fc.constant("running" as const) }),
  fc.record({ kind: fc.constant("exited" as const), ...exit }),
);
const frame: fc.Arbitrary<HostFrame> = fc.oneof(
  fc.record({
    kind: fc.constant("hello" as const),
    hello: fc.record({
      version: fc.nat(),
      hostPid: fc.nat(),
      panes: fc.array(
        fc.record({
          number: fc.nat(),
          id: fc.string(),
          pid: fc.nat(),
          cols: fc.nat(),
          rows: fc.nat(),
          state,
          totalBytes: offset,
          oldestOffset: offset,
          heardOffset: offset,
          meta: fc.string({ unit: "grapheme" }),
          logName: fc.string(),
        }),
        { maxLength: 3 },
      ),
    }),
  }),
  fc.record({ kind: fc.constant("output" as const), pane, bytes }),
  fc.record({ kind: fc.constantFrom("resized" as const, "resize" as const), pane, ...size }),
  fc.record({ kind: fc.constant("resumed" as const), pane, offset, missingBytes: offset }),
  fc.record({ kind: fc.constant("exited" as const), pane, ...exit }),
  fc.record({
    kind: fc.constant("spawned" as const),
    pane,
    requestId: word,
    pid: word,
    logName: fc.string(),
  }),
  fc.record({
    kind: fc.constant("measured" as const),
    requestId: word,
    queues: fc.array(fc.record({ queue: fc.string(), mostBytes: offset, boundBytes: offset }), {
      maxLength: 3,
    }),
  }),
  fc.record({ kind: fc.constant("measure" as const), requestId: word }),
  fc.record({
    kind: fc.constant("spawn-failed" as const),
    requestId: word,
    message: fc.string({ unit: "grapheme" }),
  }),
  fc.record({ kind: fc.constant("written" as const), requestId: word }),
  fc.record({
    kind: fc.constant("write-failed" as const),
    requestId: word,
    reason: fc.constantFrom("dead" as const, "queue-full" as const),
  }),
  fc.record({ kind: fc.constant("write" as const), pane, requestId: word, bytes }),
  fc.record({ kind: fc.constant("signal" as const), pane, signal: fc.constantFrom("SIGINT", "SIGKILL") }),
  fc.record({ kind: fc.constantFrom("close" as const, "forget" as const), pane }),
  fc.record({ kind: fc.constant("resume" as const), pane, offset }),
  fc.record({ kind: fc.constant("ack" as const), pane, bytes: word }),
  fc.constant({ kind: "shutdown" as const }),
);

/** What a reader says, with the pieces of an output frame joined: how they are cut is not part of the meaning. */
function decode(chunks: readonly Uint8Array[]): HostFrame[] {
  const frames: HostFrame[] = [];
  const reader = createFrameReader((frame) => {
    const last = frames.at(-1);
    if (frame.kind === "output" && last?.kind === "output" && last.pane === frame.pane)
      frames[frames.length - 1] = { ...last, bytes: Uint8Array.from([...last.bytes, ...frame.bytes]) };
    else
      frames.push(
        "bytes" in frame && frame.kind !== "ack" ? { ...frame, bytes: Uint8Array.from(frame.bytes) } : frame,
      );
  });
  for (const chunk of chunks) reader.push(chunk);
  return frames;
}

describe("host frames", () => {
  it("mean the same in whatever pieces they arrive", () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        (frames, cuts) => {
          const stream = Buffer.concat(frames.map(encodeFrame));
          const points = cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b);
          const chunks = [0, ...points].map((from, index) =>
            stream.subarray(from, points[index] ?? stream.length),
          );
          const whole = decode([stream]);
          expect(decode(chunks)).toEqual(whole);
          expect(decode([...stream].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
        },
      ),
    );
  });

  it("come back as they were sent", () => {
    fc.assert(
      fc.property(frame, (sent) => {
        fc.pre(!(sent.kind === "output" && sent.bytes.length === 0));
        expect(decode([encodeFrame(sent)])).toEqual([JSON.parse(JSON.stringify(sent), revive(sent))]);
      }),
    );
  });

  it("carry output behind a header alone, so that it needs no copy", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(Buffer.concat([outputHeader(7, 3), bytes])).toEqual(
      Buffer.from(encodeFrame({ kind: "output", pane: 7, bytes })),
    );
  });

  it("are refused when their length is over the limit, before anything is kept", () => {
    for (const length of [MAX_FRAME_BYTES + 1, 0x7fff_ffff, 0xffff_ffff]) {
      const hostile = outputHeader(1, length);
      hostile[4] = 21;
      expect(() => decode([hostile])).toThrow(/over the limit/);
      expect(() => decode([hostile.subarray(0, 3), hostile.subarray(3)])).toThrow(/over the limit/);
    }
  });

  it("are refused when their kind is unknown or their payload too short for it", () => {
    const unknown = encodeFrame({ kind: "shutdown" });
    unknown[4] = 99;
    expect(() => decode([unknown])).toThrow(/unknown/);
    for (const kind of [3, 4, 5, 6, 7, 8, 9, 20, 21, 22, 26, 27]) {
      const short = new Uint8Array(FRAME_HEADER_BYTES + 1);
      short[0] = 1;
      short[4] = kind;
      expect(() => decode([short])).toThrow(/broken/);
    }
  });

  it("never make a reader throw anything but a named error, whatever bytes come", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
        try {
          decode(chunks);
        } catch (thrown) {
          expect(thrown).toHaveProperty("code");
        }
      }),
    );
  });
});

/** JSON knows no byte arrays and drops the sign of -0; take those from the original. */
function revive(sent: HostFrame): (key: string, value: unknown) => unknown {
  return (key, value) => (key === "bytes" && sent.kind !== "ack" && "bytes" in sent ? sent.bytes : value);
}
