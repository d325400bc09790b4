import { z } from "zod";

export const noteSchema = z.object({
  id: z.string(),
  text: z.string(),
  tags: z.record(z.string(), z.unknown()).optional(),
});
export type Note = z.infer<typeof noteSchema>;
export const noteOptions = { schema: noteSchema, version: 1 };
