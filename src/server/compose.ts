// The composition root: builds every service once and ties them together. Facts flow to listeners, orders are calls.
import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import { createEmitter } from "../base/emitter.ts";
import { messageOf } from "../base/errors.ts";
import type { Clock } from "../base/clock.ts";
import type { Ids } from "../base/ids.ts";
import type { Logger } from "../base/log.ts";
import { loadProfiles } from "../config/profiles.ts";
import { createTrustStore } from "../config/trust.ts";
import { loadSettings } from "../config/settings.ts";
import { DecisionSchema } from "../domain/decision/decision.ts";
import type { Fact } from "../domain/facts.ts";
import { LeaseSchema } from "../domain/lock/lease.ts";
import { MessageSchema } from "../domain/message/message.ts";
import { PaneRecordSchema } from "../domain/pane/pane.ts";
import { WorkspaceSchema } from "../domain/pane/workspace.ts";
import { QuestionSchema } from "../domain/question/question.ts";
import { DeliverySchema } from "../domain/relay/delivery.ts";
import type { HookCall } from "../domain/hook/call.ts";
import { sessionGuideText } from "../domain/relay/prompt.ts";
import { agentActor, THE_OPERATOR } from "../domain/session/actor.ts";
import { frameText } from "../domain/text/frame.ts";
import { type Agent, AgentSchema, SessionSchema } from "../domain/session/session.ts";
import { SpecSchema, SubscriptionSchema } from "../domain/spec/spec.ts";
import { TaskSchema } from "../domain/task/task.ts";
import { packageRoot } from "../node/entry-paths.ts";
import type { ProjectPaths } from "../node/runtime-dir.ts";
import type { Store } from "../store/contract.ts";
import { createXtermScreen } from "../terminal/xterm-screen.ts";
import type { HostLink } from "./host-link.ts";
import { createCheckpointFiles } from "./pane-checkpoints.ts";
import { createPathRules } from "../node/path-rules.ts";
import { createPrograms } from "./programs.ts";
import { createRawLogs } from "./raw-log-tail.ts";
import { createRelayGate } from "./relay-gate.ts";
import { openActivityService } from "./services/activity-service.ts";
import { createAgentStateService } from "./services/agent-state-service.ts";
import { createClientService } from "./services/client-service.ts";
import { createDecisionService } from "./services/decision-service.ts";
import { createDelegationService } from "./services/delegation-service.ts";
import { CounterSchema } from "./services/fencing.ts";
import type { HookRequest } from "./hook-endpoint.ts";
import { agentViews } from "./services/agent-view.ts";
import { createArchiveService } from "./services/archive-service.ts";
import { createOutsideHooks } from "./services/outside-hook-service.ts";
import { createSummaryService, type SummaryService } from "./services/summary-service.ts";
import { createTouchedFiles } from "./services/touched-files.ts";
import { createHookService } from "./services/hook-service.ts";
import { createLockService } from "./services/lock-service.ts";
import { createMessageService } from "./services/message-service.ts";
import { createNoticeBoard } from "./services/notice-board.ts";
import type { PaneRuntime } from "./services/pane-runtime.ts";
import { createPaneService } from "./services/pane-service.ts";
import { createQuestionService } from "./services/question-service.ts";
import { createRelayService } from "./services/relay-service.ts";
import { createSessionService } from "./services/session-service.ts";
import { createSpecService } from "./services/spec-service.ts";
import { createTaskService } from "./services/task-service.ts";
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

/** The user's own bound of a pane's raw log on disk. */
const LOG_BYTES_MAX = 64 * 1024 * 1024;

export type Services = Awaited<ReturnType<typeof compose>>;

