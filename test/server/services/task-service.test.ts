import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agentActor } from "../../../src/domain/session/actor.ts";
import { movesFrom } from "../../../src/domain/task/lifecycle.ts";
import { TASK_STATUSES } from "../../../src/domain/task/task.ts";
import { claude, codex, kimi, openCoordination, operator, refusal } from "./coordination.ts";

describe("making tasks", () => {
  test("vector 25: one text for an agent becomes an assigned task of medium priority", async () => {
    const { tasks, join, factsOf } = await openCoordination();
    await join("claude", "kimi");
    const task = await tasks.quick(claude, { to: "KIMI", text: "Implement auth" });
    expect(task).toMatchObject({
      title: "Implement auth",
      description: "",
      status: "assigned",
      assignee: "kimi",
      assigner: "claude",
      priority: "medium",
    });
    expect(factsOf("task.created")).toHaveLength(1);
  });

  test("vector 26: a long text is cut for the title and kept whole as the description", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude", "kimi");
    const text = "abcdefghij".repeat(15);
    const task = await tasks.quick(claude, { to: "kimi", text });
    expect([task.title.length, task.title, task.description]).toEqual([100, text.slice(0, 100), text]);
    const family = "👨‍👩‍👧‍👦".repeat(120);
    const emoji = await tasks.quick(claude, { to: "kimi", text: family });
    expect(emoji.title).toBe("👨‍👩‍👧‍👦".repeat(18));
    expect(emoji.description).toBe(family);
    const lines = await tasks.quick(claude, { to: "kimi", text: "one\ntwo" });
    expect([lines.title, lines.description]).toEqual(["one two", "one\ntwo"]);
  });

  test("a description beside the one text stays out of the title, and goes below what the title cannot hold", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude", "kimi");
    const give = (text: string, description: string) =>
      tasks.quick(claude, { to: "kimi", text, description });
    expect(await give("Do W", " desc\n")).toMatchObject({ title: "Do W", description: "desc" });
    expect(await give("Do W", " ")).toMatchObject({ title: "Do W", description: "" });
    expect(await give("one\ntwo", "desc")).toMatchObject({
      title: "one two",
      description: "one\ntwo\n\ndesc",
    });
  });

  test("the description given beside the title is kept, and a task with an assignee is assigned", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude", "kimi");
    const task = await tasks.create(claude, {
      title: "T",
      description: "long story",
      assignee: "kimi",
      requirements: ["fast", " "],
    });
    expect(task).toMatchObject({ description: "long story", status: "assigned", requirements: ["fast"] });
    expect((await tasks.create(claude, { title: "T2" })).status).toBe("pending");
  });

  test("empty texts, unknown agents and too long texts are refused", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude", "kimi");
    expect((await refusal(tasks.quick(claude, { to: "kimi", text: " \n " }))).message).toBe(
      "The task is empty",
    );
    const unknown = await refusal(tasks.quick(claude, { to: "nobody", text: "x" }));
    expect([unknown.code, unknown.message, unknown.hint]).toEqual([
      "not-found",
      'no agent "nobody"',
      "Known agents: claude, kimi",
    ]);
    const long = await refusal(tasks.quick(claude, { to: "kimi", text: "x".repeat(65_537) }));
    expect(long.code).toBe("too-large");
    expect(long.message).toContain("65537 bytes; limit 65536");
    expect((await refusal(tasks.create(claude, { title: "x".repeat(201) }))).hint).toContain("--description");
    expect(tasks.list()).toEqual([]);
  });

  test("two delegations at once are two tasks", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude", "kimi");
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => tasks.quick(claude, { to: "kimi", text: `task ${n}` })),
    );
    expect(tasks.list({ assignee: "Kimi" })).toHaveLength(10);
  });
});

