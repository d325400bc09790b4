import * as z from "zod";
import { ActorSchema, AgentNameSchema, recordShape } from "../record.ts";
import { PrioritySchema } from "../task/task.ts";
import { CHANNELS, DELIVERY_STATES } from "./words.ts";

export { CHANNELS, DELIVERY_STATES };

export type DeliveryState = (typeof DELIVERY_STATES)[number];
export type Channel = (typeof CHANNELS)[number];

export const DeliverySchema = z.object({
  ...recordShape,
  kind: z.enum(["relay", "notice", "message", "answer", "guide"]),
  from: ActorSchema,
  to: AgentNameSchema,
  priority: PrioritySchema,
  taskId: z.string().nullable(),
  /** Messages that this delivery announces or carries. */
  messageIds: z.array(z.string()),
  /** Body as the agent will read it, filtered; the header line is made at the moment of writing. */
  body: z.string(),
  state: z.enum(DELIVERY_STATES),
  channel: z.enum(CHANNELS).nullable(),
  /** Why it waits or how it ended, in words for a human. */
  reason: z.string(),
  attempts: z.number().int().nonnegative(),
  paneId: z.string().nullable(),
  /** The hook call that it was last handed to, by the id that its script gave. */
  hookCall: z.string().optional(),
  writtenAtMs: z.number().int().nullable(),
  /** When the receiver reported on it: a reply to its message, or an update of its task. */
  answeredAtMs: z.number().int().nullable(),
  history: z.array(z.object({ state: z.enum(DELIVERY_STATES), atMs: z.number().int(), why: z.string() })),
});
export type Delivery = z.infer<typeof DeliverySchema>;

/**
 * Deliveries one agent may have waiting. The next is refused with `busy`: silence would look like delivery. A message
 * that finds no room waits in the inbox and is announced as soon as there is some; news of a task or a
 * lock become such a message. The human sees who is so far behind.
 */
export const MAX_QUEUED_DELIVERIES = 200;
