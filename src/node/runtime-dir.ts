import { createHash } from "node:crypto";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { AppError } from "../base/errors.ts";
import { ensurePrivateDir, privateDirProblem } from "./private-dir.ts";
import { findProjectRoot } from "./project-root.ts";

/**
 * Longest path of a socket in bytes. The kernel holds 108 (macOS 104) and Node cuts a longer one without a word, so
 * that two projects could share one socket.
 */
export const MAX_SOCKET_PATH_BYTES = 100;
/** Room for the longest name of a socket of ours, and for a suffix while one is being replaced. */
const LONGEST_SOCKET_NAME = "server.sock.12345678";

const SHORT_PARENT = /\/ia-tmux-\d+$/;

/** Where everything of one project lives. Only strings: `preparePaths` makes the directories. */
export interface ProjectPaths {
  /** Main worktree, links resolved. */
  readonly root: string;
  /** 12 hex digits of the root's SHA-256. */
  readonly hash: string;
  /** Kept for ever: documents, logs, raw output of panes. */
  readonly stateDir: string;
  /** What is remembered of the user, whatever the project. */
  readonly userStateDir: string;
  readonly storeDir: string;
  readonly logsDir: string;
  readonly panesDir: string;
  /** Sockets; may be gone after a reboot. */
  readonly runtimeDir: string;
  readonly serverSocket: string;
  readonly hostSocket: string;
  /** Held by the one server. In the state directory, because callers may differ in XDG_RUNTIME_DIR but not in this. */
  readonly serverLock: string;
  readonly hostLock: string;
  /** The user's profiles and settings; never created by us. */
  readonly configDir: string;
}

export interface PathEnvironment {
  readonly [name: string]: string | undefined;
}

/**
 * Computes the paths for a working directory. `IA_TMUX_STATE_DIR` and `IA_TMUX_RUNTIME_DIR` replace the per-project
 * directories as they are; otherwise XDG rules hold, and a relative XDG path is ignored as the XDG specification says.
 */
export function resolveProjectPaths(cwd: string, env: PathEnvironment): ProjectPaths {
  const root = findProjectRoot(cwd);
  const hash = createHash("sha256").update(root).digest("hex").slice(0, 12);
  const givenStateDir = absolute(env, "IA_TMUX_STATE_DIR");
  const userStateDir = givenStateDir ?? join(stateHome(env), "ia-tmux");
  const stateDir = givenStateDir ?? join(userStateDir, `${safeName(root)}-${hash}`);
  const runtimeDir = chooseRuntimeDir(env, stateDir, hash);
  return {
    root,
    hash,
    stateDir,
    userStateDir,
    storeDir: join(stateDir, "store"),
    logsDir: join(stateDir, "logs"),
    panesDir: join(stateDir, "panes"),
    runtimeDir,
    serverSocket: join(runtimeDir, "server.sock"),
    hostSocket: join(runtimeDir, "host.sock"),
    serverLock: join(stateDir, "server.lock"),
    hostLock: join(stateDir, "host.lock"),
    configDir: join(xdg(env, "XDG_CONFIG_HOME") ?? join(home(env), ".config"), "ia-tmux"),
  };
}

/** Creates the directories with mode 0700 and refuses any that others could write to. Throws AppError. */
export function preparePaths(paths: ProjectPaths): void {
  const shared = paths.runtimeDir.startsWith(`${tmpdir()}/`) || paths.runtimeDir.startsWith("/tmp/");
  for (const dir of [paths.stateDir, paths.storeDir, paths.logsDir, paths.panesDir]) ensurePrivateDir(dir);
  // Below /tmp anyone could have made the parent before us and could replace what is in it.
  if (shared && SHORT_PARENT.test(dirname(paths.runtimeDir))) ensurePrivateDir(dirname(paths.runtimeDir));
  ensurePrivateDir(paths.runtimeDir);
}

function chooseRuntimeDir(env: PathEnvironment, stateDir: string, hash: string): string {
  const given = absolute(env, "IA_TMUX_RUNTIME_DIR");
  const userRuntime = xdg(env, "XDG_RUNTIME_DIR");
  const usable = userRuntime !== undefined && privateDirProblem(userRuntime) === null;
  const wanted = given ?? (usable ? join(userRuntime, "ia-tmux", `v1-${hash}`) : join(stateDir, "run"));
  if (fits(wanted)) return wanted;
  const short = createHash("sha256").update(wanted).digest("hex").slice(0, 12);
  for (const base of [tmpdir(), "/tmp"]) {
    const candidate = join(base, `ia-tmux-${process.geteuid?.() ?? 0}`, short);
    if (fits(candidate)) return candidate;
  }
  throw new AppError(
    "cannot-create",
    `No directory is short enough for a socket (${MAX_SOCKET_PATH_BYTES} bytes): ${wanted}`,
    {
      hint: "Set IA_TMUX_RUNTIME_DIR to a short directory of your own.",
    },
  );
}

function fits(dir: string): boolean {
  return Buffer.byteLength(join(dir, LONGEST_SOCKET_NAME)) <= MAX_SOCKET_PATH_BYTES;
}

function stateHome(env: PathEnvironment): string {
  return xdg(env, "XDG_STATE_HOME") ?? join(home(env), ".local", "state");
}

function home(env: PathEnvironment): string {
  const dir = env["HOME"] !== undefined && isAbsolute(env["HOME"]) ? env["HOME"] : homedir();
  if (isAbsolute(dir)) return dir;
  throw new AppError("cannot-create", "There is no home directory: HOME is not set.", {
    hint: "Set HOME, or IA_TMUX_STATE_DIR and IA_TMUX_RUNTIME_DIR.",
  });
}

function xdg(env: PathEnvironment, name: string): string | undefined {
  const value = env[name];
  return value !== undefined && isAbsolute(value) ? value : undefined;
}

/** Our own variables: a relative value is a mistake worth naming. */
function absolute(env: PathEnvironment, name: string): string | undefined {
  const value = env[name];
  if (value === undefined || value === "") return undefined;
  if (!isAbsolute(value))
    throw new AppError("usage", `${name} must be an absolute path, not ${JSON.stringify(value)}`);
  return value;
}

function safeName(root: string): string {
  return (
    basename(root)
      .replace(/[^A-Za-z0-9._-]/g, "_")
      .slice(0, 40) || "root"
  );
}
