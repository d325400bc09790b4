// Copy mode's keys, what a selection copies, links, and the search through all panes: as pure updates.
import { describe, expect, test } from "vitest";
import { CELL_WORDS, DEFAULT_MODES } from "../../src/protocol/cells.ts";
import { createPaneGrid, type PaneGrid } from "../../src/tui/compositor/pane-grid.ts";
import { copyKey } from "../../src/tui/copy/copy-keys.ts";
import {
  addRows,
  type CopyState,
  createCopyState,
  takeFirst,
  moveTo,
} from "../../src/tui/copy/copy-state.ts";
import { selectedText } from "../../src/tui/copy/copy-text.ts";
import { copyKeyHelp } from "../../src/tui/copy/key-tables.ts";
import { linkInText } from "../../src/tui/copy/links.ts";
import { copyKeysFor, editorCommand } from "../../src/tui/open-link.ts";
import { keysTo } from "./support/keys.ts";
import { rowsOf } from "./support/rows.ts";
import { gridOf, modelFor, picture, session } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

/** Lines in a page whose rows in `wrapped` go on from the row above. */
function page(cols: number, lines: readonly string[], wrapped: readonly number[] = []): PaneGrid {
  const plain = gridOf(1, cols, lines.length, lines);
  const grid = createPaneGrid();
  grid.apply({
    pane: 1,
    cols,
    rows: lines.length,
    full: true,
    cursor: { x: 0, y: 0, visible: true, shape: 0 },
    modes: DEFAULT_MODES,
    historyLength: 0,
    spans: lines.map((_, y) => ({
      y,
      x: 0,
      words: plain.words.slice(y * cols * CELL_WORDS, (y + 1) * cols * CELL_WORDS),
      combined: new Map(),
      extras: new Map(),
      wrapped: wrapped.includes(y),
    })),
  });
  return grid;
}

function looking(
  lines: readonly string[],
  more: { cols?: number; wrapped?: readonly number[]; keys?: "vi" | "emacs" } = {},
): CopyState {
  const cols = more.cols ?? 40;
  const empty = createCopyState({ id: "%1", number: 1, cols, rows: 5 }, "none", { keys: more.keys ?? "vi" });
  const whole = { ...empty, total: lines.length, top: Math.max(0, lines.length - 5) };
  return moveTo(addRows(whole, 0, page(cols, lines, more.wrapped)), 0, 0);
}

function press(copy: CopyState, ...keys: string[]): CopyState {
  let held = copy;
  for (const key of keys) {
    const outcome = copyKey(held, key, [...key].length === 1 ? key : null);
    if (outcome.kind !== "stay" && outcome.kind !== "search") throw new Error(`${key}: ${outcome.kind}`);
    held = outcome.copy;
  }
  return held;
}

const TEXT = ["one two-three four", "", "  (five) six.seven", "", "", "eight nine", "ten"];

