import { appendFileSync, chmodSync, mkdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../base/errors.ts";
import { makeSpawnHelperExecutable, missingPrivateNames } from "./node-pty-adapter.ts";
import { createPtyHost } from "./pty-host.ts";

// The PTY host: `host.js --socket PATH --log-dir DIR`. Descriptor 3 may be an inherited lock: it is never touched, so the
// kernel holds the lock for as long as this process lives.

/** Longer paths are cut short by the kernel without a word: two projects could meet on one socket. */
const SOCKET_PATH_BYTES_MAX = 103;
/** Without a server and without panes; and without a server, with nothing but exited panes whose end nobody has seen yet. */
const EMPTY_EXIT_MS = 5 * 60_000;
const KEEPING_EXIT_MS = 12 * EMPTY_EXIT_MS;
/** KILL comes after 3 s; what it does not end in another second stays behind. */
const END_MS = 4_000;
const REPORT_BYTES_MAX = 1024 * 1024;

const { values: options } = parseArgs({
  options: {
    socket: { type: "string" },
    "log-dir": { type: "string" },
    "empty-exit-ms": { type: "string", default: String(EMPTY_EXIT_MS) },
  },
});
if (options.socket === undefined || options["log-dir"] === undefined)
  stopWith(64, "usage: host --socket PATH --log-dir DIR [--empty-exit-ms N]");
const socketPath = resolve(options.socket);
const logDirectory = resolve(options["log-dir"]);
if (Buffer.byteLength(socketPath) > SOCKET_PATH_BYTES_MAX)
  stopWith(73, `the socket path is longer than ${SOCKET_PATH_BYTES_MAX} bytes: ${socketPath}`);
const emptyExitMs = Number(options["empty-exit-ms"]);

// It outlives the terminal it was started in.
for (const signal of ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTSTP"] as const) process.on(signal, () => {});
process.on("SIGTERM", shutDown);

const umask = process.umask(0o077);
mkdirSync(logDirectory, { recursive: true, mode: 0o700 });
makeSpawnHelperExecutable();
const missing = missingPrivateNames();
if (missing.length > 0) report("node-pty-changed", `private names gone: ${missing.join(", ")}`);

const host = createPtyHost({
  logDirectory,
  umask,
  nowMs: () => Date.now(),
  onShutdown: shutDown,
  onUseChanged: reconsider,
  report,
});
const listener = createServer((socket) => host.accept(socket));
let unusedTimer: NodeJS.Timeout | undefined;
let ending = false;

// The starter holds the lock, so a socket file here is a dead host's.
rmSync(socketPath, { force: true });
listener.on("error", (error) => stopWith(73, `cannot listen on ${socketPath}: ${error.message}`));
listener.listen(socketPath, () => {
  chmodSync(socketPath, 0o600);
  // Every agent dies with this process, so from now on no fault of one connection or pane may end it.
  process.on("uncaughtException", (thrown) => report("uncaught", String(thrown?.stack ?? thrown)));
  process.on("unhandledRejection", (thrown) => report("unhandled", messageOf(thrown)));
});
reconsider();

function reconsider(): void {
  clearTimeout(unusedTimer);
  const afterMs = {
    serving: 0,
    running: 0,
    empty: emptyExitMs,
    keeping: (emptyExitMs * KEEPING_EXIT_MS) / EMPTY_EXIT_MS,
  }[host.use];
  if (afterMs > 0) unusedTimer = setTimeout(shutDown, afterMs);
}

function shutDown(): void {
  if (ending) return;
  ending = true;
  setTimeout(leave, END_MS);
  void host.endPanes().then(leave);
}

function leave(): void {
  rmSync(socketPath, { force: true });
  process.exit(0);
}

function report(event: string, message: string): void {
  try {
    const path = join(logDirectory, "host.log");
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size < REPORT_BYTES_MAX)
      appendFileSync(path, `${JSON.stringify({ event, message })}\n`, { mode: 0o600 });
  } catch {
    // nowhere left to say it
  }
}

function stopWith(status: number, message: string): never {
  process.stderr.write(`ia-tmux host: ${message}\n`);
  process.exit(status);
}
