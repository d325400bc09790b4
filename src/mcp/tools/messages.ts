// Messages between agents.
import * as z from "zod";
import { MESSAGE_TYPES } from "../../domain/message/message.ts";
import { sameName } from "../../domain/session/actor.ts";
import { describeMessage, messageLine, muteLine, orNone, sentLine } from "../describe.ts";
import { defineTool, readerOf } from "../tool.ts";
import { agent, body, priority, ref } from "./inputs.ts";

/** Messages that a search shows; of the others it says how many there are. */
const MAX_FOUND = 50;

export const messageTools = [
  defineTool({
    name: "send_message",
    title: "Send a message",
    description:
      "Send a message to an agent, `role:reviewer`, `all`, or `operator` (the human). It reaches an agent when that is safe.",
    input: {
      to: agent,
      content: body,
      subject: z.string().max(200).optional(),
      type: z.enum(MESSAGE_TYPES).optional(),
      priority,
      task_id: ref.optional(),
      attachments: z
        .array(z.string().min(1).max(4_096))
        .max(20)
        .optional()
        .describe("Files of the project, ids of records, or addresses."),
      expires_minutes: z.number().positive().max(10_080).optional().describe("Not worth reading after that."),
    },
    async run({ connection }, input) {
      const message = await (await connection()).call("message.send", {
        to: input.to,
        body: input.content,
        subject: input.subject,
        type: input.type,
        priority: input.priority,
        taskId: input.task_id,
        attachments: input.attachments,
        expiresInMs:
          input.expires_minutes === undefined ? undefined : Math.round(input.expires_minutes * 60_000),
      });
      return `Sent ${message.id} to ${message.to}.`;
    },
  }),
  defineTool({
    name: "check_inbox",
    title: "Check my inbox",
    description: "Your messages, unread first. You are told of new ones: no need to poll.",
    input: { all: z.boolean().optional().describe("Read and archived ones too.") },
    readOnly: true,
    async run({ connection, nowMs }, { all }) {
      const server = await connection();
      const reader = await readerOf(server);
      const messages = await server.call("message.inbox", { all });
      const unread = messages.filter((message) =>
        message.receipts.some((receipt) => receipt.agent === reader && receipt.state === "unread"),
      ).length;
      if (messages.length === 0) return "No new messages.";
      const head = `${messages.length} message(s), ${unread} unread:`;
      return [head, ...messages.map((message) => messageLine(message, reader, nowMs()))].join("\n");
    },
  }),
  defineTool({
    name: "read_message",
    title: "Read a message",
    description: "The whole text of a message to you; marks it read and acknowledged.",
    input: { message_id: ref },
    async run({ connection, nowMs }, { message_id }) {
      const server = await connection();
      const message = await server.call("message.show", { message: message_id });
      const reader = await readerOf(server);
      const receipt = message.receipts.find((each) => each.agent === reader);
      const fresh = receipt?.state === "unread" || receipt?.state === "read";
      return describeMessage(
        fresh ? await server.call("message.mark", { message: message.id, state: "acknowledged" }) : message,
        nowMs(),
      );
    },
  }),
  defineTool({
    name: "reply_message",
    title: "Reply",
    description: "Answer a message; with mark_complete the matter is settled.",
    input: { message_id: ref, content: body, mark_complete: z.boolean().optional() },
    async run({ connection }, { message_id, content, mark_complete }) {
      const message = await (await connection()).call("message.reply", {
        message: message_id,
        body: content,
        complete: mark_complete,
      });
      return `Sent ${message.id} to ${message.to}. The original is ${mark_complete ? "completed" : "still open"}.`;
    },
  }),
  defineTool({
    name: "get_thread",
    title: "Read a conversation",
    description: "All messages of the conversation that a message belongs to, oldest first.",
    input: { message_id: ref },
    readOnly: true,
    async run({ connection, nowMs }, { message_id }) {
      const thread = await (await connection()).call("message.thread", { message: message_id });
      return thread.map((message) => describeMessage(message, nowMs())).join("\n\n");
    },
  }),
  defineTool({
    name: "list_sent",
    title: "List what I sent",
    description: "Your own messages, the youngest last, with what each recipient did with them.",
    input: { limit: z.number().int().min(1).max(200).optional().describe("Default 20.") },
    readOnly: true,
    async run({ connection, nowMs }, { limit = 20 }) {
      const sent = await (await connection()).call("message.sent", { limit: limit + 1 });
      const earlier = sent.length > limit ? ["There are earlier ones: ask with a larger limit."] : [];
      return orNone(
        [...sent.slice(-limit).map((message) => sentLine(message, nowMs())), ...earlier],
        "You sent nothing.",
      );
    },
  }),
  defineTool({
    name: "mute_agent",
    title: "Mute an agent",
    description:
      "Leaves you in peace: what that agent says waits in your inbox instead of being carried to you. The human cannot be muted.",
    input: {
      name: agent,
      minutes: z.number().positive().max(10_080).optional().describe("Default: until unmute_agent."),
      reason: z.string().max(500).optional(),
    },
    async run({ connection, nowMs }, { name, minutes, reason }) {
      const forMs = minutes === undefined ? undefined : Math.max(1, Math.round(minutes * 60_000));
      const mute = await (await connection()).call("message.mute", { sender: name, forMs, reason });
      return `Muted ${muteLine(mute, nowMs())}.`;
    },
  }),
  defineTool({
    name: "unmute_agent",
    title: "Unmute an agent",
    description: "Its messages are carried to you again.",
    input: { name: agent },
    async run({ connection }, { name }) {
      const { unmuted } = await (await connection()).call("message.unmute", { sender: name });
      return unmuted ? `Unmuted ${name}.` : `${name} was not muted.`;
    },
  }),
  defineTool({
    name: "list_mutes",
    title: "List whom I muted",
    description: "The agents whose messages wait in your inbox, and for how long.",
    input: {},
    readOnly: true,
    async run({ connection, nowMs }) {
      const server = await connection();
      const reader = await readerOf(server);
      const own = (await server.call("message.mutes", {})).filter((mute) => sameName(mute.agent, reader));
      return orNone(
        own.map((mute) => `- ${muteLine(mute, nowMs())}`),
        "Nobody is muted.",
      );
    },
  }),
  defineTool({
    name: "search_messages",
    title: "Search messages",
    description: "Messages that you sent or got and that hold all the words; archived ones too.",
    input: { query: z.string().min(1).max(200) },
    readOnly: true,
    async run({ connection, nowMs }, { query }) {
      const server = await connection();
      const found = await server.call("message.search", { query });
      const reader = await readerOf(server);
      const more = found.length > MAX_FOUND ? [`and ${found.length - MAX_FOUND} more: say more words.`] : [];
      return orNone(
        [...found.slice(0, MAX_FOUND).map((message) => messageLine(message, reader, nowMs())), ...more],
        "No message has that.",
      );
    },
  }),
];
