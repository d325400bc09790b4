import * as z from "zod";
import { ActorSchema, recordShape } from "../record.ts";

export const QUESTION_STATES = ["open", "answered", "lapsed", "withdrawn"] as const;
export const MAX_OPEN_QUESTIONS_PER_AGENT = 100;

/**
 * Something an agent wants from the human: a question, or a message or task handed up with a reason (`escalation`).
 * It ends answered by the operator, or lapsed at its deadline, with its default as the answer if it has one.
 */
export const QuestionSchema = z.object({
  ...recordShape,
  kind: z.enum(["question", "escalation"]),
  by: ActorSchema,
  question: z.string().min(1),
  options: z.array(z.string()),
  /** For an escalation: the message or task it is about. */
  about: z.string().nullable(),
  deadlineAtMs: z.number().int().nullable(),
  default: z.string().nullable(),
  state: z.enum(QUESTION_STATES),
  answer: z.string().nullable(),
  answeredAtMs: z.number().int().nullable(),
});
export type Question = z.infer<typeof QuestionSchema>;
