// After a start: finds again what the host kept, and brings back what nobody runs any more.
import type { Clock } from "../base/clock.ts";
import type { Services } from "./compose.ts";

/** Between two agents that are started again: all at once they would fight for the machine. */
const STAGGER_MS = 300;

/**
 * Windows and panes as they were. Programs that still run are only looked at again; agents whose programs ended go on
 * with their own sessions, shells with what they had printed, and commands wait for the human.
 */
export async function restoreWorkspace(services: Services, clock: Clock): Promise<void> {
  const { workspace, panes, session, locks, relay } = services;
  workspace.load();
  await panes.restore((paneId) => workspace.sizeOf(paneId));
  await workspace.dropMissing();
  const lost = panes.lost();
  for (const agent of session.all()) {
    const pane = agent.paneId === null ? undefined : panes.get(agent.paneId);
    if (agent.paneId === null || (pane && pane.pid !== null)) continue;
    await session.unbindPane(agent.paneId);
    await locks.releaseAllOf(agent.name);
  }
  await relay.recover();
  if (lost.length === 0) return;
  services.inBackground("restore", reviveAll());

  async function reviveAll() {
    for (const pane of lost) {
      await services.revive(pane);
      if (pane.record.agent !== null) await new Promise<void>((resolve) => clock.after(STAGGER_MS, resolve));
    }
    services.changes.emit();
  }
}
