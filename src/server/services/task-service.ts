import { AppError } from "../../base/errors.ts";
import { filterText } from "../../domain/text/filter.ts";
import { utf8Length } from "../../domain/text/utf8.ts";
import { MAX_TEXT_BYTES, type Note } from "../../domain/record.ts";
import { type Actor, actorName, agentActor, isActor, sameName } from "../../domain/session/actor.ts";
import { namesOf } from "../../domain/session/roster.ts";
import { checkDelegation, quoted, requireOperator } from "../../domain/session/rules.ts";
import type { Agent } from "../../domain/session/session.ts";
import { checkMayMove, reviewersOf, type Standing } from "../../domain/task/authority.ts";
import { MAX_TITLE_CHARACTERS, resolveTask, splitQuickText } from "../../domain/task/choosing.ts";
import { findCycle, unmetDependencies } from "../../domain/task/dependencies.ts";
import { checkMove, isFinal, isOpen, releasesDependants } from "../../domain/task/lifecycle.ts";
import type { Task, TaskStatus } from "../../domain/task/task.ts";
import { createRepeatKeys, type RepeatableCall } from "./repeat-keys.ts";
import { newStamp, touched } from "./stamp.ts";
import { createTaskClaims } from "./task-claims.ts";
import type {
  NewTask,
  QuickTask,
  TaskChange,
  TaskFilter,
  TaskOutcome,
  TaskService,
  TaskServiceDeps,
} from "./task-contract.ts";
import { createTaskFiles } from "./task-files.ts";

export type { NewTask, QuickTask, TaskOutcome, TaskService, TaskServiceDeps } from "./task-contract.ts";

/** Tasks of one project; then archive some. Refused with `busy`. */
export const MAX_TASKS = 100_000;
const MAX_NOTES = 500;

