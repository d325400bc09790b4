import { z } from "zod";
import { MESSAGE_TYPES } from "../domain/message/message.ts";
import { MAX_TEXT_BYTES } from "../domain/record.ts";
import { ROLES } from "../domain/session/session.ts";
import { PRIORITIES, TASK_STATUSES } from "../domain/task/task.ts";
import { LOCK_TTL_MS } from "../domain/lock/lease.ts";
import {
  describeAgent,
  describeDelivery,
  describeLock,
  describeMessage,
  describeQuestion,
  describeTask,
  messageLine,
  orNone,
  taskLine,
} from "./describe.ts";
import { defineTool, type McpTool } from "./tool.ts";

const body = z.string().min(1).max(MAX_TEXT_BYTES);
const agent = z.string().min(1).max(128);
const ref = z.string().min(1).max(200);
const lines = z.array(z.string().max(2_000)).max(50).optional();
const priority = z.enum(PRIORITIES).optional();

const agentTools = [
  defineTool({
    name: "register_agent",
    title: "Register",
    description:
      "Say what you are working on. You are already known by your pane: call it once at the start, with one line for the status board.",
    input: { description: z.string().max(500).optional(), role: z.enum(ROLES).optional() },
    async run({ connection }, { description, role }) {
      const server = await connection();
      const { identity } = server.hello;
      if (role !== undefined) await server.call("agent.set", { name: identity.name, role });
      if (description) await server.call("status.set", { text: description });
      return `You are ${identity.name} (${identity.kind}, by ${identity.how}).`;
    },
  }),
  defineTool({
    name: "whoami",
    title: "Who am I",
    description: "Your name in this project and how it was resolved.",
    input: {},
    readOnly: true,
    async run({ connection }) {
      const identity = await (await connection()).call("server.whoami", {});
      return `${identity.name} (${identity.kind}, by ${identity.how}${identity.paneId ? `, pane ${identity.paneId}` : ""})`;
    },
  }),
  defineTool({
    name: "list_agents",
    title: "List agents",
    description: "The agents of this project: role, state, task, locks, unread mail, status line.",
    input: {},
    readOnly: true,
    async run({ connection, nowMs }) {
      const agents = await (await connection()).call("agent.list", {});
      return orNone(
        agents.map((each) => describeAgent(each, nowMs())),
        "No agents.",
      );
    },
  }),
  defineTool({
    name: "set_status",
    title: "Set my status",
    description: "One line on the status board: what you are doing.",
    input: { status: z.string().min(1).max(500) },
    async run({ connection }, { status }) {
      await (await connection()).call("status.set", { text: status });
      return `Status: ${status}`;
    },
  }),
  defineTool({
    name: "get_statuses",
    title: "Status board",
    description: "What each agent says it is doing, with its state; and what is to be done in the project.",
    input: {},
    readOnly: true,
    async run({ connection, nowMs }) {
      const summary = await (await connection()).call("summary.show", {});
      return [
        `${summary.project.name}: ${summary.mode}, led by ${summary.principal}`,
        ...summary.agents.map((each) => describeAgent(each, nowMs())),
        ...(summary.actionItems.length > 0
          ? ["", "To do:", ...summary.actionItems.map((item) => `- ${item}`)]
          : []),
      ].join("\n");
    },
  }),
];

const messageTools = [
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
    },
    async run({ connection }, input) {
      const message = await (await connection()).call("message.send", {
        to: input.to,
        body: input.content,
        subject: input.subject,
        type: input.type,
        priority: input.priority,
        taskId: input.task_id,
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
      const reader = server.hello.identity.name;
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
      const reader = server.hello.identity.name;
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
      const server = await connection();
      const original = await server.call("message.show", { message: message_id });
      const subject =
        original.subject && !/^re:/i.test(original.subject) ? `Re: ${original.subject}` : original.subject;
      const message = await server.call("message.send", {
        to: original.from,
        body: content,
        subject: subject.slice(0, 200),
        replyTo: original.id,
        taskId: original.taskId ?? undefined,
      });
      if (mark_complete) await server.call("message.mark", { message: original.id, state: "completed" });
      return `Sent ${message.id} to ${message.to}. The original is ${mark_complete ? "completed" : "still open"}.`;
    },
  }),
];

