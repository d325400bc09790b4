import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deniedBySnapshot, LockSnapshotSchema } from "../../../src/domain/lock/snapshot.ts";
import { agentActor } from "../../../src/domain/session/actor.ts";
import {
  claude,
  codex,
  createHandClock,
  kimi,
  openCoordination,
  operator,
  refusal,
  tempDir,
} from "./coordination.ts";

const on = (path: string) => ({ wishes: [{ path }] });

describe("exclusion", () => {
  test("a path held by another is refused with holder, reason and remaining time", async () => {
    const { locks, join } = await openCoordination();
    await join("claude", "kimi");
    await locks.acquire(claude, { ...on("src/x.ts"), reason: "busy" });
    const error = await refusal(locks.acquire(kimi, on("src/x.ts")));
    expect(error.code).toBe("lock-held");
    expect(error.message).toBe("src/x.ts is locked by claude for another 60 min: busy");
    expect(error.hint).toContain("send --to claude");
  });

  test("vectors 2 to 5: a hook's paths are refused to others in every spelling, and free to the holder", async () => {
    const { locks, join: agents, root, factsOf } = await openCoordination();
    await agents("claude", "kimi");
    await locks.acquire(claude, { ...on("src/x.ts"), reason: "busy" });
    for (const path of ["src/x.ts", "./src/x.ts", join(root, "src/x.ts"), "src/y/../x.ts"]) {
      const [result] = locks.guard(kimi, [path], root, "Edit");
      expect(result).toMatchObject({ path: "src/x.ts", heldBy: { holder: "claude", reason: "busy" } });
      expect(result?.text).toContain("claude");
    }
    expect(factsOf("lock.denied")).toHaveLength(4);
    expect(locks.guard(claude, ["src/x.ts"], root)[0]?.heldBy).toBeNull();
    expect(
      locks
        .check(kimi, ["src/other.ts", "/etc/passwd", "../out", "bad\0path"], root)
        .map((one) => one.heldBy),
    ).toEqual([null, null, null, null]);
  });

  test("a relative path of a hook is taken from the hook's directory", async () => {
    const { locks, join: agents, root } = await openCoordination();
    await agents("claude", "kimi");
    mkdirSync(join(root, "src/api"), { recursive: true });
    await locks.acquire(claude, { wishes: [{ path: "auth.py", cwd: join(root, "src/api") }] });
    expect(locks.list()[0]?.label).toBe("src/api/auth.py");
    expect(locks.check(kimi, ["auth.py"], join(root, "src/api"))[0]?.heldBy?.holder).toBe("claude");
    expect(locks.check(kimi, ["auth.py"], root)[0]?.heldBy).toBeNull();
  });

  test("vector 16: of eight locks asked for at once one is granted", async () => {
    const { locks, join } = await openCoordination();
    const names = ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"];
    await join(...names);
    const results = await Promise.allSettled(
      names.map((name) => locks.acquire(agentActor(name), on("same.txt"))),
    );
    expect(results.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    expect(locks.list()).toHaveLength(1);
  });

  test("directories and globs cover what lies in them, both ways", async () => {
    const { locks, join, root } = await openCoordination();
    await join("claude", "kimi");
    mkdirSync(`${root}/src`);
    const cases: [held: string, wanted: string, conflict: boolean][] = [
      ["src/", "src/a.ts", true],
      ["src/a.ts", "src/", true],
      ["src/*", "src/a.ts", true],
      ["src/a.ts", "src/*", true],
      ["src/*", "src/deep/a.ts", false],
      ["src/**", "src/deep/a.ts", true],
      ["src/**/*.ts", "src/*.js", false],
      ["src/*.{ts,tsx}", "src/a.*", true],
      ["src/**", "src/", true],
      ["docs/*.md", "src/", false],
      ["src/[id].tsx", "src/i.tsx", false],
      ["src", "srcs/a.ts", false],
    ];
    for (const [held, wanted, conflict] of cases) {
      const [lease] = await locks.acquire(claude, on(held));
      const result = await locks.acquire(kimi, on(wanted)).then(
        (granted) => locks.release(kimi, { lockId: granted[0]?.id ?? "" }).then(() => false),
        () => true,
      );
      expect([held, wanted, result]).toEqual([held, wanted, conflict]);
      await locks.release(claude, { lockId: lease?.id ?? "" });
    }
  });

  test("a hard link made before or after the lock is the same file, and the refusal names both", async () => {
    const { locks, join: agents, root } = await openCoordination();
    await agents("claude", "kimi");
    writeFileSync(join(root, "a.ts"), "a");
    await locks.acquire(claude, on("a.ts"));
    linkSync(join(root, "a.ts"), join(root, "b.ts"));
    const error = await refusal(locks.acquire(kimi, on("b.ts")));
    expect(error.message).toContain("b.ts is locked by claude (lock on a.ts)");
    expect(locks.check(kimi, ["b.ts"])[0]?.heldBy?.label).toBe("a.ts");
  });

  test("several targets are granted together or not at all", async () => {
    const { locks, join } = await openCoordination();
    await join("claude", "kimi");
    await locks.acquire(claude, on("b.ts"));
    const error = await refusal(
      locks.acquire(kimi, { wishes: [{ path: "a.ts" }, { path: "b.ts" }, { resource: "db" }] }),
    );
    expect(error.message).toContain("b.ts is locked by claude");
    expect(locks.countOf("kimi")).toBe(0);
    expect(
      await locks.acquire(kimi, { wishes: [{ path: "a.ts" }, { path: "./a.ts" }, { resource: "db" }] }),
    ).toHaveLength(2);
  });

  test("resources are names of their own", async () => {
    const { locks, join } = await openCoordination();
    await join("claude", "kimi");
    await locks.acquire(claude, { wishes: [{ resource: "db" }] });
    expect((await refusal(locks.acquire(kimi, { wishes: [{ resource: "db" }] }))).message).toContain(
      "resource db is locked by claude",
    );
    await locks.acquire(kimi, on("db"));
    expect((await refusal(locks.acquire(kimi, { wishes: [{ resource: " " }] }))).code).toBe("usage");
  });

  test("whatever is asked for in whatever order, no two holders overlap and tokens rise", async () => {
    const targets = ["a", "b", "d/", "d/x", "d/*", "**/x"];
    const step = fc.record({
      who: fc.constantFrom("claude", "kimi", "codex"),
      what: fc.constantFrom("lock", "unlock", "wait"),
      path: fc.constantFrom(...targets),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { locks, join, clock, facts, close, root } = await openCoordination();
        await join("claude", "kimi", "codex");
        mkdirSync(`${root}/d`);
        const pending: Promise<unknown>[] = [];
        for (const { who, what, path } of steps) {
          const actor = agentActor(who);
          if (what === "unlock") pending.push(locks.release(actor, { path }).catch(() => {}));
          else
            pending.push(
              locks.acquire(actor, { ...on(path), waitMs: what === "wait" ? 500 : 0 }).catch(() => {}),
            );
          for (const lease of locks.list()) {
            const others = locks.list().filter((other) => other.holder !== lease.holder);
            const held = lease.target.kind === "file" ? lease.target.path : null;
            if (held !== null)
              expect(locks.check(agentActor(lease.holder), [held])[0]?.heldBy ?? null).toBeNull();
            expect(others.some((other) => other.label === lease.label)).toBe(false);
          }
        }
        clock.advance(600);
        await Promise.all(pending);
        const tokens = locks.list().map((lease) => lease.fencingToken);
        expect(new Set(tokens).size).toBe(tokens.length);
        expect(facts.length).toBeGreaterThan(0);
        await close();
      }),
      { numRuns: 25 },
    );
  });
});

