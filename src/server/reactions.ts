// What follows when something happened in one service and concerns another: panes that end, agents that move, locks
// that change. Facts and listeners come in, orders to the owning services go out.
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Fact, FactOf } from "../domain/facts.ts";
import { bypassLine } from "../domain/lock/bypass-report.ts";
import { accused } from "../domain/lock/write-evidence.ts";
import { createLockSnapshotFile } from "./lock-snapshot-file.ts";
import type { AgentStateService } from "./services/agent-state-service.ts";
import type { ClientService } from "./services/client-service.ts";
import type { LockService } from "./services/lock-service.ts";
import type { NoticeBoard } from "./services/notice-board.ts";
import type { PaneRuntime } from "./services/pane-runtime.ts";
import type { PaneService } from "./services/pane-service.ts";
import type { RelayService } from "./services/relay-service.ts";
import type { SessionService } from "./services/session-service.ts";
import type { WorkspaceService } from "./services/workspace-service.ts";

export interface ReactionDeps {
  readonly log: Logger;
  /** File that hooks read while no server answers. */
  readonly lockSnapshot: string;
  readonly session: SessionService;
  readonly states: AgentStateService;
  readonly notices: NoticeBoard;
  readonly panes: PaneService;
  readonly workspace: WorkspaceService;
  readonly clients: ClientService;
  readonly locks: LockService;
  readonly relay: RelayService;
  readonly inBackground: (what: string, work: Promise<unknown>) => void;
  readonly remainOnExit: () => "auto" | "always" | "never";
  readonly nowMs: () => number;
  readonly changed: () => void;
}

/** A shell that ends so soon after a key was ended by who pressed it. */
const BY_HAND_MS = 2_000;

export function createReactions(deps: ReactionDeps) {
  const { session, states, notices, panes, workspace, clients, locks, relay, inBackground, changed } = deps;
  const snapshotFile = createLockSnapshotFile(deps.lockSnapshot);
  let snapshotIsDue = false;
  writeLockSnapshot();

  return {
    hear(fact: Fact) {
      if (fact.kind === "agent.renamed") locks.renamed(fact.previous, fact.agent.name);
      if (fact.kind === "agent.renamed" || fact.kind.startsWith("lock.")) soonWriteLockSnapshot();
      if (fact.kind === "agent.state") agentMoved(fact.paneId);
      else if (fact.kind === "lock.denied") showDenial(fact);
      else if (fact.kind === "lock.bypassed") showBypass(fact);
      else if (fact.kind === "delivery.changed" && fact.from !== null) showReceipt(fact);
    },

    paneEnded(pane: PaneRuntime) {
      states.ended(pane);
      const { agent, command } = pane.record;
      if (agent !== null) {
        inBackground("unbind", session.unbindPane(pane.id));
        inBackground("release locks", locks.releaseAllOf(agent));
        inBackground("pane ended", relay.paneEnded(agent));
      } else if (pane.restarting === null && closesAtEnd(pane, command !== null)) {
        inBackground("close pane", workspace.closePane(pane.id));
      }
      pane.restarting?.();
      pane.restarting = null;
      changed();
      clients.redraw();
    },

    /** Runs a pane's program again after it ended; `kill`: one that still runs is ended first. */
    async respawn(pane: PaneRuntime, kill: boolean): Promise<void> {
      if (kill && pane.pid !== null && !pane.dead) {
        const ended = new Promise<void>((resolve) => (pane.restarting = resolve));
        panes.end(pane.id);
        await ended;
      }
      const { cols, rows } = workspace.sizeOf(pane.id);
      return startAgain(pane, () => panes.respawn(pane.id, cols, rows));
    },

    /** Brings a pane back that is remembered and that no host runs. */
    revive(pane: PaneRuntime): Promise<void> {
      const { cols, rows } = workspace.sizeOf(pane.id);
      return startAgain(pane, () => panes.revive(pane, cols, rows));
    },
  };

  /**
   * Whether a pane goes with its program. An agent's stays, to say what happened. By itself: a shell that ended well or
   * by its human's hand goes, one that failed alone stays with its words, and so does a command with its output.
   */
  function closesAtEnd(pane: PaneRuntime, isCommand: boolean): boolean {
    const wanted = deps.remainOnExit();
    if (wanted !== "auto") return wanted === "never";
    if (isCommand || !pane.dead || pane.dead.signal > 0) return false;
    return pane.dead.exitCode === 0 || deps.nowMs() - pane.lastHumanKeyMs < BY_HAND_MS;
  }

  /** The pane's agent is bound to it before its program runs, and as long as it does. */
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

  function agentMoved(paneId: string) {
    const pane = panes.get(paneId);
    const agent = pane?.record.agent;
    if (!pane || !agent) return;
    const { state } = states.of(pane);
    // Others tell of their prompts, and some call it work when they start.
    if (state.name === "working" && !pane.profile.detect.sources.hooks) {
      inBackground("note work", session.noteWork(agent));
      inBackground("started working", relay.startedWorking(agent));
    }
    if (state.name === "idle" || state.name === "exited") {
      const why = "the agent went idle without a sign of having read it";
      inBackground("no sign", relay.gaveNoSign(agent, why));
    }
    relay.poke(agent);
  }

  function showDenial(fact: FactOf<"lock.denied">) {
    const pane = panes.byAgent(fact.by);
    if (pane) notices.show(pane.id, "bad", `edit of ${fact.path} refused: held by ${fact.lease.holder}`);
  }

  function showBypass(fact: FactOf<"lock.bypassed">) {
    const line = bypassLine(fact);
    for (const name of [fact.holder, ...accused(fact.writer)]) {
      const pane = panes.byAgent(name);
      if (pane) notices.show(pane.id, "bad", line);
    }
  }

  function showReceipt({ delivery }: FactOf<"delivery.changed">) {
    // While it waits, the border says why; a passing line would hide that.
    if (delivery.state === "queued" || delivery.state === "writing") return;
    const pane = panes.byAgent(delivery.to);
    if (!pane) return;
    const level = delivery.state === "confirmed" ? "good" : delivery.state === "unconfirmed" ? "bad" : "info";
    notices.show(pane.id, level, `${delivery.kind} from ${delivery.from} → ${delivery.state}`);
  }

  /** Once for locks that come together, and before anybody is answered: what is granted binds from then on. */
  function soonWriteLockSnapshot() {
    if (snapshotIsDue) return;
    snapshotIsDue = true;
    queueMicrotask(() => {
      snapshotIsDue = false;
      writeLockSnapshot();
    });
  }

  function writeLockSnapshot() {
    try {
      snapshotFile.write(JSON.stringify(locks.snapshot()));
    } catch (thrown) {
      deps.log.warn("lock-snapshot.failed", { error: messageOf(thrown) });
    }
  }
}