const taskTools = [
  defineTool({
    name: "delegate_task",
    title: "Delegate a task",
    description:
      "Give another agent a task. Its prompt reaches that agent by itself when that is safe, once; you are told when it reports. Do not repeat it.",
    input: {
      to: agent,
      task: body,
      priority,
      requirements: lines,
      acceptance_criteria: lines,
      files: z.array(z.string().max(1_000)).max(200).optional().describe("Paths or globs it is about."),
      lock: z.boolean().optional().describe("Lock those paths for that agent."),
    },
    async run({ connection }, input) {
      const result = await (await connection()).call("task.delegate", {
        to: input.to,
        text: input.task,
        priority: input.priority,
        requirements: input.requirements,
        acceptanceCriteria: input.acceptance_criteria,
        files: input.files,
        lock: input.lock,
      });
      return `Delegated ${taskLine(result.task)}\n${describeDelivery(result.delivery)}\n${result.outlook}`;
    },
  }),
  defineTool({
    name: "create_task",
    title: "Create a task",
    description: "Put a task on the board without giving it to anybody now.",
    input: {
      title: z.string().min(1).max(200),
      description: z.string().max(MAX_TEXT_BYTES).optional(),
      assignee: agent.optional(),
      priority,
      requirements: lines,
      acceptance_criteria: lines,
      files: z.array(z.string().max(1_000)).max(200).optional(),
      depends_on: z.array(ref).max(50).optional(),
    },
    async run({ connection }, input) {
      const task = await (await connection()).call("task.create", {
        title: input.title,
        description: input.description,
        assignee: input.assignee,
        priority: input.priority,
        requirements: input.requirements,
        acceptanceCriteria: input.acceptance_criteria,
        files: input.files,
        dependsOn: input.depends_on,
      });
      return `Created ${taskLine(task)}`;
    },
  }),
  defineTool({
    name: "list_tasks",
    title: "List tasks",
    description: "The tasks of the project.",
    input: {
      assignee: agent.optional(),
      status: z.enum(TASK_STATUSES).optional(),
      active_only: z.boolean().optional(),
    },
    readOnly: true,
    async run({ connection }, { assignee, status, active_only }) {
      const tasks = await (await connection()).call("task.list", {
        assignee,
        status,
        activeOnly: active_only,
      });
      return orNone(tasks.map(taskLine), "No tasks.");
    },
  }),
  defineTool({
    name: "get_task",
    title: "Show a task",
    description: "All of a task: description, requirements, acceptance criteria, notes.",
    input: { task_id: ref },
    readOnly: true,
    async run({ connection, nowMs }, { task_id }) {
      return describeTask(await (await connection()).call("task.show", { task: task_id }), nowMs());
    },
  }),
  defineTool({
    name: "update_task",
    title: "Report on a task",
    description:
      "Set a task's status (in_progress when you start, completed when done, blocked when stuck) with a note. Whoever delegated it is told.",
    input: {
      task_id: ref,
      status: z.enum(TASK_STATUSES).optional(),
      note: z.string().max(10_000).optional(),
      deliverables: lines,
    },
    async run({ connection }, { task_id, status, note, deliverables }) {
      const result = await (await connection()).call("task.update", {
        task: task_id,
        status,
        note,
        deliverables,
      });
      const claimable = result.claimable.map((task) => `now claimable: ${taskLine(task)}`);
      return [taskLine(result.task), ...claimable].join("\n");
    },
  }),
  defineTool({
    name: "claim_next_task",
    title: "Claim the next task",
    description: "Take the most urgent open task whose dependencies are met; nobody else gets it then.",
    input: { lock: z.boolean().optional().describe("Lock the task's files too.") },
    async run({ connection, nowMs }, { lock }) {
      const { task } = await (await connection()).call("task.claim-next", { lock });
      return task ? `Claimed.\n${describeTask(task, nowMs())}` : "No available tasks to claim.";
    },
  }),
];

const lockTools = [
  defineTool({
    name: "acquire_lock",
    title: "Lock a path",
    description:
      "Lock a file, directory or glob before you edit it, or a named resource. Edits of others are refused while you hold it.",
    input: {
      path: z.string().min(1).max(4_096).optional(),
      resource: z.string().min(1).max(200).optional(),
      reason: z.string().max(500).optional(),
      ttl_minutes: z
        .number()
        .min(LOCK_TTL_MS.min / 60_000)
        .max(LOCK_TTL_MS.max / 60_000)
        .optional(),
      wait_seconds: z.number().min(0).max(300).optional(),
    },
    async run({ connection }, input) {
      const waitMs = (input.wait_seconds ?? 0) * 1_000;
      const lock = await (await connection()).call(
        "lock.acquire",
        {
          path: input.path,
          resource: input.resource,
          reason: input.reason,
          ttlMs: input.ttl_minutes === undefined ? undefined : Math.round(input.ttl_minutes * 60_000),
          waitMs,
        },
        { timeoutMs: waitMs + 30_000 },
      );
      return `Locked ${describeLock(lock)}`;
    },
  }),
  defineTool({
    name: "release_lock",
    title: "Release a lock",
    description: "Release a lock of yours.",
    input: { path: z.string().min(1).max(4_096).optional(), resource: z.string().min(1).max(200).optional() },
    async run({ connection }, input) {
      const result = await (await connection()).call("lock.release", input);
      return result.released ? `Unlocked ${result.label}.` : `No lock held on ${result.label}.`;
    },
  }),
  defineTool({
    name: "list_locks",
    title: "List locks",
    description: "Who holds what, for how long, and who waits.",
    input: {},
    readOnly: true,
    async run({ connection }) {
      const locks = await (await connection()).call("lock.list", {});
      return orNone(locks.map(describeLock), "No active locks.");
    },
  }),
];