describe("length of a lease", () => {
  test("vector 7: lengths outside 1s..24h are refused", async () => {
    const { locks, join } = await openCoordination();
    await join("claude");
    for (const ttlMs of [-5, 0, 999, 86_400_001, 1e15, Number.NaN, Number.POSITIVE_INFINITY]) {
      const error = await refusal(locks.acquire(claude, { ...on("a.ts"), ttlMs }));
      expect(error.code).toBe("usage");
      expect(error.message).toContain("--ttl");
      expect(error.hint).toContain("1s..24h");
    }
    await locks.acquire(claude, { ...on("a.ts"), ttlMs: 1_000 });
  });

  test("a lease of five seconds holds for five seconds on the boot clock, whatever the wall clock does", async () => {
    const { locks, join, clock, factsOf } = await openCoordination();
    await join("claude", "kimi");
    await locks.acquire(claude, { ...on("a.ts"), ttlMs: 5_000 });
    for (const step of [7_200_000, -7_200_000, 40 * 365 * 86_400_000]) {
      clock.stepWall(step);
      expect(locks.list()[0]?.remainingMs).toBe(5_000);
    }
    clock.advance(4_999);
    expect((await refusal(locks.acquire(kimi, on("a.ts")))).message).toContain("another 1 s");
    clock.advance(1);
    await locks.acquire(kimi, on("a.ts"));
    expect(factsOf("lock.released").map(({ why, lease }) => [why, lease.holder])).toEqual([
      ["expired", "claude"],
    ]);
  });

  test("locking again prolongs, never shortens, and keeps the token (vector 9)", async () => {
    const { locks, join, clock } = await openCoordination();
    await join("claude");
    const [first] = await locks.acquire(claude, { ...on("a.ts"), ttlMs: 60_000, reason: "one" });
    clock.advance(1_000);
    const [shorter] = await locks.acquire(claude, { ...on("a.ts"), ttlMs: 5_000 });
    expect(shorter).toMatchObject({
      id: first?.id,
      fencingToken: first?.fencingToken,
      remainingMs: 59_000,
      reason: "one",
    });
    const [longer] = await locks.acquire(claude, { ...on("a.ts"), ttlMs: 120_000, reason: "two" });
    expect(longer).toMatchObject({ remainingMs: 120_000, reason: "two" });
  });

  test("a lease without a given length lives as long as its holder's pane, and onlookers hear of it", async () => {
    const { locks, join, clock, factsOf } = await openCoordination();
    await join("claude", "kimi");
    await locks.acquire(claude, on("a.ts"));
    clock.advance(5 * 3_600_000);
    expect(locks.list()).toMatchObject([{ holder: "claude", fencingToken: 1 }]);
    expect(locks.list()[0]?.remainingMs).toBeLessThanOrEqual(3_600_000);
    await locks.releaseAllOf("claude");
    expect(locks.list()).toEqual([]);
    expect(factsOf("lock.renewed").length).toBeGreaterThan(5);
  });

  test("a given length is kept to, and nobody's lease outside the panes is renewed", async () => {
    const { locks, join, session, clock } = await openCoordination();
    await join("claude");
    await session.register(operator, { name: "aider", profile: "aider", origin: "outside" });
    await locks.acquire(claude, { ...on("a.ts"), ttlMs: 2 * 3_600_000 });
    await locks.acquire(agentActor("aider"), on("b.ts"));
    await locks.acquire(operator, on("c.ts"));
    clock.advance(3_600_001);
    expect(locks.list().map(({ label }) => label)).toEqual(["a.ts"]);
    clock.advance(3_600_000);
    expect(locks.list()).toEqual([]);
  });

  test("a suspend does not cost a living holder its lease, and ends that of one that is gone", async () => {
    const { locks, join, session, clock } = await openCoordination();
    await join("claude", "kimi");
    await locks.acquire(claude, on("a.ts"));
    clock.suspend(3 * 3_600_000);
    expect((await refusal(locks.acquire(kimi, on("a.ts")))).code).toBe("lock-held");
    expect(locks.list()[0]?.remainingMs).toBe(3_600_000);
    await session.unbindPane("%1");
    clock.suspend(3 * 3_600_000);
    await locks.acquire(kimi, on("a.ts"));
  });

  test("between waking up and the next renewal a lease still binds, for a minute at most", async () => {
    const { locks, join, clock } = await openCoordination();
    await join("claude", "kimi");
    await locks.acquire(claude, on("a.ts"));
    locks.stop();
    clock.suspend(3 * 3_600_000);
    expect((await refusal(locks.acquire(kimi, on("a.ts")))).code).toBe("lock-held");
    clock.advance(60_001);
    await locks.acquire(kimi, on("a.ts"));
  });

  test("leases of the same boot outlive the server, those of another boot do not; tokens go on rising", async () => {
    const dir = tempDir();
    const clock = createHandClock();
    const first = await openCoordination({ dir, clock });
    await first.join("claude", "kimi");
    const [held] = await first.locks.acquire(claude, { ...on("a.ts"), ttlMs: 60_000 });
    await first.locks.acquire(kimi, on("b.ts"));
    await first.locks.release(kimi, { path: "b.ts" });
    await first.close();

    clock.advance(10_000);
    const second = await openCoordination({ dir, clock });
    expect(second.locks.list()).toMatchObject([{ id: held?.id, holder: "claude", remainingMs: 50_000 }]);
    const [next] = await second.locks.acquire(kimi, on("b.ts"));
    expect(next?.fencingToken).toBeGreaterThan((held?.fencingToken ?? 0) + 1);
    await second.close();

    clock.bootId = "boot-2";
    const third = await openCoordination({ dir, clock });
    expect(third.locks.list()).toEqual([]);
    const [after] = await third.locks.acquire(kimi, on("a.ts"));
    expect(after?.fencingToken).toBeGreaterThan(next?.fencingToken ?? 0);
  });
});

