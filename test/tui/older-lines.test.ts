// Looking back goes on above the rows that the screen holds, as if they were all there.
import { describe, expect, test } from "vitest";
import { type Answers, answerFrom, eventsOf, keysTo } from "./support/keys.ts";
import { olderAnswers } from "./support/older.ts";
import { modelFor, picture, session, type Session } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

const VIEW = trioView(120, 40);
const { cols, rows } = VIEW.panes[0]!.inner!;
const LINES = Array.from({ length: 12_000 }, (_, y) => `row ${y} of text`);
const LIVE = 500;
const PAGE = 1_500;

function type(held: Session, bytes: string): Session {
  for (const event of eventsOf(bytes)) held.send({ type: "input", event });
  return held;
}

const looking = (keys: string) =>
  keysTo(session(modelFor(VIEW)), `\x02[${keys}`, olderAnswers(LINES, cols, LIVE, PAGE));
const copyOf = (held: Session) => {
  const [layer] = held.model.layers;
  if (layer?.kind !== "copy") throw new Error("nobody looks back");
  return layer.copy;
};
const copied = (held: Session) =>
  held.effects.flatMap((effect) => (effect.type === "clipboard" ? [effect.text] : []));
const calls = (held: Session, method: string) =>
  held.effects.filter((effect) => effect.type === "call" && effect.method === method).length;

describe("keys that lead above the rows of the screen", () => {
  test.each([
    ["g", "g", 0],
    ["a line by its number", "gg7G", 6],
    ["a line by its number, at once", "7G", 6],
    ["k with a count", "3000k", 12_000 - 1 - 3_000],
    ["PageUp", "\x1b[5~".repeat(25), 12_000 - 1 - 25 * (rows - 2)],
    ["C-u", "\x15".repeat(40), 12_000 - 1 - 40 * Math.floor(rows / 2)],
    ["a search up", "?row 42 of\r", 42],
    ["a search down, round the end", "/row 42 of\r", 42],
    ["n and N", "?0 of\rnnN", 11_980],
    ["a search down from the top", "g/77 of\r", 77],
  ])("%s: %j ends in row %i", (_, keys, row) => {
    expect(copyOf(looking(keys)).cursor.row).toBe(row);
  });

  test("all rows on the way are there, each once, and going down again leads back to the end", () => {
    const held = looking("gVGy");
    expect(copied(held)).toEqual([`${LINES.join("\n")}\n`]);
  });

  test("wait for the lines, those behind them too, in order; Escape stops that and leaves nothing", () => {
    const held = type(looking(""), "gVjy");
    expect(copied(held)).toEqual([]);
    expect(copyOf(held).note).toMatch(/loading older lines/);
    answerFrom(held, held.effects.length - 1, olderAnswers(LINES, cols, LIVE, PAGE));
    expect(copied(held)).toEqual(["row 0 of text\nrow 1 of text\n"]);
    const stopped = type(looking(""), "gVjy\x1b");
    expect(copyOf(stopped).note).toMatch(/^Stopped; \d+ lines/);
    answerFrom(stopped, 0, olderAnswers(LINES, cols, LIVE, PAGE));
    expect([copied(stopped), copyOf(stopped).selection]).toEqual([[], null]);
  });

  test("a hit that is not there is looked for in all lines, and it is said what to do next", () => {
    const held = looking("?nowhere\r");
    expect(copyOf(held).note).toMatch(/Nothing here says "nowhere"; C-b f/);
    expect(copyOf(held)).toMatchObject({ first: 0, above: "nothing", cursor: { row: 11_999 } });
  });

  test("n goes up through older lines and round when all were searched", () => {
    const held = looking("?11100 of\r");
    const before = copyOf(held).cursor.row;
    keysTo(held, "n", olderAnswers(LINES, cols, LIVE, PAGE));
    expect([before, copyOf(held).cursor.row, copyOf(held).first]).toEqual([11_100, 11_100, 0]);
  });

  test("at the top it is said that there is no more", () => {
    expect(copyOf(looking("gk")).note).toMatch(/oldest line that is kept/);
  });
});

test("the next page is read before one comes to its end, and not before", () => {
  const far = looking("10k");
  expect(calls(far, "pane.older")).toBe(0);
  const near = looking(`${LIVE - 3 * rows}k`);
  expect(calls(near, "pane.older")).toBe(1);
  expect(copyOf(near)).toMatchObject({ first: 12_000 - LIVE - PAGE, older: "none" });
});

test("a window that changes its size again and again stays where it is, far above the rows of the screen", () => {
  const held = looking("9000k");
  const fromEnd = () => copyOf(held).total - copyOf(held).top - copyOf(held).rows;
  const before = fromEnd();
  const { "pane.rows": lastRows, ...older } = olderAnswers(LINES, cols, LIVE, PAGE);
  const resize = (height: number, answers: Answers) => {
    const asked = held.effects.length;
    held.send({ type: "notice", notice: { notice: "view", view: trioView(120, height) } });
    answerFrom(held, asked, answers);
    return asked;
  };
  const first = resize(38, {});
  resize(36, { "pane.rows": lastRows });
  expect(copyOf(held).older).toBe("awaited");
  resize(34, { "pane.rows": lastRows });
  answerFrom(held, first, { ...older, "pane.rows": lastRows });
  expect(fromEnd()).toBe(before);
});

test("the title says how many lines are known above, and that there are more", async () => {
  const { lines } = await picture(looking("k").model);
  expect(lines.join("\n")).toMatch(new RegExp(`0 below, ${LIVE - rows}\\+ above`));
  const whole = await picture(looking("gG").model);
  expect(whole.lines.join("\n")).toMatch(new RegExp(`0 below, ${12_000 - rows} above`));
});
