import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { silentLogger } from "../../../src/base/log.ts";
import type { Fact, FactOf } from "../../../src/domain/facts.ts";
import { readHookCall } from "../../../src/domain/hook/read.ts";
import type { Lease, LockTarget } from "../../../src/domain/lock/lease.ts";
import { createSystemClock } from "../../../src/node/system-clock.ts";
import { createLockWatchService } from "../../../src/server/services/lock-watch-service.ts";
import { findOpenWriters, type PaneProcess } from "../../../src/server/watch/open-writers.ts";
import { createToolSpans } from "../../../src/server/watch/tool-spans.ts";
import { eventually } from "../../support/eventually.ts";
import { tempDir } from "../services/coordination.ts";

type Bypass = FactOf<"lock.bypassed">;

/** A project whose locks are watched; what agents' hooks say is handed in. */
function openRig(files: Readonly<Record<string, string>> = {}) {
  const root = realpathSync(tempDir("ia-lock-watch-"));
  const clock = createSystemClock();
  const put = (path: string, text = `${Math.random()}`) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) put(path, text);
  const spans = createToolSpans({ clock, isWaiting: (agent) => agent === "waiting" });
  const facts: Bypass[] = [];
  const panes: (PaneProcess & { agent: string | null })[] = [];
  let isOn = true;
  let serial = 0;
  const watch = createLockWatchService({
    clock,
    log: silentLogger,
    root,
    ignoreCase: false,
    locks: { list: () => [] },
    spans,
    processes: () => panes,
    agentOf: (paneId) => panes.find((pane) => pane.paneId === paneId)?.agent ?? null,
    hasHooks: (agent) => agent === "ada" || agent === "ben",
    isOn: () => isOn,
    announce: (fact: Fact) => void (fact.kind === "lock.bypassed" && facts.push(fact)),
  });
  onTestFinished(() => watch.stop());

  function leaseOf(target: LockTarget, holder: string): Lease {
    const id = `lock-${++serial}`;
    return {
      id,
      createdAtMs: clock.nowMs(),
      createdBy: holder,
      updatedAtMs: clock.nowMs(),
      logicalTime: serial,
      target,
      holder,
      reason: "",
      fencingToken: serial,
      bootId: clock.bootId,
      grantedAtBootMs: clock.bootMs(),
      deadlineBootMs: clock.bootMs() + 3_600_000,
      ttlMs: 3_600_000,
      renew: true,
    };
  }
  async function lock(target: LockTarget, holder = "ada"): Promise<Lease> {
    const lease = leaseOf(target, holder);
    watch.hear({ kind: "lock.granted", by: holder, lease });
    // Locks that follow each other quickly are taken together.
    await eventually("the lock is watched", async () => {
      await watch.settled();
      return watch.watchedDirectories > 0 && clock.bootMs() - lease.grantedAtBootMs > 60;
    });
    return lease;
  }
  const tool = (agent: string, event: "PreToolUse" | "PostToolUse", command: string, own = true) =>
    spans.heard(
      agent,
      readHookCall("claude", event, JSON.stringify({ tool_name: "Bash", tool_input: { command } })),
      { paths: [], denied: false, own },
    );
  return {
    root,
    watch,
    spans,
    facts,
    panes,
    put,
    lock,
    release: (lease: Lease) => watch.hear({ kind: "lock.released", by: lease.holder, lease, why: "handed" }),
    begin: (agent: string, command: string) => tool(agent, "PreToolUse", command),
    end: (agent: string, command: string) => tool(agent, "PostToolUse", command),
    turnOn(on: boolean) {
      isOn = on;
      watch.reconsider();
    },
    /** The agent's tools ended so long ago that they are not held to be the writers. */
    isOver: (agent: string) =>
      eventually(`the tools of ${agent} are long over`, () => {
        const ended = spans.recent().findLast((span) => span.agent === agent)?.toBootMs;
        return typeof ended === "number" && clock.bootMs() - ended > 400;
      }),
    reported: (count: number) =>
      eventually(`${count} reports`, () => facts.length >= count, { describe: () => JSON.stringify(facts) }),
  };
}

const file = (path: string): LockTarget => ({ kind: "file", path, inode: null });
const directory = (path: string): LockTarget => ({ kind: "directory", path });

test("a write by a shell of another agent is told once, with lock, holder, writer and what says so", async () => {
  const rig = openRig({ "src/a.ts": "1" });
  const lease = await rig.lock(file("src/a.ts"));
  rig.begin("ben", "npm run format");
  rig.put("src/a.ts");
  await rig.reported(1);
  expect(rig.facts).toMatchObject([
    {
      by: "ben",
      holder: "ada",
      lockIds: [lease.id],
      paths: ["src/a.ts"],
      count: 1,
      writer: { kind: "agent", agent: "ben", how: "its shell ran then: npm run format" },
    },
  ]);
  // The same writer again is the same burst; a writer of whom nothing is known is another.
  rig.put("src/a.ts");
  rig.end("ben", "npm run format");
  await rig.isOver("ben");
  rig.put("src/a.ts");
  await rig.reported(2);
  expect(rig.facts[1]).toMatchObject({ by: "system", writer: { kind: "unknown" }, count: 1 });
});

