import { AppError } from "../../base/errors.ts";
import { type Actor, actorName, isActor } from "../../domain/session/actor.ts";
import type { Agent } from "../../domain/session/session.ts";
import { byUrgency } from "../../domain/task/choosing.ts";
import { checkMove, isOpen } from "../../domain/task/lifecycle.ts";
import type { Note } from "../../domain/record.ts";
import type { Task, TaskStatus } from "../../domain/task/task.ts";
import type { TaskOutcome, TaskService, TaskServiceDeps } from "./task-contract.ts";
import { createTaskFiles } from "./task-files.ts";

/** What claiming needs of the rest of the task service. */
export interface ClaimTools {
  show(reference: string): Task;
  unmet(task: Task): readonly string[];
  agentNamed(name: string): Agent;
  checkDependencies(task: Task): void;
  move(actor: Actor, task: Task, to: TaskStatus, note: string | null): Promise<TaskOutcome>;
}

export interface TaskClaims extends Pick<TaskService, "claim" | "claimNext"> {
  /** Claims at once, with other changes to the task in the same write. */
  claimNow(
    actor: Actor,
    task: Task,
    options: { force: boolean; extra?: Partial<Task> },
  ): Promise<TaskOutcome>;
}

/** How an agent takes a task: check and write in one synchronous stretch, so that of many only one gets it. */
export function createTaskClaims(deps: TaskServiceDeps, tools: ClaimTools): TaskClaims {
  const { tasks, roster, clock, announce } = deps;
  const { show, unmet, agentNamed, checkDependencies, move } = tools;
  const files = createTaskFiles(deps.locks);

  /** Throws unless the agent may take the task now. Returns from whom it is taken, if that one is gone. */
  function checkClaim(actor: Actor, task: Task, force: boolean): string | null {
    if (actor.kind === "operator") {
      throw new AppError("usage", "The operator does not claim tasks", {
        hint: `Use: ia-tmux task assign ${task.id} <agent>`,
      });
    }
    agentNamed(actor.name);
    const other = task.assignee !== null && !isActor(actor, task.assignee) ? task.assignee : null;
    if (other !== null && isOpen(task.status) && !roster.isGone(other)) {
      throw new AppError(
        "conflict",
        `Task ${task.id} is ${task.status === "in_progress" ? "claimed by" : "assigned to"} ${other}`,
        {
          hint: `Ask ${other}, or let the operator assign it.`,
          details: { owner: other },
        },
      );
    }
    if (task.status !== "in_progress") checkMove(task, "in_progress", roster.mode());
    if (!force) checkDependencies(task);
    return other;
  }

  async function claimNow(
    actor: Actor,
    task: Task,
    options: { force: boolean; extra?: Partial<Task> },
  ): Promise<TaskOutcome> {
    if (task.status === "in_progress" && isActor(actor, task.assignee)) {
      return { task, claimable: [], already: { by: task.statusBy, atMs: task.statusAtMs } };
    }
    const previous = checkClaim(actor, task, options.force);
    const name = agentNamed(actorName(actor)).name;
    const next: Task = { ...task, ...options.extra, assignee: name };
    const notes = previous === null ? next.notes : [...next.notes, takeoverNote(name, previous)];
    const outcome = await move(actor, { ...next, notes }, "in_progress", null);
    announce({ kind: "task.claimed", by: name, task: outcome.task, previous });
    return outcome;
  }

  const takeoverNote = (by: string, previous: string): Note => ({
    atMs: clock.nowMs(),
    by,
    text: `Taken over from ${previous}, who is gone.`,
  });

  async function claim(
    actor: Actor,
    reference: string,
    options: { lock?: boolean; force?: boolean } = {},
  ): Promise<TaskOutcome> {
    const task = show(reference);
    const force = options.force === true;
    if (options.lock !== true) return claimNow(actor, task, { force });
    checkClaim(actor, task, force);
    // Somebody else may have claimed it meanwhile: look again.
    return files.locked(actor, task.files, task.title, () => claimNow(actor, show(task.id), { force }));
  }

  async function claimNext(actor: Actor, options: { lock?: boolean } = {}): Promise<{ task: Task | null }> {
    const name = actorName(actor);
    const isFree = (task: Task) =>
      task.assignee === null
        ? task.status === "pending"
        : isActor(actor, task.assignee)
          ? ready(task)
          : taken(task);
    const ready = (task: Task) => task.status === "assigned" || task.status === "revision_needed";
    const taken = (task: Task) =>
      (ready(task) || task.status === "in_progress") && roster.isGone(task.assignee ?? name);
    const candidates = [...tasks.find((task) => isFree(task) && unmet(task).length === 0)].sort(byUrgency);
    for (const candidate of candidates) {
      try {
        const { task } = await claim(actor, candidate.id, { lock: options.lock === true });
        return { task };
      } catch (thrown) {
        // Gone meanwhile, or its files are held by another: the next one may do.
        const skip =
          thrown instanceof AppError && ["lock-held", "conflict", "illegal-move"].includes(thrown.code);
        if (!skip) throw thrown;
      }
    }
    return { task: null };
  }

  return { claim, claimNext, claimNow };
}
