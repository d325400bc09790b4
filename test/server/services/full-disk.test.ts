import { expect, test } from "vitest";
import { createRealDisk } from "../../../src/store/datafile.ts";
import { claude, kimi, openCoordination, refusal } from "./coordination.ts";

const realDisk = createRealDisk();

/** A disk that can be full. */
async function openOnDisk() {
  const state = { full: false };
  const disk = {
    ...realDisk,
    write: async (...args: Parameters<typeof realDisk.write>) => {
      if (state.full) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      return realDisk.write(...args);
    },
  };
  const world = await openCoordination({ disk });
  await world.join("claude", "kimi");
  return { ...world, state };
}

test("what the disk did not take was never granted, told or sent, and works again when there is room", async () => {
  const { tasks, locks, messages, state, facts, store } = await openOnDisk();
  const task = await tasks.create(claude, { title: "T" });
  const sent = await messages.send(claude, { to: "kimi", body: "one" });
  await locks.acquire(claude, { wishes: [{ path: "held" }] });
  const before = facts.length;

  state.full = true;
  const failed = await Promise.all([
    refusal(tasks.claim(kimi, task.id)),
    refusal(locks.acquire(kimi, { wishes: [{ path: "free" }] })),
    refusal(locks.release(claude, { path: "held" })),
    refusal(messages.send(claude, { to: "kimi", body: "two" })),
    refusal(messages.mark(kimi, sent.id, "read")),
  ]);
  for (const { code } of failed) expect(["disk-error", "store-read-only"]).toContain(code);
  expect(facts).toHaveLength(before);
  expect(tasks.show(task.id)).toMatchObject({ status: "pending", assignee: null });
  expect(locks.list().map(({ label, holder }) => [label, holder])).toEqual([["held", "claude"]]);
  expect(messages.inbox("kimi").map(({ body }) => body)).toEqual(["one"]);

  state.full = false;
  expect(await store.resume()).toBe(true);
  await tasks.claim(kimi, task.id);
  const [lease] = await locks.acquire(kimi, { wishes: [{ path: "free" }] });
  expect(lease?.fencingToken).toBeGreaterThan(1);
  await messages.mark(kimi, sent.id, "read");
  expect(messages.unreadCount("kimi")).toBe(0);
});

test("a waiter is not granted a lock whose release the disk refused", async () => {
  const { locks, state } = await openOnDisk();
  await locks.acquire(claude, { wishes: [{ path: "a" }] });
  const late = refusal(locks.acquire(kimi, { wishes: [{ path: "a" }], waitMs: 60_000 }));
  state.full = true;
  expect(["disk-error", "store-read-only"]).toContain(
    (await refusal(locks.release(claude, { path: "a" }))).code,
  );
  expect(["disk-error", "store-read-only"]).toContain((await late).code);
  expect(locks.list().map(({ holder }) => holder)).toEqual(["claude"]);
});
