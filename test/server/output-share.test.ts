// Who types is served first, and a flood loses nothing by it.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createOutputShare } from "../../src/server/output-share.ts";
import { createHandClock } from "./services/coordination.ts";

const KIB = 1024;

function world() {
  const clock = createHandClock();
  const delivered: { pane: string; offset: number; bytes: number }[] = [];
  const share = createOutputShare(clock, (pane, offset, bytes) => {
    delivered.push({ pane, offset, bytes: bytes.length });
  });
  const printed = new Map<string, number>();
  const print = (pane: string, bytes: number) => {
    const offset = printed.get(pane) ?? 0;
    printed.set(pane, offset + bytes);
    share.take(pane, offset, new Uint8Array(bytes));
  };
  const bytesOf = (pane: string) =>
    delivered.filter((one) => one.pane === pane).reduce((sum, one) => sum + one.bytes, 0);
  return { clock, share, delivered, printed, print, bytesOf };
}

describe("while nobody waits", () => {
  test("everything is parsed as it comes", () => {
    const { print, bytesOf, share } = world();
    for (let i = 0; i < 100; i++) print("%1", 4 * KIB);
    expect(bytesOf("%1")).toBe(400 * KIB);
    expect(share.mostWaiting).toBe(0);
  });
});

describe("after a key", () => {
  test("the echo goes before the flood that came first", () => {
    const { print, share, bytesOf } = world();
    share.hurry("%2");
    for (let i = 0; i < 16; i++) print("%1", 4 * KIB);
    expect(bytesOf("%1")).toBe(16 * KIB);
    print("%2", 1);
    expect(bytesOf("%2")).toBe(1);
    expect(share.mostWaiting).toBe(48 * KIB);
  });

  test("the flood goes on in portions, its panes in turn", () => {
    const { print, share, bytesOf, clock } = world();
    share.hurry("%9");
    for (let i = 0; i < 16; i++) for (const pane of ["%1", "%2"]) print(pane, 4 * KIB);
    clock.advance(1);
    expect(bytesOf("%1") + bytesOf("%2")).toBe(32 * KIB);
    expect(Math.abs(bytesOf("%1") - bytesOf("%2"))).toBeLessThanOrEqual(4 * KIB);
  });

  test("when no more keys come, all is parsed at once again", () => {
    const { print, share, bytesOf, clock } = world();
    share.hurry("%9");
    for (let i = 0; i < 500; i++) print("%1", 4 * KIB);
    clock.advance(302);
    expect(bytesOf("%1")).toBe(2_000 * KIB);
    print("%1", 64 * KIB);
    expect(bytesOf("%1")).toBe(2_064 * KIB);
  });

  test("a look that must not be old has all that came of its pane", () => {
    const { print, share, bytesOf } = world();
    share.hurry(null);
    for (let i = 0; i < 16; i++) for (const pane of ["%1", "%2"]) print(pane, 4 * KIB);
    share.catchUp("%2");
    expect(bytesOf("%2")).toBe(64 * KIB);
    expect(bytesOf("%1")).toBeLessThan(64 * KIB);
  });
});

test("whatever happens, each pane's bytes come once and in order", () => {
  const step = fc.oneof(
    fc.record({ print: fc.constantFrom("%1", "%2", "%3"), bytes: fc.integer({ min: 1, max: 9_000 }) }),
    fc.record({ hurry: fc.constantFrom("%1", "%2", null) }),
    fc.record({ catchUp: fc.constantFrom("%1", "%2", undefined) }),
    fc.record({ passMs: fc.integer({ min: 0, max: 400 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { clock, share, delivered, printed, print } = world();
      for (const one of steps) {
        if ("print" in one) print(one.print, one.bytes);
        else if ("hurry" in one) share.hurry(one.hurry);
        else if ("catchUp" in one) share.catchUp(one.catchUp);
        else clock.advance(one.passMs);
      }
      clock.advance(1_000);
      const next = new Map<string, number>();
      for (const { pane, offset, bytes } of delivered) {
        expect(offset).toBe(next.get(pane) ?? 0);
        next.set(pane, offset + bytes);
      }
      expect(next).toEqual(printed);
    }),
  );
});