test("a checkout that changes many locked files is one report", async () => {
  const rig = openRig();
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@x", ...args], {
      cwd: rig.root,
      stdio: "pipe",
    });
  git("init", "-q", "-b", "one");
  for (let number = 0; number < 60; number++) rig.put(`src/d${number % 7}/f${number}.ts`, "one");
  git("add", ".");
  git("commit", "-q", "-m", "one");
  git("checkout", "-q", "-b", "two");
  for (let number = 0; number < 60; number++) rig.put(`src/d${number % 7}/f${number}.ts`, "two");
  git("commit", "-qam", "two");
  await rig.lock(directory("src"));
  await rig.lock(file("src/d1/f1.ts"));
  rig.begin("ben", "make");
  git("checkout", "-q", "one");
  await rig.reported(1);
  expect(rig.facts).toHaveLength(1);
  expect(rig.facts[0]).toMatchObject({ by: "ben", count: 60 });
  expect(rig.facts[0]?.paths).toHaveLength(5);
  expect(rig.facts[0]?.lockIds).toHaveLength(2);
});

test("saving by rename counts; modes, files that come and go, and links elsewhere do not", async () => {
  const rig = openRig({ "src/a.ts": "1", "src/b.ts": "1", "src/gone.ts": "1", "old.ts": "old" });
  execFileSync("touch", ["-d", "2020-01-01", join(rig.root, "src/b.ts")]);
  await rig.lock(directory("src"));
  chmodSync(join(rig.root, "src/b.ts"), 0o600);
  rig.put("src/.a.ts.swp");
  rig.put("src/temporary");
  unlinkSync(join(rig.root, "src/temporary"));
  renameSync(join(rig.root, "old.ts"), join(rig.root, "src/a.ts"));
  unlinkSync(join(rig.root, "src/gone.ts"));
  symlinkSync("/nowhere", join(rig.root, "src/link"));
  await rig.reported(1);
  expect(rig.facts[0]?.paths.toSorted()).toEqual(["src/a.ts", "src/gone.ts", "src/link"]);
});

test("the holder's own shell, its own edits and what others may do freely are told to nobody", async () => {
  const rig = openRig({
    "mine.ts": "1",
    "edited.ts": "1",
    "free.ts": "1",
    "theirs.ts": "1",
    "src/x.ts": "1",
  });
  await rig.lock(file("mine.ts"));
  await rig.lock(file("theirs.ts"), "ben");
  const lease = await rig.lock(directory("src"));
  rig.release(lease);
  rig.begin("ada", "sh fix.sh");
  rig.put("mine.ts");
  rig.put("free.ts");
  rig.put("src/x.ts");
  rig.put("theirs.ts");
  await rig.reported(1);
  expect(rig.facts).toMatchObject([{ by: "ada", holder: "ben", paths: ["theirs.ts"] }]);
});

test("an agent that waits for a human runs nothing, and a turn's end ends its tools", async () => {
  const rig = openRig({ "a.ts": "1" });
  await rig.lock(file("a.ts"));
  rig.begin("waiting", "make");
  rig.begin("ben", "make");
  rig.spans.heard("ben", readHookCall("claude", "Stop", "{}"), { paths: [], denied: false, own: true });
  await rig.isOver("ben");
  rig.put("a.ts");
  await rig.reported(1);
  expect(rig.facts[0]?.writer).toMatchObject({ kind: "unknown" });
});

test("a process of a pane that has the file open is named, whatever its shell said", async () => {
  const rig = openRig({ "a.ts": "1" });
  await rig.lock(file("a.ts"));
  const script = `
    const fs = require("node:fs");
    const file = fs.openSync("a.ts", "w");
    setInterval(() => fs.writeSync(file, "x"), 20);`;
  const child = spawn("sh", ["-c", `'${process.execPath}' -e '${script}' & wait`], {
    cwd: rig.root,
    stdio: "pipe",
  });
  onTestFinished(() => void child.kill());
  const { pid } = child;
  if (pid === undefined) throw new Error("no child");
  rig.panes.push({ paneId: "%7", pid, agent: "ben" });
  await rig.reported(1);
  const found = findOpenWriters(rig.panes, rig.root);
  for (const { pid: writer } of await descendants(pid)) process.kill(writer);
  // Only Linux tells who has what open.
  if (process.platform === "linux") {
    expect(found).toMatchObject([{ paneId: "%7", path: join(rig.root, "a.ts") }]);
    expect(rig.facts[0]).toMatchObject({ by: "ben", writer: { kind: "agent", agent: "ben" } });
    expect(rig.facts[0]?.writer.how).toMatch(/^in its pane .+ had the file open for writing$/);
  } else expect(rig.facts[0]?.writer.kind).toBe("unknown");
});

async function descendants(pid: number): Promise<{ pid: number }[]> {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (parent === pid && child !== undefined ? [{ pid: child }] : []));
}

test("switched off nothing is watched; switched on again it is", async () => {
  const rig = openRig({ "a.ts": "1" });
  await rig.lock(file("a.ts"));
  rig.turnOn(false);
  await eventually("nothing is watched", () => rig.watch.watchedDirectories === 0);
  rig.turnOn(true);
  await eventually("it is watched again", () => rig.watch.watchedDirectories === 1);
  rmSync(join(rig.root, "a.ts"));
  await rig.reported(1);
  expect(rig.facts[0]).toMatchObject({ paths: ["a.ts"], writer: { kind: "unknown" } });
});