describe("release", () => {
  test("vector 10: only the holder releases; nothing held is no error; force is the operator's and is recorded", async () => {
    const { locks, join, factsOf } = await openCoordination();
    await join("claude", "kimi");
    await locks.acquire(claude, { ...on("a.ts"), reason: "mine" });
    const error = await refusal(locks.release(kimi, { path: "a.ts" }));
    expect(error.code).toBe("lock-held");
    expect(error.message).toContain("claude for another 60 min");
    expect(error.hint).toContain("--force needs the operator");
    expect((await refusal(locks.release(kimi, { path: "a.ts" }, { force: true }))).code).toBe(
      "permission-denied",
    );
    expect((await refusal(locks.acquire(kimi, { ...on("a.ts"), force: true }))).code).toBe(
      "permission-denied",
    );
    expect(await locks.release(kimi, { path: "other.ts" })).toEqual({ released: false, label: "other.ts" });
    expect(await locks.release(operator, { path: "a.ts" }, { force: true })).toEqual({
      released: true,
      label: "a.ts",
    });
    expect(factsOf("lock.released")).toMatchObject([
      { by: "operator", why: "forced", lease: { holder: "claude" } },
    ]);
  });

  test("vector 22: the operator's own lock meets a conflict as anybody's does", async () => {
    const { locks, join } = await openCoordination();
    await join("claude");
    await locks.acquire(claude, on("a.ts"));
    expect((await refusal(locks.acquire(operator, on("a.ts")))).code).toBe("lock-held");
    const [forced] = await locks.acquire(operator, { ...on("a.ts"), force: true });
    expect(forced?.holder).toBe("operator");
    expect((await refusal(locks.acquire(claude, on("a.ts")))).message).toContain("locked by operator");
  });

  test("vector 8: a holder whose pane is gone does not stand in the way, and the takeover is told", async () => {
    const { locks, join, session, factsOf } = await openCoordination();
    await join("claude", "kimi");
    await locks.acquire(claude, on("a.ts"));
    await session.unbindPane("%1");
    expect(locks.check(kimi, ["a.ts"])[0]?.heldBy).toBeNull();
    await locks.acquire(kimi, on("a.ts"));
    expect(factsOf("lock.released")).toMatchObject([{ why: "taken-over", by: "kimi" }]);
  });

  test("an agent outside the panes keeps its locks through a long quiet turn", async () => {
    const { locks, session, clock } = await openCoordination();
    await session.register(operator, { name: "aider", profile: "aider", origin: "outside" });
    await session.register(operator, { name: "kimi", profile: "kimi", paneId: "%2", origin: "pane" });
    await locks.acquire(agentActor("aider"), { ...on("a.ts"), ttlMs: 4 * 3_600_000 });
    clock.advance(20 * 60_000);
    expect(locks.check(kimi, ["a.ts"])[0]?.heldBy?.holder).toBe("aider");
    clock.advance(999 * 60_000);
    expect(locks.check(kimi, ["a.ts"])[0]?.heldBy).toBeNull();
  });
});

