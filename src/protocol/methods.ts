import * as z from "zod";
import { RECEIPT_STATES, MESSAGE_TYPES } from "../domain/message/message.ts";
import { DEV_ROLES, MODES, ROLES } from "../domain/session/session.ts";
import { ARRANGEMENTS } from "../domain/layout/words.ts";
import { AGENT_STATES } from "../domain/agent/state.ts";
import { DELIVERY_STATES } from "../domain/relay/delivery.ts";
import { PRIORITIES, TASK_STATUSES } from "../domain/task/task.ts";
import { MAX_BUFFER_PIECE } from "./buffer.ts";
import { OUTSIDE_SOURCES } from "./outside.ts";

const text = z.string();
const id = z.string().min(1).max(64);
const target = z.string().max(128).optional();
const priority = z.enum(PRIORITIES);
const cells = z.number().int().min(1).max(10_000);
const direction = z.enum(["left", "right", "up", "down"]);
const ttlMs = z.number().optional();
const nothing = z.object({});

/** What a new pane runs: a profile by name, or a command. Neither: the user's shell. */
const program = {
  profile: text.max(64).optional(),
  command: z.array(text).max(256).optional(),
  cwd: text.optional(),
  name: text.max(64).optional(),
  autoClaim: z.boolean().optional(),
};

/**
 * Every request a client can make: its name (noun.verb) and its parameters. Results are the views of views.ts and the
 * records of src/domain. A pane `target` is `%3`, a number in the current window, `window.pane`, an agent's name or
 * empty for the focused pane.
 */
