// Owns the panes and their programs: makes, finds, resizes, ends them, and keeps their screens. Knows nothing of windows.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../base/errors.ts";
import type { Profile } from "../../domain/agent/profile.ts";
import { CREDIT_WINDOW_BYTES, type QueueHighWater } from "../../protocol/host-frames.ts";
import type { PaneRecord } from "../../domain/pane/pane.ts";
import { sameName } from "../../domain/session/actor.ts";
import type { Screen } from "../../terminal/screen.ts";
import type { HostExit } from "../host-contract.ts";
import { createOutputSlices } from "./output-slices.ts";
import type { NewPane, PaneDeps, PaneListeners } from "./pane-contract.ts";
import { createPaneDirectories } from "./pane-directories.ts";
import { createPaneHistory } from "./pane-history.ts";
import { createPaneInput } from "./pane-input.ts";
import type { PaneRuntime } from "./pane-runtime.ts";
import { createPaneStart, hashToken } from "./pane-start.ts";

export type PaneService = ReturnType<typeof createPaneService>;

export function createPaneService(deps: PaneDeps, listeners: PaneListeners) {
  const { clock, host, log, records } = deps;
  const panes = new Map<string, PaneRuntime>();
  /** Logs of panes that can still be reopened, with what they had printed. */
  const retiredLogs = new Map<string, number>();
  let nextNumber = 1 + Math.max(0, ...records.all().map((record) => record.number));

  const slices = createOutputSlices({
    parse: parseOutput,
    now: () => performance.now(),
    nextTurn: setImmediate,
    after: (delayMs, job) => void clock.after(delayMs, job),
  });

  host.onOutput((paneId, offset, bytes) => {
    const pane = panes.get(paneId);
    if (pane?.recording) appendFileSync(pane.recording, bytes);
    slices.output(paneId, offset, bytes);
  });

  function parseOutput(paneId: string, offset: number, bytes: Uint8Array): void {
    const pane = panes.get(paneId);
    if (pane?.screen) {
      parse(pane, pane.screen, offset, bytes);
      pane.offset = offset + bytes.length;
      pane.lastOutputMs = clock.nowMs();
      pane.activity = true;
    }
    // What is drawn can be waited for; what the host may send next cannot.
    if (pane) listeners.output(pane, bytes.length);
    host.ack(paneId, bytes.length);
  }
  host.onResized((paneId, { cols, rows }) =>
    slices.after(paneId, () => {
      const screen = panes.get(paneId)?.screen;
      if (screen && (screen.cols !== cols || screen.rows !== rows)) screen.resize(cols, rows);
    }),
  );
  host.onLost((paneId, { missingBytes }) => {
    // While a pane is brought back, its log has them.
    if (!slices.isHeld(paneId)) log.warn("pane.bytes-not-replayed", { paneId, missingBytes });
  });
  host.onExit((paneId, status) => slices.after(paneId, () => ended(paneId, status)));

  function ended(paneId: string, status: HostExit): void {
    const pane = panes.get(paneId);
    if (!pane || pane.dead) return;
    pane.dead = status;
    pane.pid = null;
    log.info("pane.ended", { paneId, exitCode: status.exitCode, signal: status.signal });
    deps.announce({
      kind: "pane.ended",
      by: "system",
      paneId,
      agent: pane.record.agent,
      exitCode: status.exitCode,
    });
    listeners.ended(pane);
  }

  function parse(pane: PaneRuntime, screen: Screen, offset: number, bytes: Uint8Array): void {
    const heardBytes = pane.heardOffset - offset;
    if (heardBytes <= 0) return screen.write(bytes);
    pane.isReplaying = true;
    screen.write(bytes.subarray(0, heardBytes));
    pane.isReplaying = false;
    screen.write(bytes.subarray(heardBytes));
  }

  function runtime(record: PaneRecord, profile: Profile): PaneRuntime {
    const now = clock.nowMs();
    return {
      id: record.id,
      number: record.number,
      record,
      profile,
      screen: null,
      pid: null,
      directory: record.cwd,
      toldDirectory: null,
      isOffered: false,
      dead: null,
      offset: 0,
      heardOffset: 0,
      isReplaying: false,
      startedAtMs: now,
      lastOutputMs: now,
      lastHumanKeyMs: 0,
      heldInput: null,
      heldBytes: 0,
      copyModeClients: new Set(),
      restarting: null,
      resumed: false,
      sessionHeard: null,
      claimsNext: false,
      freshToken: null,
      recording: null,
      bell: false,
      activity: false,
    };
  }

  async function remove(paneId: string, keepsLog: boolean): Promise<void> {
    const pane = panes.get(paneId);
    if (!pane) return;
    panes.delete(paneId);
    slices.forget(paneId);
    if (pane.pid !== null && !pane.dead) host.close(paneId);
    host.forget(paneId);
    pane.screen?.dispose();
    deps.checkpoints.remove(paneId);
    if (!keepsLog && pane.record.logName !== "") await deps.rawLogs.remove(pane.record.logName);
    if (!pane.dead) {
      deps.announce({ kind: "pane.ended", by: "system", paneId, agent: pane.record.agent, exitCode: null });
    }
    await records.remove(paneId);
  }

  function require(paneId: string): PaneRuntime {
    const pane = panes.get(paneId);
    if (!pane) throw new AppError("not-found", `There is no pane ${paneId}.`, { hint: "Run `ia-tmux ls`." });
    return pane;
  }

  const directories = createPaneDirectories(deps, listeners.moved);
  const history = createPaneHistory({ ...deps, slices, listeners, parse });
  const starting = createPaneStart(deps, {
    listeners,
    directories,
    history,
    require,
    panes: () => panes.values(),
  });
  const input = createPaneInput(deps, listeners, slices.hurry);

  return {
    get: (paneId: string) => panes.get(paneId),
    require,
    all: () => [...panes.values()],
    byNumber: (number: number) => [...panes.values()].find((pane) => pane.number === number),
    /** The pane that runs the agent, else one that ran it. */
    byAgent(agent: string): PaneRuntime | undefined {
      const named = [...panes.values()].filter((pane) => sameName(pane.record.agent ?? "", agent));
      return named.find((pane) => pane.pid !== null) ?? named[0];
    },
    /** The pane whose programs hold this token. */
    byToken(token: string): PaneRuntime | undefined {
      const hash = hashToken(token);
      return [...panes.values()].find((pane) => pane.record.tokenHash === hash);
    },

    /** Makes the pane's record; `start` starts its program. */
    create(request: NewPane): { pane: PaneRuntime; stored: Promise<void> } {
      const token = deps.ids.token();
      const number = nextNumber++;
      const now = clock.nowMs();
      const record: PaneRecord = {
        id: `%${number}`,
        createdAtMs: now,
        createdBy: request.by,
        updatedAtMs: now,
        logicalTime: deps.nextLogicalTime(),
        number,
        profile: request.profile.name,
        agent: request.agent,
        command: request.command ? [...request.command] : null,
        name: request.name,
        title: request.title,
        cwd: request.cwd,
        env: { ...request.env },
        autoClaim: request.autoClaim,
        tokenHash: hashToken(token),
        logName: "",
        message: null,
        startsFresh: false,
      };
      const pane = runtime(record, request.profile);
      pane.freshToken = token;
      panes.set(pane.id, pane);
      return { pane, stored: records.insert(record) };
    },

    /** The most that ever waited in each queue between the panes' programs and here. */
    async highWater(): Promise<readonly QueueHighWater[]> {
      const waiting = {
        queue: "output that waits for its turn",
        mostBytes: slices.mostWaitingBytes,
        // No more is on its way from the host.
        boundBytes: Math.max(1, panes.size) * CREDIT_WINDOW_BYTES,
      };
      return [...(await host.measure()), waiting, starting.answersHighWater(), input.highWater()];
    },

    /** Brings the pane's screen up to date with everything that has come from its program. */
    catchUp: slices.catchUp,

    /** Somebody waits, for the echo of this pane or, with null, for an answer: floods are parsed more slowly for a moment. */
    hurry: slices.hurry,

    setColours: starting.setColours,
    start: starting.start,
    respawn: starting.respawn,
    revive: starting.revive,
    showEarlier: starting.showEarlier,
    type: input.type,
    typeWhole: input.typeWhole,
    inject: input.inject,

    /** Finds again what the host kept running while no server was there. */
    async restore(sizeOf: (paneId: string) => { cols: number; rows: number }): Promise<void> {
      const hosted = new Map(host.panes.map((pane) => [pane.id, pane]));
      for (const record of records.all()) {
        const profile = deps.profileOf(record.profile) ?? deps.profileOf("shell");
        if (!profile) continue;
        const pane = runtime(record, profile);
        panes.set(pane.id, pane);
        const live = hosted.get(record.id);
        hosted.delete(record.id);
        if (!live) continue;
        const screen = starting.attachScreen(pane, live.cols, live.rows);
        const running = live.state.kind === "running";
        pane.pid = running ? live.pid : null;
        pane.heardOffset = live.heardOffset;
        await history.rejoin(pane, screen, live, host.panes.length);
        const size = sizeOf(pane.id);
        if (running && (size.cols !== live.cols || size.rows !== live.rows)) {
          host.resize(pane.id, size.cols, size.rows);
        }
      }
      // Nobody remembers these: their records never became durable, so nobody was told of them either.
      for (const stranger of hosted.keys()) {
        host.close(stranger);
        host.forget(stranger);
      }
    },

    /** Panes that are remembered and that no host runs: after a reboot, or the host's end. */
    lost: () => [...panes.values()].filter((pane) => pane.screen === null),

    resize(paneId: string, cols: number, rows: number) {
      const pane = panes.get(paneId);
      if (!pane?.screen || (pane.screen.cols === cols && pane.screen.rows === rows)) return;
      pane.screen.resize(cols, rows);
      if (!pane.dead) host.resize(paneId, cols, rows);
    },

    /** Ends the pane's program: hang-up, then harder. The pane itself goes with `remove`. */
    end(paneId: string) {
      const pane = panes.get(paneId);
      if (pane && !pane.dead && pane.pid !== null) host.close(paneId);
    },

    /**
     * Ends and forgets the pane, but keeps what it printed. Answers what `reopen` needs, or null when the pane cannot
     * come back: an agent's does not, its session is resumed by starting the agent.
     */
    async retire(paneId: string): Promise<PaneRecord | null> {
      const pane = panes.get(paneId);
      if (!pane) return null;
      await directories.look(pane);
      const kept = pane.record.agent === null ? pane.record : null;
      if (kept && kept.logName !== "") retiredLogs.set(kept.logName, pane.offset);
      await remove(paneId, kept !== null);
      return kept;
    },

    /** Throws away what is kept of a pane that was retired. */
    forgetRetired(record: PaneRecord) {
      retiredLogs.delete(record.logName);
      if (record.logName !== "") void deps.rawLogs.remove(record.logName);
    },

    /** Raw logs that are somebody's. */
    logNames: () => [...records.all().map((record) => record.logName), ...retiredLogs.keys()],

    /** Makes a retired pane anew, with another id. `revive` starts it. */
    async reopen(record: PaneRecord): Promise<PaneRuntime> {
      const number = nextNumber++;
      const now = clock.nowMs();
      const next: PaneRecord = {
        ...record,
        id: `%${number}`,
        number,
        updatedAtMs: now,
        logicalTime: deps.nextLogicalTime(),
        tokenHash: "",
        message: null,
      };
      const profile = deps.profileOf(record.profile) ?? deps.profileOf("shell");
      if (!profile) throw new AppError("not-found", `There is no profile "${record.profile}".`);
      const pane = runtime(next, profile);
      pane.offset = retiredLogs.get(record.logName) ?? 0;
      panes.set(pane.id, pane);
      await records.insert(next);
      retiredLogs.delete(record.logName);
      return pane;
    },

    /** An empty title gives the program's own back. */
    async rename(pane: PaneRuntime, title: string): Promise<void> {
      pane.record = await records.update(pane.id, (record) => ({ ...record, title: title || null }));
    },

    /**
     * Drops what the pane printed, but for what stands on its screen: the scrollback, the host's memory, the raw log on
     * disk and with it what searches and a restart would bring back. People do this to be rid of a secret: nothing is kept
     * aside, and it cannot be undone. What was copied from it stays where it was copied to.
     */
    async clearHistory(pane: PaneRuntime): Promise<void> {
      slices.catchUp(pane.id);
      pane.screen?.clearHistory();
      // The one on disk shows an earlier screen.
      deps.checkpoints.remove(pane.id);
      deps.checkpoints.write(pane);
      const { logName } = pane.record;
      // When no host has it, the log is ours to delete.
      const alone = () => (logName === "" ? undefined : deps.rawLogs.remove(logName));
      await host.clear(pane.id, pane.offset).catch(alone);
      listeners.output(pane, 0);
    },

    /** Forgets the pane and what it printed. */
    remove: (paneId: string) => remove(paneId, false),

    /** Writes everything the pane prints from now on to a file in `dir`; null ends that. Says which file. */
    record(pane: PaneRuntime, dir: string | null): { file: string | null; offset: number } {
      pane.recording =
        dir === null ? null : join(dir, `${pane.id.replace("%", "pane-")}-${clock.nowMs()}.raw`);
      if (pane.recording) appendFileSync(pane.recording, "", { mode: 0o600 });
      return { file: pane.recording, offset: pane.offset };
    },

    /** Looks where the programs of all panes are now; what has changed is in their records when it resolves. */
    async lookAround(): Promise<void> {
      await Promise.all([...panes.values()].map(directories.look));
    },

    /** Notes on disk how every screen stands and where every shell is, for a server that comes after this one. */
    checkpoint() {
      for (const pane of panes.values()) {
        deps.checkpoints.write(pane);
        void directories.look(pane);
      }
    },

    signal(paneId: string, signal: string) {
      const pane = panes.get(paneId);
      if (pane && !pane.dead) host.signal(paneId, signal);
    },
  };
}
