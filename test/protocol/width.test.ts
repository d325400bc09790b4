import { describe, expect, test } from "vitest";
import { codePointWidth, sanitiseLine, splitClusters, textWidth } from "../../src/protocol/width.ts";

describe("columns of text", () => {
  test.each([
    ["abc", 3],
    ["é", 1],
    ["e\u0301", 1],
    ["漢字", 4],
    ["ｆ", 2],
    ["한", 2],
    ["😀", 2],
    ["🫠", 2],
    ["👩‍💻", 2],
    ["👍🏽", 2],
    ["❤️", 2],
    ["❤", 1],
    ["🇫🇷", 2],
    ["🇫🇷🇯🇵", 4],
    ["1️⃣", 2],
    ["1", 1],
    ["✳", 1],
    ["│", 1],
    ["▲", 1],
    ["\u200b", 1],
    ["a\u200bb", 2],
    ["ก็", 1],
    ["", 0],
  ])("%j takes %i", (text, columns) => {
    expect(textWidth(text)).toBe(columns);
  });

  test("control characters are shown, never kept", () => {
    expect(
      splitClusters("a\x1b[2J\tb\u009b\u202ec")
        .map((cluster) => cluster.text)
        .join(""),
    ).toBe("a\ufffd[2J b\ufffdc");
  });

  test("a cluster stops at 32 code points", () => {
    const [first] = splitClusters(`e${"\u0301".repeat(100)}`);
    expect([...(first?.text ?? "")]).toHaveLength(32);
  });

  test("every code point has 0, 1 or 2", () => {
    const widths = new Set<number>();
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 97) widths.add(codePointWidth(codePoint));
    expect([...widths].sort()).toEqual([0, 1, 2]);
  });

  test("a line is cut and cleaned", () => {
    expect(sanitiseLine("a\nb\x1b]2;x\x07\u202e", 5)).toBe("a b]2");
  });
});
