import type { Mode } from "../session/rules.ts";
import { releasesDependants } from "./lifecycle.ts";
import type { Task } from "./task.ts";

type Lookup = (id: string) => Pick<Task, "id" | "status" | "dependsOn"> | undefined;

/** The dependencies that still hold the task up. One that is gone from the store holds nothing up. */
export function unmetDependencies(
  task: Pick<Task, "dependsOn">,
  lookup: Lookup,
  mode: Mode,
): readonly string[] {
  return task.dependsOn.filter((id) => {
    const dependency = lookup(id);
    return dependency !== undefined && !releasesDependants(dependency.status, mode);
  });
}

/** The way from `id` back to itself if it depended on `dependsOn`, such as [A, B, A]; null when there is none. */
export function findCycle(
  id: string,
  dependsOn: readonly string[],
  lookup: Lookup,
): readonly string[] | null {
  const seen = new Set<string>();
  // An explicit stack: chains can be as long as the project has tasks.
  const stack: { id: string; open: string[] }[] = [{ id, open: [...dependsOn] }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    const next = top?.open.pop();
    if (top === undefined) break;
    if (next === undefined) {
      stack.pop();
      continue;
    }
    if (next === id) return [...stack.map((entry) => entry.id), id];
    if (seen.has(next)) continue;
    seen.add(next);
    stack.push({ id: next, open: [...(lookup(next)?.dependsOn ?? [])] });
  }
  return null;
}
