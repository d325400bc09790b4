import type { Task } from "./task.ts";

export interface TaskSection {
  readonly title: string;
  /** As written by whoever wrote them: not yet fit for a terminal. */
  readonly items: readonly string[];
}

/** The lists of a task that hold something, in the order in which they are shown. `ageOf` puts milliseconds in words. */
export function sectionsOf(task: Task, nowMs: number, ageOf: (ms: number) => string): TaskSection[] {
  return [
    { title: "Requirements", items: task.requirements },
    { title: "Acceptance criteria", items: task.acceptanceCriteria },
    { title: "Deliverables", items: task.deliverables },
    { title: "Files", items: task.files },
    { title: "Depends on", items: task.dependsOn },
    {
      title: "Notes",
      items: task.notes.map((note) => `${note.by}, ${ageOf(nowMs - note.atMs)} ago: ${note.text}`),
    },
  ].filter(({ items }) => items.length > 0);
}
