import { mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createLockSnapshotFile } from "../../src/server/lock-snapshot-file.ts";
import { tempDir } from "./services/coordination.ts";

const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as unknown;

test("what was written last is what is read, whether it is longer or shorter than before", () => {
  const path = join(tempDir(), "locks.snapshot");
  const file = createLockSnapshotFile(path);
  for (const count of [3, 500, 0, 40_000, 2, 1_000, 999]) {
    const value = { leases: Array.from({ length: count }, (_, number) => `päth-${number}`) };
    file.write(JSON.stringify(value));
    expect(read(path)).toEqual(value);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
  // What was long once does not stay so for ever.
  expect(statSync(path).size).toBeLessThan(300 * 1024);
});

test("a file that was deleted comes back, also with its directory", () => {
  const dir = join(tempDir(), "state");
  mkdirSync(dir);
  const path = join(dir, "locks.snapshot");
  const file = createLockSnapshotFile(path);
  file.write("[1]");
  rmSync(path);
  file.write("[2]");
  expect(read(path)).toEqual([2]);
  renameSync(dir, `${dir}-old`);
  mkdirSync(dir);
  rmSync(`${dir}-old`, { recursive: true });
  file.write("[3]");
  expect(read(path)).toEqual([3]);
  rmSync(dir, { recursive: true });
  expect(() => file.write("[4]")).toThrow("ENOENT");
  mkdirSync(dir);
  file.write("[5]");
  expect(read(path)).toEqual([5]);
});