export const METHODS = {
  "server.hello": z.object({
    protocol: z.number().int(),
    version: text,
    client: z.enum(["tui", "cli", "mcp", "hook", "test"]),
    token: text.max(256).optional(),
    /** Outside the panes: act as this agent instead of the operator. */
    agent: text.max(32).optional(),
    /** Where that name comes from. */
    agentFrom: z.enum(OUTSIDE_SOURCES).optional(),
  }),
  "server.info": nothing,
  /** `restart`: another one is about to be started, so that attached screens wait for it instead of leaving. */
  "server.stop": z.object({ endPanes: z.boolean(), restart: z.boolean().default(false) }),
  "server.dump": nothing,
  "server.whoami": nothing,

  "client.attach": z.object({
    cols: z.number().int().min(1).max(2_000),
    rows: z.number().int().min(1).max(1_000),
    readOnly: z.boolean().default(false),
    layout: text.optional(),
  }),
  "client.resize": z.object({
    cols: z.number().int().min(1).max(2_000),
    rows: z.number().int().min(1).max(1_000),
  }),
  "client.detach": nothing,
  /** Whether a human looks at this client's terminal (focus events of the outer terminal). */
  "client.focus": z.object({ focused: z.boolean() }),
  /** While a pane is in copy mode nothing is injected that would move what the human looks at. */
  "client.mode": z.object({ paneId: id, copyMode: z.boolean() }),
  "client.list": nothing,
  "events.subscribe": nothing,
  "settings.show": nothing,
  /** Reads the settings file again; every attached client gets them. */
  "settings.reload": nothing,
  /** The human has seen the hints of the first run, and does not want them again in any project. */
  "coach.end": nothing,

  "layout.list": nothing,
  "layout.open": z.object({ name: text.max(128) }),
  "layout.save": z.object({ name: text.max(64) }),
  "layout.preset": z.object({ name: z.enum(ARRANGEMENTS) }),

  "window.new": z.object({ ...program }),
  "window.select": z.object({ target: text }),
  "window.rename": z.object({ target, name: text.min(1).max(64) }),
  "window.move": z.object({ target, index: z.number().int().min(1).max(999) }),
  "window.kill": z.object({ target, force: z.boolean().default(false) }),
  "window.synchronize": z.object({ on: z.boolean().optional() }),

  "pane.list": nothing,
  "pane.split": z.object({
    target,
    direction: z.enum(["right", "down"]),
    percent: z.number().min(1).max(99).optional(),
    ...program,
  }),
  "pane.focus": z.object({ target, direction: direction.optional() }),
  "pane.resize": z.object({ target, direction, cells }),
  "pane.zoom": z.object({ target }),
  "pane.swap": z.object({ target, with: text }),
  "pane.rotate": nothing,
  "pane.break": z.object({ target }),
  "pane.join": z.object({ target, into: text, direction: z.enum(["right", "down"]).default("right") }),
  "pane.kill": z.object({ target, force: z.boolean().default(false) }),
  "pane.respawn": z.object({ target }),
  /** Brings the pane back that was closed last, for a few seconds after. */
  "pane.reopen": nothing,
  "pane.capture": z.object({
    target,
    ansi: z.boolean().default(false),
    /** Rows of scrollback to put before the screen. */
    history: z.number().int().min(0).max(100_000).default(0),
    joinWrapped: z.boolean().default(false),
  }),
  "pane.send-keys": z.object({
    target,
    keys: z.array(text.max(65_536)).max(1_000),
    literal: z.boolean().default(false),
  }),
  /** Rows of a pane as a grid frame (base64), counted from the first that it ever had: copy mode reads these. */
  "pane.rows": z.object({
    paneId: id,
    /** Null: the last `count` rows. */
    from: z.number().int().nullable(),
    count: z.number().int().min(1).max(500),
    /** Of what the pane had printed when this was made (`search.show`), instead of its live screen. */
    snapshot: id.nullable().default(null),
  }),
  "pane.search": z.object({
    paneId: id.optional(),
    pattern: text.min(1).max(500),
    regex: z.boolean().default(false),
    ignoreCase: z.boolean().default(true),
    limit: z.number().int().min(1).max(5_000).default(1_000),
    snapshot: id.nullable().default(null),
    /** Whether hits bring the text of their line. */
    texts: z.boolean().default(true),
  }),
  /** Begins a search through all panes' screens, histories and raw logs; one that the client had before ends. */
  "search.open": z.object({
    paneId: id.optional(),
    pattern: text.min(1).max(500),
    regex: z.boolean().default(false),
    ignoreCase: z.boolean().default(true),
  }),
  /** Hits from number `from` on as soon as there are some, or after a moment how far the search is. */
  "search.read": z.object({ searchId: id, from: z.number().int().min(0) }),
  /** Where a hit can be looked at. */
  "search.show": z.object({ searchId: id, index: z.number().int().min(0) }),
  /** What was found stays to be asked for until the next search. */
  "search.stop": z.object({ searchId: id }),

  /** Paste buffers, newest first. No name: the newest. */
  "buffer.set": z.object({
    text: text.min(1).max(MAX_BUFFER_PIECE),
    name: text.min(1).max(64).optional(),
    /** Behind what the buffer holds already. */
    append: z.boolean().default(false),
  }),
  "buffer.list": nothing,
  "buffer.show": z.object({ name: text.max(64).optional() }),
  "buffer.delete": z.object({ name: text.max(64).optional() }),
  "buffer.paste": z.object({ name: text.max(64).optional(), target }),

  "agent.list": nothing,
  "agent.explain": z.object({ target }),
  "agent.start": z.object({
    profile: text.max(64),
    name: text.max(32).optional(),
    role: z.enum(ROLES).optional(),
  }),
  /** Outside the panes: takes a name and a role, once for a session of the agent. */
  "agent.register": z.object({ name: text, role: z.enum(ROLES).optional() }),
  "agent.set": z.object({
    name: text,
    role: z.enum(ROLES).optional(),
    devRole: z.enum(DEV_ROLES).nullable().optional(),
  }),

  "session.show": nothing,
  "session.init": z.object({
    project: text.max(200).optional(),
    mode: z.enum(MODES).optional(),
    principal: text.optional(),
    agents: z.array(text).max(64).optional(),
    force: z.boolean().default(false),
  }),
  "session.set": z.object({
    mode: z.enum(MODES).optional(),
    principal: text.optional(),
    project: text.optional(),
  }),
  "summary.show": nothing,
  /** What each agent says it does, with the age of that, its task and the file it has in hand. */
  "summary.board": nothing,
  /** The state of the project in a few lines, for the caller or (operator) for an agent. */
  "summary.compact": z.object({ agent: text.optional() }),
  "status.set": z.object({ text: text.max(500) }),
  "activity.list": z.object({
    limit: z.number().int().min(1).max(10_000).default(50),
    kind: text.optional(),
    actor: text.optional(),
    sinceMs: z.number().int().optional(),
    /** The id of anything the line is about, or a path. */
    ref: text.optional(),
  }),
  "activity.add": z.object({
    kind: text.max(64).default("note"),
    text: text.min(1).max(2_000),
    path: text.optional(),
  }),

  "task.delegate": z.object({
    to: text,
    text: text,
    priority: priority.default("medium"),
    requirements: z.array(text).max(50).default([]),
    acceptanceCriteria: z.array(text).max(50).default([]),
    files: z.array(text).max(200).default([]),
    lock: z.boolean().default(false),
    id: id.optional(),
  }),
  "task.create": z.object({
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
  }),
  "task.list": z.object({
    assignee: text.optional(),
    status: z.enum(TASK_STATUSES).optional(),
    activeOnly: z.boolean().default(false),
    /** At most so many, the latest. */
    limit: z.number().int().min(1).max(100_000).optional(),
  }),
  "task.show": z.object({ task: text }),
  "task.update": z.object({
    task: text,
    status: z.enum(TASK_STATUSES).optional(),
    note: text.max(10_000).optional(),
    deliverables: z.array(text).optional(),
  }),
  "task.assign": z.object({ task: text, to: text }),
  /** Replaces the tasks that it waits for. */
  "task.depend": z.object({ task: text, dependsOn: z.array(text).max(50) }),
  "task.claim": z.object({ task: text, lock: z.boolean().default(false), force: z.boolean().default(false) }),
  "task.claim-next": z.object({ lock: z.boolean().default(false) }),

  "message.send": z.object({
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
    id: id.optional(),
  }),
  /** To the sender of a message, in its thread; the original counts as acknowledged, or as completed. */
  "message.reply": z.object({
    message: text,
    body: text,
    subject: text.max(200).optional(),
    priority: priority.optional(),
    complete: z.boolean().default(false),
    attachments: z.array(text).max(20).default([]),
    id: id.optional(),
  }),
  /** The operator's word; to `all` it becomes one message for each agent that is there. */
  "message.directive": z.object({ to: text, body: text }),
  "message.thread": z.object({ message: text }),
  "message.inbox": z.object({
    agent: text.optional(),
    state: z.enum(RECEIPT_STATES).optional(),
    all: z.boolean().default(false),
    /** At most so many, the latest. */
    limit: z.number().int().min(1).max(10_000).default(1_000),
    peek: z.boolean().default(true),
  }),
  /** What the caller sent, with what each recipient did with it. */
  "message.sent": z.object({ limit: z.number().int().min(1).max(10_000).default(50) }),
  /** Leaves an agent in peace: what `sender` says waits in the inbox instead of being carried into its pane. */
  "message.mute": z.object({
    sender: text,
    /** Operator only; an agent mutes for itself. */
    agent: text.optional(),
    forMs: z.number().int().positive().optional(),
    reason: text.max(500).default(""),
  }),
  "message.unmute": z.object({ sender: text, agent: text.optional() }),
  "message.mutes": nothing,
  "message.show": z.object({ message: text }),
  "message.mark": z.object({
    message: text,
    state: z.enum(["read", "acknowledged", "completed", "archived"]),
  }),
  "message.search": z.object({ query: text.min(1) }),

  "lock.acquire": z.object({
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
  "lock.release": z.object({
    path: text.optional(),
    resource: text.optional(),
    lockId: text.optional(),
    force: z.boolean().default(false),
    cwd: text.optional(),
  }),
  "lock.list": nothing,
  "lock.append": z.object({
    path: text,
    content: text,
    newline: z.boolean().default(true),
    cwd: text.optional(),
    reason: text.max(500).optional(),
    waitMs: z.number().min(0).max(3_600_000).default(0),
  }),

  "spec.publish": z.object({
    name: text,
    content: text,
    /** Refuse when there is a later version than this one. */
    baseVersion: z.number().int().min(0).optional(),
  }),
  "spec.show": z.object({ name: text, version: z.number().int().optional() }),
  "spec.list": nothing,
  "spec.history": z.object({ name: text }),
  /** Unified diff; from the version before the latest to the latest unless said otherwise. */
  "spec.diff": z.object({
    name: text,
    from: z.number().int().min(0).optional(),
    to: z.number().int().min(1).optional(),
  }),
  "spec.subscribe": z.object({ name: text }),
  "spec.unsubscribe": z.object({ name: text }),
  "decision.record": z.object({ text: text.min(1), supersedes: text.optional() }),
  "decision.list": z.object({ query: text.optional(), current: z.boolean().default(false) }),
  "decision.show": z.object({ decision: text }),
  "question.ask": z.object({
    question: text.min(1),
    options: z.array(text).max(10).default([]),
    deadlineMs: z.number().int().positive().optional(),
    default: text.optional(),
  }),
  "question.list": z.object({ openOnly: z.boolean().default(false), by: text.optional() }),
  "question.withdraw": z.object({ question: text }),
  "question.answer": z.object({ question: text, answer: text.min(1) }),
  "question.escalate": z.object({ about: text, reason: text.min(1) }),

  /** Puts away what is long over: reads as gone, stays in the archive. */
  "archive.run": z.object({
    olderThanMs: z
      .number()
      .int()
      .min(0)
      .default(30 * 86_400_000),
    dryRun: z.boolean().default(false),
  }),
  "archive.list": z.object({
    kind: z.enum(["task", "message"]).optional(),
    query: text.optional(),
    limit: z.number().int().min(1).max(1_000).default(50),
  }),
  "store.check": nothing,
  /** The next piece of the export's text; `start` begins anew. */
  "store.export": z.object({ start: z.boolean().default(false) }),
  /** A piece of an export's text; the answer to the last one is the report. */
  "store.import": z.object({ text: text.max(400_000), last: z.boolean().default(false) }),

  "relay.prompt": z.object({ agent: text }),
  "delivery.list": z.object({ all: z.boolean().default(true), agent: text.optional() }),
  "delivery.show": z.object({ delivery: text }),
  "delivery.retry": z.object({ delivery: text }),
  "delivery.drop": z.object({ delivery: text }),

  "needs.list": nothing,
  "needs.answer": z.object({ need: text, action: text, text: text.optional() }),
  "trust.answer": z.object({ sha256: text, trust: z.boolean() }),

  /** Answers when the fact holds, or fails with `timeout`. */
  "wait.for": z.object({
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
  "debug.record": z.object({ target, on: z.boolean() }),
  "debug.rpc": z.object({ on: z.boolean() }),
} as const;

export type MethodName = keyof typeof METHODS;
/** What a caller passes: fields with defaults may be left out. */
export type Params<M extends MethodName> = z.input<(typeof METHODS)[M]>;
/** What a handler gets. */
export type ParsedParams<M extends MethodName> = z.output<(typeof METHODS)[M]>;
