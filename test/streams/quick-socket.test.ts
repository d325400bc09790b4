import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readQuickly, writeQuickly } from "../../src/streams/quick-socket.ts";
import { eventually } from "../support/eventually.ts";

describe("a socket that is read and written quickly", () => {
  let dir: string;
  let server: Server;
  let near: Socket;
  let far: Socket;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "ia-quick-"));
    server = createServer();
    await new Promise<void>((resolve) => void server.listen(join(dir, "s"), resolve));
    near = connect(join(dir, "s"));
    far = await new Promise<Socket>((resolve) => void server.once("connection", resolve));
  });
  afterEach(() => {
    near.destroy();
    far.destroy();
    server.close();
    rmSync(dir, { recursive: true, force: true });
  });

  test("finds the names that it needs in this version of Node", () => {
    expect(readQuickly(far, () => {})).toBe(true);
    const { _handle: handle } = near as unknown as { readonly _handle: { readonly fd: unknown } };
    expect(handle.fd).toEqual(expect.any(Number));
  });

  test("what is kept of a read by `slice` stays as it was", async () => {
    const kept: Uint8Array[] = [];
    readQuickly(far, (bytes) => void kept.push(bytes.slice()));
    for (const [at, word] of ["one", "two", "six"].entries()) {
      near.write(word);
      await eventually(`${word} is read`, () => Buffer.concat(kept).length === 3 * (at + 1));
    }
    expect(Buffer.concat(kept).toString()).toBe("onetwosix");
  });

  test("hands on every byte in order, however they are written", async () => {
    const got: Buffer[] = [];
    readQuickly(far, (bytes) => void got.push(Buffer.from(bytes)));
    const pieces = fc.array(
      fc.record({ length: fc.integer({ min: 0, max: 300_000 }), way: fc.constantFrom("quick", "plain") }),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(pieces, async (all) => {
        got.length = 0;
        const sent = all.map(({ length, way }, at) => {
          const bytes = Buffer.alloc(length, at + 1);
          if (way === "quick") writeQuickly(near, bytes);
          else near.write(bytes);
          return bytes;
        });
        const whole = Buffer.concat(sent);
        await eventually(
          "all is there",
          () => got.reduce((sum, { length }) => sum + length, 0) === whole.length,
        );
        expect(Buffer.concat(got).equals(whole)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test("takes nothing while it is paused, and what waited afterwards", async () => {
    let taken = 0;
    readQuickly(far, ({ length }) => void (taken += length));
    writeQuickly(near, Buffer.from("a"));
    await eventually("the first is there", () => taken === 1);
    far.pause();
    const much = Buffer.alloc(4_000_000);
    writeQuickly(near, much);
    expect(near.writableLength).toBeGreaterThan(0);
    expect(taken).toBe(1);
    far.resume();
    await eventually("the rest is there", () => taken === 1 + much.length);
  });

  test("hears of the end, and of a reader that is gone", async () => {
    const ends: string[] = [];
    far.on("end", () => void ends.push("end"));
    far.on("close", () => void ends.push("close"));
    readQuickly(far, () => {});
    near.on("error", () => void ends.push("error"));
    near.end(Buffer.from("bye"));
    await eventually("the end is heard", () => ends.includes("close"));
    expect(ends).toEqual(["end", "close"]);
    expect(() => writeQuickly(far, Buffer.from("nobody reads this"))).not.toThrow();
  });
});

test("a stream without a socket's names is read and written the public way", async () => {
  const stream = new PassThrough();
  const got: string[] = [];
  expect(
    readQuickly(stream as unknown as Socket, (bytes) => void got.push(Buffer.from(bytes).toString())),
  ).toBe(false);
  writeQuickly(stream as unknown as Socket, Buffer.from("hello"));
  await eventually("it is there", () => got.join("") === "hello");
});
