// What V8 compiled is only ever a saving: whatever happens to the files that hold it, the program does the same.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { builtProgram, ROOT } from "../support/program.ts";

let dir: string;
let main: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ia-loader-"));
  const built = dirname(builtProgram());
  cpSync(built, join(dir, "dist"), { recursive: true, filter: (path) => !path.endsWith(".cache") });
  cpSync(join(ROOT, "package.json"), join(dir, "package.json"));
  symlinkSync(join(ROOT, "node_modules"), join(dir, "node_modules"));
  main = join(dir, "dist", "main.js");
});
afterEach(() => {
  chmodSync(join(dir, "dist"), 0o755);
  rmSync(dir, { recursive: true, force: true });
});

const cacheOf = (where = join(dir, "dist", ".cache")) =>
  existsSync(where) ? readdirSync(where).map((name) => join(where, name)) : [];

function help(env: Record<string, string> = {}): string {
  return execFileSync(process.execPath, [main, "--help"], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: dir, ...env },
  });
}

test("a bundle is plain ASCII, which is how it is read", () => {
  const bundles = readdirSync(join(dir, "dist")).filter((name) => /-[0-9a-f]{12}\.js$/.test(name));
  expect(bundles).toHaveLength(5);
  for (const name of bundles)
    expect(readFileSync(join(dir, "dist", name)).every((byte) => byte < 0x80)).toBe(true);
});

describe("compiled code", () => {
  test("is kept beside the program for its owner only, and the next run says the same", () => {
    const first = help();
    const [kept] = cacheOf();
    expect(statSync(kept!).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(kept!)).mode & 0o777).toBe(0o700);
    expect(help()).toBe(first);
  });

  test("that is damaged is not run: V8 would crash on it", () => {
    const first = help();
    for (const path of cacheOf()) {
      const bytes = readFileSync(path);
      bytes.fill(0, bytes.length >> 1, (bytes.length >> 1) + 200);
      writeFileSync(path, bytes);
    }
    expect(help()).toBe(first);
    for (const path of cacheOf()) writeFileSync(path, "");
    expect(help()).toBe(first);
  });

  test("that others could have written is not read", () => {
    help();
    const [kept] = cacheOf();
    const bytes = readFileSync(kept!);
    chmodSync(kept!, 0o666);
    help();
    // Had it been read, this run would have added its own to a next generation.
    expect(cacheOf()).toEqual([kept]);
    expect(readFileSync(kept!).length).toBeGreaterThan(bytes.length / 2);
  });

  test("stops growing after a few runs", () => {
    for (let run = 0; run < 5; run++) help();
    expect(cacheOf()).toHaveLength(1);
    const [kept] = cacheOf();
    const { mtimeMs, ino } = statSync(kept!);
    help();
    expect(statSync(kept!)).toMatchObject({ mtimeMs, ino });
  });

  test("is neither read nor written when Node is told to keep none", () => {
    expect(help({ NODE_DISABLE_COMPILE_CACHE: "1" })).toBe(help({ NODE_OPTIONS: "--no-warnings" }));
    expect(cacheOf()).toEqual([]);
  });

  test("goes to the user's cache where something stands in its way beside the program, and nowhere if need be", () => {
    writeFileSync(join(dir, "dist", ".cache"), "in the way");
    const first = help({ XDG_CACHE_HOME: join(dir, "cache") });
    expect(readdirSync(join(dir, "cache", "ia-tmux"))).toHaveLength(1);
    writeFileSync(join(dir, "no-cache"), "in the way");
    expect(help({ XDG_CACHE_HOME: join(dir, "no-cache") })).toBe(first);
  });
});
