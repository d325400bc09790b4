// A hand on the mouse: it goes by what it sees.
import { expect } from "vitest";
import { type Answers, keysTo } from "./keys.ts";
import { picture, type Session } from "./screen.ts";

/** What a terminal sends for a button pressed on a cell; both count from 0. */
export const press = (x: number, y: number, button = 0) => `\x1b[<${button};${x + 1};${y + 1}M`;
export const WHEEL = { up: press(60, 12, 64), down: press(60, 12, 65) };

/** Clicks on the last place where these words stand. */
export async function clickOn(held: Session, words: string, answers: Answers = {}): Promise<Session> {
  const { lines } = await picture(held.model);
  const y = lines.findLastIndex((line) => line.includes(words));
  expect(y, `"${words}" is on the screen:\n${lines.join("\n")}`).toBeGreaterThanOrEqual(0);
  return keysTo(held, press(lines[y]!.indexOf(words), y), answers);
}