/** Owns the tasks: who does what, and how far it is. */
export function createTaskService(deps: TaskServiceDeps): TaskService {
  const { tasks, roster, clock, announce } = deps;
  const files = createTaskFiles(deps.locks);
  const keys = createRepeatKeys(tasks, "task");
  const lookup = (id: string) => tasks.get(id);
  const show = (reference: string): Task => tasks.get(reference) ?? resolveTask(reference, tasks.all());
  const unmet = (task: Task) => unmetDependencies(task, lookup, roster.mode());
  const standingOf = (actor: Actor, task: Task): Standing => ({
    mode: roster.mode(),
    role: roleOf(actor),
    hasReviewer: reviewersOf(roster.all(), task).length > 0,
  });
  const roleOf = (actor: Actor) =>
    actor.kind === "operator" ? null : (roster.find(actor.name)?.role ?? null);

  const claims = createTaskClaims(deps, { show, unmet, agentNamed, checkDependencies, move });

  function agentNamed(name: string): Agent {
    const wanted = sameName(name, "principal") ? roster.principal() : name;
    const agent = roster.find(wanted);
    if (agent === undefined)
      throw new AppError("not-found", `no agent ${quoted(name)}`, { hint: namesOf(roster.all()) });
    return agent;
  }

  async function create(actor: Actor, input: NewTask, call = callOf(input)): Promise<Task> {
    const again = keys.earlier(actor, call);
    if (again !== null) return again;
    if (tasks.size >= MAX_TASKS)
      throw new AppError("busy", `There are ${MAX_TASKS} tasks already`, {
        hint: "Archive finished ones: ia-tmux gc",
      });
    const title = filterText(input.title).replace(/\s+/g, " ").trim();
    if (title === "") throw new AppError("usage", "The task's title is empty");
    if (title.length > MAX_TITLE_CHARACTERS) {
      throw new AppError(
        "too-large",
        `The task's title has ${title.length} characters; limit ${MAX_TITLE_CHARACTERS}`,
        {
          hint: "Put the rest into --description.",
        },
      );
    }
    const assignee = input.assignee === undefined ? null : agentNamed(input.assignee);
    if (assignee !== null) checkDelegation(roster.mode(), actor, roleOf(actor), assignee);
    if (input.assigner !== undefined && !isActor(actor, input.assigner))
      requireOperator(actor, "Another assigner");
    const atMs = clock.nowMs();
    const task: Task = {
      ...newStamp(deps, "task", actor),
      ...keys.keyOf(call),
      title,
      description: checkedText(input.description ?? "", "description"),
      status: assignee === null ? "pending" : "assigned",
      priority: input.priority ?? "medium",
      assigner: input.assigner ?? actorName(actor),
      assignee: assignee?.name ?? null,
      requirements: lines(input.requirements),
      acceptanceCriteria: lines(input.acceptanceCriteria),
      deliverables: lines(input.deliverables),
      files: [...(input.files ?? [])],
      dependsOn: [...new Set((input.dependsOn ?? []).map((reference) => show(reference).id))],
      notes: [],
      statusAtMs: atMs,
      statusBy: actorName(actor),
    };
    const saved = tasks.insert(task);
    keys.add(task, saved);
    await saved;
    announce({ kind: "task.created", by: actorName(actor), task });
    return task;
  }

  async function quick(actor: Actor, input: QuickTask, beforeNew: () => void = () => {}): Promise<Task> {
    const call = callOf(input);
    const again = keys.earlier(actor, call);
    if (again !== null) return again;
    beforeNew();
    const text = checkedText(input.text, "task");
    if (text.trim() === "")
      throw new AppError("usage", "The task is empty", {
        hint: 'Say what is to be done: ia-tmux delegate --to <agent> "…"',
      });
    const assignee = agentNamed(input.to);
    checkDelegation(roster.mode(), actor, roleOf(actor), assignee);
    const make = () =>
      create(actor, { ...input, ...splitQuickText(text, input.description), assignee: assignee.name }, call);
    if (input.lock !== true) return make();
    return files.locked(agentActor(assignee.name), input.files ?? [], text, make);
  }

  function list(filter: TaskFilter = {}): readonly Task[] {
    const { assignee, status, activeOnly } = filter;
    return tasks.find(
      (task) =>
        (assignee === undefined || (task.assignee !== null && sameName(task.assignee, assignee))) &&
        (status === undefined || task.status === status) &&
        (activeOnly !== true || isOpen(task.status) || task.status === "under_review"),
    );
  }

  async function update(actor: Actor, reference: string, change: TaskChange): Promise<TaskOutcome> {
    const task = show(reference);
    const extra: Partial<Task> = {
      ...(change.note === undefined ? {} : { notes: withNote(task, actor, change.note) }),
      ...(change.deliverables === undefined ? {} : { deliverables: lines(change.deliverables) }),
    };
    if (change.status === undefined || change.status === task.status) {
      const already = change.status === undefined ? null : { by: task.statusBy, atMs: task.statusAtMs };
      if (Object.keys(extra).length === 0) return { task, claimable: [], already };
      return { task: await save(actor, { ...task, ...extra }), claimable: [], already };
    }
    const to = change.status;
    if (
      to === "in_progress" &&
      actor.kind === "agent" &&
      !isActor(actor, task.assignee) &&
      roleOf(actor) !== "principal"
    ) {
      return claims.claimNow(actor, task, { force: false, extra });
    }
    checkMove(task, to, roster.mode());
    checkMayMove(actor, task, to, standingOf(actor, task));
    if (task.assignee === null && (to === "assigned" || to === "in_progress")) {
      if (to === "in_progress" && actor.kind === "agent")
        return claims.claimNow(actor, task, { force: false, extra });
      throw new AppError("usage", `Task ${task.id} has no assignee`, {
        hint: `Use: ia-tmux task assign ${task.id} <agent>`,
      });
    }
    if (to === "in_progress") checkDependencies(task);
    return move(
      actor,
      { ...task, ...extra, assignee: to === "pending" ? null : task.assignee },
      to,
      change.note ?? null,
    );
  }

  function checkDependencies(task: Task): void {
    const open = unmet(task);
    if (open.length === 0) return;
    throw new AppError("conflict", `Task ${task.id} depends on work that is not done`, {
      hint: `First: ${open.map((id) => `${id} (${lookup(id)?.status ?? "gone"})`).join(", ")}. Or claim it with --force.`,
      details: { unmet: open },
    });
  }

  async function move(actor: Actor, task: Task, to: TaskStatus, note: string | null): Promise<TaskOutcome> {
    const before = lookup(task.id) ?? task;
    const waiting = dependantsOf(task.id).filter((other) => unmet(other).length > 0);
    const moved = await save(
      actor,
      { ...task, status: to, statusAtMs: clock.nowMs(), statusBy: actorName(actor) },
      true,
    );
    announce({ kind: "task.moved", by: actorName(actor), task: moved, from: before.status, to, note });
    const isDone = to === "rejected" || releasesDependants(to, roster.mode());
    if (before.assignee !== null && (isDone || before.assignee !== moved.assignee))
      await files.free(before.assignee, moved.title);
    const claimable = waiting
      .map((other) => lookup(other.id) ?? other)
      .filter((other) => unmet(other).length === 0);
    for (const freed of claimable)
      announce({ kind: "task.unblocked", by: actorName(actor), task: freed, because: moved });
    return { task: moved, claimable, already: null };
  }

  const dependantsOf = (id: string): readonly Task[] =>
    tasks.find(
      (task) => task.dependsOn.includes(id) && (task.status === "pending" || task.status === "assigned"),
    );

  async function save(actor: Actor, task: Task, silent = false): Promise<Task> {
    const saved = { ...task, ...touched(deps) };
    await tasks.put(saved);
    if (!silent) announce({ kind: "task.changed", by: actorName(actor), task: saved });
    return saved;
  }

  async function assign(actor: Actor, reference: string, to: string): Promise<TaskOutcome> {
    const task = show(reference);
    const agent = agentNamed(to);
    const previous = task.assignee;
    if (previous !== null && sameName(previous, agent.name) && task.status !== "pending") {
      return { task, claimable: [], already: { by: task.statusBy, atMs: task.statusAtMs } };
    }
    if (task.status !== "assigned") checkMove(task, "assigned", roster.mode());
    checkDelegation(roster.mode(), actor, roleOf(actor), agent);
    if (previous !== null) checkMayMove(actor, task, "assigned", standingOf(actor, task));
    const outcome = await move(actor, { ...task, assignee: agent.name }, "assigned", null);
    announce({ kind: "task.assigned", by: actorName(actor), task: outcome.task, previous });
    return outcome;
  }

  async function depend(actor: Actor, reference: string, dependsOn: readonly string[]): Promise<Task> {
    const task = show(reference);
    if (isFinal(task.status)) checkMove(task, "pending", roster.mode());
    checkMayMove(actor, task, "pending", standingOf(actor, task));
    const ids = [...new Set(dependsOn.map((other) => show(other).id))];
    const cycle = findCycle(task.id, ids, lookup);
    if (cycle !== null) {
      throw new AppError("bad-data", `Circular dependency: ${cycle.join(" -> ")}`, {
        details: { cycle },
        hint: "Leave one of these out.",
      });
    }
    return save(actor, { ...task, dependsOn: ids });
  }

  function withNote(task: Task, actor: Actor, text: string): Note[] {
    const note = checkedText(text, "note").trim();
    if (note === "") throw new AppError("usage", "The note is empty");
    if (task.notes.length >= MAX_NOTES)
      throw new AppError("busy", `Task ${task.id} has ${MAX_NOTES} notes already`);
    return [...task.notes, { atMs: clock.nowMs(), by: actorName(actor), text: note }];
  }

  return {
    create,
    quick,
    show,
    list,
    update,
    assign,
    depend,
    finishedBefore(atMs) {
      const needed = new Set(tasks.find((task) => isOpen(task.status)).flatMap((task) => unmet(task)));
      return tasks.find(
        (task) =>
          (isFinal(task.status) || task.status === "completed") &&
          task.updatedAtMs < atMs &&
          !needed.has(task.id),
      );
    },
    async forget(actor, gone) {
      requireOperator(actor, "Taking tasks out of the store");
      await Promise.all(gone.map((task) => tasks.remove(task.id)));
    },
    claim: claims.claim,
    claimNext: claims.claimNext,
    currentOf(name) {
      const working = list({ assignee: name, status: "in_progress" });
      return working.reduce<Task | null>(
        (latest, task) => (latest === null || task.statusAtMs >= latest.statusAtMs ? task : latest),
        null,
      );
    },
    unmet,
    reload: keys.reload,
  };
}

function callOf({ key, ...content }: NewTask | QuickTask): RepeatableCall | null {
  return key === undefined ? null : { word: key, content };
}

function checkedText(text: string, what: string): string {
  const filtered = filterText(text);
  const bytes = utf8Length(filtered);
  if (bytes > MAX_TEXT_BYTES) {
    throw new AppError("too-large", `The ${what} is ${bytes} bytes; limit ${MAX_TEXT_BYTES}`, {
      hint: "Put it into a file and name the file.",
    });
  }
  return filtered;
}

function lines(texts: readonly string[] | undefined): string[] {
  return (texts ?? []).map((text) => checkedText(text, "list entry").trim()).filter((text) => text !== "");
}
