import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createOutputRing } from "../../src/host/output-ring.ts";
import { createPtyWriter, INPUT_QUEUE_BYTES } from "../../src/host/pty-writer.ts";
import { createResizeMarks } from "../../src/host/resize-marks.ts";
import { startCpuTime } from "../support/cpu-time.ts";
import { eventually } from "../support/eventually.ts";

describe("the ring of a pane's output", () => {
  it("holds exactly the newest bytes under their offsets", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.array(fc.uint8Array({ maxLength: 150 }), { maxLength: 20 }),
        (capacity, chunks) => {
          const ring = createOutputRing(capacity);
          for (const chunk of chunks) ring.append(chunk);
          const all = Buffer.concat(chunks);
          expect(ring.end).toBe(all.length);
          expect(ring.start).toBe(Math.max(0, all.length - capacity));
          expect(Buffer.concat(ring.slices(ring.start, ring.end)).equals(all.subarray(ring.start))).toBe(
            true,
          );
        },
      ),
    );
  });
});

describe("what the ring is told to forget", () => {
  it("is overwritten and held no more; what comes behind it stays", () => {
    const ring = createOutputRing(8);
    ring.append(Buffer.from("secret"));
    const [held] = ring.slices(0, 6);
    ring.append(Buffer.from("ab"));
    ring.dropBefore(6);
    expect([...held!]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(ring.start).toBe(6);
    ring.append(Buffer.from("cdefghijk"));
    expect(ring.start).toBe(9);
    expect(Buffer.concat(ring.slices(9, ring.end)).toString()).toBe("defghijk");
  });
});

describe("the sizes along a pane's output", () => {
  it("hold where they were set, whatever has been trimmed before", () => {
    const step = fc.record({ advance: fc.nat(20), cols: fc.integer({ min: 1, max: 500 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(400), fc.nat(400), (steps, trimAt, askAt) => {
        const marks = createResizeMarks(80, 24);
        const sizeAt: [number, number][] = [[0, 80]];
        let offset = 0;
        for (const { advance, cols } of steps) {
          offset += advance;
          marks.add({ offset, cols, rows: 24 });
          sizeAt.push([offset, cols]);
        }
        const trim = Math.min(trimAt, offset);
        const ask = Math.min(Math.max(askAt, trim), offset);
        marks.trim(trim);
        expect(marks.seek(ask).cols).toBe(sizeAt.findLast(([at]) => at <= ask)?.[1]);
        let seen = marks.next();
        const left: number[] = [];
        while (seen !== undefined) {
          left.push(seen.offset);
          marks.advance();
          seen = marks.next();
        }
        expect(left).toEqual(left.toSorted((a, b) => a - b));
        expect(left.every((at) => at > ask)).toBe(true);
      }),
    );
  });

  it("are bounded: at the bound the oldest goes", () => {
    const marks = createResizeMarks(80, 24);
    for (let offset = 1; offset <= 10_000; offset += 1) marks.add({ offset, cols: 100, rows: offset });
    expect(marks.seek(0).offset).toBe(10_000 - 4095);
    expect(marks.latest.rows).toBe(10_000);
  });
});

describe("the writer of a pane's input", () => {
  it("keeps order and every byte with a kernel that takes a little, nothing or much", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(90), { maxLength: 6 }),
        async (writes, mood) => {
          const taken: number[] = [];
          const moods = [...mood];
          const writer = createPtyWriter((bytes) => {
            const count = Math.min(bytes.length, moods.shift() ?? bytes.length);
            taken.push(...bytes.subarray(0, count));
            return count;
          });
          const outcomes = await Promise.all(
            writes.map((bytes) => new Promise((resolve) => writer.write(bytes, resolve))),
          );
          expect(outcomes.every((outcome) => outcome === "written")).toBe(true);
          expect(Buffer.from(taken).equals(Buffer.concat(writes))).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("takes a hundred thousand small pieces at once, in few writes", async () => {
    let isFull = true;
    let writes = 0;
    const writer = createPtyWriter((bytes) => {
      writes += 1;
      return isFull ? 0 : bytes.length;
    });
    let written = 0;
    const usedMs = startCpuTime();
    for (let piece = 0; piece < 100_000; piece += 1)
      writer.write(Buffer.from("\x1b[1;1R"), () => (written += 1));
    isFull = false;
    await eventually("all are written", () => written === 100_000);
    expect(writes).toBeLessThan(200);
    expect(usedMs()).toBeLessThan(2_000);
  });

  it("refuses whole what its queue does not hold, and fails what waits when the pane ends", () => {
    const writer = createPtyWriter(() => 0);
    const outcomes: string[] = [];
    writer.write(new Uint8Array(INPUT_QUEUE_BYTES), (outcome) => outcomes.push(`first ${outcome}`));
    writer.write(new Uint8Array(1), (outcome) => outcomes.push(`second ${outcome}`));
    writer.end();
    writer.write(new Uint8Array(1), (outcome) => outcomes.push(`third ${outcome}`));
    expect(outcomes).toEqual(["second queue-full", "first dead", "third dead"]);
  });

  it("fails everything when the pty is gone", () => {
    const writer = createPtyWriter(() => {
      throw new Error("EIO");
    });
    const outcomes: string[] = [];
    for (let write = 0; write < 2; write += 1)
      writer.write(new Uint8Array(1), (outcome) => outcomes.push(outcome));
    expect(outcomes).toEqual(["dead", "dead"]);
  });
});
