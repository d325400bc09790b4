// Starts the server of a project as a process of its own. Starting twice is harmless: the second one finds the lock taken.
import { closeSync, existsSync, fchmodSync, openSync, readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { CARRIED_VARIABLES } from "../node/carried-variables.ts";
import { entryPath } from "../node/entry-paths.ts";
import { preparePaths, resolveProjectPaths, type ProjectPaths } from "../node/runtime-dir.ts";
import { ANOTHER_SERVER_RUNS, READY_DESCRIPTOR } from "../node/server-start.ts";
import { serverSocketOf } from "./identity.ts";

/** Loaded into every Node process or every process at all: not for a server that outlives the caller. */
const NOT_INHERITED = [
  "NODE_OPTIONS",
  "LD_PRELOAD",
  "LD_LIBRARY_PATH",
  "DYLD_INSERT_LIBRARIES",
  "NODE_CHANNEL_FD",
  // Read and taken apart at each start of Node 20, for connections that neither server nor host ever makes.
  "NODE_EXTRA_CA_CERTS",
];

export interface StartingServer {
  /** It listens, or it has ended: then `failure` says why, or another one has its place and may take a moment. */
  readonly settled: Promise<void>;
  /** Why it will not come up, once that is known. Words: who began the start may be another bundle, with other classes. */
  failure(): { readonly message: string; readonly hint?: string } | null;
  /** Lets the caller end while the server goes on. */
  release(): void;
}

export function startServer(paths: ProjectPaths, env: NodeJS.ProcessEnv): StartingServer {
  preparePaths(paths);
  const errorLog = join(paths.logsDir, "server.err");
  const errors = openSync(errorLog, "w", 0o600);
  // A mask that takes everything from everybody would keep ourselves out at the next start.
  fchmodSync(errors, 0o600);
  // Most commands find a server and start none: they do not wait for what only starting takes.
  const { spawn } = process.getBuiltinModule("node:child_process");
  const child = spawn(process.execPath, [entryPath("server"), "--root", paths.root, "--ready"], {
    cwd: paths.root,
    detached: true,
    stdio: ["ignore", "ignore", errors, "pipe"],
    env: serverEnvironment(env),
  });
  closeSync(errors);
  let failure: ReturnType<StartingServer["failure"]> = null;
  const readiness = child.stdio[READY_DESCRIPTOR] as Readable;
  const settled = new Promise<void>((resolve) => {
    readiness.once("data", () => resolve());
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  child.on("error", (cause) => {
    failure = { message: `The server could not be started: ${messageOf(cause)}` };
  });
  child.on("exit", (status) => {
    if (status === 0 || status === ANOTHER_SERVER_RUNS) return;
    const words = tail(errorLog);
    failure = {
      message: `The server ended at its start${words ? `: ${words}` : "."}`,
      hint: "Run `ia-tmux doctor`.",
    };
  });
  return {
    settled,
    failure: () => failure,
    release() {
      readiness.destroy();
      child.unref();
    },
  };
}

/** A server whose start was begun before the program knew all that it will ask of it. */
export interface BegunStart {
  readonly root: string;
  readonly server: StartingServer;
}

let adopted: BegunStart | null = null;

/**
 * Begins to start the project's server unless one seems to run, so that it comes up while the caller loads the rest of
 * itself. Says nothing: whoever connects finds out how it went. Not inside a pane, which has a server.
 */
export function wakeServer(cwd: string, env: NodeJS.ProcessEnv): BegunStart | null {
  if (env["IA_TMUX_SOCKET"]) return null;
  try {
    const paths = resolveProjectPaths(cwd, env);
    if (existsSync(serverSocketOf(paths))) return null;
    return { root: paths.root, server: startServer(paths, env) };
  } catch {
    // who connects tries the same and reports it
    return null;
  }
}

/** Takes over a start that the first code of this process has begun. */
export function adoptStart(begun: BegunStart | null): void {
  adopted = begun;
}

/** The start that was begun for this project, to be taken once. */
export function begunStart(paths: ProjectPaths): StartingServer | null {
  const taken = adopted?.root === paths.root ? adopted.server : null;
  if (taken) adopted = null;
  return taken;
}

/** What the server gets of the caller's environment. What it must not be started with is carried along for the panes. */
export function serverEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = { ...env };
  const carried: Record<string, string> = {};
  for (const name of NOT_INHERITED) {
    const value = kept[name];
    delete kept[name];
    // An inherited descriptor's number would name another one there.
    if (value !== undefined && name !== "NODE_CHANNEL_FD") carried[name] = value;
  }
  if (Object.keys(carried).length > 0) kept[CARRIED_VARIABLES] = JSON.stringify(carried);
  else delete kept[CARRIED_VARIABLES];
  return kept;
}

function tail(path: string): string {
  try {
    return readFileSync(path, "utf8").trim().split("\n").slice(-3).join(" ").slice(0, 500);
  } catch {
    return "";
  }
}
