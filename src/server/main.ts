// The first code of the server process, `server.js --root DIR [--ready]`: takes the project's lock and wakes the PTY host while
// the rest is being loaded.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { userEnvironment } from "../node/carried-variables.ts";
import { here, loadBundle } from "../loader/run-bundle.ts";
import { entryPath } from "../node/entry-paths.ts";
import { closeInheritedDescriptors } from "../node/inherited-descriptors.ts";
import { takeKernelLock } from "../node/kernel-lock.ts";
import { preparePaths, resolveProjectPaths, type ProjectPaths } from "../node/runtime-dir.ts";
import { ANOTHER_SERVER_RUNS, READY_DESCRIPTOR } from "../node/server-start.ts";

/** The file that the build made of start.ts. */
declare const BUNDLE: string;

// Files and sockets are made for their owner only; panes get the user's own mask back from the launcher's.
const userUmask = process.umask(0o077);
// The server outlives the terminal that started it.
for (const signal of ["SIGHUP", "SIGINT", "SIGQUIT", "SIGPIPE"] as const) process.on(signal, () => {});

closeInheritedDescriptors(READY_DESCRIPTOR);

/** The host that this start woke: without a server nobody would ever end it. One that ran before is left alone. */
let woken: ChildProcess | null = null;

main().catch((thrown) => {
  process.stderr.write(`${messageOf(thrown)}\n`);
  woken?.kill();
  process.exit(1);
});

async function main() {
  const root = process.argv[process.argv.indexOf("--root") + 1];
  const paths = resolveProjectPaths(root ?? process.cwd(), process.env);
  preparePaths(paths);
  const locking = takeKernelLock(paths.serverLock);
  const bundle = loadBundle({ dir: here, file: BUNDLE, kind: "run" });
  if (!(await locking)) process.exit(ANOTHER_SERVER_RUNS);
  await wakeHost(paths);
  const { startServer } = bundle.run() as typeof import("./start.ts");
  await startServer({ paths, env: userEnvironment(process.env), userUmask, onListening: tellStarter });
}

function tellStarter() {
  if (!process.argv.includes("--ready")) return;
  try {
    writeSync(READY_DESCRIPTOR, "+");
    closeSync(READY_DESCRIPTOR);
  } catch {
    // who started it has gone
  }
}

/** Starts a PTY host unless one is alive: it holds its own lock for as long as it lives, and the kernel tells. */
async function wakeHost(paths: ProjectPaths) {
  const lock = await takeKernelLock(paths.hostLock);
  if (!lock) return;
  const errors = openSync(join(paths.logsDir, "host.err"), "w", 0o600);
  // The host gets the user's mask through its own start: it sets 077 for itself and hands the old one to panes.
  process.umask(userUmask);
  const child = spawn(
    process.execPath,
    [entryPath("host"), "--socket", paths.hostSocket, "--log-dir", paths.panesDir],
    { cwd: "/", detached: true, stdio: ["ignore", "ignore", errors, lock.fd], env: hostEnvironment() },
  );
  process.umask(0o077);
  child.unref();
  woken = child;
  closeSync(errors);
  // The host shares the open file now: the lock lives exactly as long as it does.
  lock.release();
}

/** The host's own environment: panes get theirs complete with each spawn, nothing of this reaches them. */
function hostEnvironment(): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = {};
  for (const name of ["PATH", "HOME", "LANG", "TMPDIR", "IA_TMUX_LOG"]) {
    if (process.env[name] !== undefined) kept[name] = process.env[name];
  }
  return kept;
}
