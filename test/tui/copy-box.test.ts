// What a copy takes off: the boxes that agents draw round their words, and nothing of a table, a tree or code.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withoutBoxes } from "../../src/tui/copy/box.ts";

const SCREENS = join(import.meta.dirname, "..", "fixtures", "screens");
const screenOf = (name: string) =>
  readFileSync(join(SCREENS, name), "utf8")
    .split("\n")
    .map((line) => line.trimEnd());
const whole = (lines: readonly string[]) => withoutBoxes(lines, 0, true);

const BOX = ["╭─ title ─────╮", "│ first       │", "│   indented  │", "╰─────────────╯"];

describe("a box", () => {
  test("goes with what stands above and below it selected too", () => {
    expect(whole(["before", "", ...BOX, "after"])).toEqual(["before", "", "first", "  indented", "after"]);
  });

  test("goes when the selection begins or ends inside it", () => {
    expect(whole([...BOX.slice(2), "after"])).toEqual(["  indented", "after"]);
    expect(whole(["before", ...BOX.slice(0, 2)])).toEqual(["before", "first"]);
    expect(withoutBoxes(["before", "╭─ title ─────╮", "│ first"], 0, false)).toEqual(["before", "first"]);
    expect(withoutBoxes(["rst       │", ...BOX.slice(2), "after"], 4, true)).toEqual([
      "rst",
      "  indented",
      "after",
    ]);
    expect(withoutBoxes(["─ title ─────╮", "│ fir"], 1, false)).toEqual(["fir"]);
  });

  test("goes each by itself when there are several, one right below the other too", () => {
    const second = ["┌────┐", "│ two│", "├────┤", "│ 2  │", "└────┘"];
    const first = ["first", "  indented"];
    expect(whole([...BOX, ...second, "", ...BOX])).toEqual([...first, "two", "2", "", ...first]);
  });

  test("goes round wide characters, whose line has fewer of them", () => {
    expect(whole(["x", "╭────────╮", "│ 日本語 │", "│ 😀     │", "╰────────╯"])).toEqual([
      "x",
      "日本語",
      "😀",
    ]);
  });

  test("stays when it is not one: sides that do not stand below each other, or that no edge closes", () => {
    for (const lines of [
      ["│ boxed │", "not boxed", "│ boxed │"],
      ["x", "│ one │", "│ two │", "y"],
      ["╭────╮", "│ one  │", "╰────╯"],
      ["a │ b", "c │ d"],
    ])
      expect(whole(lines)).toEqual(lines);
  });
});

describe("nothing is taken from", () => {
  test.each([
    ["a table", ["┌───┬───┐", "│ a │ b │", "├───┼───┤", "│ 1 │ 2 │", "└───┴───┘"]],
    ["a table with words round it", ["see:", "┏━━━┳━━━┓", "┃ a ┃ b ┃", "┗━━━┻━━━┛", "done"]],
    ["rows of a table", ["│ a │ b │", "│ 1 │ 2 │"]],
    ["a row of a table", ["│ a │ b │"]],
    ["the lower part of a table", ["│ 1 │ 2 │", "└───┴───┘", "below"]],
    ["a table in Markdown", ["| a | b |", "|---|---|", "| 1 | 2 |"]],
    ["a tree", ["src", "├── a.ts", "│   └── b.ts", "└── c.ts"]],
    ["code with bars", ["|| left", "x = a | b |", "| c |"]],
    ["a diff with a quoted bar", ["▎ Auto mode is now", "▎ the default"]],
    ["a rule", ["────────────", "❯ text", "────────────"]],
  ])("%s", (_, lines) => {
    expect(whole(lines)).toEqual(lines);
  });

  test("a piece of a table's rows, cut on both sides", () => {
    expect(withoutBoxes([" b │", "│ 1 │ 2"], 5, false)).toEqual([" b │", "│ 1 │ 2"]);
  });
});

describe("screens of real agents", () => {
  const names = readdirSync(SCREENS).filter((name) => name.endsWith(".txt") && !name.includes(".ansi."));
  const boxed = names.filter((name) => screenOf(name).some((line) => /^\s*[╭╰]─.*─[╮╯]$/u.test(line)));

  test("of which a good part has boxes", () => {
    expect(names.length).toBeGreaterThan(60);
    expect(boxed.length).toBeGreaterThan(10);
  });

  test.each(boxed)("%s: all of it copied has no side of a box left, and every word", (name) => {
    const lines = screenOf(name);
    const copied = whole(lines);
    expect(copied.filter((line) => /^\s*[╭╰│].*[╮╯│]\s*$/u.test(line))).toEqual([]);
    const words = (text: readonly string[]) =>
      text
        .flatMap((line) => (/^\s*[╭╰]/u.test(line) ? [] : line.split(/[\s│]+/u)))
        .filter((word) => word !== "");
    expect(words(copied)).toEqual(words(lines));
  });

  test.each(names.filter((name) => !boxed.includes(name)))("%s: without boxes it stays as it is", (name) => {
    expect(whole(screenOf(name))).toEqual(screenOf(name));
  });

  test("Kimi Code's status in the middle of its screen", () => {
    const copied = whole(screenOf("kimi-bang.txt").slice(15, 30));
    expect(copied).toContain("  Permissions  Always Ask");
    expect(copied.join("\n")).toMatch(/>_ Kimi Code \(v2\.1\.0\)\n\n {2}Model/);
  });
});
