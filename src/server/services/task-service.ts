import { AppError } from "../../base/errors.ts";
import { filterText } from "../../domain/text/filter.ts";
import { utf8Length } from "../../domain/text/utf8.ts";
import { MAX_TEXT_BYTES, type Note } from "../../domain/record.ts";
import { type Actor, actorName, agentActor, isActor, sameName } from "../../domain/session/actor.ts";
import { namesOf, type Roster } from "../../domain/session/roster.ts";
import { checkDelegation, quoted, requireOperator } from "../../domain/session/rules.ts";
import type { Agent } from "../../domain/session/session.ts";
import { checkMayMove, type Standing } from "../../domain/task/authority.ts";
import { byUrgency, MAX_TITLE_CHARACTERS, resolveTask, splitQuickText } from "../../domain/task/choosing.ts";
import { findCycle, unmetDependencies } from "../../domain/task/dependencies.ts";
import { checkMove, isFinal, isOpen } from "../../domain/task/lifecycle.ts";
import type { Priority, Task, TaskStatus } from "../../domain/task/task.ts";
import type { Collection } from "../../store/contract.ts";
import { newStamp, type RecordDeps, touched } from "./stamp.ts";

/** Tasks of one project; then archive some. Refused with `busy`. */
export const MAX_TASKS = 100_000;
const MAX_NOTES = 500;
const CALLER_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export interface NewTask {
  /** The caller's own id: the same call again finds the task instead of making another. */
  readonly id?: string | undefined;
  readonly title: string;
  readonly description?: string | undefined;
  readonly priority?: Priority | undefined;
  readonly assignee?: string | undefined;
  /** Operator only; default the actor. */
  readonly assigner?: string | undefined;
  readonly requirements?: readonly string[] | undefined;
  readonly acceptanceCriteria?: readonly string[] | undefined;
  readonly deliverables?: readonly string[] | undefined;
  readonly files?: readonly string[] | undefined;
  readonly dependsOn?: readonly string[] | undefined;
}

export interface QuickTask extends Omit<NewTask, "title" | "description" | "assignee"> {
  readonly to: string;
  readonly text: string;
  /** Lock the task's files for the assignee. */
  readonly lock?: boolean | undefined;
}

export interface TaskChange {
  readonly status?: TaskStatus | undefined;
  readonly note?: string | undefined;
  readonly deliverables?: readonly string[] | undefined;
}

export interface TaskOutcome {
  readonly task: Task;
  /** Tasks that became claimable by this change. */
  readonly claimable: readonly Task[];
  /** Set when the task already was what was asked for: who made it so, and when. */
  readonly already: { readonly by: string; readonly atMs: number } | null;
}

export interface TaskFilter {
  readonly assignee?: string | undefined;
  readonly status?: TaskStatus | undefined;
  /** Leaves out completed, approved, rejected and cancelled ones. */
  readonly activeOnly?: boolean | undefined;
}

export interface TaskService {
  create(actor: Actor, input: NewTask): Promise<Task>;
  /** One text becomes an assigned task. */
  quick(actor: Actor, input: QuickTask): Promise<Task>;
  show(reference: string): Task;
  list(filter?: TaskFilter): readonly Task[];
  update(actor: Actor, reference: string, change: TaskChange): Promise<TaskOutcome>;
  assign(actor: Actor, reference: string, to: string): Promise<TaskOutcome>;
  depend(actor: Actor, reference: string, dependsOn: readonly string[]): Promise<Task>;
  claim(actor: Actor, reference: string, options?: { lock?: boolean; force?: boolean }): Promise<TaskOutcome>;
  claimNext(actor: Actor, options?: { lock?: boolean }): Promise<{ task: Task | null }>;
  /** What the agent works on: its latest task in progress, else null. */
  currentOf(name: string): Task | null;
  /** Ids of dependencies that hold the task up. */
  unmet(task: Task): readonly string[];
}

/** What tasks need of locks. All or nothing; throws `lock-held`. */
export interface TaskLocks {
  acquire(
    actor: Actor,
    request: { wishes: readonly { path: string }[]; reason: string },
  ): Promise<readonly { readonly id: string }[]>;
  release(actor: Actor, wish: { lockId: string }): Promise<unknown>;
}

export interface TaskServiceDeps extends RecordDeps {
  readonly tasks: Collection<Task>;
  readonly roster: Roster;
  readonly locks: TaskLocks;
}

