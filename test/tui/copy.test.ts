import { describe, expect, test } from "vitest";
import { copyKey } from "../../src/tui/copy/copy-keys.ts";
import { takeHits } from "../../src/tui/copy/copy-search.ts";
import { addRows, type CopyState, createCopyState, moveTo, scrollBy } from "../../src/tui/copy/copy-state.ts";
import { selectedText } from "../../src/tui/copy/copy-text.ts";
import { missingRows } from "../../src/tui/copy/needs.ts";
import { gridOf } from "./support/screen.ts";

const LINES = ["first line here", "  indented, with signs", "日本語 wide", "", "last one"];

/** Looking back at these lines through a window of three rows, the cursor on the last. */
function looking(lines: readonly string[] = LINES): CopyState {
  const empty = createCopyState({ id: "%1", number: 1, cols: 30, rows: 3 }, "none");
  const whole = addRows(
    { ...empty, total: lines.length, top: Math.max(0, lines.length - 3) },
    0,
    gridOf(1, 30, lines.length, lines),
  );
  return moveTo(whole, lines.length - 1, 0);
}

function press(copy: CopyState, ...keys: string[]): CopyState {
  let held = copy;
  for (const key of keys) {
    const outcome = copyKey(held, key, [...key].length === 1 ? key : null);
    if (outcome.kind !== "stay" && outcome.kind !== "search")
      throw new Error(`${key} led to ${outcome.kind}`);
    held = outcome.copy;
  }
  return held;
}

describe("moving", () => {
  test.each([
    [["k"], { row: 3, col: 0 }],
    [["g"], { row: 0, col: 0 }],
    [["g", "w"], { row: 0, col: 6 }],
    [["g", "w", "w", "w"], { row: 1, col: 2 }],
    [["g", "e"], { row: 0, col: 4 }],
    [["g", "$"], { row: 0, col: 14 }],
    [["g", "j", "^"], { row: 1, col: 2 }],
    [["g", "w", "w", "b"], { row: 0, col: 6 }],
    [["g", "G"], { row: 4, col: 0 }],
    [["g", "k", "h"], { row: 0, col: 0 }],
    [["G", "j", "j"], { row: 4, col: 0 }],
  ])("%j ends at %j", (keys, cursor) => {
    expect(press(looking(), ...keys).cursor).toEqual(cursor);
  });

  test("the window follows the cursor and stops at both ends", () => {
    expect(press(looking(), "g").top).toBe(0);
    expect(press(looking(), "g", "G").top).toBe(2);
    expect(scrollBy(looking(), -100)).toMatchObject({ top: 0, cursor: { row: 0 } });
    expect(scrollBy(looking(), 100)).toMatchObject({ top: 2, cursor: { row: 4 } });
  });
});

describe("selecting", () => {
  test("characters go over rows, wide ones once, blanks at the end dropped", () => {
    expect(selectedText(press(looking(), "g", "w", "v", "j", "j"))).toBe(
      "line here\n  indented, with signs\n日本語",
    );
  });

  test("lines are whole and end with a newline", () => {
    expect(selectedText(press(looking(), "g", "l", "V", "j"))).toBe(
      "first line here\n  indented, with signs\n",
    );
  });

  test("a block is the same columns of each row", () => {
    expect(selectedText(press(looking(), "g", "C-v", "j", "l", "l"))).toBe("fir\n  i");
  });

  test("o goes to the other end and back changes nothing", () => {
    const copy = press(looking(), "g", "v", "w");
    expect(press(copy, "o").cursor).toEqual({ row: 0, col: 0 });
    expect(selectedText(press(copy, "o", "o"))).toBe(selectedText(copy));
  });

  test("y copies, and without a selection says how to start one", () => {
    expect(copyKey(press(looking(), "g", "v", "e"), "y", "y")).toEqual({ kind: "copied", text: "first" });
    expect(press(looking(), "y").note).toContain("v starts a selection");
  });

  test("escape drops the selection first, then leaves", () => {
    const copy = press(looking(), "v", "Escape");
    expect(copy.selection).toBeNull();
    expect(copyKey(copy, "Escape", null).kind).toBe("leave");
  });
});

describe("searching", () => {
  const hit = (row: number, col: number) => ({
    paneId: "%1",
    row,
    col,
    length: 3,
    text: "",
    logOffset: null,
  });

  test("asks the server, goes to the nearest hit in the direction, n and N go on round", () => {
    const asked = copyKey(press(looking(), "?", "o", "n", "e"), "Enter", null);
    expect(asked).toMatchObject({ kind: "search", copy: { search: { pattern: "one", backwards: true } } });
    if (asked.kind !== "search") return;
    const found = takeHits(asked.copy, [hit(3, 0), hit(0, 2), hit(1, 4)]);
    expect(found.cursor).toEqual({ row: 3, col: 0 });
    expect(press(found, "n").cursor).toEqual({ row: 1, col: 4 });
    expect(press(found, "n", "n", "n").cursor).toEqual({ row: 3, col: 0 });
    expect(press(found, "N").cursor).toEqual({ row: 0, col: 2 });
  });

  test("no hit says so and moves nothing", () => {
    const asked = copyKey(press(looking(), "?", ..."zebra"), "Enter", null);
    if (asked.kind !== "search") throw new Error(`it led to ${asked.kind}`);
    const copy = takeHits(asked.copy, []);
    expect(copy.note).toBe('Nothing here says "zebra"; C-b f searches all panes.');
    expect(copy.cursor).toEqual(looking().cursor);
  });
});

describe("rows", () => {
  test("only those that the window lacks are asked for, within what there is", () => {
    expect(missingRows(looking())).toBeNull();
    const long = {
      ...createCopyState({ id: "%1", number: 1, cols: 30, rows: 20 }, "none"),
      total: 5_000,
      top: 3_000,
      fetching: false,
    };
    expect(missingRows(long)).toEqual({ from: 2_900, count: 400 });
    expect(missingRows({ ...long, top: 4_980 })).toEqual({ from: 4_600, count: 400 });
    expect(missingRows({ ...long, total: 30, top: 10 })).toEqual({ from: 0, count: 30 });
  });

  test("those far from the window are forgotten: memory stays bounded", () => {
    let copy: CopyState = { ...looking(), total: 100_000 };
    for (let from = 0; from < 20_000; from += 400)
      copy = addRows({ ...copy, top: from }, from, gridOf(1, 4, 400, []));
    expect(copy.cache.size).toBeLessThanOrEqual(5_000);
    expect(copy.cache.has(19_999)).toBe(true);
    expect(copy.cache.has(0)).toBe(false);
  });
});
