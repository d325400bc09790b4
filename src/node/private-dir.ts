import { accessSync, chmodSync, constants, lstatSync, mkdirSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { AppError, messageOf } from "../base/errors.ts";

/**
 * Makes sure that `path` is a real directory which belongs to this user and which nobody else can enter, creating it
 * (and its parents) with mode 0700. The rule is tmux's: whoever can write here can pose as the server.
 * Throws cannot-create or permission-denied, naming the path and what to do.
 */
export function ensurePrivateDir(path: string): void {
  if (statOrNull(path) === null) createDir(path);
  const problem = privateDirProblem(path);
  if (problem !== null)
    throw new AppError("permission-denied", `${path}: ${problem.what}`, { hint: problem.fix });
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (thrown) {
    // Ours, and closed to us all the same: a file system that is mounted read-only.
    throw new AppError("cannot-create", `Nothing can be written to ${path}: ${messageOf(thrown)}`, {
      hint: "Choose another place with IA_TMUX_STATE_DIR and IA_TMUX_RUNTIME_DIR.",
      cause: thrown,
    });
  }
}

/** What is wrong with a directory that has to be private; null if nothing is. Never creates or changes anything. */
export function privateDirProblem(path: string): { what: string; fix: string } | null {
  const stat = statOrNull(path);
  if (stat === null) return { what: "does not exist", fix: `Create it: mkdir -m 700 '${path}'` };
  if (stat.isSymbolicLink())
    return {
      what: "is a symbolic link, not a directory",
      fix: "Remove the link, or name its target instead.",
    };
  if (!stat.isDirectory()) return { what: "is not a directory", fix: `Move '${path}' out of the way.` };
  const uid = process.geteuid?.();
  if (uid !== undefined && stat.uid !== uid) {
    return {
      what: `belongs to user ${stat.uid}, not to you (${uid})`,
      fix: "Choose another place with IA_TMUX_STATE_DIR or IA_TMUX_RUNTIME_DIR.",
    };
  }
  if ((stat.mode & 0o077) !== 0) {
    return {
      what: `unsafe permissions ${(stat.mode & 0o777).toString(8)}: others can enter`,
      fix: `chmod 700 '${path}'`,
    };
  }
  return null;
}

function createDir(path: string): void {
  const parent = dirname(path);
  if (parent !== path && statOrNull(parent) === null) createDir(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
    chmodSync(path, 0o700); // whatever the umask took away
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return;
    throw cannotCreate(path, thrown);
  }
}

function statOrNull(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    throw cannotCreate(path, thrown);
  }
}

function cannotCreate(path: string, thrown: unknown): AppError {
  return new AppError("cannot-create", `Cannot create ${path}: ${messageOf(thrown)}`, {
    hint: "Check HOME and XDG_STATE_HOME, or choose another place with IA_TMUX_STATE_DIR and IA_TMUX_RUNTIME_DIR.",
    cause: thrown,
  });
}