const recordTools = [
  defineTool({
    name: "publish_spec",
    title: "Publish a spec",
    description:
      "Publish an interface or a plan under a name; the same name gets a new version and subscribers are told.",
    input: { name: z.string().min(1).max(128), content: body },
    async run({ connection }, input) {
      const spec = await (await connection()).call("spec.publish", input);
      return `Published ${spec.name} version ${spec.version}.`;
    },
  }),
  defineTool({
    name: "get_spec",
    title: "Read a spec",
    description: "The markdown of a published spec.",
    input: { name: z.string().min(1).max(128), version: z.number().int().min(1).optional() },
    readOnly: true,
    async run({ connection }, input) {
      return (await (await connection()).call("spec.show", input)).content;
    },
  }),
  defineTool({
    name: "list_specs",
    title: "List specs",
    description: "Published specs with version and author.",
    input: {},
    readOnly: true,
    async run({ connection }) {
      const specs = await (await connection()).call("spec.list", {});
      return orNone(
        specs.map((spec) => `- ${spec.name} v${spec.version} by ${spec.author}`),
        "No specs.",
      );
    },
  }),
  defineTool({
    name: "record_decision",
    title: "Record a decision",
    description: "Record what was decided and why, for everybody and for later.",
    input: { text: body, supersedes: ref.optional() },
    async run({ connection }, input) {
      const decision = await (await connection()).call("decision.record", input);
      return `Recorded ${decision.id}.`;
    },
  }),
  defineTool({
    name: "list_decisions",
    title: "List decisions",
    description: "What has been decided; with query only what has those words.",
    input: { query: z.string().max(200).optional() },
    readOnly: true,
    async run({ connection }, { query }) {
      const decisions = await (await connection()).call("decision.list", { query });
      return orNone(
        decisions.map(
          (each) =>
            `- ${each.id} by ${each.by}: ${each.text}${each.supersededBy ? ` (replaced by ${each.supersededBy})` : ""}`,
        ),
        "No decisions.",
      );
    },
  }),
];

const humanTools = [
  defineTool({
    name: "ask_user",
    title: "Ask the human",
    description:
      "Ask the human a question, with options if there are any. The answer comes to you as a message; get_answer looks it up.",
    input: {
      question: body,
      options: z.array(z.string().min(1).max(200)).max(10).optional(),
      default: z.string().max(200).optional().describe("The answer when nobody answers by the deadline."),
      deadline_minutes: z.number().positive().max(10_080).optional(),
    },
    async run({ connection }, input) {
      const asked = await (await connection()).call("question.ask", {
        question: input.question,
        options: input.options,
        default: input.default,
        deadlineMs:
          input.deadline_minutes === undefined ? undefined : Math.round(input.deadline_minutes * 60_000),
      });
      return `Asked ${asked.id}. Go on with something else: the answer will come to you.`;
    },
  }),
  defineTool({
    name: "get_answer",
    title: "Look up an answer",
    description: "Whether the human has answered a question.",
    input: { question_id: ref },
    readOnly: true,
    async run({ connection }, { question_id }) {
      const questions = await (await connection()).call("question.list", {});
      const found = questions.find((each) => each.id === question_id);
      return found ? describeQuestion(found) : `No question ${question_id}.`;
    },
  }),
  defineTool({
    name: "escalate",
    title: "Escalate to the human",
    description:
      "Put a message or a task before the human, with the reason. It stays open until the human has dealt with it.",
    input: { about: ref.describe("Id of the message or the task."), reason: body },
    async run({ connection }, input) {
      const question = await (await connection()).call("question.escalate", input);
      return `Escalated ${input.about} as ${question.id}: the human sees it now.`;
    },
  }),
];

export const TOOLS: readonly McpTool[] = [
  ...agentTools,
  ...messageTools,
  ...taskTools,
  ...lockTools,
  ...recordTools,
  ...humanTools,
];
