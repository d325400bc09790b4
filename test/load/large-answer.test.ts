// A project that has grown does not cut its clients off.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Task } from "../../src/domain/task/task.ts";
import { type LoadRig, openLoadRig } from "./load-rig.ts";

let rig: LoadRig;
beforeAll(async () => {
  rig = await openLoadRig();
}, 60_000);
afterAll(() => rig.close());

test("a list of more than a megabyte arrives whole, one that is far too long is an error with a way out", async () => {
  const operator = await rig.connect();
  const create = (n: number, description: string) =>
    operator.call("task.create", { title: `task ${n}`, description });
  for (let n = 0; n < 50; n++) await create(n, "x".repeat(40_000));
  expect(await rig.json<Task[]>(["tasks"])).toHaveLength(50);
  expect((await rig.json<Task[]>(["tasks", "-n", "2"])).map(({ title }) => title)).toEqual([
    "task 48",
    "task 49",
  ]);
  for (let n = 50; n < 210; n++) await create(n, "x".repeat(40_000));
  const ran = await rig.cli(["tasks"]);
  expect(ran.exitCode).toBe(65);
  expect(ran.stderr).toContain("--limit");
  // The connection is still good.
  expect(await operator.call("task.list", { limit: 1 })).toHaveLength(1);
});