describe("waiting", () => {
  test("vector 19: a waiting lock is granted when the holder lets go, in order of arrival", async () => {
    const { locks, join } = await openCoordination();
    await join("claude", "kimi", "codex");
    await locks.acquire(claude, on("f"));
    const second = locks.acquire(kimi, { ...on("f"), waitMs: 30_000 });
    const third = locks.acquire(codex, { ...on("f"), waitMs: 30_000 });
    expect(locks.list()[0]?.waiters).toEqual(["kimi", "codex"]);
    await locks.release(claude, { path: "f" });
    expect((await second)[0]?.holder).toBe("kimi");
    await locks.release(kimi, { path: "f" });
    expect((await third)[0]?.holder).toBe("codex");
  });

  test("vector 19: waiting ends as blocked at the deadline, and on the caller's going away", async () => {
    const { locks, join, clock } = await openCoordination();
    await join("claude", "kimi");
    await locks.acquire(claude, on("f"));
    const late = refusal(locks.acquire(kimi, { ...on("f"), waitMs: 1_000 }));
    clock.advance(1_000);
    expect((await late).code).toBe("lock-held");
    const gone = new AbortController();
    const left = refusal(locks.acquire(kimi, { ...on("f"), waitMs: 1_000, signal: gone.signal }));
    gone.abort();
    expect((await left).code).toBe("interrupted");
    expect(locks.list()[0]?.waiters).toEqual([]);
  });

  test("a waiter gets the lock at the end of the lease without anybody asking", async () => {
    const { locks, join, clock } = await openCoordination();
    await join("claude", "kimi");
    await locks.acquire(claude, { ...on("f"), ttlMs: 5_000 });
    const late = locks.acquire(kimi, { ...on("f"), waitMs: 30_000 });
    clock.advance(5_001);
    expect((await late)[0]?.holder).toBe("kimi");
  });

  test("who was refused by a hook hears when the lock is free", async () => {
    const { locks, join, factsOf } = await openCoordination();
    await join("claude", "kimi");
    await locks.acquire(claude, on("f"));
    locks.guard(kimi, ["f"]);
    locks.guard(kimi, ["f"]);
    await locks.release(claude, { path: "f" });
    expect(factsOf("lock.freed")).toMatchObject([{ label: "f", notify: ["kimi"] }]);
  });

  test("a lock that goes to another is not told as free: who was refused hears when that one lets go", async () => {
    const { locks, join, factsOf, waiters } = await openCoordination();
    await join("claude", "kimi", "codex");
    await locks.acquire(claude, on("src/a.ts"));
    locks.guard(kimi, ["src/a.ts"]);
    locks.guard(codex, ["src/a.ts"]);
    // Forced by the operator, under a wider lock; then the queue's next.
    await locks.acquire(operator, { wishes: [{ path: "src/" }], force: true });
    const next = locks.acquire(codex, { ...on("src/a.ts"), waitMs: 30_000 });
    expect(locks.list()[0]).toMatchObject({ label: "src/", waiters: ["codex", "kimi"] });
    expect(factsOf("lock.freed")).toEqual([]);
    await locks.release(operator, { path: "src/" });
    await next;
    expect(locks.list()[0]).toMatchObject({ label: "src/a.ts", waiters: ["kimi"] });
    locks.guard(kimi, ["src/a.ts"]);
    const last = locks.acquire(kimi, { ...on("src/a.ts"), waitMs: 30_000 });
    await locks.release(codex, { path: "src/a.ts" });
    await last;
    await locks.release(kimi, { path: "src/a.ts" });
    expect(factsOf("lock.freed")).toEqual([]);
    expect(waiters.size).toBe(0);
  });
});

