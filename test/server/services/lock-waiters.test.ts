import { readFileSync } from "node:fs";
import { join as joinPath } from "node:path";
import { expect, test } from "vitest";
import { agentActor } from "../../../src/domain/session/actor.ts";
import { openCoordination, tempDir } from "./coordination.ts";

const FILE = { wishes: [{ path: "shared.ts" }] };
const names = Array.from({ length: 20 }, (_, n) => `agent${n}`);

function linesOf(dir: string): number {
  return readFileSync(joinPath(dir, "store", "waiters.db"), "utf8").split("\n").length;
}

test("a lock that goes from hand to hand writes for who gets it, not for all who wait", async () => {
  const dir = tempDir();
  const { locks, join } = await openCoordination({ dir });
  await join(...names);
  const calls = names.map((name) => locks.acquire(agentActor(name), { ...FILE, waitMs: 60_000 }));
  await calls[0];
  const before = linesOf(dir);
  for (const [index, name] of names.entries()) {
    await calls[index];
    await locks.release(agentActor(name), { path: "shared.ts" });
  }
  expect(linesOf(dir) - before).toBeLessThanOrEqual(names.length);
});

test("the next server tells each one who waited, once, however often the lock changed hands before", async () => {
  const dir = tempDir();
  const { locks, join, close } = await openCoordination({ dir });
  await join(...names);
  const calls = names.map((name) => locks.acquire(agentActor(name), { ...FILE, waitMs: 60_000 }));
  for (const call of calls) call.catch(() => {});
  for (let round = 0; round < 5; round++) {
    await calls[round];
    await locks.release(agentActor(names[round] as string), { path: "shared.ts" });
  }
  await calls[5];
  locks.stop();
  await close();

  const next = await openCoordination({ dir });
  next.locks.recover();
  expect(next.factsOf("lock.freed")).toEqual([]);
  await next.locks.release(agentActor(names[5] as string), { path: "shared.ts" });
  const told = next.factsOf("lock.freed").map(({ notify }) => notify.toSorted());
  expect(told).toEqual([names.slice(6).toSorted()]);
});