/** Owns the tasks: who does what, and how far it is. */
export function createTaskService(deps: TaskServiceDeps): TaskService {
  const { tasks, roster, locks, clock, announce } = deps;

  const lookup = (id: string) => tasks.get(id);
  const show = (reference: string): Task => tasks.get(reference) ?? resolveTask(reference, tasks.all());
  const unmet = (task: Task) => unmetDependencies(task, lookup, roster.mode());
  const standingOf = (actor: Actor): Standing => ({ mode: roster.mode(), role: roleOf(actor) });
  const roleOf = (actor: Actor) =>
    actor.kind === "operator" ? null : (roster.find(actor.name)?.role ?? null);

  function agentNamed(name: string): Agent {
    const wanted = sameName(name, "principal") ? roster.principal() : name;
    const agent = roster.find(wanted);
    if (agent === undefined)
      throw new AppError("not-found", `no agent ${quoted(name)}`, { hint: namesOf(roster.all()) });
    return agent;
  }

  async function create(actor: Actor, input: NewTask): Promise<Task> {
    const again = repeated(actor, input.id);
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
      ...newStamp(deps, "task", actor, input.id),
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
    await tasks.insert(task);
    announce({ kind: "task.created", by: actorName(actor), task });
    return task;
  }

  /** The task that an earlier call with the same id made; null when the id is new or none was given. */
  function repeated(actor: Actor, id: string | undefined): Task | null {
    if (id === undefined) return null;
    if (!CALLER_ID.test(id))
      throw new AppError("usage", `Invalid id ${quoted(id)}`, {
        hint: "Letters, digits, dot, dash, underscore; at most 64.",
      });
    const known = tasks.get(id);
    if (known === undefined) return null;
    if (isActor(actor, known.createdBy)) return known;
    throw new AppError("conflict", `The id ${id} belongs to a task of ${known.createdBy}`);
  }

  async function quick(actor: Actor, input: QuickTask): Promise<Task> {
    const again = repeated(actor, input.id);
    if (again !== null) return again;
    const text = checkedText(input.text, "task");
    if (text.trim() === "")
      throw new AppError("usage", "The task is empty", {
        hint: 'Say what is to be done: ia-tmux delegate --to <agent> "…"',
      });
    const assignee = agentNamed(input.to);
    checkDelegation(roster.mode(), actor, roleOf(actor), assignee);
    const taken =
      input.lock === true ? await lockFiles(agentActor(assignee.name), input.files ?? [], text) : [];
    return undoing(agentActor(assignee.name), taken, () =>
      create(actor, { ...input, ...splitQuickText(text), assignee: assignee.name }),
    );
  }

  function lockFiles(
    actor: Actor,
    files: readonly string[],
    title: string,
  ): Promise<readonly { readonly id: string }[]> {
    if (files.length === 0) return Promise.resolve([]);
    const reason = `task: ${splitQuickText(title).title}`;
    return locks.acquire(actor, { wishes: files.map((path) => ({ path })), reason });
  }

  /** Gives the locks back when what they were taken for fails. */
  async function undoing<T>(
    holder: Actor,
    taken: readonly { readonly id: string }[],
    job: () => Promise<T>,
  ): Promise<T> {
    try {
      return await job();
    } catch (thrown) {
      await Promise.allSettled(taken.map(({ id }) => locks.release(holder, { lockId: id })));
      throw thrown;
    }
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
      return claimNow(actor, task, { force: false, extra });
    }
    checkMove(task, to, roster.mode());
    checkMayMove(actor, task, to, standingOf(actor));
    if (task.assignee === null && (to === "assigned" || to === "in_progress")) {
      if (to === "in_progress" && actor.kind === "agent")
        return claimNow(actor, task, { force: false, extra });
      throw new AppError("usage", `Task ${task.id} has no assignee`, {
        hint: `Use: ia-tmux task assign ${task.id} --to <agent>`,
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
    if (previous !== null) checkMayMove(actor, task, "assigned", standingOf(actor));
    const outcome = await move(actor, { ...task, assignee: agent.name }, "assigned", null);
    announce({ kind: "task.assigned", by: actorName(actor), task: outcome.task, previous });
    return outcome;
  }

  async function depend(actor: Actor, reference: string, dependsOn: readonly string[]): Promise<Task> {
    const task = show(reference);
    if (isFinal(task.status)) checkMove(task, "pending", roster.mode());
    checkMayMove(actor, task, "pending", standingOf(actor));
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

  /** Throws unless the agent may take the task now. Returns from whom it is taken, if that one is gone. */
  function checkClaim(actor: Actor, task: Task, force: boolean): string | null {
    if (actor.kind === "operator") {
      throw new AppError("usage", "The operator does not claim tasks", {
        hint: `Use: ia-tmux task assign ${task.id} --to <agent>`,
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
    const notes =
      previous === null ? next.notes : withNote(next, actor, `Taken over from ${previous}, who is gone.`);
    const outcome = await move(actor, { ...next, notes }, "in_progress", null);
    announce({ kind: "task.claimed", by: name, task: outcome.task, previous });
    return outcome;
  }

  async function claim(
    actor: Actor,
    reference: string,
    options: { lock?: boolean; force?: boolean } = {},
  ): Promise<TaskOutcome> {
    const task = show(reference);
    const force = options.force === true;
    if (options.lock !== true) return claimNow(actor, task, { force });
    checkClaim(actor, task, force);
    const taken = await lockFiles(actor, task.files, task.title);
    // Somebody else may have claimed it meanwhile: look again.
    return undoing(actor, taken, () => claimNow(actor, show(task.id), { force }));
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
    claim,
    claimNext,
    currentOf(name) {
      const working = list({ assignee: name, status: "in_progress" });
      return working.reduce<Task | null>(
        (latest, task) => (latest === null || task.statusAtMs >= latest.statusAtMs ? task : latest),
        null,
      );
    },
    unmet,
  };
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