describe("waiters and the end of the server", () => {
  test("who wanted to hear of a lock, and who stood in the queue for it, is told by the server that comes after", async () => {
    const before = await openCoordination();
    await before.join("claude", "kimi", "codex");
    await before.locks.acquire(claude, on("f"));
    before.locks.guard(kimi, ["f"]);
    const queued = before.locks.acquire(codex, { ...on("f"), waitMs: 60_000 });
    queued.catch(() => {});
    before.locks.stop();
    await before.close();

    const after = await openCoordination({ dir: before.dir, clock: before.clock });
    expect(after.locks.list()[0]?.waiters.toSorted()).toEqual(["codex", "kimi"]);
    await after.locks.release(claude, { path: "f" });
    expect(after.factsOf("lock.freed")).toMatchObject([{ label: "f", notify: ["kimi", "codex"] }]);
    after.locks.stop();
    await after.close();

    const last = await openCoordination({ dir: before.dir, clock: before.clock });
    last.locks.recover();
    expect(last.factsOf("lock.freed")).toEqual([]);
  });

  test("a lock that got free while nobody could be told any more is told at the next start, but to nobody who is gone", async () => {
    const before = await openCoordination();
    await before.join("claude", "kimi", "codex");
    const [lease] = await before.locks.acquire(claude, on("f"));
    before.locks.guard(kimi, ["f"]);
    before.locks.guard(codex, ["f"]);
    before.locks.stop();
    await before.leases.remove(lease?.id ?? "");
    await before.session.unbindPane("%3");
    await before.close();

    const after = await openCoordination({ dir: before.dir, clock: before.clock });
    after.locks.recover();
    expect(after.factsOf("lock.freed")).toMatchObject([{ by: "system", label: "f", notify: ["kimi"] }]);
    after.locks.recover();
    expect(after.factsOf("lock.freed")).toHaveLength(1);
  });

  test("who takes another name hears under the new one", async () => {
    const { locks, join, factsOf, waiters } = await openCoordination();
    await join("claude", "kimi");
    await locks.acquire(claude, on("f"));
    locks.guard(kimi, ["f"]);
    locks.renamed("Kimi", "kim");
    expect(waiters.all().map((one) => one.name)).toEqual(["kim"]);
    await locks.release(claude, { path: "f" });
    expect(factsOf("lock.freed")).toMatchObject([{ notify: ["kim"] }]);
    expect(waiters.size).toBe(0);
  });

  test("who was served, gave up or went away is not remembered", async () => {
    const { locks, join, clock, waiters } = await openCoordination();
    await join("claude", "kimi", "codex");
    await locks.acquire(claude, on("f"));
    const late = refusal(locks.acquire(kimi, { ...on("f"), waitMs: 1_000 }));
    const left = new AbortController();
    const gone = refusal(locks.acquire(kimi, { ...on("f"), waitMs: 60_000, signal: left.signal }));
    expect(waiters.all().map((one) => one.name)).toEqual(["kimi"]);
    clock.advance(1_001);
    await late;
    expect(waiters.size).toBe(1);
    left.abort();
    await gone;
    expect(waiters.size).toBe(0);
    const served = locks.acquire(codex, { ...on("f"), waitMs: 1_000 });
    locks.guard(kimi, ["f"]);
    expect(waiters.size).toBe(2);
    await locks.releaseAllOf("kimi");
    await locks.release(claude, { path: "f" });
    await served;
    expect(waiters.size).toBe(0);
  });
});

