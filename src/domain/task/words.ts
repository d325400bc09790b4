// The words of a task, apart from the schemas: who only needs the words loads no zod for them.

/** Lowest first. */
export const PRIORITIES = ["low", "medium", "high", "critical"] as const;
export const TASK_STATUSES = [
  "pending",
  "assigned",
  "in_progress",
  "blocked",
  "completed",
  "under_review",
  "revision_needed",
  "approved",
  "rejected",
  "cancelled",
] as const;
