// Options that mean the same wherever they stand.
import { PRIORITIES } from "../domain/task/words.ts";
import { choice, text } from "./command.ts";

export const priorityOption = choice(PRIORITIES, "How urgent.");

/** Checked against the connection's identity; see `assertSpeaksAs`. */
export const fromOption = text("agent", "States who you are; cannot change it.", {
  short: "f",
  also: ["--from-agent"],
});
