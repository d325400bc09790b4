// Options that mean the same wherever they stand.
import { PRIORITIES } from "../domain/task/words.ts";
import { choice, text } from "./command.ts";

const words = choice(PRIORITIES, "How urgent; or a number, 0 for medium.");

/** A word, or a whole number as agent-sync has it: the higher the more urgent. */
export const priorityOption: typeof words = {
  ...words,
  parse: (raw, name) => (/^-?\d{1,9}$/.test(raw) ? wordOf(Number(raw)) : words.parse(raw, name)),
};

function wordOf(number: number): (typeof PRIORITIES)[number] {
  if (number < 0) return "low";
  if (number === 0) return "medium";
  return number < 10 ? "high" : "critical";
}

/** The server keeps the word with what the call makes. */
export const keyOption = text(
  "word",
  "Your own word for this call: made again it changes nothing and answers the same.",
  { also: ["--id"] },
);

/** Checked against the connection's identity; see `assertSpeaksAs`. */
export const fromOption = text("agent", "States who you are; cannot change it.", {
  short: "f",
  also: ["--from-agent"],
});
