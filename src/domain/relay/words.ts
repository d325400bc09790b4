// The words of a delivery, apart from the schemas: who only needs the words loads no zod for them.

/**
 * How far a text got on its way into an agent. `writing` found after a crash means nobody knows: it becomes
 * `unconfirmed`, and nothing is ever sent again unless a human says so.
 */
export const DELIVERY_STATES = [
  "queued",
  "writing",
  "written",
  "confirmed",
  "unconfirmed",
  "failed",
  "cancelled",
] as const;
export const CHANNELS = ["paste", "hook", "native", "inbox"] as const;
