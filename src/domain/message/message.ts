import * as z from "zod";
import { ActorSchema, recordShape, RepeatKeySchema } from "../record.ts";
import { PrioritySchema } from "../task/task.ts";
import { MESSAGE_TYPES, RECEIPT_STATES } from "./words.ts";

export { MESSAGE_TYPES, RECEIPT_STATES };

export const MessageSchema = z.object({
  ...recordShape,
  from: ActorSchema,
  /** As it was addressed: an agent, `role:reviewer`, or `all`. */
  to: z.string(),
  subject: z.string().max(200),
  body: z.string(),
  type: z.enum(MESSAGE_TYPES),
  priority: PrioritySchema,
  taskId: z.string().nullable(),
  replyTo: z.string().nullable(),
  /** The first message of the thread; its own id when it starts one. */
  threadId: z.string(),
  expiresAtMs: z.number().int().nullable(),
  attachments: z.array(z.string()),
  /** One record for each recipient, fixed when the message was sent. */
  receipts: z.array(z.object({ agent: ActorSchema, state: z.enum(RECEIPT_STATES), atMs: z.number().int() })),
  key: RepeatKeySchema.optional(),
});
export type Message = z.infer<typeof MessageSchema>;
export type ReceiptState = (typeof RECEIPT_STATES)[number];
