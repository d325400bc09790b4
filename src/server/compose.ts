// The composition root: builds every service once and ties them together. Facts flow to listeners, orders are calls.
import { basename, join } from "node:path";
import { createEmitter } from "../base/emitter.ts";
import { messageOf } from "../base/errors.ts";
import type { Clock } from "../base/clock.ts";
import type { Ids } from "../base/ids.ts";
import type { Logger } from "../base/log.ts";
import { loadProfiles } from "../config/profiles.ts";
import { createTrustStore } from "../config/trust.ts";
import type { Fact } from "../domain/facts.ts";
import { STATUS_ROWS } from "../domain/pane/workspace.ts";
import { packageRoot } from "../node/entry-paths.ts";
import type { ProjectPaths } from "../node/runtime-dir.ts";
import type { Store } from "../store/contract.ts";
import { createXtermScreen } from "../terminal/xterm-screen.ts";
import type { HostLink } from "./host-contract.ts";
import { openCollections } from "./collections.ts";
import { composeCoordination } from "./compose-coordination.ts";
import { composeHistory } from "./compose-history.ts";
import { composeHooks } from "./compose-hooks.ts";
import { composeLockWatch, composeSpans } from "./compose-watch.ts";
import { createCheckpointFiles } from "./pane-checkpoints.ts";
import { createLiveSettings } from "./live-settings.ts";
import { createLookBack } from "./look-back.ts";
import { agentSession, createPrograms } from "./programs.ts";
import { directoryOf, foregroundDirectory, isHere } from "./process-places.ts";
import { createRawLogs } from "./raw-logs.ts";
import { createReactions } from "./reactions.ts";
import { renameInRecords } from "./rename-agent.ts";
import { createRelayGate } from "./relay-gate.ts";
import { createAutoClaim } from "./services/auto-claim.ts";
import { createAgentStateService } from "./services/agent-state-service.ts";
import { createBypassBoard } from "./services/bypass-board.ts";
import { createClosedPanes } from "./services/closed-panes.ts";
import { createClientService } from "./services/client-service.ts";
import { createDelegationService } from "./services/delegation-service.ts";
import { agentViews } from "./services/agent-view.ts";
import { createSummaryService, type SummaryService } from "./services/summary-service.ts";
import { createTouchedFiles } from "./services/touched-files.ts";
import { createNoticeBoard } from "./services/notice-board.ts";
import { createPaneService } from "./services/pane-service.ts";
import { createRelayService } from "./services/relay-service.ts";
import { createSessionService } from "./services/session-service.ts";
import { createWaitService } from "./services/wait-service.ts";
import { createWorkspaceService } from "./services/workspace-service.ts";

export interface World {
  readonly paths: ProjectPaths;
  readonly hookSocket: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly store: Store;
  readonly host: HostLink;
  readonly userUmask: number;
  /** The last pane is gone. */
  readonly emptied: () => void;
}

/** Of a pane's raw log on disk, for each row of scrollback that the user wants: 64 MiB by default. */
const LOG_BYTES_PER_ROW = 32 * 1024;
const LOG_BYTES_MIN = 1024 * 1024;

export type Services = Awaited<ReturnType<typeof compose>>;

