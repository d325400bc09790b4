import { AppError } from "../../base/errors.ts";
import type { Mode } from "../session/rules.ts";
import type { Task, TaskStatus } from "./task.ts";

/**
 * Where a task can go from where it is. `assigned → completed` is there because an agent that did the work in one
 * step should not have to pretend that it began. Ends: approved, rejected, cancelled.
 */
const MOVES: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  pending: ["assigned", "in_progress", "blocked", "cancelled"],
  assigned: ["in_progress", "completed", "pending", "blocked", "cancelled"],
  in_progress: ["completed", "assigned", "pending", "blocked", "cancelled"],
  blocked: ["in_progress", "assigned", "pending", "cancelled"],
  completed: ["under_review", "approved", "revision_needed", "rejected"],
  under_review: ["approved", "revision_needed", "rejected"],
  revision_needed: ["in_progress", "completed", "assigned", "blocked", "cancelled"],
  approved: [],
  rejected: [],
  cancelled: [],
};

/** Nothing more is to be done by anybody. */
export const FINAL_STATUSES: readonly TaskStatus[] = ["approved", "rejected", "cancelled"];
/** Somebody still has to work on it. */
export const OPEN_STATUSES: readonly TaskStatus[] = [
  "pending",
  "assigned",
  "in_progress",
  "blocked",
  "revision_needed",
];

/** The legal next statuses. In review mode a completed task is judged only after somebody took up its review. */
export function movesFrom(status: TaskStatus, mode: Mode): readonly TaskStatus[] {
  if (status === "completed" && mode === "review") return ["under_review", "revision_needed"];
  return MOVES[status];
}

export function isFinal(status: TaskStatus): boolean {
  return FINAL_STATUSES.includes(status);
}

export function isOpen(status: TaskStatus): boolean {
  return OPEN_STATUSES.includes(status);
}

/** Throws `illegal-move`, with the legal ones named. */
export function checkMove(task: Pick<Task, "id" | "status">, to: TaskStatus, mode: Mode): void {
  const legal = movesFrom(task.status, mode);
  if (legal.includes(to)) return;
  const hint =
    legal.length > 0
      ? `From ${task.status} it can go to: ${legal.join(", ")}.`
      : `${task.status} is an end. Create a new task instead.`;
  throw new AppError("illegal-move", `Task ${task.id} cannot go from ${task.status} to ${to}`, {
    hint,
    details: { from: task.status, to, legal },
  });
}

/**
 * Whether a task no longer holds up those that depend on it. A cancelled one does not; in review mode work counts
 * only when it is approved.
 */
export function releasesDependants(status: TaskStatus, mode: Mode): boolean {
  if (status === "cancelled" || status === "approved") return true;
  return mode !== "review" && (status === "completed" || status === "under_review");
}