describe("vi's keys", () => {
  test.each([
    ["3 w", 0, 8],
    ["W", 0, 4],
    ["2 W", 0, 14],
    ["W E", 0, 12],
    ["$ B", 0, 14],
    ["f t", 0, 4],
    ["f t ;", 0, 8],
    ["f t ; ,", 0, 4],
    ["t t", 0, 3],
    ["t t ;", 0, 7],
    ["$ F t", 0, 8],
    ["$ T t", 0, 9],
    ["2 f e", 0, 11],
    ["}", 1, 0],
    ["} }", 3, 0],
    ["G {", 4, 0],
    ["2 j", 2, 0],
    ["3 G", 2, 0],
    ["1 0 l", 0, 10],
    ["G 2 k", 4, 0],
    ["j j ^", 2, 2],
  ])("%s", (keys, row, col) => {
    expect(press(looking(TEXT), ...keys.split(" ")).cursor).toEqual({ row, col });
  });

  test("% goes to the other bracket, over rows and over others between", () => {
    const code = looking(["if (a[0] && (b)) {", "  call({ x: [1] });", "} else {"]);
    expect(press(code, "%").cursor).toEqual({ row: 0, col: 15 });
    expect(press(code, "%", "%").cursor).toEqual({ row: 0, col: 3 });
    expect(press(code, "$", "%").cursor).toEqual({ row: 2, col: 0 });
    expect(press(code, "$", "%", "%").cursor).toEqual({ row: 0, col: 17 });
    const open = press(code, "G", "$", "%");
    expect(open).toMatchObject({
      cursor: { row: 2, col: 7 },
      note: "No bracket here has its other end near.",
    });
    expect(press(looking(["()日本(x)"]), "2", "l", "%").cursor).toEqual({ row: 0, col: 8 });
  });

  test("X marks a place, and M-x goes there and back", () => {
    expect(press(looking(TEXT), "M-x").note).toBe("Nothing is marked; X marks a place.");
    const there = press(looking(TEXT), "3", "l", "X", "G", "M-x");
    expect(there.cursor).toEqual({ row: 0, col: 3 });
    expect(press(there, "M-x").cursor).toEqual({ row: 6, col: 0 });
  });

  test("a character that is not there says so and moves nothing", () => {
    const copy = press(looking(TEXT), "f", "z");
    expect(copy.cursor).toEqual({ row: 0, col: 0 });
    expect(copy.note).toBe("There is no z in this row.");
  });

  test("D copies to the end of the row, * searches the word under the cursor", () => {
    expect(copyKey(press(looking(TEXT), "w"), "D", "D")).toEqual({ kind: "copied", text: "two-three four" });
    expect(copyKey(press(looking(TEXT), "w"), "*", "*")).toMatchObject({
      kind: "search",
      copy: { search: { pattern: "two", backwards: false } },
    });
    expect(copyKey(looking(TEXT), "#", "#")).toMatchObject({ copy: { search: { backwards: true } } });
  });

  test("A appends, o without a selection opens, every key of the help does something", () => {
    expect(copyKey(press(looking(TEXT), "v", "e"), "A", "A")).toEqual({ kind: "appended", text: "one" });
    expect(copyKey(looking(["see https://a.b/c"]), "o", "o")).toMatchObject({ kind: "stay" });
    expect(copyKey(press(looking(["see https://a.b/c"]), "w"), "o", "o")).toEqual({
      kind: "open",
      link: { kind: "url", url: "https://a.b/c" },
    });
    for (const style of ["vi", "emacs"] as const) {
      for (const [keys] of copyKeyHelp(style)) {
        for (const key of keys.split(" ")) {
          const outcome = copyKey(looking(TEXT, { keys: style }), key, [...key].length === 1 ? key : null);
          const note = outcome.kind === "stay" ? (outcome.copy.note ?? "") : "";
          expect(note, key).not.toContain("does nothing here");
        }
      }
    }
  });
});

describe("emacs' keys", () => {
  test.each([
    ["C-f C-f", 0, 2],
    ["M-f", 0, 2],
    ["C-e M-b", 0, 14],
    ["C-n C-n M-m", 2, 2],
    ["M->", 6, 0],
    ["M-} M-}", 3, 0],
    ["M-4 C-f", 0, 4],
    ["C-e C-a", 0, 0],
  ])("%s", (keys, row, col) => {
    expect(press(looking(TEXT, { keys: "emacs" }), ...keys.split(" ")).cursor).toEqual({ row, col });
  });

  test("C-Space selects, R makes it a block, M-w copies", () => {
    const copy = press(looking(TEXT, { keys: "emacs" }), "C-Space", "C-n", "C-n", "C-f", "C-f");
    expect(copyKey(copy, "M-w", null)).toEqual({ kind: "copied", text: "one two-three four\n\n  (" });
    expect(copyKey(press(copy, "R"), "M-w", null)).toEqual({ kind: "copied", text: "one\n\n  (" });
  });

  test("belong to who edits with an emacs", () => {
    expect(copyKeysFor({ EDITOR: "/usr/bin/emacs -nw" })).toBe("emacs");
    expect(copyKeysFor({ VISUAL: "nvim" })).toBe("vi");
    expect(copyKeysFor({})).toBe("vi");
  });
});

describe("copying", () => {
  const wrapped = looking(["a long li", "ne that w", "raps", "next"], { cols: 9, wrapped: [1, 2] });

  test("joins what the terminal wrapped, and keeps what the program ended", () => {
    expect(selectedText(press(wrapped, "v", "3", "j", "$"))).toBe("a long line that wraps\nnext");
    expect(selectedText(press(wrapped, "j", "V"))).toBe("a long line that wraps\n");
  });

  test("a block keeps its rows", () => {
    expect(selectedText(press(wrapped, "C-v", "j", "l"))).toBe("a\nne");
  });

  test("drops the sides of a box and the padding in it", () => {
    const box = ["╭─ title ─────╮", "│ first       │", "│   indented  │", "╰─────────────╯"];
    expect(selectedText(press(looking(box), "V", "3", "j"))).toBe("first\n  indented\n");
    const middle = press(looking(box), "j", "2", "l", "v", "j", "$");
    expect(selectedText({ ...middle, cursor: { row: 2, col: 12 } })).toBe("first\n  indented");
  });

  test("leaves sides alone that not every line has", () => {
    const mixed = ["│ boxed │", "not boxed", "│ boxed │"];
    expect(selectedText(press(looking(mixed), "V", "2", "j"))).toBe("│ boxed │\nnot boxed\n│ boxed │\n");
    expect(selectedText(press(looking(["a │ b", "c │ d"]), "V", "j"))).toBe("a │ b\nc │ d\n");
  });
});