export async function compose(world: World) {
  const { paths, clock, ids, log, store, host } = world;
  const facts = createEmitter<Fact>((thrown) => log.error("listener.failed", { error: messageOf(thrown) }));
  /** Ids of panes whose program rang. */
  const bells = createEmitter<string>((thrown) => log.error("listener.failed", { error: messageOf(thrown) }));
  const changes = createEmitter<void>((thrown) => log.error("listener.failed", { error: messageOf(thrown) }));
  const inBackground = (what: string, work: Promise<unknown>) =>
    void work.catch((thrown) => log.error("background.failed", { what, error: messageOf(thrown) }));

  const { collections, nextLogicalTime, catchUp } = await openCollections(store);
  const record = { clock, ids, announce: facts.emit, nextLogicalTime };

  const dirs = { builtIn: packageRoot, user: paths.configDir, project: join(paths.root, ".ia-tmux") };
  const trust = createTrustStore(paths.stateDir);
  const settings = createLiveSettings(paths.configDir, clock, log);
  let profiles = loadProfiles(dirs, trust);
  const profileOf = (name: string) => profiles.profiles.get(name)?.profile;

  const lockSnapshot = join(paths.stateDir, "locks.snapshot");
  const session = createSessionService({
    ...record,
    sessions: collections.session,
    agents: collections.agents,
    projectName: basename(paths.root),
    holdsWork: (name) =>
      tasks.list({ assignee: name, activeOnly: true }).length > 0 || locks.countOf(name) > 0,
  });
  await session.open();

  const states = createAgentStateService({
    clock,
    log,
    announce: facts.emit,
    catchUp: (paneId) => panes.catchUp(paneId),
  });
  const changed = () => changes.emit();
  const notices = createNoticeBoard(clock, changed);
  const wait = createWaitService(clock);

  const prepare = createPrograms({
    paths,
    hookSocket: world.hookSocket,
    lockSnapshot,
    userEnv: world.env,
    shell: () => settings.current().shell ?? world.env["SHELL"] ?? "/bin/sh",
    sessionOf: (agent) => agentSession(session, (name) => panes.byAgent(name)?.pid != null, agent),
    sessionKnown: async (agent, sessionId) => void (await session.setAgentSession(agent, sessionId)),
  });

  const panes = createPaneService(
    {
      clock,
      ids,
      log,
      host,
      records: collections.panes,
      checkpoints: createCheckpointFiles(paths.panesDir, log),
      rawLogs: createRawLogs(paths.panesDir, log),
      announce: facts.emit,
      nextLogicalTime: record.nextLogicalTime,
      createScreen: (options) =>
        createXtermScreen({ ...options, scrollbackLines: settings.current().scrollback }),
      prepare,
      profileOf,
      places: { directoryOf, foregroundDirectory, isHere },
      logBytesMax: () => Math.max(LOG_BYTES_MIN, settings.current().scrollback * LOG_BYTES_PER_ROW),
      userUmask: world.userUmask,
    },
    {
      output(pane, bytes) {
        clients.paneChanged(pane, bytes);
        states.printed(pane);
        if (wait.isWaiting) wait.changed();
      },
      status: (pane, status) => states.status(pane, status),
      title(pane) {
        states.titleChanged(pane);
        changed();
      },
      moved: changed,
      bell(pane) {
        bells.emit(pane.id);
        changed();
      },
      notification: (pane, text) => notices.show(pane.id, "info", text),
      clipboard: (pane) => notices.show(pane.id, "warn", "tried to set the clipboard"),
      typed(pane) {
        if (pane.record.agent) relay.poke(pane.record.agent);
      },
      held: (pane) => notices.show(pane.id, "warn", "a relay is being written; your keys follow it"),
      ended: (pane) => reactions.paneEnded(pane),
    },
  );

  const workspace = createWorkspaceService({
    root: paths.root,
    record: collections.workspace,
    panes,
    session,
    profileOf,
    profileNames: () => [...profiles.profiles.keys()],
    clientSize: () => clients.size(),
    closed: createClosedPanes(clock, panes.forgetRetired),
    statusRows: () => (settings.current().status ? STATUS_ROWS : 0),
    changed() {
      changed();
      clients.redraw();
    },
    emptied: world.emptied,
  });

  const clients = createClientService({
    clock,
    visiblePanes: () => workspace.visible(),
    isVisible: (paneId) => workspace.isVisible(paneId),
    onSizeChanged: () => workspace.sizeChanged(),
  });

  const lookBack = createLookBack({
    panes,
    logDir: paths.panesDir,
    settings,
    clock,
    log,
  });

  const touched = createTouchedFiles(clock);
  const spans = composeSpans({ clock, panes, states });
  const { locks, lockPaths, tasks, messages, mutes, specs, decisions, questions } = composeCoordination({
    record,
    collections,
    root: paths.root,
    roster: session,
    pidOf: (name) => panes.byAgent(name)?.pid ?? null,
    fileOf: touched.of,
    appending: spans.writing,
    log,
  });

  const gate = createRelayGate({ clock, states });
  const relay = createRelayService({
    clock,
    ids,
    log,
    announce: facts.emit,
    nextLogicalTime: record.nextLogicalTime,
    deliveries: collections.deliveries,
    paneOf: (agent) => panes.byAgent(agent),
    isOutside: session.isOutside,
    gate: gate.judge,
    inject: panes.inject,
    sightBeforeSubmit: gate.sightBeforeSubmit,
    confirmTimeoutMs: (pane) => pane.profile.inject.confirmTimeoutMs,
    lateSigns: (agent) => hooks.catchUp(panes.byAgent(agent)),
    waitingChanged: changed,
  });

  const { activity, archive, retention } = await composeHistory({
    record,
    stateDir: paths.stateDir,
    settings,
    log,
    tasks,
    messages,
    questions,
    locks,
    relay,
  });
  const delegation = createDelegationService({
    root: paths.root,
    session,
    tasks,
    messages,
    mutes,
    relay,
    questions,
    clock,
    inBackground,
  });

  const summary: SummaryService = createSummaryService({
    project: { name: basename(paths.root), root: paths.root },
    session,
    tasks,
    messages,
    locks,
    questions,
    decisions,
    agents: () => agentViews({ panes, states, session, tasks, messages, locks, relay, touched }),
    deliveries: () => relay.list(),
    nowMs: () => clock.nowMs(),
  });

  const hooks = composeHooks({
    clock,
    log,
    paths,
    panes,
    states,
    session,
    relay,
    locks,
    tasks,
    messages,
    activity,
    delegation,
    summary,
    touched,
    spans,
    inBackground,
  });

  const reactions = createReactions({
    log,
    lockSnapshot,
    session,
    states,
    notices,
    panes,
    workspace,
    clients,
    locks,
    relay,
    inBackground,
    remainOnExit: () => settings.current().remainOnExit,
    nowMs: () => clock.nowMs(),
    changed,
  });
  const autoClaim = createAutoClaim({ log, panes, tasks, delegation, inBackground });
  const lockWatch = composeLockWatch({
    clock,
    log,
    paths: lockPaths,
    panes,
    locks,
    spans,
    settings,
    announce: facts.emit,
  });
  const bypasses = createBypassBoard({ ...record, bypasses: collections.bypasses, inBackground });
  facts.on((fact) => {
    activity.observe(fact);
    delegation.hear(fact);
    autoClaim.hear(fact);
    reactions.hear(fact);
    lockWatch.hear(fact);
    bypasses.hear(fact);
    wait.changed();
    changed();
  });

  return {
    facts,
    changes,
    bells,
    ...lookBack,
    session,
    states,
    notices,
    wait,
    panes,
    workspace,
    clients,
    locks,
    tasks,
    messages,
    mutes,
    relay,
    gate,
    specs,
    decisions,
    questions,
    activity,
    delegation,
    summary,
    archive,
    retention,
    lockWatch,
    bypasses,
    hooks,
    touched,
    /** An agent has another name: what names it goes along. */
    moveRecords(from: string, to: string) {
      const moved = renameInRecords(collections, record, from, to);
      messages.reload();
      return moved;
    },
    /** Documents came in behind the services' backs. */
    imported() {
      messages.reload();
      tasks.reload();
      catchUp();
      changed();
    },
    settings,
    trust,
    dirs,
    inBackground,
    respawn: reactions.respawn,
    revive: reactions.revive,
    profileOf,
    get profiles() {
      return profiles;
    },
    reloadProfiles() {
      profiles = loadProfiles(dirs, trust);
    },
  };
}
