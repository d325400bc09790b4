import type { Actor } from "../../domain/session/actor.ts";
import type { Roster } from "../../domain/session/roster.ts";
import type { Priority, Task, TaskStatus } from "../../domain/task/task.ts";
import type { Collection } from "../../store/contract.ts";
import type { RecordDeps } from "./stamp.ts";

export interface NewTask {
  /** The caller's own word for this call: made again it finds the task instead of making another. */
  readonly key?: string | undefined;
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

export interface QuickTask extends Omit<NewTask, "title" | "assignee"> {
  readonly to: string;
  /** Becomes the title; whole at the head of the description, should the title not hold it. */
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
  quick(actor: Actor, input: QuickTask, beforeNew?: () => void): Promise<Task>;
  show(reference: string): Task;
  list(filter?: TaskFilter): readonly Task[];
  update(actor: Actor, reference: string, change: TaskChange): Promise<TaskOutcome>;
  assign(actor: Actor, reference: string, to: string): Promise<TaskOutcome>;
  depend(actor: Actor, reference: string, dependsOn: readonly string[]): Promise<Task>;
  claim(actor: Actor, reference: string, options?: { lock?: boolean; force?: boolean }): Promise<TaskOutcome>;
  claimNext(actor: Actor, options?: { lock?: boolean }): Promise<{ task: Task | null }>;
  /** Finished tasks that did not change since the moment and that no open task waits for. */
  finishedBefore(atMs: number): readonly Task[];
  /** Takes tasks out of the store: they are kept elsewhere. */
  forget(actor: Actor, gone: readonly Task[]): Promise<void>;
  /** What the agent works on: its latest task in progress, else null. */
  currentOf(name: string): Task | null;
  /** Ids of dependencies that hold the task up. */
  unmet(task: Task): readonly string[];
  /** The store changed behind our back: an import. */
  reload(): void;
}

/** What tasks need of locks. All or nothing; throws `lock-held`. */
export interface TaskLocks {
  acquire(
    actor: Actor,
    request: { wishes: readonly { path: string }[]; reason: string },
  ): Promise<readonly { readonly id: string }[]>;
  release(actor: Actor, wish: { lockId: string }): Promise<unknown>;
  list(): readonly { readonly id: string; readonly holder: string; readonly reason: string }[];
}

export interface TaskServiceDeps extends RecordDeps {
  readonly tasks: Collection<Task>;
  readonly roster: Roster;
  readonly locks: TaskLocks;
}
