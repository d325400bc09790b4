import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AppError } from "../../src/base/errors.ts";
import { ensurePrivateDir } from "../../src/node/private-dir.ts";
import { findProjectRoot } from "../../src/node/project-root.ts";
import { MAX_SOCKET_PATH_BYTES, preparePaths, resolveProjectPaths } from "../../src/node/runtime-dir.ts";

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "paths-")));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function git(cwd: string, ...args: string[]): void {
  const identity = [
    "-c",
    "user.name=t",
    "-c",
    "user.email=t@example.org",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "protocol.file.allow=always",
  ];
  execFileSync("git", [...identity, ...args], { cwd, stdio: "ignore" });
}

function thrownBy(job: () => unknown): AppError {
  try {
    job();
  } catch (thrown) {
    return thrown as AppError;
  }
  throw new Error("nothing was thrown");
}

describe("the root of a project", () => {
  test("is the main worktree, from a directory below it, a linked worktree and through a link", () => {
    const main = join(dir, "main");
    mkdirSync(join(main, "src/deep"), { recursive: true });
    git(main, "init", "-q");
    git(main, "commit", "-q", "--allow-empty", "-m", "first");
    git(main, "worktree", "add", "-q", join(dir, "linked"));
    symlinkSync(join(main, "src"), join(dir, "shortcut"));
    for (const cwd of [main, join(main, "src/deep"), join(dir, "linked"), join(dir, "shortcut")])
      expect(findProjectRoot(cwd), cwd).toBe(main);
  });

  test("is the submodule itself inside a submodule", () => {
    const library = join(dir, "library");
    const app = join(dir, "app");
    for (const repository of [library, app]) {
      mkdirSync(repository);
      git(repository, "init", "-q");
      git(repository, "commit", "-q", "--allow-empty", "-m", "first");
    }
    git(app, "submodule", "add", "-q", library, "lib");
    expect(findProjectRoot(join(app, "lib"))).toBe(join(app, "lib"));
  });

  test("is a linked worktree itself when the repository is bare", () => {
    const seed = join(dir, "seed");
    mkdirSync(seed);
    git(seed, "init", "-q");
    git(seed, "commit", "-q", "--allow-empty", "-m", "first");
    git(dir, "clone", "-q", "--bare", seed, join(dir, "bare.git"));
    git(join(dir, "bare.git"), "worktree", "add", "-q", join(dir, "tree"));
    expect(findProjectRoot(join(dir, "tree"))).toBe(join(dir, "tree"));
  });

  test("is the directory itself without a repository, and with something that only looks like one", () => {
    mkdirSync(join(dir, "plain/.git"), { recursive: true });
    expect(findProjectRoot(join(dir, "plain"))).toBe(join(dir, "plain"));
    mkdirSync(join(dir, "odd"));
    writeFileSync(join(dir, "odd/.git"), "\u0000 not a pointer");
    expect(findProjectRoot(join(dir, "odd"))).toBe(join(dir, "odd"));
  });

  test("of a directory that does not exist is an error that names it", () => {
    expect(thrownBy(() => findProjectRoot(join(dir, "gone")))).toMatchObject({
      code: "no-input",
      message: expect.stringContaining("gone"),
    });
  });
});

