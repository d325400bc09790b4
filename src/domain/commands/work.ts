// The commands of work: handing it out, moving it on, and holding the files that it needs.
import type { TaskStatus } from "../task/task.ts";
import { PRIORITIES } from "../task/words.ts";
import { call, local, type ParsedCommand } from "./command.ts";
import type { OptionSpec } from "./options.ts";
import { type CommandSpec, fail, ok, PRIORITY, TO } from "./spec.ts";

const RESOURCE: OptionSpec = { flag: "--resource", value: "name" };

/** What the words for a step make of a task. */
const STEPS: Readonly<Record<string, { readonly status: TaskStatus; readonly why?: string }>> = {
  start: { status: "in_progress" },
  done: { status: "completed" },
  complete: { status: "completed" },
  review: { status: "under_review" },
  approve: { status: "approved" },
  revise: { status: "revision_needed", why: "the tests are missing" },
  reject: { status: "rejected", why: "it is not needed any more" },
  block: { status: "blocked", why: "the API key is missing" },
  cancel: { status: "cancelled" },
};

export const WORK_COMMANDS: readonly CommandSpec[] = [
  {
    name: "delegate",
    aliases: ["quick"],
    usage: "[--to agent] [--priority p] [text]",
    summary: "Give a task to an agent; without an agent or text the dialog opens",
    options: [TO, PRIORITY],
    complete: "agent",
    build(options) {
      const priority = options.value("--priority");
      if (priority !== undefined && !(PRIORITIES as readonly string[]).includes(priority))
        return fail(`There is no priority ${priority}.`, PRIORITIES.join(", "));
      const to = options.value("--to") ?? null;
      const text = options.words.join(" ");
      if (to === null || text === "") return ok(local({ name: "delegate", to, text }));
      return ok(call("task.delegate", { to, text, priority }));
    },
  },
  {
    name: "task",
    aliases: ["task-update"],
    usage:
      "new title | assign id agent | claim [id] | depend id on… | start, done, review, approve, revise, reject, block, cancel id [:: note] | id status [note]",
    summary: "Make a task, give it to somebody, or move it on",
    options: [PRIORITY],
    complete: "task",
    choices: { 1: ["new", "assign", "claim", "depend", ...Object.keys(STEPS)] },
    build: (options) => buildTask(options.words, options.value("--priority")),
  },
  {
    name: "lock",
    aliases: [],
    usage: "path [reason] | --resource name [reason]",
    summary: "Hold a file, a directory, a pattern or a named thing for yourself",
    options: [RESOURCE],
    complete: "none",
    build(options) {
      const resource = options.value("--resource");
      if (resource !== undefined)
        return ok(call("lock.acquire", { resource, reason: options.words.join(" ") }));
      const [path, ...reason] = options.words;
      return path === undefined
        ? ok(local({ name: "lock", path: null, reason: "" }))
        : ok(call("lock.acquire", { path, reason: reason.join(" ") }));
    },
  },
  {
    name: "unlock",
    aliases: [],
    usage: "[--force] path | --resource name",
    summary: "Release a lock; --force another's",
    options: [{ flag: "--force" }, RESOURCE],
    complete: "lock",
    build(options) {
      const resource = options.value("--resource");
      const path = options.words[0];
      return path === undefined && resource === undefined
        ? fail("Which lock? Give its path.")
        : ok(call("lock.release", { path, resource, force: options.has("--force") }));
    },
  },
];

function buildTask(words: readonly string[], priority: string | undefined): ParsedCommand {
  const [verb, ...rest] = words;
  const [task] = rest;
  if (verb === "new" || verb === "create")
    return task === undefined
      ? fail("What is its title?", "task new Write a health check")
      : ok(call("task.create", { title: rest.join(" "), priority }));
  if (verb === "claim")
    return ok(task === undefined ? call("task.claim-next") : call("task.claim", { task: rest.join(" ") }));
  if (verb === "depend")
    return task === undefined
      ? fail("Which task, and on which others?", "task depend task-7f31 task-a3f2")
      : ok(call("task.depend", { task, dependsOn: rest.slice(1) }));
  if (verb === "assign") {
    const to = rest.at(-1);
    return to === undefined || rest.length < 2
      ? fail("Which task, and to whom?", "task assign task-7f31 kimi")
      : ok(call("task.assign", { task: rest.slice(0, -1).join(" "), to }));
  }
  const step = verb === undefined ? undefined : STEPS[verb];
  if (step !== undefined) {
    const [subject = "", ...reason] = rest.join(" ").split("::");
    const note = reason.join("::").trim();
    if (subject.trim() === "" || (step.why !== undefined && note === ""))
      return step.why === undefined
        ? fail("Which task?", `task ${verb} task-7f31`)
        : fail("Which task, and why?", `task ${verb} task-7f31 :: ${step.why}`);
    return ok(
      call("task.update", {
        task: subject.trim(),
        status: step.status,
        note: note === "" ? undefined : note,
      }),
    );
  }
  const [status, ...note] = rest;
  return verb === undefined || status === undefined
    ? fail("Which task, and to which status?", "task task-7f31 completed")
    : ok(call("task.update", { task: verb, status, note: note.length > 0 ? note.join(" ") : undefined }));
}
