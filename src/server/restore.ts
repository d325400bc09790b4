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
  // What waits for its human already was told of before.
  const untold = lost.filter((pane) => pane.record.message === null);
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
  return { words: work.then(() => (untold.length === 0 ? null : wordsFor(untold))) };

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

/** Short, for a toast: which agents go on with their sessions, what begins anew, and what waits for its human. */
function wordsFor(lost: readonly PaneRuntime[]): string {
  const running = lost.filter((pane) => pane.pid !== null);
  const waiting = lost.filter((pane) => pane.pid === null);
  const agentsIn = (panes: readonly PaneRuntime[]) => panes.flatMap((pane) => pane.record.agent ?? []);
  const shells = running.filter((pane) => pane.record.agent === null).length;
  const commands = waiting.filter((pane) => pane.record.agent === null).length;
  const list = (words: string, what: readonly string[]) =>
    what.length === 0 ? "" : `${words}: ${what.join(", ")}.`;
  return [
    list("Resumed", agentsIn(running.filter((pane) => pane.resumed))),
    list("Started", [...agentsIn(running.filter((pane) => !pane.resumed)), ...count(shells, "shell")]),
    list("Waiting for Enter", [...agentsIn(waiting), ...count(commands, "command")]),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function count(number: number, noun: string): readonly string[] {
  return number === 0 ? [] : [`${number} ${number === 1 ? noun : `${noun}s`}`];
}
