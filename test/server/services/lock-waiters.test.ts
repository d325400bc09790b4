import { readFileSync } from "node:fs";
import { join as joinPath } from "node:path";
import { describe, expect, test } from "vitest";
import { agentActor } from "../../../src/domain/session/actor.ts";
import { claude, codex, kimi, openCoordination, tempDir } from "./coordination.ts";

const on = (path: string) => ({ wishes: [{ path }] });
const FILE = on("shared.ts");
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

describe("who was refused in a directory", () => {
  async function inDirectory() {
    const opened = await openCoordination();
    await opened.join("claude", "kimi", "codex");
    await opened.locks.acquire(claude, on("src/"));
    const told = () =>
      opened.factsOf("lock.freed").map(({ label, except, notify }) => [label, except, notify]);
    return { ...opened, told };
  }

  test("is given one file of it and hears that the rest is free", async () => {
    const { locks, told, waiters } = await inDirectory();
    locks.guard(kimi, ["src/a.ts", "src/b.ts"]);
    const given = locks.acquire(kimi, { ...on("src/a.ts"), waitMs: 30_000 });
    await locks.release(claude, { path: "src" });
    await given;
    expect(told()).toEqual([["src/", [], ["kimi"]]]);
    await locks.release(kimi, { path: "src/a.ts" });
    expect(told()).toHaveLength(1);
    expect(waiters.size).toBe(0);
  });

  test("hears nothing when it is given all that it was refused", async () => {
    const { locks, told, waiters } = await inDirectory();
    locks.guard(kimi, ["src/a.ts"]);
    const given = locks.acquire(kimi, { ...on("src/a.ts"), waitMs: 30_000 });
    await locks.release(claude, { path: "src" });
    await given;
    expect(told()).toEqual([]);
    expect(waiters.size).toBe(0);
  });

  test("hears of each file when that is free, and not before", async () => {
    const { locks, told, waiters } = await inDirectory();
    locks.guard(kimi, ["src/a.ts", "src/b.ts"]);
    const theirs = locks.acquire(codex, { ...on("src/b.ts"), waitMs: 30_000 });
    const own = locks.acquire(kimi, { ...on("src/a.ts"), waitMs: 30_000 });
    await locks.release(claude, { path: "src" });
    await Promise.all([theirs, own]);
    expect(told()).toEqual([]);
    expect(locks.list().find(({ label }) => label === "src/b.ts")?.waiters).toEqual(["kimi"]);
    await locks.release(codex, { path: "src/b.ts" });
    expect(told()).toEqual([["src/b.ts", [], ["kimi"]]]);
    expect(waiters.size).toBe(0);
  });

  test("is told what another holds of it when that is not what it was refused", async () => {
    const { locks, told } = await inDirectory();
    locks.guard(kimi, ["src/a.ts", "src/b.ts"]);
    const theirs = locks.acquire(codex, { ...on("src/b.ts"), waitMs: 30_000 });
    await locks.release(claude, { path: "src" });
    await theirs;
    await locks.release(codex, { path: "src/b.ts" });
    expect(told()).toEqual([
      ["src/", ["src/b.ts"], ["kimi"]],
      ["src/b.ts", [], ["kimi"]],
    ]);
  });

  test("and wanted all of it, hears once when nobody holds anything of it", async () => {
    const { locks, told, waiters } = await inDirectory();
    locks.guard(kimi, ["src/"]);
    const parts = [
      locks.acquire(codex, { ...on("src/a.ts"), waitMs: 30_000 }),
      locks.acquire(claude, on("src/b.ts")),
      locks.acquire(kimi, { ...on("src/c.ts"), waitMs: 30_000 }),
    ];
    await locks.release(claude, { path: "src" });
    await Promise.all(parts);
    await locks.release(codex, { path: "src/a.ts" });
    expect(told()).toEqual([]);
    await locks.release(claude, { path: "src/b.ts" });
    expect(told()).toEqual([["src/", [], ["kimi"]]]);
    expect(waiters.size).toBe(0);
  });

  test("is known with what it was refused to the next server", async () => {
    const before = await inDirectory();
    before.locks.guard(kimi, ["src/a.ts"]);
    before.locks.stop();
    await before.close();

    const { locks, factsOf } = await openCoordination({ dir: before.dir, clock: before.clock });
    const theirs = locks.acquire(codex, { ...on("src/a.ts"), waitMs: 30_000 });
    await locks.release(claude, { path: "src" });
    await theirs;
    expect(factsOf("lock.freed")).toEqual([]);
    await locks.release(codex, { path: "src/a.ts" });
    expect(factsOf("lock.freed")).toMatchObject([{ label: "src/a.ts", notify: ["kimi"] }]);
  });
});
