import * as z from "zod";
import { ActorSchema } from "../record.ts";

/** One line of the append-only log of who did what. `kind` is `noun.past-tense`, such as `lock.denied`. */
export const ActivitySchema = z.object({
  id: z.string(),
  atMs: z.number().int(),
  logicalTime: z.number().int(),
  kind: z.string(),
  actor: ActorSchema,
  /** One line for a human; text of agents in it is already inert. */
  text: z.string(),
  /** The records and paths it is about: taskId, messageId, path, paneId, deliveryId, tool … */
  refs: z.record(z.string(), z.string()),
});
export type Activity = z.infer<typeof ActivitySchema>;
