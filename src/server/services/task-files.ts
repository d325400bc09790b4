import { type Actor, agentActor, sameName } from "../../domain/session/actor.ts";
import { splitQuickText } from "../../domain/task/choosing.ts";
import type { TaskLocks } from "./task-contract.ts";

export interface TaskFiles {
  /**
   * Locks the files, then does the job; if the job fails, gives back the locks that were not held before.
   * Throws `lock-held` before the job when a file is held by another.
   */
  locked<T>(holder: Actor, files: readonly string[], title: string, job: () => Promise<T>): Promise<T>;
  /** Gives back what the agent locked for the task and has not locked for something else since. */
  free(agent: string, title: string): Promise<void>;
}

/** The files of a task under lock. */
export function createTaskFiles(locks: TaskLocks): TaskFiles {
  return {
    async locked(holder, files, title, job) {
      if (files.length === 0) return job();
      const before = new Set(locks.list().map(({ id }) => id));
      const reason = reasonFor(title);
      const held = await locks.acquire(holder, { wishes: files.map((path) => ({ path })), reason });
      try {
        return await job();
      } catch (thrown) {
        const taken = held.filter(({ id }) => !before.has(id));
        await Promise.allSettled(taken.map(({ id }) => locks.release(holder, { lockId: id })));
        throw thrown;
      }
    },
    async free(agent, title) {
      const reason = reasonFor(title);
      const own = locks.list().filter((lock) => sameName(lock.holder, agent) && lock.reason === reason);
      // One that ended meanwhile is no trouble, and the task's move stands whatever becomes of its locks.
      await Promise.allSettled(own.map(({ id }) => locks.release(agentActor(agent), { lockId: id })));
    },
  };
}

const reasonFor = (title: string) => `task: ${splitQuickText(title).title}`;