describe("the paths of a project", () => {
  test("follow XDG and end in a name people recognise", () => {
    mkdirSync(join(dir, "run"), { mode: 0o700 });
    mkdirSync(join(dir, "my app"));
    const paths = resolveProjectPaths(join(dir, "my app"), {
      HOME: "/home/x",
      XDG_STATE_HOME: "/s",
      XDG_RUNTIME_DIR: join(dir, "run"),
    });
    expect(paths.stateDir).toBe(`/s/ia-tmux/my_app-${paths.hash}`);
    expect(paths.storeDir).toBe(`${paths.stateDir}/store`);
    expect(paths.runtimeDir).toBe(join(dir, `run/ia-tmux/v1-${paths.hash}`));
    expect(paths.configDir).toBe("/home/x/.config/ia-tmux");
  });

  test("do not use a runtime directory that is missing, open to others, or not absolute", () => {
    mkdirSync(join(dir, "open"));
    chmodSync(join(dir, "open"), 0o755);
    for (const runtime of [undefined, "", "relative", join(dir, "missing"), join(dir, "open")]) {
      const paths = resolveProjectPaths(dir, { HOME: "/h", XDG_RUNTIME_DIR: runtime });
      expect(paths.runtimeDir).toBe(join(paths.stateDir, "run"));
    }
  });

  test("stay short enough for a socket however deep the state directory is, and apart for two projects", () => {
    const deep = (name: string) =>
      resolveProjectPaths(dir, { HOME: "/h", IA_TMUX_STATE_DIR: `/${"deep/".repeat(60)}${name}` });
    for (const paths of [deep("a"), deep("b")]) {
      expect(Buffer.byteLength(paths.serverSocket)).toBeLessThanOrEqual(MAX_SOCKET_PATH_BYTES);
    }
    expect(deep("a").serverSocket).not.toBe(deep("b").serverSocket);
    expect(deep("a").serverSocket).toBe(deep("a").serverSocket);
  });

  test("can be given whole, and must then be absolute", () => {
    const paths = resolveProjectPaths(dir, {
      IA_TMUX_STATE_DIR: "/x/state",
      IA_TMUX_RUNTIME_DIR: "/x/run",
      HOME: "/h",
    });
    expect([paths.stateDir, paths.runtimeDir]).toEqual(["/x/state", "/x/run"]);
    expect(thrownBy(() => resolveProjectPaths(dir, { HOME: "/h", IA_TMUX_STATE_DIR: "x" }))).toMatchObject({
      code: "usage",
    });
  });
});

describe("private directories", () => {
  test("are made with mode 0700, whatever the umask", () => {
    for (const umask of [0o000, 0o777, 0o022]) {
      const before = process.umask(umask);
      try {
        const state = join(dir, `state-${umask}`);
        const paths = resolveProjectPaths(dir, {
          IA_TMUX_STATE_DIR: state,
          IA_TMUX_RUNTIME_DIR: join(dir, `run-${umask}/a/b`),
          HOME: "/h",
        });
        preparePaths(paths);
        for (const made of [state, paths.storeDir, paths.logsDir, paths.panesDir, paths.runtimeDir])
          expect(lstatSync(made).mode & 0o777).toBe(0o700);
      } finally {
        process.umask(before);
      }
    }
  });

  test("are refused when others can enter, and when a link or a file stands there; nothing is changed", () => {
    mkdirSync(join(dir, "open"));
    chmodSync(join(dir, "open"), 0o750);
    mkdirSync(join(dir, "real"), { mode: 0o700 });
    symlinkSync(join(dir, "real"), join(dir, "link"));
    writeFileSync(join(dir, "file"), "");
    expect(thrownBy(() => ensurePrivateDir(join(dir, "open")))).toMatchObject({
      code: "permission-denied",
      hint: expect.stringContaining("chmod 700"),
    });
    expect(lstatSync(join(dir, "open")).mode & 0o777).toBe(0o750);
    expect(thrownBy(() => ensurePrivateDir(join(dir, "link")))).toMatchObject({
      code: "permission-denied",
      message: expect.stringContaining("symbolic link"),
    });
    expect(thrownBy(() => ensurePrivateDir(join(dir, "file")))).toMatchObject({ code: "permission-denied" });
    expect(thrownBy(() => ensurePrivateDir(join(dir, "file/below")))).toMatchObject({
      code: "cannot-create",
      hint: expect.stringContaining("HOME"),
    });
  });

  test.runIf(process.getuid?.() === 0)("are refused when they belong to someone else", () => {
    const foreign = join(dir, "foreign");
    mkdirSync(foreign, { mode: 0o700 });
    execFileSync("chown", ["12345", foreign]);
    expect(thrownBy(() => ensurePrivateDir(foreign))).toMatchObject({
      code: "permission-denied",
      message: expect.stringContaining("12345"),
    });
  });
});
