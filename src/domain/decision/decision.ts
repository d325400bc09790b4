import * as z from "zod";
import { ActorSchema, recordShape } from "../record.ts";

/** Something the project settled on. A decision is never changed: a later one supersedes it. */
export const DecisionSchema = z.object({
  ...recordShape,
  by: ActorSchema,
  text: z.string().min(1),
  supersedes: z.string().nullable(),
  supersededBy: z.string().nullable(),
});
export type Decision = z.infer<typeof DecisionSchema>;