describe("append", () => {
  test("vector 19: appends under the lock, leaves it as it was, and leaves a held file untouched", async () => {
    const { locks, join: agents, root, factsOf } = await openCoordination();
    await agents("claude", "kimi");
    await locks.append(claude, { path: "log.txt", content: "line one" });
    await locks.append(claude, { path: "log.txt", content: "line two", ttlMs: 5_000 });
    expect(factsOf("lock.granted").map(({ lease }) => lease.ttlMs)).toEqual([60_000, 5_000]);
    expect(readFileSync(join(root, "log.txt"), "utf8")).toBe("line one\nline two\n");
    expect(locks.list()).toEqual([]);
    await locks.acquire(kimi, on("log.txt"));
    expect((await refusal(locks.append(claude, { path: "log.txt", content: "no" }))).code).toBe("lock-held");
    expect(readFileSync(join(root, "log.txt"), "utf8")).toBe("line one\nline two\n");
    await locks.append(kimi, { path: "log.txt", content: "three", newline: false });
    expect(locks.countOf("kimi")).toBe(1);
  });

  test("never writes outside the project, also through a link", async () => {
    const { locks, join: agents, root, dir } = await openCoordination();
    await agents("claude");
    symlinkSync(join(dir, "outside.txt"), join(root, "link.txt"));
    expect((await refusal(locks.append(claude, { path: "link.txt", content: "x" }))).hint).toContain(
      "outside the project",
    );
    mkdirSync(join(root, "d"));
    expect((await refusal(locks.append(claude, { path: "d", content: "x" }))).code).toBe("bad-data");
  });
});

describe("snapshot", () => {
  test("denies what the locks deny: same boot, before the end, holder alive, not one's own", async () => {
    const { locks, join: agents, clock } = await openCoordination();
    await agents("claude", "kimi");
    await locks.acquire(claude, { ...on("src/**"), reason: "refactoring", ttlMs: 10_000 });
    const snapshot = LockSnapshotSchema.parse(JSON.parse(JSON.stringify(locks.snapshot())));
    expect(snapshot.leases).toMatchObject([{ holder: "claude", holderPid: 4242 }]);
    const query = {
      bootId: clock.bootId,
      nowBootMs: clock.bootMs() + 4_000,
      self: "kimi",
      targets: [{ kind: "file" as const, path: "src/a.ts", inode: null }],
      isAlive: () => true,
    };
    expect(deniedBySnapshot(snapshot, query)).toEqual({
      holder: "claude",
      reason: "refactoring",
      remainingMs: 6_000,
      path: "src/a.ts",
      lock: "src/**",
    });
    expect(deniedBySnapshot(snapshot, { ...query, self: "Claude" })).toBeNull();
    expect(deniedBySnapshot(snapshot, { ...query, bootId: "other" })).toBeNull();
    expect(deniedBySnapshot(snapshot, { ...query, nowBootMs: clock.bootMs() + 10_000 })).toBeNull();
    expect(deniedBySnapshot(snapshot, { ...query, isAlive: () => false })).toBeNull();
    expect(
      deniedBySnapshot(snapshot, { ...query, targets: [{ kind: "file", path: "docs/a", inode: null }] }),
    ).toBeNull();
  });
});
