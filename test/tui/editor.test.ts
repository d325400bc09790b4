import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitClusters, textWidth } from "../../src/protocol/width.ts";
import { createEditor, editKey, type Editor, insertText, layoutEditor } from "../../src/tui/editor.ts";
import { clockAge, fit, pad, shortAge, wrap } from "../../src/tui/format.ts";

function press(editor: Editor, ...keys: string[]): Editor {
  return keys.reduce((held, key) => editKey(held, key, [...key].length === 1 ? key : null) ?? held, editor);
}

describe("a text field", () => {
  test.each([
    ["one two", ["C-w"], "one ", 4],
    ["one two", ["C-a", "M-f", "C-k"], "one", 3],
    ["one", ["BSpace", "x"], "onx", 3],
    ["one", ["Home", "Delete"], "ne", 0],
    ["one", ["C-u", "C-y", "C-y"], "oneone", 6],
    ["a👩‍👩‍👧b", ["Left", "BSpace"], "ab", 1],
    ["日本", ["Left", "Left", "x"], "x日本", 1],
    ["one\ntwo", ["Up", "!"], "one!\ntwo", 4],
    ["one\ntwo", ["Up", "Home", "Down", "End"], "one\ntwo", 7],
    ["one\ntwo", ["Home", "BSpace"], "onetwo", 3],
  ])("%j after %j is %j", (text, keys, expected, cursor) => {
    expect(press(createEditor(text), ...keys)).toMatchObject({ text: expected, cursor });
  });

  test("a single line takes no newline, and no field takes a control character", () => {
    expect(insertText(createEditor("", false), "a\r\nb").text).toBe("a b");
    expect(insertText(createEditor(""), "a\x1b[31mb\x07\r\nc").text).toBe("a[31mb\nc");
  });

  test("the layout keeps every character and puts the cursor inside", () => {
    const piece = fc.constantFrom("a", "word ", "日", "😀", "\n", " ", "longlonglong", "é");
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.integer({ min: 4, max: 20 }),
        fc.nat(),
        (pieces, columns, at) => {
          const text = pieces.join("");
          const edges = splitClusters(text).reduce<number[]>(
            (all, cluster) => [...all, all.at(-1)! + cluster.text.length],
            [0],
          );
          const editor = { ...createEditor(text), cursor: edges[at % edges.length]! };
          const layout = layoutEditor(editor, columns);
          expect(layout.lines.join("")).toBe(text.replaceAll("\n", ""));
          expect(layout.lines.every((line) => textWidth(line) <= columns)).toBe(true);
          expect(layout.cursorY).toBeLessThan(layout.lines.length);
          expect(layout.cursorX).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});

describe("text for the chrome", () => {
  test("fits and fills to columns, never to characters", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "日", "😀", "é", " ") }),
        fc.integer({ min: 0, max: 20 }),
        (text, columns) => {
          expect(textWidth(fit(text, columns))).toBeLessThanOrEqual(columns);
          expect(textWidth(pad(text, columns))).toBe(columns);
          expect(
            wrap(text, Math.max(2, columns)).every((line) => textWidth(line) <= Math.max(2, columns)),
          ).toBe(true);
        },
      ),
    );
  });

  test.each([
    [500, "0:00", "now"],
    [42_000, "0:42", "42 s"],
    [725_000, "12:05", "12 m"],
    [7_300_000, "2 h", "2 h"],
    [200_000_000, "2 d", "2 d"],
    [-5, "0:00", "now"],
  ])("%i ms is %s on the clock, %s in short", (ms, clock, short) => {
    expect([clockAge(ms), shortAge(ms)]).toEqual([clock, short]);
  });
});
