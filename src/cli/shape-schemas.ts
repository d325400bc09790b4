// What the commands print with `--json` that is no record and no view of view-schemas.ts: small answers, and reports.
import * as z from "zod";
import { ActivitySchema } from "../domain/activity/activity.ts";
import { ProfileSchema } from "../domain/agent/profile.ts";
import { AgentStateSchema } from "../domain/agent/state.ts";
import { MessageSchema } from "../domain/message/message.ts";
import { AgentSchema, SessionSchema } from "../domain/session/session.ts";
import { ROLES } from "../domain/session/words.ts";
import { DeliverySchema } from "../domain/relay/delivery.ts";
import { TaskSchema } from "../domain/task/task.ts";
import { SettingsSchema } from "../config/settings.ts";
import type * as results from "../protocol/results.ts";
import type * as views from "../protocol/views.ts";
import type { ScenarioReport } from "../scenario/report.ts";
import { VIEW_SCHEMAS } from "./view-schemas.ts";

const text = z.string();
const count = z.number().int().nonnegative();
const rect = z.strictObject({ x: count, y: count, cols: count, rows: count });
const project = z.strictObject({ name: text, root: text });
const { "agent-view": agent, "delivery-view": delivery, "summary-view": summary } = VIEW_SCHEMAS;

const pane = z.strictObject({
  id: text,
  number: count,
  index: count,
  windowId: text,
  focused: z.boolean(),
  outer: rect.nullable(),
  inner: rect.nullable(),
  title: text,
  profile: text,
  agent: text.nullable(),
  pid: count.nullable(),
  cwd: text,
  dead: z.strictObject({ exitCode: z.number().int(), signal: z.number().int() }).nullable(),
  notice: z.strictObject({ text, level: z.enum(["info", "good", "warn", "bad"]) }).nullable(),
  message: text.nullable(),
}) satisfies z.ZodType<views.PaneView>;

const serverInfo = z.strictObject({
  version: text,
  protocol: count,
  pid: count,
  hostPid: count.nullable(),
  startedAtMs: count,
  root: text,
  stateDir: text,
  sockets: z.strictObject({ server: text, hook: text, host: text }),
  panes: count,
  clients: count,
  readOnlyReason: text.nullable(),
  storeProblems: z.array(text),
  watchProblems: z.array(text),
  /** Of `server status` and `server start`: the most that ever waited in each queue. */
  queues: z.array(z.strictObject({ queue: text, mostBytes: count, boundBytes: count.nullable() })).optional(),
}) satisfies z.ZodType<results.ServerInfo>;

const explanation = z.strictObject({
  agent: text.nullable(),
  paneId: text,
  profile: text,
  state: AgentStateSchema,
  evidence: z.array(
    z.strictObject({ source: text, says: text, ageMs: z.number(), valid: z.boolean(), note: text }),
  ),
  rule: text.nullable(),
  nearMisses: z.array(z.strictObject({ rule: text, missing: text })),
  draft: text.nullable(),
  conflict: text.nullable(),
  gate: z.strictObject({ verdict: z.enum(["go", "hold"]), reason: text }),
}) satisfies z.ZodType<views.ExplainView>;

const paneRef = z.strictObject({ paneId: text, windowId: text }) satisfies z.ZodType<results.PaneRef>;

const searchHit = z.strictObject({
  paneId: text,
  row: z.number().int(),
  col: count,
  length: count,
  text,
  logOffset: count.nullable(),
}) satisfies z.ZodType<results.SearchHit>;

const buffer = z.strictObject({
  name: text,
  atMs: count,
  length: count,
  preview: text,
}) satisfies z.ZodType<results.BufferView>;

const capture = z.strictObject({
  paneId: text,
  lines: z.array(text),
  cols: count,
  rows: count,
  cursor: z.strictObject({ x: count, y: count, visible: z.boolean() }),
  title: text,
}) satisfies z.ZodType<results.CaptureResult>;

const mute = z.strictObject({
  agent: text,
  sender: text,
  untilMs: count.nullable(),
  reason: text,
}) satisfies z.ZodType<results.MuteView>;

const scenarioReport = z.strictObject({
  name: text,
  ok: z.boolean(),
  ms: z.number().nonnegative(),
  steps: z.array(
    z.strictObject({
      index: count,
      name: text,
      ok: z.boolean(),
      ms: z.number().nonnegative(),
      error: text.nullable(),
    }),
  ),
  failure: z
    .strictObject({
      step: count,
      message: text,
      screens: z.array(z.strictObject({ pane: text, lines: z.array(text) })),
    })
    .nullable(),
}) satisfies z.ZodType<ScenarioReport>;

const compactSummary = z.strictObject({ agent: text, text });
const sessionSetUp = z.strictObject({
  session: SessionSchema.strict(),
  agents: z.array(z.strictObject({ name: text, role: z.enum(ROLES) })),
});

