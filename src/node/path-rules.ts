import { lstatSync, readFileSync, readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, sep } from "node:path";
import { AppError } from "../base/errors.ts";
import { fixedPrefix, looksLikeGlob } from "../domain/lock/glob.ts";
import type { LockTarget } from "../domain/lock/lease.ts";
import { quoted } from "../domain/session/rules.ts";

const MAX_PATH_BYTES = 4_096;
const MAX_NAME_BYTES = 255;
const MAX_LINKS = 40;

/** Where a path leads, and the name under which locks know it. */
export interface Located {
  readonly target: Exclude<LockTarget, { kind: "resource" }>;
  /** The file itself, in the worktree the caller named. */
  readonly absolute: string;
}

export interface PathRules {
  readonly root: string;
  /** Whether the project's tree takes `A.ts` and `a.ts` for one file. Probed once. */
  readonly ignoreCase: boolean;
  /**
   * The canonical target of a path as somebody typed it. `cwd` is the caller's directory. Patterns are recognised only
   * when `patterns` is set: a hook's path is always literal. Throws `usage` or `bad-data`.
   */
  locate(path: string, options?: { cwd?: string | undefined; patterns?: boolean }): Located;
  /** dev:ino of a path below the root, or null: tells whether two names are one file. */
  inodeOf(path: string): string | null;
}

/**
 * Canonical names for locks. One file has one name, whatever it is called by: relative, absolute, through links (also
 * dangling ones), with `..`, through /proc/self/cwd, in another linked worktree, composed or decomposed.
 */
export function createPathRules(projectRoot: string): PathRules {
  const root = realpathSync(projectRoot);
  const ignoreCase = probeIgnoreCase(root);

  function locate(path: string, options: { cwd?: string | undefined; patterns?: boolean } = {}): Located {
    checkText(path);
    const cwd = options.cwd === undefined ? root : options.cwd;
    if (!isAbsolute(cwd)) throw new AppError("usage", `The directory ${quoted(cwd)} is not absolute`);
    if (options.patterns === true && looksLikeGlob(path) && kindOf(walk(absoluteOf(path, cwd))) === "none") {
      return locatePattern(path, cwd);
    }
    const absolute = walk(absoluteOf(path, cwd));
    const logical = logicalPath(absolute, path);
    if (logical === "") throw notAFile(path);
    const kind = kindOf(absolute);
    const normal = logical.normalize("NFC");
    if (kind === "directory" || (kind === "none" && path.endsWith(sep))) {
      return { target: { kind: "directory", path: normal }, absolute };
    }
    return { target: { kind: "file", path: normal, inode: sharedInode(absolute) }, absolute };
  }

  function locatePattern(pattern: string, cwd: string): Located {
    const absolutePattern = absoluteOf(pattern, cwd);
    const prefix = fixedPrefix(absolutePattern);
    const rest = absolutePattern.slice(prefix.length).replace(/^\/+/, "");
    if (rest.split("/").includes("..")) {
      throw new AppError("bad-data", `The pattern ${quoted(pattern)} goes up with ".." after a wildcard`, {
        hint: "Write the pattern from the project root, such as src/**/*.ts.",
      });
    }
    const absolute = walk(prefix === "" ? "/" : prefix);
    const logical = logicalPath(absolute, pattern).normalize("NFC");
    const clean = rest
      .split("/")
      .filter((segment) => segment !== "" && segment !== ".")
      .join("/")
      .normalize("NFC");
    return {
      target: { kind: "glob", pattern: logical === "" ? clean : `${logical}/${clean}` },
      absolute: join(absolute, clean),
    };
  }

  /** The path relative to the worktree it is in; the same name means the same file of the project in each of them. */
  function logicalPath(absolute: string, typed: string): string {
    let best: string | null = null;
    for (const worktree of [root, ...linkedWorktrees(root)]) {
      if (isInside(absolute, worktree) && (best === null || worktree.length > best.length)) best = worktree;
    }
    if (best === null) {
      throw new AppError(
        "bad-data",
        `${quoted(typed)} is outside the project: not a file inside the project ${root}`,
        {
          hint: absolute === typed ? undefined : `It points outside the project, to ${quoted(absolute)}.`,
          details: { outside: true, absolute },
        },
      );
    }
    return absolute.length === best.length ? "" : absolute.slice(best === sep ? 1 : best.length + 1);
  }

  function isInside(absolute: string, directory: string): boolean {
    if (sameText(absolute, directory)) return true;
    const prefix = directory === sep ? sep : directory + sep;
    return sameText(absolute.slice(0, prefix.length), prefix);
  }

  function sameText(left: string, right: string): boolean {
    return left === right || (ignoreCase && left.toLowerCase() === right.toLowerCase());
  }

  return {
    root,
    ignoreCase,
    locate,
    inodeOf(path) {
      try {
        const stat = statSync(join(root, path));
        return stat.isFile() ? `${stat.dev}:${stat.ino}` : null;
      } catch {
        return null;
      }
    },
  };
}

