// The server's life: opens store and host, builds the services, restores what was there, listens, and ends in order.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { createFileLog } from "../node/file-log.ts";
import { createRandomIds } from "../node/random-ids.ts";
import type { ProjectPaths } from "../node/runtime-dir.ts";
import { createSystemClock } from "../node/system-clock.ts";
import { openStore } from "../store/store.ts";
import { compose } from "./compose.ts";
import { createBroadcast } from "./broadcast.ts";
import { serveConnection } from "./connection.ts";
import { createDispatcher } from "./dispatcher.ts";
import { createHandlers } from "./handlers/table.ts";
import { createHookEndpoint } from "./hook-endpoint.ts";
import { openHostLink } from "./host-connect.ts";
import { createLayoutOpener } from "./layout-opener.ts";
import { createSocketServer, listenPrivately } from "./listen.ts";
import { operatorToken } from "./operator-token.ts";
import { foregroundProgram } from "./process-places.ts";
import { restoreWorkspace } from "./restore.ts";
import { renameWindows } from "./window-names.ts";

export interface StartOptions {
  readonly paths: ProjectPaths;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userUmask: number;
  /** Called once clients can connect. */
  readonly onListening?: () => void;
}

const HOST_WAIT_MS = 10_000;
const CHECKPOINT_MS = 2_000;
/** How soon a window that nobody named is called after what runs in it. */
const WINDOW_NAMES_MS = 1_000;
/** After a full disk the store is tried again this often. */
const RESUME_STORE_MS = 5_000;

/** Runs until told to stop. Rejects when it cannot start. */
export async function startServer({ paths, env, userUmask, onListening }: StartOptions): Promise<void> {
  const clock = createSystemClock();
  const ids = createRandomIds();
  const log = createFileLog({ path: join(paths.logsDir, "server.log"), clock, level: env["IA_TMUX_LOG"] });
  const startedAtMs = clock.nowMs();
  const hookSocket = join(paths.runtimeDir, "hook.sock");
  // Callers with another XDG_RUNTIME_DIR compute other paths: the state directory, which all share, says where we are.
  writeFileSync(join(paths.stateDir, "runtime-dir"), `${paths.runtimeDir}\n`, { mode: 0o600 });

  // The services are built while the host starts.
  const host = openHostLink(paths.hostSocket, { clock, log, waitMs: HOST_WAIT_MS });
  const store = await openStore({ dir: paths.storeDir, clock, log });
  const services = await compose({
    paths,
    hookSocket,
    env,
    clock,
    ids,
    log,
    store,
    host,
    emptied: () => void stop(true, "every pane was closed"),
    userUmask,
  });
  const { workspace, panes, clients, relay } = services;

  await host.ready;
  const restore = await restoreWorkspace(services, paths.root, clock);

  const layouts = createLayoutOpener({ paths, services, clock });
  const broadcast = createBroadcast({
    services,
    paths,
    clock,
    log,
    store,
    layouts,
    restore,
  });
  const handlers = createHandlers({
    services,
    store,
    paths,
    clock,
    operatorToken: operatorToken(paths.stateDir),
    broadcast,
    layouts,
    restore,
    dispatcher: () => dispatcher,
    stop: (how) =>
      void stop(how.endPanes, how.restart ? "the server restarts" : "the server was stopped", how.restart),
    info: () => ({
      pid: process.pid,
      hostPid: host.hostPid,
      startedAtMs,
      root: paths.root,
      stateDir: paths.stateDir,
      sockets: { server: paths.serverSocket, hook: hookSocket, host: paths.hostSocket },
      panes: panes.all().length,
      clients: clients.all().length,
      readOnlyReason: store.readOnlyReason,
      storeProblems: store.report().problems,
      watchProblems: services.lockWatch.problems(),
    }),
  });
  const dispatcher = createDispatcher({
    handlers,
    log,
    isWatcher: (connection) => clients.get(connection.id)?.readOnly === true,
    beforeReply: broadcast.catchUp,
  });

  let connections = 0;
  const server = createSocketServer((socket) => {
    const connection = serveConnection(
      socket,
      `c${++connections}`,
      broadcast.connectionHandlers(dispatcher),
      log,
    );
    broadcast.opened(connection);
  });
  const hooks = createHookEndpoint((request) => services.hooks.handle(request), log);
  await listenPrivately(hooks, hookSocket);
  for (const pane of panes.all()) services.inBackground("catch up", services.hooks.catchUp(pane));
  await listenPrivately(server, paths.serverSocket);
  onListening?.();
  log.info("server.started", {
    pid: process.pid,
    panes: panes.all().length,
    tookMs: clock.nowMs() - startedAtMs,
  });

  const names = {
    workspace,
    panes,
    isWanted: () => clients.all().length > 0 && services.settings.current().autoRename,
    foregroundOf: foregroundProgram,
  };
  const timers = [
    setInterval(() => panes.checkpoint(), CHECKPOINT_MS),
    setInterval(() => services.inBackground("name windows", renameWindows(names)), WINDOW_NAMES_MS),
    setInterval(() => {
      if (store.readOnlyReason !== null) services.inBackground("resume store", store.resume());
    }, RESUME_STORE_MS),
  ];

  host.onDown(() => void stop(false, "the PTY host ended, and every program with it"));
  process.on("SIGTERM", () => void stop(false, "the server was told to end"));
  process.on("uncaughtException", (thrown) => {
    log.error("uncaught", { error: thrown.stack ?? messageOf(thrown) });
  });
  process.on("unhandledRejection", (thrown) => {
    log.error("unhandled", {
      error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
    });
  });

  let stopping: Promise<void> | null = null;
  function stop(endPanes: boolean, reason: string, comesBack = false): Promise<void> {
    stopping ??= end(endPanes, reason, comesBack && !endPanes);
    return stopping;
  }

  /** Clients first, so that they hear why; then what writes; the store last, so that nothing comes after its end. */
  async function end(endPanes: boolean, reason: string, comesBack: boolean): Promise<void> {
    log.info("server.stopping", { endPanes, reason });
    for (const timer of timers) clearInterval(timer);
    // Before the connections end: whoever waits for a lock is to be remembered.
    services.locks.stop();
    broadcast.closing(reason, comesBack);
    relay.stop();
    services.questions.stop();
    services.delegation.stop();
    services.states.stop();
    services.notices.stop();
    services.lockWatch.stop();
    services.retention.stop();
    services.rawLogAge.stop();
    server.close();
    hooks.close();
    hooks.closeAllConnections();
    try {
      if (endPanes) {
        await host.shutdown();
        for (const pane of panes.all()) await panes.remove(pane.id);
        await workspace.clear();
      } else {
        panes.checkpoint();
        host.stop();
      }
      await services.activity.close();
    } catch (thrown) {
      log.error("stop.failed", { error: messageOf(thrown) });
    }
    await store.close();
    log.info("server.stopped");
    log.close();
    process.exit(0);
  }
}