/** By name; `src/cli/json-shapes.ts` says which command prints which. */
export const SHAPE_SCHEMAS = {
  done: z.strictObject({}),
  path: z.strictObject({ path: text }),
  strings: z.array(text),
  "agent-record": AgentSchema.strict(),
  "agent-started": paneRef.extend({ name: text }),
  "appended-report": z.strictObject({ path: text, bytes: count }),
  "buffer-view": buffer,
  "buffer-text": buffer.extend({ text }),
  "capture-report": z.union([capture, z.strictObject({ svg: text })]),
  "claimed-next": z.strictObject({ task: TaskSchema.strict().nullable() }),
  "compact-summary": compactSummary,
  "completion-script": z.strictObject({ script: text }),
  "config-check": z.strictObject({ ok: z.literal(true), path: text, exists: z.boolean() }),
  "config-keys": z.strictObject({
    prefix: text,
    bindings: z.array(z.strictObject({ key: text, command: text, description: text, group: text })),
  }),
  "config-reload": z.strictObject({ path: text, problem: text.nullable() }),
  "config-view": z.strictObject({ path: text, settings: SettingsSchema }),
  "config-written": z.strictObject({ path: text, written: z.boolean() }),
  "delegate-result": z.strictObject({
    task: TaskSchema.strict(),
    delivery,
    outlook: text,
  }) satisfies z.ZodType<results.DelegateResult>,
  "delivery-record": DeliverySchema.strict(),
  "diff-report": z.strictObject({ diff: text }),
  "doctor-report": z.strictObject({
    ok: z.boolean(),
    findings: z.array(
      z.strictObject({ area: text, level: z.enum(["ok", "warn", "bad"]), text, mend: text.optional() }),
    ),
  }),
  "event-view": z.looseObject({ atMs: count, kind: text }),
  explanation,
  "export-report": z.strictObject({ path: text, characters: count }),
  "file-check": z.strictObject({ ok: z.literal(true), path: text }),
  "hooks-report": z.array(
    z.strictObject({
      agent: z.enum(["claude", "codex", "kimi"]),
      path: text,
      scope: z.enum(["project", "user"]),
      hooks: count,
      changed: z.boolean(),
      problem: text.nullable(),
    }),
  ),
  /** With options also what `session init` says. */
  "init-report": z.strictObject({
    root: text,
    dir: text,
    written: z.array(text),
    kept: z.array(text),
    ...sessionSetUp.partial().shape,
  }),
  "json-value": z.unknown(),
  /** The log; with --follow one entry on each line; where one was written, that. */
  "activity-report": z.union([ActivitySchema.strict(), ActivitySchema.strict().array()]),
  "layout-view": z.strictObject({
    name: text,
    source: z.enum(["built-in", "user", "project"]),
    summary: text,
  }),
  "message-record": MessageSchema.strict(),
  "mute-view": mute,
  "client-view": z.strictObject({
    clientId: text,
    cols: count,
    rows: count,
    readOnly: z.boolean(),
    kind: text,
  }),
  "told-clients": z.strictObject({ clients: z.array(text) }),
  "pane-ref": paneRef,
  "pane-view": pane,
  "profile-list": z.strictObject({
    profiles: z.array(
      z.looseObject({
        name: text,
        title: text,
        kind: text,
        command: z.array(text),
        origin: text,
        path: text,
      }),
    ),
    untrusted: z.array(z.unknown()),
    errors: z.array(z.unknown()),
  }),
  "profile-view": z.looseObject({ profile: ProfileSchema }),
  "relay-prompt": z.strictObject({ agent: text.optional(), text }),
  "release-report": z.strictObject({ released: z.boolean(), label: text }),
  "scenario-report": scenarioReport,
  "search-hit": searchHit,
  "server-info": serverInfo,
  "session-record": SessionSchema.strict(),
  "session-set-up": sessionSetUp,
  /** All of it, in a few lines with --compact, or the agent whose status line was set. */
  "status-report": z.union([summary, compactSummary, z.strictObject({ agent: AgentSchema.strict() })]),
  "restore-report": z.strictObject({ done: text }),
  "stop-report": z.strictObject({ stopped: z.literal(true) }),
  "subscription-report": z.strictObject({ name: text, subscribed: z.boolean() }),
  "task-record": TaskSchema.strict(),
  "unmute-report": z.strictObject({ unmuted: z.boolean() }),
  "up-report": z.strictObject({
    project,
    serverPid: count,
    panes: z.array(z.strictObject({ id: text, profile: text, agent: text.nullable() })),
    agents: z.array(agent),
  }),
  /** What was waited for, as it is now. */
  "wait-result": z.union([
    z.strictObject({ agent: text, state: AgentStateSchema.nullable() }),
    z.strictObject({ task: TaskSchema.strict() }),
    z.strictObject({ delivery }),
    z.strictObject({ lines: z.array(text) }),
  ]),
  "window-view": z.strictObject({ id: text, panes: z.array(text), current: z.boolean() }),
} as const;