export async function compose(world: World) {
  const { paths, clock, ids, log, store, host } = world;
  const facts = createEmitter<Fact>((thrown) => log.error("listener.failed", { error: messageOf(thrown) }));
  const changes = createEmitter<void>((thrown) => log.error("listener.failed", { error: messageOf(thrown) }));
  const inBackground = (what: string, work: Promise<unknown>) =>
    void work.catch((thrown) => log.error("background.failed", { what, error: messageOf(thrown) }));

  // Collections open side by side: each reads its own file.
  const [
    sessions,
    agents,
    tasksDb,
    messagesDb,
    leases,
    counters,
    deliveries,
    paneRecords,
    workspaceDb,
    specsDb,
    subscriptions,
    decisionsDb,
    questionsDb,
  ] = await Promise.all([
    store.collection("session", { schema: SessionSchema, version: 1 }),
    store.collection("agents", { schema: AgentSchema, version: 1 }),
    store.collection("tasks", { schema: TaskSchema, version: 1 }),
    store.collection("messages", { schema: MessageSchema, version: 1 }),
    store.collection("locks", { schema: LeaseSchema, version: 1 }),
    store.collection("counters", { schema: CounterSchema, version: 1 }),
    store.collection("deliveries", { schema: DeliverySchema, version: 1 }),
    store.collection("panes", { schema: PaneRecordSchema, version: 1 }),
    store.collection("workspace", { schema: WorkspaceSchema, version: 1 }),
    store.collection("specs", { schema: SpecSchema, version: 1 }),
    store.collection("subscriptions", { schema: SubscriptionSchema, version: 1 }),
    store.collection("decisions", { schema: DecisionSchema, version: 1 }),
    store.collection("questions", { schema: QuestionSchema, version: 1 }),
  ]);

  let logicalTime = 0;
  const numbered = [
    sessions,
    agents,
    tasksDb,
    messagesDb,
    leases,
    deliveries,
    paneRecords,
    specsDb,
    decisionsDb,
    questionsDb,
  ];
  function risen() {
    for (const collection of numbered)
      for (const one of collection.all()) logicalTime = Math.max(logicalTime, one.logicalTime);
  }
  risen();
  const record = { clock, ids, announce: facts.emit, nextLogicalTime: () => ++logicalTime };

  const dirs = { builtIn: packageRoot, user: paths.configDir, project: join(paths.root, ".ia-tmux") };
  const trust = createTrustStore(paths.stateDir);
  const settings = loadSettings(paths.configDir);
  let profiles = loadProfiles(dirs, trust);
  const profileOf = (name: string) => profiles.profiles.get(name)?.profile;

  const lockSnapshot = join(paths.stateDir, "locks.snapshot");
  const session = createSessionService({ ...record, sessions, agents, projectName: basename(paths.root) });
  await session.open();

  const states = createAgentStateService({ clock, log, announce: facts.emit });
  const changed = () => changes.emit();
  const notices = createNoticeBoard(clock, changed);
  const wait = createWaitService(clock);

  const prepare = createPrograms({
    paths,
    hookSocket: world.hookSocket,
    lockSnapshot,
    userEnv: world.env,
    shell: settings.shell ?? world.env["SHELL"] ?? "/bin/sh",
    sessionOf: (agent) => session.find(agent)?.agentSessionId ?? null,
    sessionKnown: async (agent, sessionId) => void (await session.setAgentSession(agent, sessionId)),
  });

  const panes = createPaneService(
    {
      clock,
      ids,
      log,
      host,
      records: paneRecords,
      checkpoints: createCheckpointFiles(paths.panesDir, log),
      rawLogs: createRawLogs(paths.panesDir, log),
      announce: facts.emit,
      nextLogicalTime: record.nextLogicalTime,
      createScreen: createXtermScreen,
      prepare,
      profileOf,
      logBytesMax: LOG_BYTES_MAX,
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
      bell: changed,
      notification: (pane, text) => notices.show(pane.id, "info", text),
      clipboard: (pane) => notices.show(pane.id, "warn", "tried to set the clipboard"),
      typed(pane) {
        if (pane.record.agent) relay.poke(pane.record.agent);
      },
      ended: (pane) => ended(pane.id),
    },
  );

  const workspace = createWorkspaceService({
    root: paths.root,
    record: workspaceDb,
    panes,
    session,
    profileOf,
    profileNames: () => [...profiles.profiles.keys()],
    clientSize: () => clients.size(),
    changed() {
      changed();
      clients.redraw();
    },
    emptied: world.emptied,
  });

  const clients = createClientService({
    clock,
    visiblePanes: () => workspace.visible(),
    onSizeChanged: () => workspace.sizeChanged(),
  });

  const locks = createLockService({
    ...record,
    leases,
    counters,
    paths: createPathRules(paths.root),
    roster: session,
    pidOf: (name) => panes.byAgent(name)?.pid ?? null,
    onBackgroundError: (thrown) => log.error("locks.failed", { error: messageOf(thrown) }),
  });
  const tasks = createTaskService({ ...record, tasks: tasksDb, roster: session, locks });
  const messages = createMessageService({
    ...record,
    messages: messagesDb,
    roster: session,
    taskIdOf: (reference) => tasks.show(reference).id,
  });

  const gate = createRelayGate({ clock, states });
  const relay = createRelayService({
    clock,
    ids,
    log,
    announce: facts.emit,
    nextLogicalTime: record.nextLogicalTime,
    deliveries,
    paneOf: (agent) => panes.byAgent(agent),
    gate: gate.judge,
    inject: panes.inject,
    isBlocked: (pane) => states.lookNow(pane).detection?.state === "blocked",
    confirmTimeoutMs: (pane) => pane.profile.inject.confirmTimeoutMs,
    waitingChanged: changed,
  });

  const specs = createSpecService({ ...record, specs: specsDb, subscriptions });
  const decisions = createDecisionService({ ...record, decisions: decisionsDb });
  const questions = createQuestionService({
    ...record,
    questions: questionsDb,
    resolve(actor, reference) {
      try {
        const task = tasks.show(reference);
        return { id: task.id, label: task.title };
      } catch {
        const message = messages.show(actor, reference);
        return { id: message.id, label: message.subject || `message from ${message.from}` };
      }
    },
    onBackgroundError: (thrown) => log.error("questions.failed", { error: messageOf(thrown) }),
  });
  const activity = await openActivityService({
    ...record,
    log,
    file: join(paths.stateDir, "activity.jsonl"),
  });
  const delegation = createDelegationService({
    root: paths.root,
    session,
    tasks,
    messages,
    relay,
    inBackground,
  });

  const touched = createTouchedFiles(clock);
  const archive = createArchiveService({
    dir: join(paths.stateDir, "archive"),
    clock,
    tasks,
    messages,
    locks,
  });
  const summary: SummaryService = createSummaryService({
    project: { name: basename(paths.root), root: paths.root },
    session,
    tasks,
    messages,
    locks,
    questions,
    decisions,
    agents: () => agentViews({ panes, states, session, tasks, messages, locks, relay }),
    deliveries: () => relay.list(),
    fileOf: touched.of,
    nowMs: () => clock.nowMs(),
  });

  /** What an agent hears when its session starts or was compacted: its place, and the state as data of others. */
  function sessionText(agent: Agent): string {
    const guide = sessionGuideText(
      agent,
      { principal: session.principal(), mode: session.mode(), agents: session.all() },
      delegation.pointers(),
    );
    return `${guide}\n\n${frameText(summary.compact(agent.name), "ia-tmux", "state")}`;
  }

  function toolUsed(agent: Agent, call: HookCall): void {
    if (call.tool?.use !== "edit" || call.nativeEvent === "PostToolUseFailure") return;
    const actor = agentActor(agent.name);
    const paths = call.tool.paths.map((one) => one.path);
    for (const { path } of locks.check(actor, paths, call.cwd ?? undefined)) {
      touched.note(agent.name, path);
      activity.add(actor, {
        kind: "file.edited",
        text: `${call.tool.name} ${path}`,
        path,
        tool: call.tool.name,
      });
    }
  }

  const hooks = createHookService({
    clock,
    log,
    panes,
    states,
    session,
    relay,
    locks,
    sessionText,
    toolUsed,
    inBackground,
  });

  const outsideHooks = createOutsideHooks({
    clock,
    log,
    session,
    relay,
    locks,
    tasks,
    operatorToken: operatorToken(paths.stateDir),
    agentOfToken: (token) => (token === "" ? null : (panes.byToken(token)?.record.agent ?? null)),
    sessionText,
    toolUsed,
    isBroadcast: (delivery) =>
      delivery.messageIds.length > 0 &&
      delivery.messageIds.every((id) => messages.show(THE_OPERATOR, id).to === "all"),
    inBackground,
  });

  function ended(paneId: string) {
    const pane = panes.get(paneId);
    if (!pane) return;
    states.ended(pane);
    const { agent } = pane.record;
    if (agent !== null) {
      inBackground("unbind", session.unbindPane(paneId));
      inBackground("release locks", locks.releaseAllOf(agent));
      inBackground("pane ended", relay.paneEnded(agent));
    } else if (pane.record.command === null && pane.dead?.exitCode === 0) {
      inBackground("close pane", workspace.closePane(paneId));
    }
    changed();
    clients.redraw();
  }

  /** Runs a pane's program again, with its agent bound to it as long as it runs. */
  async function startAgain(pane: PaneRuntime, run: () => Promise<unknown>): Promise<void> {
    const { agent } = pane.record;
    if (agent !== null) await session.bindPane(agent, pane.id);
    try {
      await run();
    } finally {
      if (agent !== null && pane.pid === null) await session.unbindPane(pane.id);
    }
    if (agent !== null) relay.poke(agent);
    changed();
    clients.redraw();
  }

  const sized = (pane: PaneRuntime) => workspace.sizeOf(pane.id);
  const respawn = (pane: PaneRuntime) =>
    startAgain(pane, () => panes.respawn(pane.id, sized(pane).cols, sized(pane).rows));
  const revive = (pane: PaneRuntime) =>
    startAgain(pane, () => panes.revive(pane, sized(pane).cols, sized(pane).rows));

  facts.on((fact) => {
    activity.observe(fact);
    delegation.hear(fact);
    if (fact.kind === "agent.state") agentMoved(fact.paneId);
    if (fact.kind.startsWith("lock.")) writeLockSnapshot();
    if (fact.kind === "lock.denied") {
      const pane = panes.byAgent(fact.by);
      if (pane) notices.show(pane.id, "bad", `edit of ${fact.path} refused: held by ${fact.lease.holder}`);
    }
    if (fact.kind === "delivery.changed" && fact.from !== null) {
      const pane = panes.byAgent(fact.delivery.to);
      const level =
        fact.delivery.state === "confirmed" ? "good" : fact.delivery.state === "unconfirmed" ? "bad" : "info";
      if (pane)
        notices.show(
          pane.id,
          level,
          `${fact.delivery.kind} from ${fact.delivery.from} → ${fact.delivery.state}`,
        );
    }
    wait.changed();
    changed();
  });

  function agentMoved(paneId: string) {
    const pane = panes.get(paneId);
    const agent = pane?.record.agent;
    if (!pane || !agent) return;
    const { state } = states.of(pane);
    if (state.name === "working" && !pane.profile.detect.sources.hooks) {
      inBackground("started working", relay.startedWorking(agent));
    }
    if (state.name === "idle" || state.name === "exited") {
      inBackground(
        "no sign",
        relay.gaveNoSign(agent, "the agent went idle without a sign of having read it"),
      );
    }
    relay.poke(agent);
  }

  function writeLockSnapshot() {
    try {
      writeFileSync(`${lockSnapshot}.new`, JSON.stringify(locks.snapshot()), { mode: 0o600 });
      renameSync(`${lockSnapshot}.new`, lockSnapshot);
    } catch (thrown) {
      log.warn("lock-snapshot.failed", { error: messageOf(thrown) });
    }
  }
  writeLockSnapshot();

  return {
    facts,
    changes,
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
    relay,
    gate,
    specs,
    decisions,
    questions,
    activity,
    delegation,
    summary,
    archive,
    hooks: {
      handle: (request: HookRequest) =>
        outsideHooks.concerns(request) ? outsideHooks.handle(request) : hooks.handle(request),
    },
    /** Documents came in behind the services' backs. */
    imported() {
      messages.reload();
      risen();
      changed();
    },
    settings,
    trust,
    dirs,
    inBackground,
    respawn,
    revive,
    profileOf,
    get profiles() {
      return profiles;
    },
    reloadProfiles() {
      profiles = loadProfiles(dirs, trust);
    },
  };
}

/** The token by which the operator's clients are known: made once, readable by its owner only. */
export function operatorToken(stateDir: string): string {
  const file = join(stateDir, "operator.token");
  try {
    const known = readFileSync(file, "utf8").trim();
    if (/^[0-9a-f]{32}$/.test(known)) {
      chmodSync(file, 0o600);
      return known;
    }
  } catch {
    // The first start makes it.
  }
  const token = randomBytes(16).toString("hex");
  writeFileSync(`${file}.new`, `${token}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return token;
}