describe("finding tasks", () => {
  test("vector 26: an id that is a path, or names nothing, is not found", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude");
    for (const reference of ["../../session", "999999", "", "__proto__", "constructor"]) {
      const error = await refusal(() => tasks.show(reference));
      expect([error.code, error.message.startsWith("no task")]).toEqual(["not-found", true]);
    }
  });

  test("vector 17: titles match ignoring case, two equal ones are ambiguous; the beginning of an id is enough", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude");
    const login = await tasks.create(claude, { title: "Update login UI" });
    expect(tasks.show("update LOGIN ui").id).toBe(login.id);
    expect(tasks.show(login.id.slice(0, 10)).id).toBe(login.id);
    expect(tasks.show(login.id.slice(5, 11)).id).toBe(login.id);
    await tasks.create(claude, { title: "UPDATE login ui" });
    const error = await refusal(tasks.claim(claude, "update login ui"));
    expect(error.code).toBe("conflict");
    expect(error.hint).toContain(login.id);
  });
});

describe("lifecycle", () => {
  test("vector 27: a completed task is one task, and is counted once", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude", "kimi");
    const task = await tasks.quick(claude, { to: "kimi", text: "x" });
    await tasks.update(kimi, task.id, { status: "in_progress" });
    await tasks.update(kimi, task.id, { status: "completed", note: "done, see src/a.ts" });
    expect(tasks.list()).toHaveLength(1);
    expect(tasks.list({ status: "completed" })).toHaveLength(1);
    expect(tasks.list({ activeOnly: true })).toHaveLength(0);
    expect(tasks.show(task.id).notes).toMatchObject([{ by: "kimi", text: "done, see src/a.ts" }]);
  });

  test("illegal moves are refused with the legal ones named", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude", "kimi");
    const task = await tasks.quick(claude, { to: "kimi", text: "x" });
    await tasks.update(kimi, task.id, { status: "completed" });
    const error = await refusal(tasks.update(kimi, task.id, { status: "pending" }));
    expect(error.code).toBe("illegal-move");
    expect(error.message).toContain("from completed to pending");
    expect(error.hint).toContain("under_review, approved, revision_needed, rejected");
    await tasks.update(claude, task.id, { status: "approved" });
    expect((await refusal(tasks.update(claude, task.id, { status: "in_progress" }))).hint).toContain(
      "is an end",
    );
  });

  test("repeating a move changes nothing and says who made it when", async () => {
    const { tasks, join, clock, factsOf } = await openCoordination();
    await join("claude", "kimi");
    const task = await tasks.quick(claude, { to: "kimi", text: "x" });
    const first = await tasks.update(kimi, task.id, { status: "completed" });
    clock.advance(60_000);
    const second = await tasks.update(claude, task.id, { status: "completed" });
    expect(second).toEqual({
      task: first.task,
      claimable: [],
      already: { by: "kimi", atMs: first.task.statusAtMs },
    });
    expect(factsOf("task.moved")).toHaveLength(1);
  });

  test("whatever is tried by whomever, a task only ever makes legal moves and never judges itself", async () => {
    const attempt = fc.record({
      who: fc.constantFrom("claude", "kimi", "codex", "operator"),
      status: fc.constantFrom(...TASK_STATUSES),
      claim: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("hierarchical", "peer", "review"),
        fc.array(attempt, { maxLength: 30 }),
        async (mode, attempts) => {
          const { tasks, join, session, factsOf, close } = await openCoordination();
          await join("claude", "kimi", "codex");
          await session.set(operator, { mode: mode as "peer" });
          const { id } = await tasks.create(operator, { title: "T" });
          for (const { who, status, claim } of attempts) {
            const actor = who === "operator" ? operator : agentActor(who);
            const call = claim ? tasks.claim(actor, id) : tasks.update(actor, id, { status });
            await call.catch((thrown: { code?: string }) => {
              expect(["illegal-move", "permission-denied", "conflict", "usage"]).toContain(thrown.code);
            });
          }
          for (const { from, to, task, by } of factsOf("task.moved")) {
            expect(movesFrom(from, mode as "peer")).toContain(to);
            if (to === "approved" || to === "rejected") expect(by).not.toBe(task.assignee);
            expect(task.assignee === null).toBe(
              to === "pending" || (task.assignee === null && (to === "blocked" || to === "cancelled")),
            );
          }
          await close();
        },
      ),
      { numRuns: 40 },
    );
  });

  test("agents work on their own tasks only, and nobody approves his own work", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude", "kimi", "codex");
    const task = await tasks.quick(claude, { to: "kimi", text: "x" });
    for (const status of ["completed", "blocked", "cancelled", "in_progress"] as const) {
      expect(["permission-denied", "conflict"]).toContain(
        (await refusal(tasks.update(codex, task.id, { status }))).code,
      );
    }
    await tasks.update(kimi, task.id, { status: "completed" });
    const error = await refusal(tasks.update(kimi, task.id, { status: "approved" }));
    expect(error.message).toContain("kimi cannot set task");
    expect(error.hint).toContain("somebody other than the one who did the work");
    await tasks.update(claude, task.id, { status: "revision_needed", note: "tests missing" });
    await tasks.update(kimi, task.id, { status: "completed" });
    expect((await tasks.update(claude, task.id, { status: "approved" })).task.status).toBe("approved");
  });

  test("in review mode a reviewer other than the assignee takes up the work before it is approved", async () => {
    const { tasks, join, session } = await openCoordination();
    await join("claude", "kimi", "codex");
    await session.set(operator, { mode: "review" });
    await session.setRole(operator, "codex", { role: "reviewer" });
    const task = await tasks.quick(claude, { to: "kimi", text: "x" });
    const after = await tasks.create(claude, { title: "after", dependsOn: [task.id] });
    expect((await tasks.update(kimi, task.id, { status: "completed" })).claimable).toEqual([]);
    expect((await refusal(tasks.update(codex, task.id, { status: "approved" }))).hint).toContain(
      "under_review",
    );
    expect((await refusal(tasks.update(kimi, task.id, { status: "under_review" }))).code).toBe(
      "permission-denied",
    );
    await tasks.update(codex, task.id, { status: "under_review" });
    const approved = await tasks.update(codex, task.id, { status: "approved" });
    expect(approved.claimable.map(({ id }) => id)).toEqual([after.id]);
  });
});

