// Finds the project's server, starts it once when asked, and connects.
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { AppError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { preparePaths, resolveProjectPaths, type ProjectPaths } from "../node/runtime-dir.ts";
import { VERSION } from "../version.ts";
import { begunStart, startServer, type StartingServer } from "./autostart.ts";
import { openConnection, type Connection } from "./connection.ts";
import { operatorToken, outsideAgentOf, serverSocketOf } from "./identity.ts";

export interface ConnectOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly client: "tui" | "cli" | "mcp" | "hook" | "test";
  /** Start a server when none runs. Commands that only read do not. */
  readonly autostart: boolean;
  /** To stop it, a server of another version will do. */
  readonly anyVersion?: boolean;
}

/** How long a fresh server may take to answer. */
const START_DEADLINE_MS = 15_000;
/** A pane outlives its server, and a screen brings that back at once: what an agent says meanwhile must not be lost. */
const COMES_BACK_WITHIN_MS = 4_000;
const COMES_BACK_POLL_MS = 50;
/** Between two looks for the socket of a server that somebody else started. */
const START_POLL_MS = 20;

/**
 * Connects to the server of the project that `cwd` is in. Inside a pane the pane's own server is used, as the agent
 * that the pane's token names.
 * @throws AppError server-unreachable, protocol-mismatch, unauthorised, cannot-create
 */
export async function connectToProject(options: ConnectOptions): Promise<Connection> {
  const { env } = options;
  const pane = paneServer(env);
  const paths = pane ? null : resolveProjectPaths(options.cwd, env);
  const outside = pane ? null : outsideAgentOf(env, null);
  const log = await clientLog(options, paths);
  const open = () =>
    openConnection({
      socketPath: pane?.socket ?? serverSocketOf(paths!),
      client: options.client,
      version: VERSION,
      token: pane?.token ?? operatorToken(paths!),
      agent: outside?.name,
      agentFrom: outside?.from,
      anyVersion: options.anyVersion,
      log,
      latencyMs: latencyOf(env),
    });
  const begun = options.autostart && paths ? begunStart(paths) : null;
  try {
    if (!begun) return await open();
  } catch (thrown) {
    const absent = thrown instanceof AppError && thrown.code === "server-unreachable";
    // At the very first start the token is written after we had looked for it and before the server listens.
    if (thrown instanceof AppError && thrown.code === "unauthorised" && paths) return await open();
    if (absent && pane && options.client !== "hook") return await waitForServer(open, thrown);
    if (!absent || !options.autostart || !paths) throw thrown;
  }
  const starting = begun ?? startServer(paths!, env);
  try {
    return await reach(starting, open, join(paths!.logsDir, "server.err"));
  } finally {
    // However it went: a server that is still busy with its start must not keep this process from ending.
    starting.release();
  }
}

/** Waits for a server that has been started. */
async function reach(
  starting: StartingServer,
  open: () => Promise<Connection>,
  errorLog: string,
): Promise<Connection> {
  const deadlineMs = performance.now() + START_DEADLINE_MS;
  await within(starting.settled, START_DEADLINE_MS);
  for (;;) {
    try {
      return await open();
    } catch (thrown) {
      const absent =
        thrown instanceof AppError && ["server-unreachable", "unauthorised"].includes(thrown.code);
      if (!absent) throw thrown;
      const failure = starting.failure();
      if (failure) throw new AppError("server-unreachable", failure.message, { hint: failure.hint });
      if (performance.now() > deadlineMs) {
        throw new AppError("server-unreachable", "The server did not come up in time.", {
          hint: `Look at ${errorLog} and run \`ia-tmux doctor\`.`,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, START_POLL_MS));
    }
  }
}

/** Waits for a promise, though not for ever: what comes next looks for itself. */
async function within(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([promise, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}

async function waitForServer(open: () => Promise<Connection>, absent: AppError): Promise<Connection> {
  const giveUpMs = performance.now() + COMES_BACK_WITHIN_MS;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, COMES_BACK_POLL_MS));
    try {
      return await open();
    } catch (thrown) {
      const isAbsent = thrown instanceof AppError && thrown.code === "server-unreachable";
      if (!isAbsent) throw thrown;
      if (performance.now() > giveUpMs) throw absent;
    }
  }
}

/** The server that a pane belongs to: from the environment that the server itself gave to the pane. */
function paneServer(env: NodeJS.ProcessEnv): { socket: string; token: string } | null {
  const hookSocket = env["IA_TMUX_SOCKET"];
  const token = env["IA_TMUX_TOKEN"];
  if (!hookSocket || !token) return null;
  const socket = join(dirname(hookSocket), "server.sock");
  const stat = statSync(socket, { throwIfNoEntry: false });
  if (stat && process.getuid && stat.uid !== process.getuid()) {
    throw new AppError("permission-denied", `${socket} belongs to another user.`, {
      hint: "Unset IA_TMUX_SOCKET.",
    });
  }
  return { socket, token };
}

function latencyOf(env: NodeJS.ProcessEnv): number {
  const value = Number(env["IA_TMUX_LATENCY_MS"]);
  return Number.isFinite(value) && value > 0 ? Math.min(value, 5_000) : 0;
}

/** `logs/client.log` of the project, when IA_TMUX_LOG asks for it; it is not worth its loading time otherwise. */
async function clientLog(options: ConnectOptions, paths: ProjectPaths | null): Promise<Logger | undefined> {
  const level = options.env["IA_TMUX_LOG"];
  if (!level || !paths) return undefined;
  const [{ createFileLog }, { createSystemClock }] = await Promise.all([
    import("../node/file-log.ts"),
    import("../node/system-clock.ts"),
  ]);
  preparePaths(paths);
  const log = createFileLog({ path: join(paths.logsDir, "client.log"), clock: createSystemClock(), level });
  log.info("client.started", { client: options.client, pid: process.pid });
  return log;
}
