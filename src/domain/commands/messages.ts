// The commands of what is said: to agents, to all, into the records that everybody reads.
import { call, local } from "./command.ts";
import { type CommandSpec, fail, ok, PRIORITY, TO } from "./spec.ts";

export const MESSAGE_COMMANDS: readonly CommandSpec[] = [
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
    fileAt: 3,
    build({ words: [verb, name, path, ...more] }) {
      if (verb === undefined) return ok(local({ name: "open-list", list: "specs" }));
      if ((verb === "subscribe" || verb === "unsubscribe") && name !== undefined && path === undefined)
        return ok(call(`spec.${verb}`, { name }));
      return verb === "publish" && name !== undefined && path !== undefined && more.length === 0
        ? ok(local({ name: "publish-spec", spec: name, path }))
        : fail("Which spec, from which file?", "spec publish api docs/api.md");
    },
  },
];
