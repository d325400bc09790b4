// What `--json` prints, as schemas. Each is tied to the type of the value by `satisfies`, and a test holds real output
// against them.
import * as z from "zod";
import { EXIT_CODES, type ErrorCode } from "../base/errors.ts";
import { AgentStateSchema } from "../domain/agent/state.ts";
import { LockTargetSchema } from "../domain/lock/lease.ts";
import { MessageSchema } from "../domain/message/message.ts";
import { QuestionSchema } from "../domain/question/question.ts";
import { DELIVERY_STATES, DeliverySchema } from "../domain/relay/delivery.ts";
import { PRESENCES } from "../domain/session/presence.ts";
import { DEV_ROLES, ROLES } from "../domain/session/session.ts";
import type { BoardRow } from "../domain/summary/board.ts";
import { TASK_STATUSES, TaskSchema } from "../domain/task/task.ts";
import { OUTSIDE_SOURCES } from "../protocol/outside.ts";
import type * as results from "../protocol/results.ts";
import type * as views from "../protocol/views.ts";

const text = z.string();
const count = z.number().int().nonnegative();
/** Milliseconds since 1970. */
const moment = z.number().int();
const maybe = <T extends z.ZodType>(schema: T) => schema.nullable();

const agent = z.strictObject({
  name: text,
  profile: text,
  title: text,
  role: z.enum(ROLES),
  devRole: maybe(z.enum(DEV_ROLES)),
  paneId: maybe(text),
  state: AgentStateSchema,
  presence: z.enum(PRESENCES),
  task: maybe(z.strictObject({ id: text, title: text, status: z.enum(TASK_STATUSES) })),
  locks: count,
  unread: count,
  waiting: maybe(z.strictObject({ count, reason: text })),
  hasDraft: z.boolean(),
  statusText: maybe(text),
  statusAtMs: maybe(moment),
  file: maybe(z.strictObject({ path: text, atMs: moment })),
  agentSessionId: maybe(text),
}) satisfies z.ZodType<views.AgentView>;

const lock = z.strictObject({
  id: text,
  target: LockTargetSchema,
  holder: text,
  reason: text,
  fencingToken: z.number().int().positive(),
  createdAtMs: moment,
  label: text,
  remainingMs: z.number().nonnegative(),
  ttlMs: z.number().int().positive(),
  waiters: z.array(text),
  inHand: maybe(z.strictObject({ path: text, ageMs: z.number().nonnegative() })),
}) satisfies z.ZodType<views.LockView>;

const delivery = z.strictObject({
  id: text,
  kind: text,
  from: text,
  to: text,
  taskId: maybe(text),
  state: z.enum(DELIVERY_STATES),
  channel: maybe(text),
  reason: text,
  attempts: count,
  answered: z.boolean(),
  createdAtMs: moment,
  updatedAtMs: moment,
  preview: text,
}) satisfies z.ZodType<views.DeliveryView>;

const need = z.strictObject({
  id: text,
  kind: z.enum([
    "permission",
    "question",
    "escalation",
    "delivery",
    "conflict",
    "dead-pane",
    "inbox",
    "trust",
  ]),
  agent: maybe(text),
  paneId: maybe(text),
  text,
  about: maybe(text),
  sinceMs: z.number(),
  deadlineAtMs: maybe(moment),
  default: maybe(text),
  actions: z.array(z.strictObject({ key: text, label: text, action: text })),
}) satisfies z.ZodType<views.NeedView>;

const summary = z.strictObject({
  project: z.strictObject({ name: text, root: text }),
  mode: text,
  principal: text,
  agents: z.array(agent),
  tasks: z.record(z.enum(TASK_STATUSES), count),
  deliveriesWaiting: count,
  locks: count,
  actionItems: z.array(text),
}) satisfies z.ZodType<views.SummaryView>;

const aged = { ageMs: z.number().nonnegative() };
const boardRow = z.strictObject({
  agent: text,
  role: z.enum(ROLES),
  devRole: maybe(z.enum(DEV_ROLES)),
  presence: z.enum(PRESENCES),
  status: maybe(z.strictObject({ text, ...aged })),
  task: maybe(text),
  file: maybe(z.strictObject({ path: text, ...aged })),
  unread: count,
}) satisfies z.ZodType<BoardRow>;

const spec = z.strictObject({
  name: text,
  version: count,
  author: text,
  atMs: moment,
  content: text,
  versions: count,
}) satisfies z.ZodType<results.SpecView>;

const decision = z.strictObject({
  id: text,
  atMs: moment,
  by: text,
  text,
  supersededBy: maybe(text),
}) satisfies z.ZodType<results.DecisionView>;

const question = z.strictObject({
  id: text,
  kind: z.enum(["question", "escalation"]),
  state: z.enum(["open", "answered", "lapsed", "withdrawn"]),
  atMs: moment,
  by: text,
  question: text,
  about: maybe(text),
  options: z.array(text),
  deadlineAtMs: maybe(moment),
  default: maybe(text),
  answer: maybe(text),
}) satisfies z.ZodType<results.QuestionView>;

const identity = z.strictObject({
  kind: z.enum(["operator", "agent"]),
  name: text,
  paneId: maybe(text),
  how: z.enum(["pane token", "operator token", "attached client", ...OUTSIDE_SOURCES]),
  role: maybe(z.enum(ROLES)),
  devRole: maybe(z.enum(DEV_ROLES)),
}) satisfies z.ZodType<results.OwnIdentity>;

const taskResult = z.strictObject({
  task: TaskSchema,
  claimable: z.array(TaskSchema),
  /** Set when the task already was what was asked for: who made it so, and when. */
  already: maybe(z.strictObject({ by: text, atMs: moment })),
}) satisfies z.ZodType<results.TaskResult>;

const archiveReport = z.strictObject({
  dryRun: z.boolean(),
  locks: count,
  receipts: count,
  tasks: count,
  messages: count,
  questions: count,
  deliveries: count,
}) satisfies z.ZodType<results.ArchiveReport>;

const archived = z.strictObject({
  kind: z.enum(["task", "message", "question", "delivery"]),
  archivedAtMs: moment,
  record: z.union([TaskSchema, MessageSchema, QuestionSchema, DeliverySchema]),
}) satisfies z.ZodType<results.ArchivedRecord>;

const storeCheck = z.strictObject({
  collections: z.array(
    z.strictObject({ name: text, documents: count, fileBytes: count, problems: z.array(text) }),
  ),
  problems: z.array(text),
}) satisfies z.ZodType<results.StoreCheck>;

const importReport = z.strictObject({
  added: count,
  unchanged: count,
  conflicts: z.array(z.strictObject({ collection: text, id: text })),
  rejected: z.array(z.strictObject({ line: count, reason: text })),
  leftOut: count,
}) satisfies z.ZodType<results.ImportResult>;

/** On stderr, with the exit status. */
const error = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(EXIT_CODES) as [ErrorCode, ...ErrorCode[]]),
    message: text,
    hint: text.optional(),
    details: z.record(text, z.unknown()).optional(),
  }),
});

/** By the name that `ia-tmux schema` takes; lists print arrays of them. */
export const VIEW_SCHEMAS = {
  "agent-view": agent,
  "lock-view": lock,
  "delivery-view": delivery,
  "need-view": need,
  "summary-view": summary,
  "board-row": boardRow,
  "spec-view": spec,
  "decision-view": decision,
  "question-view": question,
  "identity-view": identity,
  "task-result": taskResult,
  "archive-report": archiveReport,
  "archived-record": archived,
  "store-check": storeCheck,
  "import-report": importReport,
  "error-report": error,
} as const;
