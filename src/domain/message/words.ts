// The words of a message, apart from the schemas: who only needs the words loads no zod for them.

export const MESSAGE_TYPES = [
  "message",
  "delegation",
  "review",
  "discussion",
  "question",
  "answer",
  "notice",
] as const;
/** What one recipient did with a message. */
export const RECEIPT_STATES = ["unread", "read", "acknowledged", "completed", "archived"] as const;

/** Messages that a search finds at most, the latest. */
export const MAX_FOUND = 500;
