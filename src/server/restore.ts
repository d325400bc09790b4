// After a start: finds again what the host kept, and brings back what nobody runs any more.
import type { Clock } from "../base/clock.ts";
import type { Services } from "./compose.ts";
import type { PaneRuntime } from "./services/pane-runtime.ts";

/** Between two agents that are started again: all at once they would fight for the machine. */
const STAGGER_MS = 300;

export interface Restored {
  /** What was brought back, for the human; null when nothing had to be. */
  readonly words: Promise<string | null>;
}

/**
 * Windows and panes as they were. Programs that still run are only looked at again; agents whose programs ended go on
 * with their own sessions, shells with what they had printed, and commands wait for the human.
 */
export async function restoreWorkspace(services: Services, clock: Clock): Promise<Restored> {
  const { workspace, panes, session, locks, relay, delegation } = services;
  workspace.load();
  await panes.restore((paneId) => workspace.sizeOf(paneId));
  await workspace.dropMissing();
  for (const pane of panes.all()) {
    // The program runs on under the session that it named to the server before.
    if (pane.pid !== null && pane.record.agent !== null) {
      pane.sessionHeard = session.find(pane.record.agent)?.agentSessionId ?? null;
    }
  }
  const lost = panes.lost();
  for (const agent of session.all()) {
    const pane = agent.paneId === null ? undefined : panes.get(agent.paneId);
    if (agent.paneId === null || (pane && pane.pid !== null)) continue;
    await notToFail("unbind", session.unbindPane(agent.paneId));
    await notToFail("release locks", locks.releaseAllOf(agent.name));
  }
  await notToFail("recover deliveries", relay.recover());
  await delegation.recover();
  locks.recover();
  if (lost.length === 0) return { words: Promise.resolve(null) };
  const work = reviveAll();
  services.inBackground("restore", work);
  return { words: work.then(() => wordsFor(lost)) };

  /** On a full disk, or with a file that a newer version wrote, a server that cannot note this is better than none. */
  async function notToFail(what: string, work: Promise<unknown>): Promise<void> {
    services.inBackground(what, work);
    await work.catch(() => {});
  }

  async function reviveAll() {
    for (const pane of lost) {
      await services.revive(pane);
      if (pane.record.agent !== null) await new Promise<void>((resolve) => clock.after(STAGGER_MS, resolve));
    }
    services.changes.emit();
  }
}

function wordsFor(lost: readonly PaneRuntime[]): string {
  const running = lost.filter((pane) => pane.pid !== null);
  const agents = running.flatMap((pane) => pane.record.agent ?? []);
  const shells = running.length - agents.length;
  const waiting = lost.filter((pane) => pane.record.command !== null).length;
  const failed = lost.length - running.length - waiting;
  const parts = [
    agents.length > 0
      ? `${agents.join(", ")} with ${agents.length === 1 ? "its session" : "their sessions"}`
      : "",
    shells > 0 ? count(shells, "shell") : "",
  ].filter((part) => part !== "");
  return [
    parts.length > 0 ? `Brought back: ${parts.join("; ")}.` : "",
    waiting > 0 ? `${count(waiting, "command")} ${waiting === 1 ? "waits" : "wait"} for Enter.` : "",
    failed > 0 ? `${count(failed, "program")} could not be started.` : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function count(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : `${noun}s`}`;
}
