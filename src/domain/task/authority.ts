import { AppError } from "../../base/errors.ts";
import { type Actor, actorName, isActor, sameName } from "../session/actor.ts";
import type { Mode } from "../session/rules.ts";
import type { Role } from "../session/session.ts";
import type { Task, TaskStatus } from "./task.ts";

/** What decides who may move a task. */
export interface Standing {
  readonly mode: Mode;
  /** Role of the actor; null for the operator and for nobody we know. */
  readonly role: Role | null;
  /** Whether there is a reviewer who does not do the task himself. */
  readonly hasReviewer: boolean;
}

/** Who may judge the task in review mode: reviewers, but not of their own work. */
export function reviewersOf<A extends { readonly name: string; readonly role: Role }>(
  agents: readonly A[],
  task: Pick<Task, "assignee">,
): readonly A[] {
  return agents.filter(
    ({ name, role }) => role === "reviewer" && (task.assignee === null || !sameName(name, task.assignee)),
  );
}

/**
 * Throws `permission-denied` unless the actor may move the task to `to`. The operator may all that is legal. Who works
 * on a task says how the work goes; who gave it, the principal and reviewers judge it; nobody judges his own work. In
 * review mode only reviewers judge, where there is one.
 */
export function checkMayMove(actor: Actor, task: Task, to: TaskStatus, standing: Standing): void {
  if (actor.kind === "operator") return;
  const mine = isActor(actor, task.assignee);
  const gave = isActor(actor, task.assigner);
  const leads = standing.role === "principal";
  switch (to) {
    case "in_progress":
    case "completed":
      if (mine || leads) return;
      throw denied(
        actor,
        task,
        to,
        task.assignee === null ? "the agent that claimed it" : `${task.assignee}, who works on it`,
      );
    case "pending":
    case "assigned":
    case "blocked":
      if (mine || gave || leads) return;
      throw denied(
        actor,
        task,
        to,
        `${task.assignee ?? "nobody yet"} (assignee), ${task.assigner} (assigner) or the principal`,
      );
    case "cancelled":
      if (gave || leads) return;
      throw denied(actor, task, to, `${task.assigner}, who gave it, or the principal`);
    case "under_review":
    case "approved":
    case "revision_needed":
    case "rejected":
      if (mine) throw denied(actor, task, to, "somebody other than the one who did the work");
      if (standing.mode === "review" && standing.hasReviewer && standing.role !== "reviewer")
        throw denied(actor, task, to, "a reviewer: this session is in review mode");
      if (leads || gave || standing.role === "reviewer" || standing.mode === "peer") return;
      throw denied(actor, task, to, `a reviewer, ${task.assigner} (assigner) or the principal`);
  }
}

function denied(actor: Actor, task: Task, to: TaskStatus, who: string): AppError {
  return new AppError("permission-denied", `${actorName(actor)} cannot set task ${task.id} to ${to}`, {
    hint: `That is for ${who}, or for the operator.`,
  });
}
