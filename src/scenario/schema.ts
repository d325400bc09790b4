import * as z from "zod";
import { AGENT_STATES } from "../domain/agent/state.ts";
import { DELIVERY_STATES } from "../domain/relay/delivery.ts";
import { PRIORITIES, TASK_STATUSES } from "../domain/task/task.ts";

const text = z.string().max(65_536);
const name = z.string().min(1).max(128);
const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `500ms`, `30s`, `5m`, `1h`; a bare number is seconds. Becomes milliseconds. */
const duration = z
  .union([
    z.number().positive().max(86_400),
    z.string().regex(/^\d{1,6}(\.\d{1,3})?(ms|s|m|h)$/, "like 500ms, 30s, 5m"),
  ])
  .transform((value) => {
    if (typeof value === "number") return Math.round(value * 1_000);
    const match = /^([\d.]+)(ms|s|m|h)$/.exec(value) as RegExpExecArray;
    return Math.round(Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]);
  });

const Expectation = z.union([
  z.strictObject({ agent: name, state: z.enum(AGENT_STATES) }),
  z.strictObject({ task: name, status: z.enum(TASK_STATUSES) }),
  z.strictObject({ delivery: name, state: z.union([z.enum(DELIVERY_STATES), z.literal("answered")]) }),
  z.strictObject({ screen: z.strictObject({ pane: name, text: text.min(1) }) }),
  z.strictObject({ screen: z.strictObject({ pane: name, regex: z.string().min(1).max(500) }) }),
  z.strictObject({ lock: name, holder: name.nullable() }),
]);
export type Expectation = z.output<typeof Expectation>;

const common = { name: z.string().max(200).optional() };

/** One step does one thing. `as` gives what it made a name, for `task: $name` and `delivery: $name` in later steps. */
const StepSchema = z.union([
  z.strictObject({ ...common, type: z.strictObject({ pane: name, text, enter: z.boolean().default(true) }) }),
  z.strictObject({ ...common, keys: z.strictObject({ pane: name, keys: z.array(text).min(1).max(200) }) }),
  z.strictObject({
    ...common,
    delegate: z.strictObject({
      to: name,
      text,
      priority: z.enum(PRIORITIES).optional(),
      files: z.array(name).max(200).optional(),
      lock: z.boolean().optional(),
      as: name.optional(),
    }),
  }),
  z.strictObject({
    ...common,
    send: z.strictObject({ to: name, body: text, subject: z.string().max(200).optional() }),
  }),
  z.strictObject({ ...common, lock: z.strictObject({ path: name, reason: text.optional() }) }),
  z.strictObject({ ...common, unlock: z.strictObject({ path: name, force: z.boolean().default(false) }) }),
  z.strictObject({ ...common, expect: Expectation, within: duration.default(30_000) }),
  z.strictObject({
    ...common,
    run: z.strictObject({
      command: z.array(text).min(1).max(64),
      exit: z.number().int().min(0).max(255).default(0),
      contains: text.optional(),
      timeout: duration.default(60_000),
    }),
  }),
  z.strictObject({ ...common, wait: duration }),
]);
export type Step = z.output<typeof StepSchema>;

/** A scenario file: what is opened, what is done, and what must be seen. */
export const ScenarioSchema = z.strictObject({
  name: z.string().min(1).max(200),
  /** A layout's name or file; without it the panes that are open. */
  layout: name.optional(),
  /** For all steps together. */
  deadline: duration.default(300_000),
  size: z
    .strictObject({ cols: z.number().int().min(20).max(2_000), rows: z.number().int().min(5).max(1_000) })
    .default({ cols: 120, rows: 40 }),
  steps: z.array(StepSchema).min(1).max(500),
});
export type Scenario = z.output<typeof ScenarioSchema>;
