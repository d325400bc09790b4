import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeKernelLock } from "../../src/node/kernel-lock.ts";

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lock-"));
  path = join(dir, "server.lock");
});
afterEach(() => rmSync(dir, { recursive: true }));

function gone(child: ChildProcess): Promise<void> {
  return new Promise((done) => child.on("exit", () => done()));
}

test("one of many takers gets the lock, and the next one after its release", async () => {
  const taken = await Promise.all(Array.from({ length: 8 }, () => takeKernelLock(path)));
  const winners = taken.filter((lock) => lock !== null);
  expect(winners.length).toBe(1);
  winners[0]?.release();
  winners[0]?.release();
  const next = await takeKernelLock(path);
  expect(next).not.toBeNull();
  next?.release();
});

test("a child that was handed the file keeps the lock; its kill -9 gives it back", async () => {
  const lock = await takeKernelLock(path);
  if (lock === null) throw new Error("nobody else can hold it");
  const child = spawn("sleep", ["60"], { stdio: ["ignore", "ignore", "ignore", lock.fd] });
  lock.release();
  expect(await takeKernelLock(path)).toBeNull();
  child.kill("SIGKILL");
  await gone(child);
  const next = await takeKernelLock(path);
  expect(next).not.toBeNull();
  next?.release();
});

test("other children do not inherit the lock", async () => {
  const lock = await takeKernelLock(path);
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  lock?.release();
  const next = await takeKernelLock(path);
  expect(next).not.toBeNull();
  next?.release();
  child.kill("SIGKILL");
  await gone(child);
});

test("perl serves where flock(1) is missing, and meets the same lock", async () => {
  const missing = { command: "no-such-flock", args: [] };
  const perl = {
    command: "perl",
    args: [
      "-e",
      'use Fcntl ":flock"; use Errno; open(my $f, "+<&=", 3) or exit 2; exit(flock($f, LOCK_EX | LOCK_NB) ? 0 : $!{EWOULDBLOCK} ? 1 : 2);',
    ],
  };
  const lock = await takeKernelLock(path, [missing, perl]);
  expect(lock).not.toBeNull();
  expect(await takeKernelLock(path)).toBeNull();
  expect(await takeKernelLock(path, [missing, perl])).toBeNull();
  lock?.release();
  await expect(takeKernelLock(path, [missing])).rejects.toMatchObject({ code: "cannot-create" });
});

test("a link, a directory or a missing directory at the lock's place is an error", async () => {
  symlinkSync("/dev/null", join(dir, "link"));
  mkdirSync(join(dir, "dir"));
  for (const bad of ["link", "dir", "no/such"])
    await expect(takeKernelLock(join(dir, bad))).rejects.toMatchObject({ code: "cannot-create" });
});
