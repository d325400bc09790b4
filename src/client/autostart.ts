// Starts the server of a project as a process of its own. Starting twice is harmless: the second one finds the lock taken.
import { spawn } from "node:child_process";
import { closeSync, fchmodSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ANOTHER_SERVER_RUNS, AppError } from "../base/errors.ts";
import { CARRIED_VARIABLES } from "../node/carried-variables.ts";
import { entryPath } from "../node/entry-paths.ts";
import { preparePaths, type ProjectPaths } from "../node/runtime-dir.ts";

/** Loaded into every Node process or every process at all: not for a server that outlives the caller. */
const NOT_INHERITED = [
  "NODE_OPTIONS",
  "LD_PRELOAD",
  "LD_LIBRARY_PATH",
  "DYLD_INSERT_LIBRARIES",
  "NODE_CHANNEL_FD",
];

export interface StartingServer {
  /** Why it will not come up, once that is known. */
  failure(): AppError | null;
  /** Lets the caller end while the server goes on. */
  release(): void;
}

export function startServer(paths: ProjectPaths, env: NodeJS.ProcessEnv): StartingServer {
  preparePaths(paths);
  const errorLog = join(paths.logsDir, "server.err");
  const errors = openSync(errorLog, "w", 0o600);
  // A mask that takes everything from everybody would keep ourselves out at the next start.
  fchmodSync(errors, 0o600);
  const child = spawn(process.execPath, [entryPath("server"), "--root", paths.root], {
    cwd: paths.root,
    detached: true,
    stdio: ["ignore", "ignore", errors],
    env: serverEnvironment(env),
  });
  closeSync(errors);
  let failure: AppError | null = null;
  child.on("error", (cause) => {
    failure = new AppError("server-unreachable", "The server could not be started.", { cause });
  });
  child.on("exit", (status) => {
    if (status === 0 || status === ANOTHER_SERVER_RUNS) return;
    const words = tail(errorLog);
    failure = new AppError(
      "server-unreachable",
      `The server ended at its start${words ? `: ${words}` : "."}`,
      {
        hint: "Run `ia-tmux doctor`.",
      },
    );
  });
  return {
    failure: () => failure,
    release: () => child.unref(),
  };
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
