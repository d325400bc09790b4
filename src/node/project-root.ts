import { closeSync, lstatSync, openSync, readSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { AppError, messageOf } from "../base/errors.ts";

/** Git's own pointer files are one short line; more than this is something else. */
const MAX_POINTER_BYTES = 8192;

/**
 * The directory that names a project: the main worktree of the repository `cwd` is in (so that every linked worktree
 * meets in one server), else `cwd` itself, with links resolved. Git's files are read, git is not run: a repository can
 * configure programs for git to start, and this runs before the user has trusted anything.
 */
export function findProjectRoot(cwd: string): string {
  let start: string;
  try {
    start = realpathSync(cwd);
  } catch (thrown) {
    throw new AppError("no-input", `Cannot use ${cwd} as a project: ${messageOf(thrown)}`, { cause: thrown });
  }
  for (let dir = start; ; dir = dirname(dir)) {
    const root = rootAt(dir);
    if (root !== null) return root;
    if (dirname(dir) === dir) return start;
  }
}

function rootAt(dir: string): string | null {
  const dotGit = join(dir, ".git");
  const kind = kindOf(dotGit);
  if (kind === "directory") return kindOf(join(dotGit, "HEAD")) === "none" ? null : dir;
  if (kind !== "file") return null;
  const gitDir = /^gitdir: (.+)$/m.exec(readPointer(dotGit))?.[1];
  if (gitDir === undefined) return null;
  return mainWorktree(resolve(dir, gitDir.trim())) ?? dir;
}

/** Only a linked worktree has a `commondir`; a submodule has none and is a project of its own. */
function mainWorktree(gitDir: string): string | null {
  const pointer = join(gitDir, "commondir");
  if (kindOf(pointer) !== "file") return null;
  const common = resolve(gitDir, readPointer(pointer).trim());
  // A bare repository has no main worktree, so its linked ones stand alone.
  if (basename(common) !== ".git" || kindOf(common) !== "directory") return null;
  try {
    return realpathSync(dirname(common));
  } catch {
    return null;
  }
}

function kindOf(path: string): "file" | "directory" | "other" | "none" {
  try {
    const stat = lstatSync(path);
    return stat.isDirectory() ? "directory" : stat.isFile() ? "file" : "other";
  } catch {
    return "none";
  }
}

function readPointer(path: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    const buffer = Buffer.alloc(MAX_POINTER_BYTES);
    return buffer.toString("utf8", 0, readSync(fd, buffer, 0, buffer.length, 0));
  } catch {
    return "";
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
