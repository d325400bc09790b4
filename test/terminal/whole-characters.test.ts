import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unfinishedBytes } from "../../src/terminal/whole-characters.ts";
import { createTestScreen } from "./test-screen.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function shown(pieces: readonly Uint8Array[]): string[] {
  const { screen } = createTestScreen({ cols: 40, rows: 4 });
  for (const piece of pieces) screen.write(piece);
  const lines = screen.ansi();
  screen.dispose();
  return lines;
}

describe("a character that is cut between two reads", () => {
  test.each(["…", "—", "👩‍💻", "漢", "é", "\u{10000}", "\u0800", "ﬀ"])("is there whole: %s", (character) => {
    const bytes = encode(`ab${character}cd`);
    for (let cut = 1; cut < bytes.length; cut++)
      expect(shown([bytes.slice(0, cut), bytes.slice(cut)])).toEqual(shown([bytes]));
  });

  test("is there whole however text with colours is cut into pieces", () => {
    const piece = fc.constantFrom(
      "…",
      "—",
      "a",
      "plain text",
      "👩‍💻",
      "\x1b[38;2;1;2;3m",
      "\x1b[0m",
      "漢字",
      "\r\n",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 9 }), (texts, size) => {
        const bytes = encode(texts.join(""));
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          bytes.slice(at * size, (at + 1) * size),
        );
        expect(shown(pieces)).toEqual(shown([bytes]));
      }),
    );
  });
});

test.each([
  [[0x61], 0],
  [[0xe2], 1],
  [[0x61, 0xe2, 0x80], 2],
  [[0xe2, 0x80, 0xa6], 0],
  [[0xf0, 0x9f, 0x98], 3],
  [[0xc3], 1],
  [[0x80, 0x80, 0x80, 0x80], 0],
  [[0xff], 0],
  [[], 0],
] as const)("of %j so many bytes wait for more: %i", (bytes, count) => {
  expect(unfinishedBytes(Uint8Array.from(bytes))).toBe(count);
});
