// The commands for working together: delegate, message, lock, task, and the lists.
import { call, type ListName, local, type ParsedCommand } from "./command.ts";
import type { OptionSpec } from "./options.ts";
import { type CommandSpec, fail, ok } from "./spec.ts";
import { DEV_ROLES, MODES, ROLES } from "../session/words.ts";
import type { TaskStatus } from "../task/task.ts";
import { PRIORITIES } from "../task/words.ts";

const TO: OptionSpec = { flag: "--to", value: "agent" };
const PRIORITY: OptionSpec = { flag: "--priority", value: "priority" };

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

export const COORDINATION_COMMANDS: readonly CommandSpec[] = [
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
    name: "send",
    aliases: ["msg", "message", "relay"],
    usage: "[--subject s] [agent|role:reviewer|all] [text]",
    summary: "Send a message to an agent, a role or all; without a text the dialog opens",
    options: [TO, PRIORITY, { flag: "--subject", value: "subject" }],
    complete: "agent",
    build(options) {
      const named = options.value("--to");
      const [to = null, ...words] = named === undefined ? options.words : [named, ...options.words];
      const body = words.join(" ");
      if (to === null || body === "") return ok(local({ name: "message", to, text: "" }));
      return ok(
        call("message.send", {
          to,
          body,
          subject: options.value("--subject"),
          priority: options.value("--priority"),
        }),
      );
    },
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
    name: "reply",
    aliases: [],
    usage: "message text",
    summary: "Answer a message, in its conversation",
    options: [],
    complete: "none",
    build(options) {
      const [message, ...words] = options.words;
      return message === undefined || words.length === 0
        ? fail("Which message, and what is the answer?", "reply msg-7f31 it is in docs/db.md")
        : ok(call("message.reply", { message, body: words.join(" ") }));
    },
  },
  {
    name: "gc",
    aliases: [],
    usage: "",
    summary: "Put what has long been over into the archive",
    options: [],
    complete: "none",
    build: () => ok(call("archive.run")),
  },
  {
    name: "directive",
    aliases: [],
    usage: "agent|all text",
    summary: "Tell an agent what to do; all: each agent that is there",
    options: [],
    complete: "agent",
    build(options) {
      const [to, ...words] = options.words;
      return to === undefined || words.length === 0
        ? fail("Tell whom what?", "directive all stop what you do and pull")
        : ok(call("message.directive", { to, body: words.join(" ") }));
    },
  },
  {
    name: "broadcast",
    aliases: [],
    usage: "text",
    summary: "Send a message to every agent",
    options: [PRIORITY],
    complete: "none",
    build(options) {
      const body = options.words.join(" ");
      if (body === "") return ok(local({ name: "message", to: "all", text: "" }));
      return ok(call("message.send", { to: "all", body, priority: options.value("--priority") }));
    },
  },
  {
    name: "decision",
    aliases: ["decide"],
    usage: "text",
    summary: "Write a decision down",
    options: [],
    complete: "none",
    build: (options) =>
      options.words.length === 0
        ? ok(local({ name: "open-list", list: "decisions" }))
        : ok(call("decision.record", { text: options.words.join(" ") })),
  },
  {
    name: "spec",
    aliases: [],
    usage: "publish name file | subscribe name | unsubscribe name",
    summary: "Publish a file of the project as a spec, or be told of new versions; alone: the specs",
    options: [],
    complete: "none",
    choices: { 1: ["publish", "subscribe", "unsubscribe"] },
    build({ words: [verb, name, path, ...more] }) {
      if (verb === undefined) return ok(local({ name: "open-list", list: "specs" }));
      if ((verb === "subscribe" || verb === "unsubscribe") && name !== undefined && path === undefined)
        return ok(call(`spec.${verb}`, { name }));
      return verb === "publish" && name !== undefined && path !== undefined && more.length === 0
        ? ok(local({ name: "publish-spec", spec: name, path }))
        : fail("Which spec, from which file?", "spec publish api docs/api.md");
    },
  },
  {
    name: "answer",
    aliases: [],
    usage: "question text",
    summary: "Answer an agent's question",
    options: [],
    complete: "none",
    build(options) {
      const [question, ...answer] = options.words;
      if (question === undefined || answer.length === 0)
        return fail("Which question, and what is the answer?");
      return ok(call("question.answer", { question, answer: answer.join(" ") }));
    },
  },
  {
    name: "note",
    aliases: ["log"],
    usage: "text",
    summary: "Add a line to the activity log",
    options: [],
    complete: "none",
    build: (options) =>
      options.words.length === 0
        ? fail("What should the note say?")
        : ok(call("activity.add", { text: options.words.join(" ") })),
  },
  {
    name: "agent-start",
    aliases: ["start"],
    usage: "profile [name]",
    summary: "Start an agent in a new pane",
    options: [{ flag: "--role", value: "role" }],
    complete: "none",
    build(options) {
      const [profile, name] = options.words;
      return profile === undefined
        ? fail("Which profile? Such as: agent-start claude")
        : ok(call("agent.start", { profile, name, role: options.value("--role") }));
    },
  },
  {
    name: "summary",
    aliases: [],
    usage: "",
    summary: "Show everything at a glance, with what is to be done",
    options: [],
    complete: "none",
    build: () => ok(local({ name: "summary" })),
  },
  {
    name: "explain",
    aliases: ["agent-explain"],
    usage: "[agent]",
    summary: "Say why an agent counts as idle, working or blocked",
    options: [],
    complete: "agent",
    build: (options) => ok(local({ name: "explain", target: options.words[0] ?? "" })),
  },
  {
    name: "agent-set",
    aliases: ["role"],
    usage: "agent role",
    summary: "Change an agent's role (reviewer …) or development role (backend_dev …)",
    options: [],
    complete: "agent",
    choices: { 2: [...ROLES, ...DEV_ROLES] },
    build(options) {
      const [name, role] = options.words;
      return name === undefined || role === undefined
        ? fail("Which agent, and which role?", "role kimi reviewer")
        : ok(call("agent.set", { name, [isDevRole(role) ? "devRole" : "role"]: role }));
    },
  },
  {
    name: "mode",
    aliases: [],
    usage: "hierarchical|peer|review",
    summary: "Change how the agents work together",
    options: [],
    complete: "none",
    choices: { 1: MODES },
    build: (options) =>
      options.words[0] === undefined
        ? fail("Which mode? hierarchical, peer or review.")
        : ok(call("session.set", { mode: options.words[0] })),
  },
  {
    name: "layout",
    aliases: ["open-layout"],
    usage: "name",
    summary: "Open a layout",
    options: [],
    complete: "layout",
    build: (options) =>
      options.words[0] === undefined
        ? fail("Which layout?")
        : ok(call("layout.open", { name: options.words[0] })),
  },
  {
    name: "layout-save",
    aliases: ["save-layout"],
    usage: "[name]",
    summary: "Write this arrangement to a layout file",
    options: [],
    complete: "none",
    build: (options) =>
      options.words[0] === undefined
        ? ok(local({ name: "command-prompt", initial: "layout-save " }))
        : ok(call("layout.save", { name: options.words[0] })),
  },
  {
    name: "kill-server",
    aliases: ["down"],
    usage: "",
    summary: "End every agent and the server; asks first",
    options: [],
    complete: "none",
    build: () => ok(local({ name: "stop-server" })),
  },
  {
    name: "restart-server",
    aliases: [],
    usage: "",
    summary: "Start the server anew, as after an upgrade; your programs go on",
    options: [],
    complete: "none",
    build: () => ok(call("server.stop", { endPanes: false, restart: true })),
  },
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

function isDevRole(word: string): boolean {
  return (DEV_ROLES as readonly string[]).includes(word);
}

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

function list(name: string, aliases: readonly string[], summary: string, which: ListName): CommandSpec {
  return {
    name,
    aliases,
    usage: "",
    summary,
    options: [],
    complete: "none",
    build: () => ok(local({ name: "open-list", list: which })),
  };
}
