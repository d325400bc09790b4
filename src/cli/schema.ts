import * as z from "zod";
import { AppError } from "../base/errors.ts";
import { jsonSchemaOf, SCHEMA_NAMES, type SchemaName } from "../config/json-schemas.ts";
import { ActivitySchema } from "../domain/activity/activity.ts";
import { DecisionSchema } from "../domain/decision/decision.ts";
import { QuestionSchema } from "../domain/question/question.ts";
import { SpecSchema } from "../domain/spec/spec.ts";
import { LeaseSchema } from "../domain/lock/lease.ts";
import { MessageSchema } from "../domain/message/message.ts";
import { DeliverySchema } from "../domain/relay/delivery.ts";
import { AgentSchema, SessionSchema } from "../domain/session/session.ts";
import { TaskSchema } from "../domain/task/task.ts";
import { inertText } from "../domain/text/inert.ts";
import { METHODS, type MethodName, paramsSchema } from "../protocol/methods.ts";
import { ScenarioSchema } from "../scenario/schema.ts";
import { jsonShapeOf } from "./json-shapes.ts";
import { COMMANDS } from "./table.ts";
import { VIEW_SCHEMAS } from "./view-schemas.ts";

/** Records as `--json` prints them, and scenarios. */
const NAMED = {
  scenario: ScenarioSchema,
  activity: ActivitySchema,
  agent: AgentSchema,
  delivery: DeliverySchema,
  lease: LeaseSchema,
  message: MessageSchema,
  session: SessionSchema,
  task: TaskSchema,
  decision: DecisionSchema,
  question: QuestionSchema,
  spec: SpecSchema,
  ...VIEW_SCHEMAS,
} as const;

/** `tasks` and `task list` are the same. */
function commandNamed(words: string): string {
  return COMMANDS.find(({ name, short }) => name === words || short?.includes(words))?.name ?? words;
}

export function schemaNames(): string[] {
  return [...SCHEMA_NAMES, ...Object.keys(NAMED), ...Object.keys(METHODS)];
}

/** JSON Schema of a file, a record, a command's output or the parameters of a request. @throws AppError not-found */
export function schemaNamed(name: string): object {
  if (SCHEMA_NAMES.includes(name as SchemaName)) return jsonSchemaOf(name as SchemaName);
  if (Object.hasOwn(NAMED, name)) return z.toJSONSchema(NAMED[name as keyof typeof NAMED], { io: "input" });
  if (Object.hasOwn(METHODS, name)) return z.toJSONSchema(paramsSchema(name as MethodName), { io: "input" });
  const shape = jsonShapeOf(commandNamed(name));
  if (shape !== undefined) return z.toJSONSchema(shape, { unrepresentable: "any" });
  throw new AppError("not-found", `no schema "${inertText(name, 60)}"`, {
    hint: '`ia-tmux schema` lists them; `ia-tmux schema "task list"` is what that command prints with --json.',
  });
}
