import { chmodSync, mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { silentLogger } from "../../../src/base/log.ts";
import type { WatchPlace } from "../../../src/domain/lock/watch-places.ts";
import { createSystemClock } from "../../../src/node/system-clock.ts";
import { createPathWatch, isScratchFile } from "../../../src/server/watch/path-watch.ts";
import { eventually } from "../../support/eventually.ts";
import { tempDir } from "../services/coordination.ts";

const flat = (directory: string): WatchPlace => ({ directory, deep: false });
const deep = (directory: string): WatchPlace => ({ directory, deep: true });

async function openWatch(
  places: readonly WatchPlace[],
  prepare: (root: string) => void,
  maxDirectories?: number,
) {
  const root = realpathSync(tempDir("ia-watch-"));
  prepare(root);
  const seen: string[] = [];
  const watch = createPathWatch({
    root,
    clock: createSystemClock(),
    log: silentLogger,
    changed: (path) => void seen.push(path),
    ...(maxDirectories === undefined ? {} : { maxDirectories }),
  });
  onTestFinished(() => watch.stop());
  watch.follow(places);
  await watch.settled();
  const write = (path: string, text = "x") => writeFileSync(join(root, path), text);
  /** Writes the path again and again: whether the watch is there yet is what is asked. */
  const isHeard = (path: string) =>
    eventually(`a change of ${path} is heard`, () => {
      write(path, `${Math.random()}`);
      return seen.includes(path);
    });
  const heard = (path: string) => eventually(`${path} is heard`, () => seen.includes(path));
  return { root, seen, watch, write, heard, isHeard };
}

test("flat places tell of their own entries, deep ones of everything below", async () => {
  const { seen, watch, write, heard } = await openWatch([flat("docs"), deep("src")], (root) => {
    mkdirSync(join(root, "docs/sub"), { recursive: true });
    mkdirSync(join(root, "src/a/b"), { recursive: true });
    mkdirSync(join(root, "other"));
  });
  expect(watch.size).toBe(4);
  write("docs/sub/x");
  write("other/x");
  write("docs/x");
  write("src/a/b/x");
  await heard("docs/x");
  await heard("src/a/b/x");
  expect(seen.filter((path) => path.startsWith("other") || path.startsWith("docs/sub"))).toEqual([]);
});

test("a rename into place counts, as editors save", async () => {
  const { root, write, heard } = await openWatch([flat("src")], (dir) => {
    mkdirSync(join(dir, "src"));
    writeFileSync(join(dir, "src/a.ts"), "1");
  });
  write("a.tmp");
  renameSync(join(root, "a.tmp"), join(root, "src/a.ts"));
  await heard("src/a.ts");
});

test("directories that come later are followed, also ones that a lock named before they were there", async () => {
  const { root, isHeard } = await openWatch([flat("new/deeper"), deep("src")], (dir) =>
    mkdirSync(join(dir, "src")),
  );
  mkdirSync(join(root, "src/later/more"), { recursive: true });
  await isHeard("src/later/more/x");
  mkdirSync(join(root, "new"));
  mkdirSync(join(root, "new/deeper"));
  await isHeard("new/deeper/x");
});

test("a directory that was deleted and made anew is followed again", async () => {
  const { root, isHeard } = await openWatch([deep("src")], (dir) => mkdirSync(join(dir, "src")));
  await isHeard("src/x");
  rmSync(join(root, "src"), { recursive: true });
  mkdirSync(join(root, "src"));
  await isHeard("src/y");
});

test("links are not followed, and neither are .git and node_modules", async () => {
  const { watch, seen, write, heard } = await openWatch([deep("")], (dir) => {
    for (const name of ["real", ".git/refs", "node_modules/x"])
      mkdirSync(join(dir, name), { recursive: true });
    symlinkSync("/", join(dir, "everything"));
    symlinkSync(join(dir, "nowhere"), join(dir, "dangling"));
  });
  expect(watch.size).toBe(2);
  write(".git/index.lock");
  write("real/x");
  await heard("real/x");
  expect(seen.filter((path) => path.startsWith(".git"))).toEqual([]);
  expect(watch.problems()).toEqual([]);
});

test("what lies beyond the bound is not watched, and that is said", async () => {
  const { watch, isHeard } = await openWatch(
    [deep("src"), flat("docs")],
    (dir) => {
      mkdirSync(join(dir, "docs"));
      for (let number = 0; number < 20; number++) mkdirSync(join(dir, `src/d${number}`), { recursive: true });
    },
    5,
  );
  expect(watch.size).toBe(5);
  expect(watch.problems()).toEqual([
    "more than 5 directories are locked (src): what lies deeper than those is not watched",
  ]);
  await isHeard("docs/x");
  watch.follow([flat("docs")]);
  await watch.settled();
  expect(watch.size).toBe(1);
  expect(watch.problems()).toEqual([]);
});

test("a place that is a file, or may not be read, or lies behind one, harms nothing", async () => {
  const { root, watch, isHeard } = await openWatch(
    [flat("file/inside"), deep("src"), flat("docs")],
    (dir) => {
      writeFileSync(join(dir, "file"), "");
      mkdirSync(join(dir, "docs"));
      mkdirSync(join(dir, "src/closed"), { recursive: true });
      chmodSync(join(dir, "src/closed"), 0);
    },
  );
  await isHeard("docs/x");
  await isHeard("src/x");
  // Who is root may look into it all the same.
  expect(watch.problems().filter((problem) => !problem.startsWith("src/closed/ is not watched"))).toEqual([]);
  chmodSync(join(root, "src/closed"), 0o700);
});

test("editors' own files are known by their names", () => {
  for (const name of [".a.ts.swp", "src/.a.ts.swx", "a.ts~", "x/4913", ".#a.ts", "#a.ts#", "src/sedQx1A2b"])
    expect([name, isScratchFile(name)]).toEqual([name, true]);
  for (const name of ["a.ts", "src/swp", "sedation.md", ".env", "49130"])
    expect([name, isScratchFile(name)]).toEqual([name, false]);
});
