import { expect, test } from "vitest";
import { bufferPieces, MAX_BUFFER_LENGTH, MAX_BUFFER_PIECE } from "../../src/protocol/buffer.ts";
import { MAX_JSON_FRAME, MAX_REPLY_FRAME } from "../../src/protocol/frames.ts";
import { createBufferService } from "../../src/server/services/buffer-service.ts";

test("pieces of a long text give it back, fit a line each, and cut no character in two", () => {
  const text = `x${"😀".repeat(MAX_BUFFER_LENGTH / 2 - 1)}y`;
  const pieces = bufferPieces(text);
  expect(pieces.join("")).toBe(text);
  for (const piece of pieces) expect(() => encodeURIComponent(piece)).not.toThrow();
  const longest = JSON.stringify({
    id: 1,
    method: "buffer.set",
    params: { text: "\x1b".repeat(MAX_BUFFER_PIECE) },
  });
  expect(longest.length).toBeLessThan(MAX_JSON_FRAME);
  expect(JSON.stringify("\x1b".repeat(MAX_BUFFER_LENGTH)).length + 500).toBeLessThan(MAX_REPLY_FRAME);
});

test("a buffer holds one MiB, put together from pieces under one name, and refuses more", () => {
  const buffers = createBufferService(() => 0);
  const text = "abcdefgh".repeat(MAX_BUFFER_LENGTH / 8);
  bufferPieces(text).forEach((piece, index) => buffers.set(piece, undefined, index > 0));
  expect(buffers.list()).toMatchObject([{ name: "buffer0", length: MAX_BUFFER_LENGTH }]);
  expect(buffers.show(undefined).text).toBe(text);
  expect(() => buffers.set("x", undefined, true)).toThrow("at most 1048576 characters");
  expect(buffers.show("buffer0").length).toBe(MAX_BUFFER_LENGTH);
});

test("appending keeps the buffer's name, and whether it was given one", () => {
  const buffers = createBufferService(() => 0);
  buffers.set("one", "mine");
  expect(buffers.set("two", "mine", true)).toMatchObject({ name: "mine", length: 6 });
  buffers.set("loose", undefined);
  expect(buffers.set("+", undefined, true)).toMatchObject({ name: "buffer0", preview: "loose+" });
  expect(buffers.list().map(({ name }) => name)).toEqual(["buffer0", "mine"]);
});
