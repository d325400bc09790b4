// After a start: finds again what the host kept. What nobody runs any more comes back when its human says so.
import { relative } from "node:path";
import { AppError } from "../base/errors.ts";
import type { Clock } from "../base/clock.ts";
import { paneIdsOf } from "../domain/layout/tree.ts";
import type { RestoreAnswer } from "../domain/pane/workspace.ts";
import { inertText } from "../domain/text/inert.ts";
import type { RestoreOffer } from "../protocol/views.ts";
import type { Services } from "./compose.ts";
import type { PaneRuntime } from "./services/pane-runtime.ts";

/** Between two agents that are started again: all at once they would fight for the machine. */
const STAGGER_MS = 300;

export interface Restore {
  /** What could come back; null when nothing waits for that word. */
  offer(): RestoreOffer | null;
  /**
   * all: agents go on with their own sessions, shells begin anew, commands wait each for its human. fresh: what was
   * there is closed for what `openFirst` opens. later: each pane waits by itself. Answers what was done.
   * @throws AppError not-found when nothing is offered
   */
  answer(how: RestoreAnswer, openFirst: () => Promise<void>): Promise<string>;
}

/** Windows and panes as they were. Programs that still run are only looked at again. */
export async function restoreWorkspace(services: Services, root: string, clock: Clock): Promise<Restore> {
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
  // What waits for its human already needs no other word.
  for (const pane of lost) pane.isOffered = pane.record.message === null;
  for (const agent of session.all()) {
    const pane = agent.paneId === null ? undefined : panes.get(agent.paneId);
    if (agent.paneId === null || (pane && pane.pid !== null)) continue;
    await notToFail("unbind", session.unbindPane(agent.paneId));
    await notToFail("release locks", locks.releaseAllOf(agent.name));
  }
  await notToFail("recover deliveries", relay.recover());
  await delegation.recover();
  locks.recover();
  const shown = showEarlier();
  services.inBackground("show what was printed", shown);
  let isAsked = true;

  return {
    offer() {
      const offered = panes.all().filter((pane) => pane.isOffered);
      return isAsked && offered.length > 0 ? offerOf(services, root, offered) : null;
    },
    async answer(how, openFirst) {
      const offered = panes.all().filter((pane) => pane.isOffered);
      if (offered.length === 0)
        throw new AppError("not-found", "Nothing waits to be brought back.", {
          hint: "After a restart of the machine the panes that ran before do.",
        });
      isAsked = false;
      await shown;
      switch (how) {
        case "all":
          await reviveAll(offered);
          return wordsFor(offered);
        case "fresh": {
          const before = workspace.mux.windows.map((window) => window.id);
          // First: a workspace without a window ends.
          await openFirst();
          for (const id of before) await workspace.closeWindow(id);
          return "Begun afresh.";
        }
        case "later":
          services.changes.emit();
          return "Each pane waits for Enter.";
      }
    },
  };

  /** On a full disk, or with a file that a newer version wrote, a server that cannot note this is better than none. */
  async function notToFail(what: string, work: Promise<unknown>): Promise<void> {
    services.inBackground(what, work);
    await work.catch(() => {});
  }

  async function showEarlier(): Promise<void> {
    for (const pane of lost) {
      const { cols, rows } = workspace.sizeOf(pane.id);
      await panes.showEarlier(pane, cols, rows);
      services.changes.emit();
      services.clients.redraw();
    }
  }

  async function reviveAll(offered: readonly PaneRuntime[]): Promise<void> {
    for (const pane of offered) {
      if (!pane.isOffered) continue;
      await services.revive(pane);
      if (pane.record.agent !== null) await new Promise<void>((resolve) => clock.after(STAGGER_MS, resolve));
    }
    services.changes.emit();
  }
}

function offerOf(services: Services, root: string, offered: readonly PaneRuntime[]): RestoreOffer {
  const { workspace, session } = services;
  const lineOf = ({ record, profile }: PaneRuntime): string => {
    const { agent, command, cwd } = record;
    if (command !== null) return `${inertText(command.join(" "), 100)}: waits for Enter`;
    const place = relative(root, cwd);
    if (agent === null) return `${profile.title}${place === "" ? "" : ` in ${inertText(place, 100)}`}`;
    const goesOn = session.find(agent)?.hasWorked === true && profile.resume.how !== "none";
    return `${agent} (${profile.title}): ${goesOn ? "goes on with its session" : "begins anew"}`;
  };
  return {
    windows: workspace.mux.windows
      .map((window) => {
        const ids = paneIdsOf(window.tree);
        return { name: window.name, panes: offered.filter((pane) => ids.includes(pane.id)).map(lineOf) };
      })
      .filter((window) => window.panes.length > 0),
  };
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
