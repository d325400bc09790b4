import * as z from "zod";
import { ActorSchema, AgentNameSchema, NoteSchema, recordShape, RepeatKeySchema } from "../record.ts";
import { PRIORITIES, TASK_STATUSES } from "./words.ts";

export { PRIORITIES, TASK_STATUSES };

export const PrioritySchema = z.enum(PRIORITIES);
export const TaskStatusSchema = z.enum(TASK_STATUSES);
export type Priority = z.infer<typeof PrioritySchema>;
export type TaskStatus = z.infer<typeof TaskStatusSchema>;

export const TaskSchema = z.object({
  ...recordShape,
  title: z.string().min(1).max(200),
  description: z.string(),
  status: TaskStatusSchema,
  priority: PrioritySchema,
  assigner: ActorSchema,
  assignee: AgentNameSchema.nullable(),
  requirements: z.array(z.string()),
  acceptanceCriteria: z.array(z.string()),
  deliverables: z.array(z.string()),
  /** Paths or globs, relative to the project root. */
  files: z.array(z.string()),
  dependsOn: z.array(z.string()),
  notes: z.array(NoteSchema),
  statusAtMs: z.number().int(),
  statusBy: ActorSchema,
  key: RepeatKeySchema.optional(),
});
export type Task = z.infer<typeof TaskSchema>;
