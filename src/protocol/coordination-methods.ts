// Requests about the work: agents, session, tasks, messages, locks, what is written down, and deliveries.
import * as z from "zod";
import { AGENT_STATES } from "../domain/agent/state.ts";
import { MESSAGE_TYPES, RECEIPT_STATES } from "../domain/message/message.ts";
import { DELIVERY_STATES } from "../domain/relay/delivery.ts";
import { RESTORE_ANSWERS } from "../domain/pane/workspace.ts";
import { DEV_ROLES, MODES, ROLES } from "../domain/session/session.ts";
import { PRIORITIES, TASK_STATUSES } from "../domain/task/task.ts";
import { key, nothing, target, text } from "./method-fields.ts";

const priority = z.enum(PRIORITIES);
const ttlMs = z.number().optional();

export const COORDINATION_METHODS = {
  "agent.list": () => nothing,
  "agent.explain": () => z.object({ target }),
  "agent.start": () =>
    z.object({
      profile: text.max(64),
      name: text.max(32).optional(),
      role: z.enum(ROLES).optional(),
    }),
  /** Outside the panes: takes a name and a role (see `ownRole`), once for a session of the agent. */
  "agent.register": () => z.object({ name: text, role: text.min(1).max(200).optional() }),
  "agent.set": () =>
    z.object({
      name: text,
      role: z.enum(ROLES).optional(),
      devRole: z.enum(DEV_ROLES).nullable().optional(),
    }),
  /** Takes one out that no pane runs and that holds nothing. Operator only. */
  "agent.remove": () => z.object({ name: text }),

  "session.show": () => nothing,
  "session.init": () =>
    z.object({
      project: text.max(200).optional(),
      mode: z.enum(MODES).optional(),
      principal: text.optional(),
      agents: z.array(text).max(64).optional(),
      force: z.boolean().default(false),
    }),
  "session.set": () =>
    z.object({
      mode: z.enum(MODES).optional(),
      principal: text.optional(),
      project: text.optional(),
    }),
  "summary.show": () => nothing,
  /** What each agent says it does, with the age of that, its task and the file it has in hand. */
  "summary.board": () => nothing,
  /** The state of the project in a few lines, for the caller or (operator) for an agent. */
  "summary.compact": () => z.object({ agent: text.optional() }),
  "status.set": () => z.object({ text: text.max(500) }),
  "activity.list": () =>
    z.object({
      limit: z.number().int().min(1).max(10_000).default(50),
      kind: text.optional(),
      actor: text.optional(),
      sinceMs: z.number().int().optional(),
      /** The id of anything the line is about, or a path. */
      ref: text.optional(),
    }),
  "activity.add": () =>
    z.object({
      kind: text.max(64).default("note"),
      text: text.min(1).max(2_000),
      path: text.optional(),
    }),

  "task.delegate": () =>
    z.object({
      to: text,
      /** Its title; what does not fit there begins the description. */
      text: text,
      description: text.default(""),
      priority: priority.default("medium"),
      requirements: z.array(text).max(50).default([]),
      acceptanceCriteria: z.array(text).max(50).default([]),
      files: z.array(text).max(200).default([]),
      lock: z.boolean().default(false),
      key: key.optional(),
    }),
  "task.create": () =>
    z.object({
      title: text.min(1),
      description: text.default(""),
      priority: priority.default("medium"),
      assignee: text.optional(),
      assigner: text.optional(),
      requirements: z.array(text).max(50).default([]),
      acceptanceCriteria: z.array(text).max(50).default([]),
      deliverables: z.array(text).max(50).default([]),
      files: z.array(text).max(200).default([]),
      dependsOn: z.array(text).max(50).default([]),
      key: key.optional(),
    }),
  "task.list": () =>
    z.object({
      assignee: text.optional(),
      status: z.enum(TASK_STATUSES).optional(),
      activeOnly: z.boolean().default(false),
      /** At most so many, the latest. */
      limit: z.number().int().min(1).max(100_000).optional(),
    }),
  "task.show": () => z.object({ task: text }),
  "task.update": () =>
    z.object({
      task: text,
      status: z.enum(TASK_STATUSES).optional(),
      note: text.max(10_000).optional(),
      deliverables: z.array(text).optional(),
    }),
  "task.assign": () => z.object({ task: text, to: text }),
  /** Replaces the tasks that it waits for. */
  "task.depend": () => z.object({ task: text, dependsOn: z.array(text).max(50) }),
  "task.claim": () =>
    z.object({ task: text, lock: z.boolean().default(false), force: z.boolean().default(false) }),
  "task.claim-next": () => z.object({ lock: z.boolean().default(false) }),

  "message.send": () =>
    z.object({
      to: text,
      body: text,
      subject: text.max(200).default(""),
      type: z.enum(MESSAGE_TYPES).default("message"),
      priority: priority.default("medium"),
      taskId: text.optional(),
      replyTo: text.optional(),
      expiresInMs: z.number().int().positive().optional(),
      /** Files of the project, records (by id) or addresses. */
      attachments: z.array(text).max(20).default([]),
      /** Directory that relative paths are relative to; default the project root. */
      cwd: text.optional(),
      key: key.optional(),
    }),
  /** To the sender of a message, in its thread; the original counts as acknowledged, or as completed. */
  "message.reply": () =>
    z.object({
      message: text,
      body: text,
      subject: text.max(200).optional(),
      priority: priority.optional(),
      complete: z.boolean().default(false),
      attachments: z.array(text).max(20).default([]),
      key: key.optional(),
    }),
  /** The operator's word; to `all` it becomes one message for each agent that is there. */
  "message.directive": () => z.object({ to: text, body: text }),
  "message.thread": () => z.object({ message: text }),
  "message.inbox": () =>
    z.object({
      /** Operator only; `all`: what anybody said to anybody, whoever read it. */
      agent: text.optional(),
      state: z.enum(RECEIPT_STATES).optional(),
      all: z.boolean().default(false),
      /** With the rest of the conversations that these messages belong to, the caller's own words in them too. */
      threads: z.boolean().default(false),
      /** At most so many, the latest. */
      limit: z.number().int().min(1).max(10_000).default(1_000),
      peek: z.boolean().default(true),
    }),
  /** What the caller sent, with what each recipient did with it. */
  "message.sent": () => z.object({ limit: z.number().int().min(1).max(10_000).default(50) }),
  /** Leaves an agent in peace: what `sender` says waits in the inbox instead of being carried into its pane. */
  "message.mute": () =>
    z.object({
      sender: text,
      /** Operator only; an agent mutes for itself. */
      agent: text.optional(),
      forMs: z.number().int().positive().optional(),
      reason: text.max(500).default(""),
    }),
  "message.unmute": () => z.object({ sender: text, agent: text.optional() }),
  "message.mutes": () => nothing,
  "message.show": () => z.object({ message: text }),
  "message.mark": () =>
    z.object({
      message: text,
      state: z.enum(["read", "acknowledged", "completed", "archived"]),
    }),
  "message.search": () => z.object({ query: text.min(1) }),

  "lock.acquire": () =>
    z.object({
      path: text.optional(),
      resource: text.optional(),
      reason: text.max(500).default(""),
      ttlMs,
      waitMs: z.number().min(0).max(3_600_000).default(0),
      /** Breaks the locks of others. Operator only. */
      force: z.boolean().default(false),
      /** Directory that a relative path is relative to; default the project root. */
      cwd: text.optional(),
    }),
  "lock.release": () =>
    z.object({
      path: text.optional(),
      resource: text.optional(),
      lockId: text.optional(),
      force: z.boolean().default(false),
      cwd: text.optional(),
    }),
  "lock.list": () => nothing,
  "lock.append": () =>
    z.object({
      path: text,
      content: text,
      newline: z.boolean().default(true),
      cwd: text.optional(),
      reason: text.max(500).optional(),
      ttlMs,
      waitMs: z.number().min(0).max(3_600_000).default(0),
    }),

  "spec.publish": () =>
    z.object({
      name: text,
      content: text,
      /** Refuse when there is a later version than this one. */
      baseVersion: z.number().int().min(0).optional(),
    }),
  "spec.show": () => z.object({ name: text, version: z.number().int().optional() }),
  "spec.list": () => nothing,
  "spec.history": () => z.object({ name: text }),
  /** Unified diff; from the version before the latest to the latest unless said otherwise. */
  "spec.diff": () =>
    z.object({
      name: text,
      from: z.number().int().min(0).optional(),
      to: z.number().int().min(1).optional(),
    }),
  "spec.subscribe": () => z.object({ name: text }),
  "spec.unsubscribe": () => z.object({ name: text }),
  "decision.record": () => z.object({ text: text.min(1), supersedes: text.optional() }),
  "decision.list": () => z.object({ query: text.optional(), current: z.boolean().default(false) }),
  "decision.show": () => z.object({ decision: text }),
  "question.ask": () =>
    z.object({
      question: text.min(1),
      options: z.array(text).max(10).default([]),
      deadlineMs: z.number().int().positive().optional(),
      default: text.optional(),
    }),
  "question.list": () => z.object({ openOnly: z.boolean().default(false), by: text.optional() }),
  "question.withdraw": () => z.object({ question: text }),
  "question.answer": () => z.object({ question: text, answer: text.min(1) }),
  "question.escalate": () => z.object({ about: text, reason: text.min(1) }),

  /** Puts away what is long over: reads as gone, stays in the archive. */
  "archive.run": () =>
    z.object({
      olderThanMs: z
        .number()
        .int()
        .min(0)
        .default(30 * 86_400_000),
      dryRun: z.boolean().default(false),
    }),
  "archive.list": () =>
    z.object({
      kind: z.enum(["task", "message", "question", "delivery"]).optional(),
      query: text.optional(),
      limit: z.number().int().min(1).max(1_000).default(50),
    }),
  "store.check": () => nothing,
  /** The next piece of the export's text; `start` begins anew. */
  "store.export": () => z.object({ start: z.boolean().default(false) }),
  /** A piece of an export's text; the answer to the last one is the report. */
  "store.import": () => z.object({ text: text.max(400_000), last: z.boolean().default(false) }),

  "relay.prompt": () => z.object({ agent: text }),
  "delivery.list": () => z.object({ all: z.boolean().default(true), agent: text.optional() }),
  "delivery.show": () => z.object({ delivery: text }),
  "delivery.retry": () => z.object({ delivery: text }),
  "delivery.drop": () => z.object({ delivery: text }),

  "needs.list": () => nothing,
  "needs.answer": () => z.object({ need: text, action: text, text: text.optional() }),
  /** What becomes of the programs of an earlier run. Answers when they run, with what was done. */
  "restore.answer": () => z.object({ how: z.enum(RESTORE_ANSWERS) }),
  "trust.answer": () => z.object({ sha256: text, trust: z.boolean() }),

  /** Answers when the fact holds, or fails with `timeout`. */
  "wait.for": () =>
    z.object({
      agent: text.optional(),
      state: z.union([z.enum(AGENT_STATES), z.enum(DELIVERY_STATES), z.literal("answered")]).optional(),
      task: text.optional(),
      status: z.enum(TASK_STATUSES).optional(),
      delivery: text.optional(),
      pane: text.optional(),
      /** A text that must stand on the pane's screen. */
      screen: text.optional(),
      timeoutMs: z.number().int().min(0).max(86_400_000).default(60_000),
    }),
} as const;