describe("claiming", () => {
  test("vector 16: claim-next takes the most urgent, then the oldest", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude");
    await tasks.create(claude, { title: "low", priority: "low" });
    const high = await tasks.create(claude, { title: "high", priority: "critical" });
    await tasks.create(claude, { title: "low2", priority: "low" });
    const order: (string | undefined)[] = [];
    for (let n = 0; n < 4; n++) order.push((await tasks.claimNext(claude)).task?.title);
    expect(order).toEqual(["high", "low", "low2", undefined]);
    expect(tasks.show(high.id)).toMatchObject({ status: "in_progress", assignee: "claude" });
  });

  test("vector 16: ten agents at once on eight tasks get eight different ones", async () => {
    const { tasks, join } = await openCoordination();
    const names = Array.from({ length: 10 }, (_, n) => `agent${n}`);
    await join(...names);
    for (let n = 0; n < 8; n++) await tasks.create(operator, { title: `task ${n}` });
    const got = await Promise.all(names.map((name) => tasks.claimNext(agentActor(name))));
    const ids = got.flatMap(({ task }) => (task === null ? [] : [task.id]));
    expect([ids.length, new Set(ids).size]).toEqual([8, 8]);
  });

  test("vector 17: done tasks and those of an agent that is there cannot be claimed", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude", "kimi", "codex");
    const task = await tasks.quick(claude, { to: "kimi", text: "x" });
    expect((await refusal(tasks.claim(codex, task.id))).message).toContain("assigned to kimi");
    await tasks.claim(kimi, task.id);
    expect((await refusal(tasks.claim(codex, task.id, { force: true }))).message).toContain(
      "claimed by kimi",
    );
    expect((await tasks.claim(kimi, task.id)).already?.by).toBe("kimi");
    await tasks.update(kimi, task.id, { status: "completed" });
    expect((await refusal(tasks.claim(codex, task.id))).code).toBe("illegal-move");
    expect((await refusal(tasks.claim(operator, task.id))).code).toBe("usage");
  });

  test("vector 8: the task of a vanished agent can be claimed, and says from whom", async () => {
    const { tasks, join, session, factsOf } = await openCoordination();
    await join("claude", "kimi", "codex");
    const task = await tasks.quick(claude, { to: "kimi", text: "x" });
    await tasks.claim(kimi, task.id);
    expect((await tasks.claimNext(codex)).task).toBeNull();
    await session.unbindPane("%2");
    const { task: taken } = await tasks.claimNext(codex);
    expect(taken).toMatchObject({ id: task.id, assignee: "codex", status: "in_progress" });
    expect(taken?.notes[0]?.text).toContain("Taken over from kimi");
    expect(factsOf("task.claimed").at(-1)).toMatchObject({ by: "codex", previous: "kimi" });
  });

  test("vector 18: dependencies hold a task up until they are done or cancelled; force overrides them", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude", "kimi");
    const a = await tasks.create(claude, { title: "A", priority: "low" });
    const b = await tasks.create(claude, { title: "B", priority: "critical", dependsOn: ["a"] });
    const c = await tasks.create(claude, { title: "C", dependsOn: [b.id] });
    expect((await tasks.claimNext(kimi)).task?.id).toBe(a.id);
    const error = await refusal(tasks.claim(kimi, "B"));
    expect(error.hint).toContain(`${a.id} (in_progress)`);
    expect(
      (await tasks.update(kimi, a.id, { status: "completed" })).claimable.map(({ title }) => title),
    ).toEqual(["B"]);
    await tasks.claim(kimi, c.id, { force: true });
    const d = await tasks.create(claude, { title: "D", dependsOn: [b.id] });
    expect((await tasks.update(claude, b.id, { status: "cancelled" })).claimable.map(({ id }) => id)).toEqual(
      [d.id],
    );
    expect((await refusal(tasks.create(claude, { title: "E", dependsOn: ["nowhere"] }))).code).toBe(
      "not-found",
    );
  });

  test("a circular dependency is named", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude");
    const a = await tasks.create(claude, { title: "A" });
    const b = await tasks.create(claude, { title: "B", dependsOn: [a.id] });
    const error = await refusal(tasks.depend(claude, a.id, [b.id]));
    expect(error).toMatchObject({
      code: "bad-data",
      message: `Circular dependency: ${a.id} -> ${b.id} -> ${a.id}`,
    });
    expect((await refusal(tasks.depend(claude, a.id, [a.id]))).message).toContain(`${a.id} -> ${a.id}`);
  });

  test("claiming with lock takes the task's files or leaves everything as it was", async () => {
    const { tasks, locks, join } = await openCoordination();
    await join("claude", "kimi");
    const task = await tasks.create(claude, { title: "T", files: ["src/a.ts", "src/b.ts"] });
    await locks.acquire(claude, { wishes: [{ path: "src/b.ts" }] });
    expect((await refusal(tasks.claim(kimi, task.id, { lock: true }))).code).toBe("lock-held");
    expect([tasks.show(task.id).status, locks.countOf("kimi")]).toEqual(["pending", 0]);
    expect((await tasks.claimNext(kimi, { lock: true })).task).toBeNull();
    await locks.release(claude, { path: "src/b.ts" });
    await tasks.claim(kimi, task.id, { lock: true });
    expect(locks.list().map(({ holder, reason, label }) => [holder, reason, label])).toEqual([
      ["kimi", "task: T", "src/a.ts"],
      ["kimi", "task: T", "src/b.ts"],
    ]);
  });

  test("what was locked for a task is free when it is done, given to another or cancelled; other locks stay", async () => {
    const { tasks, locks, join, session } = await openCoordination();
    await join("kimi", "codex");
    const labels = () => locks.list().map(({ label, holder }) => `${label} ${holder}`);
    const locked = (text: string) => tasks.quick(operator, { to: "kimi", text, files: ["a.ts"], lock: true });
    await locks.acquire(kimi, { wishes: [{ path: "own.ts" }], reason: "mine" });
    const done = await locked("first");
    await tasks.update(kimi, done.id, { status: "in_progress" });
    expect(labels()).toEqual(["own.ts kimi", "a.ts kimi"]);
    await tasks.update(kimi, done.id, { status: "completed" });
    expect(labels()).toEqual(["own.ts kimi"]);
    const moved = await locked("second");
    await tasks.assign(operator, moved.id, "codex");
    expect(labels()).toEqual(["own.ts kimi"]);
    await session.set(operator, { mode: "review" });
    const reviewed = await locked("third");
    await tasks.update(kimi, reviewed.id, { status: "in_progress" });
    await tasks.update(kimi, reviewed.id, { status: "completed" });
    expect(labels()).toContain("a.ts kimi");
    await tasks.update(operator, reviewed.id, { status: "under_review" });
    await tasks.update(operator, reviewed.id, { status: "rejected" });
    expect(labels()).toEqual(["own.ts kimi"]);
  });

  test("a claim that fails after locking keeps the locks its agent had before", async () => {
    const { tasks, locks, join } = await openCoordination();
    await join("claude", "kimi");
    await locks.acquire(kimi, { wishes: [{ path: "a" }] });
    const task = await tasks.create(claude, { title: "T", files: ["a", "b"] });
    const claiming = refusal(tasks.claim(kimi, task.id, { lock: true }));
    await tasks.update(claude, task.id, { status: "cancelled" });
    expect((await claiming).code).toBe("illegal-move");
    expect(locks.list().map(({ label }) => label)).toEqual(["a"]);
  });

  test("two claims with lock at once: one gets task and files, the other neither", async () => {
    const { tasks, locks, join } = await openCoordination();
    await join("claude", "kimi");
    const task = await tasks.create(operator, { title: "T", files: ["a"] });
    const results = await Promise.allSettled([
      tasks.claim(claude, task.id, { lock: true }),
      tasks.claim(kimi, task.id, { lock: true }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(locks.list().map(({ holder }) => holder)).toEqual([tasks.show(task.id).assignee]);
  });
});

describe("handing on", () => {
  test("in hierarchical mode nobody delegates upward; in peer mode anyone delegates to anyone", async () => {
    const { tasks, join, session } = await openCoordination();
    await join("claude", "kimi");
    const error = await refusal(tasks.quick(kimi, { to: "claude", text: "x" }));
    expect(error).toMatchObject({
      code: "permission-denied",
      message: "In hierarchical mode kimi (delegate) cannot delegate to claude (principal)",
    });
    expect((await refusal(tasks.create(kimi, { title: "x", assignee: "claude" }))).code).toBe(
      "permission-denied",
    );
    await tasks.quick(kimi, { to: "kimi", text: "for myself" });
    await tasks.quick(operator, { to: "claude", text: "x" });
    await session.set(operator, { mode: "peer" });
    await tasks.quick(kimi, { to: "claude", text: "x" });
    expect((await refusal(session.set(kimi, { mode: "peer" }))).code).toBe("permission-denied");
  });

  test("the assigner hands a task on; a stranger cannot take it away; giving back makes it free", async () => {
    const { tasks, join } = await openCoordination();
    await join("claude", "kimi", "codex");
    const task = await tasks.quick(claude, { to: "kimi", text: "x" });
    expect((await refusal(tasks.assign(codex, task.id, "codex"))).code).toBe("permission-denied");
    expect((await tasks.assign(claude, task.id, "codex")).task.assignee).toBe("codex");
    await tasks.update(codex, task.id, { status: "pending" });
    expect(tasks.show(task.id)).toMatchObject({ status: "pending", assignee: null });
    await tasks.update(kimi, task.id, { status: "in_progress" });
    expect(tasks.show(task.id)).toMatchObject({ status: "in_progress", assignee: "kimi" });
  });
});