function notAFile(path: string): AppError {
  return new AppError("bad-data", `${quoted(path)} is not a file inside the project`, {
    hint: "Name a file or a directory below the project root, or a pattern such as src/**.",
  });
}

/** Refuses what cannot be a path, with the path shown in escaped form. */
function checkText(path: string): void {
  if (path === "") {
    throw new AppError("usage", `The path is empty: not a file inside the project`, {
      hint: "Name a file, such as src/a.ts.",
    });
  }
  if (/[\u0000-\u001f\u007f]|\p{Surrogate}/u.test(path)) {
    throw new AppError("bad-data", `The path ${quoted(path)} holds control characters or broken text`);
  }
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new AppError("bad-data", `The path ${quoted(path)} is longer than ${MAX_PATH_BYTES} bytes`);
  }
  if (path.split("/").some((name) => Buffer.byteLength(name) > MAX_NAME_BYTES)) {
    throw new AppError(
      "bad-data",
      `A name in the path ${quoted(path)} is longer than ${MAX_NAME_BYTES} bytes`,
    );
  }
}

/** Joined, but not simplified: `..` after a link leads elsewhere than its text suggests. */
function absoluteOf(path: string, cwd: string): string {
  // The server's own /proc/self is not the caller's.
  const self = /^\/+proc\/+(?:self|thread-self)\/+cwd(?=\/|$)/.exec(path);
  if (self !== null) return cwd + path.slice(self[0].length);
  return isAbsolute(path) ? path : `${cwd}/${path}`;
}

/**
 * Follows a path name by name as the kernel would, and goes on where nothing exists yet, so that a new file below a
 * link, and what a dangling link would create, get the name they will have.
 */
function walk(path: string): string {
  const open = path.split(sep).reverse();
  let current: string = sep;
  let links = 0;
  while (open.length > 0) {
    const name = open.pop();
    if (name === undefined || name === "" || name === ".") continue;
    if (name === "..") {
      current = dirname(current);
      continue;
    }
    const candidate = join(current, name);
    const link = readLink(candidate);
    if (link === null) {
      current = candidate;
      continue;
    }
    if (++links > MAX_LINKS) throw new AppError("bad-data", `Too many links in the path ${quoted(path)}`);
    if (isAbsolute(link)) current = sep;
    open.push(...link.split(sep).reverse());
  }
  return current;
}

function readLink(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
  } catch {
    return null;
  }
}

function kindOf(absolute: string): "file" | "directory" | "none" {
  try {
    return lstatSync(absolute).isDirectory() ? "directory" : "file";
  } catch {
    return "none";
  }
}

/** dev:ino of a file with more than one name; null else, because an inode alone is used again after a deletion. */
function sharedInode(absolute: string): string | null {
  try {
    const stat = lstatSync(absolute);
    return stat.isFile() && stat.nlink > 1 ? `${stat.dev}:${stat.ino}` : null;
  } catch {
    return null;
  }
}

/** The directories of the linked worktrees, from git's own records; git is not run. */
function linkedWorktrees(root: string): readonly string[] {
  const records = join(root, ".git", "worktrees");
  let names: string[];
  try {
    names = readdirSync(records);
  } catch {
    return [];
  }
  const found: string[] = [];
  for (const name of names) {
    try {
      const dotGit = readFileSync(join(records, name, "gitdir"), "utf8").trim();
      const absolute = isAbsolute(dotGit) ? dotGit : join(records, name, dotGit);
      found.push(realpathSync(dirname(absolute)));
    } catch {
      // A worktree that was deleted without telling git.
    }
  }
  return found;
}

/** Asks the file system whether the swapped-case name of something that exists is the same thing. */
function probeIgnoreCase(root: string): boolean {
  const candidates = [root, ...entriesOf(root)];
  for (const path of candidates) {
    const name = basename(path);
    const swapped = [...name]
      .map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()))
      .join("");
    if (swapped === name) continue;
    try {
      const one = lstatSync(path);
      const other = lstatSync(join(dirname(path), swapped));
      return one.dev === other.dev && one.ino === other.ino;
    } catch {
      return false;
    }
  }
  return false;
}

function entriesOf(root: string): string[] {
  try {
    return readdirSync(root)
      .slice(0, 50)
      .map((name) => join(root, name));
  } catch {
    return [];
  }
}
