import type { Message } from "../../domain/message/message.ts";
import { inertText } from "../../domain/text/inert.ts";
import { readBody } from "../body.ts";
import { MAX_FOUND, MESSAGE_TYPES, RECEIPT_STATES } from "../../domain/message/words.ts";
import {
  choice,
  defineCommand,
  duration,
  flag,
  integer,
  list,
  looseText,
  required,
  text,
  type CommandContext,
} from "../command.ts";
import { formatSpan } from "../duration.ts";
import { messageSheet, messageTable, sentTable } from "../format.ts";
import { assertSpeaksAs, recipient } from "../names.ts";
import { fromOption, keyOption, priorityOption } from "../shared-options.ts";
import { showList } from "../output.ts";
import { partOfList } from "../part-of-list.ts";
import { readerOf } from "../reader.ts";

/** As many as the server lists. */
const MOST = 10_000;
const WEEK_MS = 7 * 86_400_000;
const textFile = text("path", "Read the text from a file; - is stdin.");

export const messageCommands = [
  defineCommand({
    name: "message send",
    short: ["send", "msg send"],
    summary: "Send a message to an agent, a role or all.",
    details:
      'Examples: ia-tmux send --to kimi "The schema is in docs/db.md"\n          git diff | ia-tmux send --to role:reviewer --subject "please look"',
    args: "[words...]",
    starts: true,
    options: {
      to: required(text("name", "An agent, role:<role>, all, or operator.", { short: "t" })),
      message: looseText("text", "The text; or give it as words, with --file, or on stdin.", {
        short: "m",
        also: ["--body"],
      }),
      file: textFile,
      subject: text("text", "One line above it.", { short: "s" }),
      type: choice(MESSAGE_TYPES, "Its kind."),
      priority: priorityOption,
      taskId: text("task", "The task it is about.", { also: ["--task"] }),
      replyTo: text("message", "The message it answers."),
      expires: duration("Not worth reading after this.", { minMs: 1_000, maxMs: WEEK_MS }),
      attach: list("path", "A file of the project it refers to (repeat)."),
      from: fromOption,
      key: keyOption,
    },
    async run(context, { args, options }) {
      const to = recipient(options.to, "--to");
      const body = await readBody(context.world, {
        option: options.message,
        words: args,
        file: options.file,
        what: "message",
      });
      assertSpeaksAs((await context.connection()).hello.identity, options.from);
      const message = await context.call("message.send", {
        to,
        body,
        subject: options.subject,
        type: options.type,
        priority: options.priority,
        taskId: options.taskId,
        replyTo: options.replyTo,
        expiresInMs: options.expires,
        attachments: options.attach,
        cwd: context.world.cwd,
        key: options.key,
      });
      showSent(context, message);
    },
  }),
  defineCommand({
    name: "message reply",
    short: ["reply"],
    summary: "Answer a message.",
    args: "<message> [words...]",
    starts: true,
    options: {
      message: looseText("text", "The text; or give it as words, with --file, or on stdin.", { short: "m" }),
      file: textFile,
      markComplete: flag("The matter is settled: mark the original completed."),
      key: keyOption,
    },
    async run(context, { args, options }) {
      const body = await readBody(context.world, {
        option: options.message,
        words: args.slice(1),
        file: options.file,
        what: "message",
      });
      const message = await context.call("message.reply", {
        message: args[0] as string,
        body,
        complete: options.markComplete,
        key: options.key,
      });
      showSent(context, message);
    },
  }),
  defineCommand({
    name: "message directive",
    short: ["directive"],
    summary: "Tell an agent what to do, as the operator; to all: each agent that is there.",
    args: "<to> [words...]",
    starts: true,
    options: { file: textFile },
    async run(context, { args, options }) {
      const to = recipient(args[0] as string, "<to>");
      const body = await readBody(context.world, {
        words: args.slice(1),
        file: options.file,
        what: "directive",
      });
      const sent = await context.call("message.directive", { to, body });
      context.output.show(sent, () =>
        to.toLowerCase() === "all"
          ? `Directed ${sent.length} active`
          : `Directed ${sent.map((message) => inertText(message.to)).join(", ")}`,
      );
    },
  }),
  defineCommand({
    name: "message thread",
    short: ["thread", "msg thread"],
    summary: "Show the whole conversation that a message belongs to.",
    args: "<message>",
    async run(context, { args }) {
      const thread = await context.call("message.thread", { message: args[0] as string });
      const nowMs = context.world.nowMs();
      const reader = await readerOf(context);
      context.output.show(thread, () =>
        thread
          .map((message) => messageSheet(context.output, message, nowMs, reader))
          .join(`\n${"-".repeat(60)}\n`),
      );
    },
  }),
  defineCommand({
    name: "message inbox",
    short: ["inbox", "message list", "msg list"],
    summary: "List messages to you, unread first.",
    options: {
      agent: text("agent", "Somebody else's inbox, or all (operator).", { short: "a" }),
      state: choice(RECEIPT_STATES, "Only in this state."),
      all: flag("Read and archived ones too."),
      limit: integer(
        "count",
        "At most so many, the latest (default 1000).",
        { min: 1, max: MOST },
        { short: "n" },
      ),
    },
    async run(context, { options }) {
      const reader = options.agent ?? (await context.connection()).hello.identity.name;
      const { items: messages, more } = await partOfList(
        { limit: options.limit, usual: 1_000, most: MOST, shows: "latest", options: "-n <count>" },
        (limit) => context.call("message.inbox", { ...options, limit, peek: true }),
      );
      showList(
        context.output,
        messages,
        "No new messages.",
        () =>
          `${messageTable(context.output, messages, reader, context.world.nowMs())}\nRead one with \`ia-tmux read-message <id>\`.`,
        more,
      );
    },
  }),
  defineCommand({
    name: "message show",
    short: ["read-message", "message read", "msg read", "msg show"],
    summary: "Read a message; marks it read.",
    args: "<message>",
    starts: true,
    options: { peek: flag("Leave it unread.") },
    async run(context, { args, options }) {
      const name = args[0] as string;
      const message = options.peek
        ? await context.call("message.show", { message: name })
        : await readAndMark(context, name);
      const reader = await readerOf(context);
      context.output.show(message, () =>
        messageSheet(context.output, message, context.world.nowMs(), reader),
      );
    },
  }),
  defineCommand({
    name: "message sent",
    short: ["sent", "msg sent"],
    summary: "List what you sent, with what each recipient did with it.",
    options: {
      limit: integer(
        "count",
        "At most so many, the latest (default 50).",
        { min: 1, max: MOST },
        { short: "n" },
      ),
    },
    async run(context, { options }) {
      const { items: messages, more } = await partOfList(
        { limit: options.limit, usual: 50, most: MOST, shows: "latest", options: "-n <count>" },
        (limit) => context.call("message.sent", { limit }),
      );
      const nowMs = context.world.nowMs();
      showList(
        context.output,
        messages,
        "You sent nothing.",
        () => sentTable(context.output, messages, nowMs),
        more,
      );
    },
  }),
  defineCommand({
    name: "message mute",
    short: ["mute", "msg mute"],
    summary: "Do not be woken by an agent: what it says waits in your inbox.",
    args: "<agent>",
    starts: true,
    options: {
      for: duration("So long; else until `unmute`.", { minMs: 1_000, maxMs: WEEK_MS }),
      agent: text("agent", "For this agent instead of yourself (operator).", { short: "a" }),
      reason: text("text", "Why.", { short: "r" }),
    },
    async run(context, { args, options }) {
      const mute = await context.call("message.mute", {
        sender: args[0] as string,
        agent: options.agent,
        forMs: options.for,
        reason: options.reason,
      });
      context.output.show(
        mute,
        () => `${inertText(mute.sender)} does not wake ${inertText(mute.agent)} any more`,
      );
    },
  }),
  defineCommand({
    name: "message unmute",
    short: ["unmute", "msg unmute"],
    summary: "Be woken by an agent again.",
    args: "<agent>",
    starts: true,
    options: { agent: text("agent", "For this agent instead of yourself (operator).", { short: "a" }) },
    async run(context, { args, options }) {
      const sender = args[0] as string;
      const result = await context.call("message.unmute", { sender, agent: options.agent });
      context.output.show(result, () =>
        result.unmuted ? `Unmuted ${inertText(sender)}` : `${inertText(sender)} was not muted`,
      );
    },
  }),
  defineCommand({
    name: "message mutes",
    short: ["mutes"],
    summary: "List who is not woken by whom.",
    async run(context) {
      const mutes = await context.call("message.mutes", {});
      const nowMs = context.world.nowMs();
      showList(context.output, mutes, "Nobody is muted.", () =>
        context.output.table(
          mutes.map((mute) => [
            { text: mute.agent, tone: "strong" },
            `is not woken by ${mute.sender}`,
            mute.untilMs === null ? "" : `for ${formatSpan(mute.untilMs - nowMs)}`,
            mute.reason,
          ]),
        ),
      );
    },
  }),
  mark("ack", "acknowledged", ["ack"], "Acknowledge a message."),
  mark("complete", "completed", [], "Mark a message completed."),
  mark("archive", "archived", [], "Put a message away."),
  defineCommand({
    name: "message search",
    short: ["msg search"],
    summary: "Find messages by their text.",
    args: "<words...>",
    async run(context, { args }) {
      const reader = (await context.connection()).hello.identity.name;
      const { items: messages, more } = await partOfList(
        { limit: undefined, usual: MAX_FOUND, most: MAX_FOUND, shows: "first", options: "more words" },
        () => context.call("message.search", { query: args.join(" ") }),
      );
      showList(
        context.output,
        messages,
        "No message has that.",
        () => messageTable(context.output, messages, reader, context.world.nowMs()),
        more,
      );
    },
  }),
];

function showSent(context: CommandContext, message: Message): void {
  context.output.show(message, () => `Sent ${inertText(message.id)} to ${inertText(message.to)}`);
}

function mark(
  verb: string,
  state: "acknowledged" | "completed" | "archived",
  short: readonly string[],
  summary: string,
) {
  return defineCommand({
    name: `message ${verb}`,
    short: [...short, `msg ${verb}`],
    summary,
    args: "<message>",
    starts: true,
    async run(context, { args }) {
      const message = await context.call("message.mark", { message: args[0] as string, state });
      context.output.show(message, () => `${inertText(message.id)} is ${state}`);
    },
  });
}

/** Whoever is no recipient may read the message, but has no receipt to mark. */
async function readAndMark(context: CommandContext, name: string) {
  const message = await context.call("message.show", { message: name });
  const reader = (await context.connection()).hello.identity.name;
  const own = message.receipts.find((receipt) => receipt.agent === reader);
  if (own?.state !== "unread") return message;
  return context.call("message.mark", { message: message.id, state: "read" });
}