test("the place stays while the history is trimmed under it", () => {
  const copy = { ...looking(TEXT), first: 0 };
  const later = takeFirst({ ...copy, total: 30 }, 4);
  expect(later).toMatchObject({ first: 4, top: copy.top, cursor: copy.cursor });
  expect(takeFirst({ ...copy, cache: new Map() }, 6)).toMatchObject({ first: 6, top: 6 });
});

describe("a link", () => {
  test.each([
    ["see https://a.b/c(d)?x=1, ok", 6, { kind: "url", url: "https://a.b/c(d)?x=1" }],
    ["(https://a.b/c).", 6, { kind: "url", url: "https://a.b/c" }],
    ["at src/a.ts:12:3 here", 5, { kind: "file", path: "src/a.ts", line: 12, column: 3 }],
    ["src/a.ts(12,3): error", 3, { kind: "file", path: "src/a.ts", line: 12, column: 3 }],
    ['File "x y.py", line 7, in f', 9, { kind: "file", path: "x y.py", line: 7, column: null }],
    ["edit ./README.md.", 8, { kind: "file", path: "./README.md", line: null, column: null }],
    ["just words 12:30", 2, null],
    ["javascript:alert(1)", 3, null],
  ])("%s", (text, offset, link) => {
    expect(linkInText(text, offset)).toEqual(link);
  });

  test("opens a file as the editor wants to be told", () => {
    expect(editorCommand("vi", "/a", 3, 4)).toEqual(["vi", "+3", "/a"]);
    expect(editorCommand("code -w", "/a", 3, 4)).toEqual(["code", "-w", "--goto", "/a:3:4"]);
    expect(editorCommand("nano", "/a", 3, 4)).toEqual(["nano", "+3,4", "/a"]);
    expect(editorCommand("hx", "/a", null, null)).toEqual(["hx", "/a"]);
  });
});

const VIEW = trioView(120, 40);

describe("the search through all panes", () => {
  const hit = { paneId: "%2", row: 7, col: 2, length: 6, text: "a needle", logOffset: null };
  const found = {
    hits: [hit],
    next: 1,
    isOver: true,
    isCut: false,
    problem: null,
    doneBytes: 5,
    totalBytes: 5,
  };

  test("asks, shows hits with their panes, and goes to one in its pane", async () => {
    const held = keysTo(session(modelFor(VIEW)), "\x02fneedle\r", {
      "search.open": { searchId: "s1" },
    });
    held.send({ type: "answered", reply: { kind: "find-read", searchId: "s1" }, result: found });
    const shown = await picture(held.model);
    expect(shown.lines.join("\n")).toMatch(/find needle/);
    expect(shown.lines.join("\n")).toMatch(/1\.2 kimi +a needle/);
    const place = { paneId: "%2", row: 7, col: 2, length: 6, snapshot: null };
    keysTo(held, "\r", { "search.show": place });
    expect(held.effects.at(-1)).toMatchObject({ method: "pane.focus", params: { target: "%2" } });
    const view = {
      ...VIEW,
      panes: VIEW.panes.map((pane) => ({ ...pane, focused: pane.id === "%2" })),
    };
    held.send({ type: "notice", notice: { notice: "view", view } });
    held.send({ type: "answered", reply: { kind: "find-focused", place }, result: {} });
    expect(held.model.layers).toMatchObject([{ kind: "copy", copy: { paneId: "%2", isFromFind: true } }]);
    expect(held.effects).toContainEqual(
      expect.objectContaining({ method: "client.mode", params: { paneId: "%2", copyMode: true } }),
    );
    held.send({
      type: "answered",
      reply: { kind: "copy-rows", layerId: held.model.layers[0]!.id },
      result: rowsOf(Array(20).fill("a needle"), VIEW.panes[1]!.inner!.cols)(),
    });
    // n and N go through all panes: so does the count.
    expect((await picture(held.model)).lines.join("\n")).toContain(" 1 of 1 in all panes: needle ");
  });

  test("says how far it is, and can be stopped", async () => {
    const held = keysTo(session(modelFor(VIEW)), "\x02fneedle\r", { "search.open": { searchId: "s1" } });
    const half = { ...found, isOver: false, doneBytes: 1_000_000, totalBytes: 4_000_000 };
    held.send({ type: "answered", reply: { kind: "find-read", searchId: "s1" }, result: half });
    expect((await picture(held.model)).lines[0]).toContain("1, searching 25 % of 4.0 MB");
    keysTo(held, "c");
    expect(held.effects.at(-1)).toMatchObject({ method: "search.stop", params: { searchId: "s1" } });
    expect(held.model.find).toMatchObject({ isOver: true, hits: [hit] });
  });
});
