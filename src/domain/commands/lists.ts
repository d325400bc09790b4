// The commands that open a list.
import { type ListName, local } from "./command.ts";
import { type CommandSpec, plain } from "./spec.ts";

export const LIST_COMMANDS: readonly CommandSpec[] = [
  list("needs", ["needs-me"], "What needs you", "needs"),
  list("inbox", [], "Messages to you", "inbox"),
  list("mail", ["msgs"], "Messages of all to all", "mail"),
  list("tasks", ["board"], "Tasks by status", "tasks"),
  list("locks", [], "Who holds what", "locks"),
  list("agents", ["who", "status"], "The agents and their states", "agents"),
  list("activity", [], "Who did what", "activity"),
  list("deliveries", [], "What was delivered, and what waits", "deliveries"),
  list("specs", [], "Specifications", "specs"),
  list("decisions", [], "Decisions", "decisions"),
  list("archive", [], "What was long over and was put away", "archive"),
];

function list(name: string, aliases: readonly string[], summary: string, which: ListName): CommandSpec {
  return plain(name, aliases, summary, local({ name: "open-list", list: which }));
}
