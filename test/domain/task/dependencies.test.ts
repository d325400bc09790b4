import * as fc from "fast-check";
import { expect, test } from "vitest";
import { findCycle, unmetDependencies } from "../../../src/domain/task/dependencies.ts";
import { FINAL_STATUSES, movesFrom } from "../../../src/domain/task/lifecycle.ts";
import { TASK_STATUSES, type Task } from "../../../src/domain/task/task.ts";

type Node = Pick<Task, "id" | "status" | "dependsOn">;

const graph = (edges: Readonly<Record<string, readonly string[]>>, status: Task["status"] = "pending") => {
  const nodes = new Map<string, Node>(
    Object.entries(edges).map(([id, dependsOn]) => [id, { id, status, dependsOn: [...dependsOn] }]),
  );
  return (id: string) => nodes.get(id);
};

test("a cycle is named from the task back to itself, and found only where there is one", () => {
  expect(findCycle("a", ["b"], graph({ a: [], b: ["c"], c: ["a"] }))).toEqual(["a", "b", "c", "a"]);
  expect(findCycle("a", ["b", "c"], graph({ a: [], b: ["d"], c: ["d"], d: [] }))).toBeNull();
  expect(findCycle("a", ["gone"], graph({ a: [] }))).toBeNull();
});

test("tasks that are only ever given dependencies without a cycle never get one", () => {
  const id = fc.constantFrom("a", "b", "c", "d", "e");
  fc.assert(
    fc.property(fc.array(fc.tuple(id, id), { maxLength: 40 }), (wishes) => {
      const edges: Record<string, string[]> = { a: [], b: [], c: [], d: [], e: [] };
      for (const [from, to] of wishes) {
        const wanted = [...(edges[from] ?? []), to];
        const cycle = findCycle(from, wanted, graph(edges));
        if (cycle === null) edges[from] = wanted;
        else
          cycle
            .slice(1)
            .forEach((next, at) => expect([...(edges[cycle[at] ?? ""] ?? []), to]).toContain(next));
      }
      const order: string[] = [];
      for (let round = 0; round < 5; round++) {
        for (const [node, needs] of Object.entries(edges)) {
          if (!order.includes(node) && needs.every((need) => order.includes(need))) order.push(node);
        }
      }
      expect(order).toHaveLength(5);
    }),
    { numRuns: 500 },
  );
});

test("a chain of a hundred thousand tasks is walked", () => {
  const edges: Record<string, string[]> = {};
  for (let n = 0; n < 100_000; n++) edges[`t${n}`] = n === 0 ? [] : [`t${n - 1}`];
  expect(findCycle("new", ["t99999"], graph(edges))).toBeNull();
});

test("what holds up a dependant depends on the mode", () => {
  for (const status of TASK_STATUSES) {
    const lookup = graph({ a: [] }, status);
    const held = (mode: "hierarchical" | "review") =>
      unmetDependencies({ dependsOn: ["a"] }, lookup, mode).length > 0;
    expect([status, held("hierarchical"), held("review")]).toEqual([
      status,
      !["completed", "under_review", "approved", "cancelled"].includes(status),
      !["approved", "cancelled"].includes(status),
    ]);
  }
});

test("the lifecycle is closed: ends have no way out, and every other status has a way to an end", () => {
  for (const mode of ["hierarchical", "peer", "review"] as const) {
    for (const status of TASK_STATUSES) {
      const reached = new Set([status]);
      for (const at of reached) for (const next of movesFrom(at, mode)) reached.add(next);
      const ends = [...reached].filter((one) => FINAL_STATUSES.includes(one));
      if (FINAL_STATUSES.includes(status)) expect([...reached]).toEqual([status]);
      else expect(ends).toContain("approved");
    }
  }
});
