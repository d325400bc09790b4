// Owns the panes' programs: starts, feeds, resizes, ends them, and keeps their screens. Knows nothing of windows.
import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { AppError, messageOf } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";
import type { Ids } from "../../base/ids.ts";
import type { Logger } from "../../base/log.ts";
import type { Profile } from "../../domain/agent/profile.ts";
import type { Announce } from "../../domain/facts.ts";
import type { PaneRecord } from "../../domain/pane/pane.ts";
import type { EncodedDelivery } from "../../domain/relay/encode.ts";
import type { Collection } from "../../store/contract.ts";
import { sameName } from "../../domain/session/actor.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { ProgramStatus } from "../../terminal/program-status.ts";
import type { Screen, ScreenOptions } from "../../terminal/screen.ts";
import type { HostLink } from "../host-link.ts";
import type { CheckpointFiles } from "../pane-checkpoints.ts";
import { isTyping, MAX_HELD_INPUT_BYTES, type PaneRuntime } from "./pane-runtime.ts";

/** How a pane's program is started: made by src/server/launch, because it knows the agents. */
export interface PreparedProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface NewPane {
  readonly profile: Profile;
  readonly agent: string | null;
  readonly command: readonly string[] | null;
  readonly name: string | null;
  readonly cwd: string;
  /** Variables of a layout, on top of the profile's. */
  readonly env: Readonly<Record<string, string>>;
  readonly by: string;
}

/** What panes printed, on disk. */
export interface RawLogs {
  /** The last bytes of a log, from the beginning of a line; empty when there is none. */
  tail(logName: string): Promise<Uint8Array>;
  remove(logName: string): void;
}

export interface PaneDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly host: HostLink;
  readonly records: Collection<PaneRecord>;
  readonly checkpoints: CheckpointFiles;
  readonly rawLogs: RawLogs;
  readonly announce: Announce;
  readonly nextLogicalTime: () => number;
  readonly createScreen: (options: ScreenOptions) => Screen;
  /** Null when the program is not there; then `message` says how to get it. */
  readonly prepare: (
    pane: PaneRecord,
    profile: Profile,
    token: string,
  ) => Promise<PreparedProgram | { message: string }>;
  readonly profileOf: (name: string) => Profile | undefined;
  /** Where a running program is now; null when the system does not say. */
  readonly cwdOf: (pid: number) => string | null;
  readonly logBytesMax: () => number;
  /** The user's own file mode mask: ours is 077. */
  readonly userUmask: number;
}

/** What other services hear of panes, many times a second: not facts, and never stored. */
export interface PaneListeners {
  output(pane: PaneRuntime, bytes: number): void;
  status(pane: PaneRuntime, status: ProgramStatus): void;
  title(pane: PaneRuntime): void;
  bell(pane: PaneRuntime): void;
  notification(pane: PaneRuntime, text: string): void;
  clipboard(pane: PaneRuntime): void;
  typed(pane: PaneRuntime): void;
  ended(pane: PaneRuntime): void;
}

export type PaneService = ReturnType<typeof createPaneService>;

export function createPaneService(deps: PaneDeps, listeners: PaneListeners) {
  const { clock, host, log, records } = deps;
  const panes = new Map<string, PaneRuntime>();
  let nextNumber = 1 + Math.max(0, ...records.all().map((record) => record.number));

  host.onOutput((paneId, offset, bytes) => {
    const pane = panes.get(paneId);
    if (pane?.recording) appendFileSync(pane.recording, bytes);
    if (pane?.screen) {
      pane.screen.write(bytes);
      pane.offset = offset + bytes.length;
      pane.lastOutputMs = clock.nowMs();
      pane.activity = true;
    }
    host.ack(paneId, bytes.length);
    if (pane) listeners.output(pane, bytes.length);
  });
  host.onResized((paneId, { cols, rows }) => {
    const screen = panes.get(paneId)?.screen;
    if (screen && (screen.cols !== cols || screen.rows !== rows)) screen.resize(cols, rows);
  });
  host.onLost((paneId, { missingBytes }) => log.warn("pane.bytes-not-replayed", { paneId, missingBytes }));
  host.onExit((paneId, status) => {
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
  });

  function runtime(record: PaneRecord, profile: Profile): PaneRuntime {
    const now = clock.nowMs();
    return {
      id: record.id,
      number: record.number,
      record,
      profile,
      screen: null,
      pid: null,
      dead: null,
      offset: 0,
      startedAtMs: now,
      lastOutputMs: now,
      lastHumanKeyMs: 0,
      heldInput: null,
      heldBytes: 0,
      copyModeClients: new Set(),
      freshToken: null,
      recording: null,
      bell: false,
      activity: false,
    };
  }

  function attachScreen(pane: PaneRuntime, cols: number, rows: number): Screen {
    // What one piece of output asked for is answered in one write: a file full of questions must not cost a frame each.
    const replies: Uint8Array[] = [];
    const sendReplies = () => {
      const bytes = Buffer.concat(replies.splice(0));
      if (!pane.dead) host.send(pane.id, bytes);
    };
    const screen = deps.createScreen({
      cols,
      rows,
      now: () => performance.now(),
      onReply: (bytes) => {
        replies.push(bytes);
        if (replies.length === 1) queueMicrotask(sendReplies);
      },
      onTitle: () => listeners.title(pane),
      onBell: () => {
        pane.bell = true;
        listeners.bell(pane);
      },
      onStatus: (status) => listeners.status(pane, status),
      onClipboard: () => listeners.clipboard(pane),
      onNotification: (text) => listeners.notification(pane, text),
    });
    pane.screen = screen;
    return screen;
  }

  /** `history`: bytes that stand above the new program's output. */
  async function start(pane: PaneRuntime, cols: number, rows: number, history?: Uint8Array): Promise<void> {
    const token = pane.freshToken ?? deps.ids.token();
    if (pane.freshToken === null) {
      const tokenHash = hashToken(token);
      pane.record = await records.update(pane.id, (record) => ({ ...record, tokenHash, message: null }));
    }
    pane.freshToken = null;
    const prepared = await deps.prepare(pane.record, pane.profile, token);
    if ("message" in prepared) {
      pane.record = await records.update(pane.id, (record) => ({ ...record, message: prepared.message }));
      return;
    }
    pane.dead = null;
    pane.offset = 0;
    pane.startedAtMs = clock.nowMs();
    const screen = attachScreen(pane, cols, rows);
    if (history) {
      screen.write(history);
      screen.write(endOfEarlier(screen));
    }
    const olderLog = pane.record.logName;
    try {
      const { pid, logName } = await host.spawn({
        paneId: pane.id,
        file: prepared.file,
        args: [...prepared.args],
        cwd: pane.record.cwd,
        env: { ...prepared.env },
        cols,
        rows,
        meta: JSON.stringify({ profile: pane.profile.name }),
        logBytesMax: deps.logBytesMax(),
        umask: deps.userUmask,
      });
      pane.pid = pid;
      pane.record = await records.update(pane.id, (record) => ({ ...record, logName }));
      if (olderLog !== "" && olderLog !== logName) deps.rawLogs.remove(olderLog);
      log.info("pane.started", { paneId: pane.id, pid, profile: pane.profile.name });
    } catch (thrown) {
      pane.screen?.dispose();
      pane.screen = null;
      const message = `${prepared.file} could not be started: ${messageOf(thrown)}`;
      pane.record = await records.update(pane.id, (record) => ({ ...record, message }));
    }
    deps.announce({
      kind: "pane.opened",
      by: pane.record.createdBy,
      paneId: pane.id,
      agent: pane.record.agent,
    });
  }

  async function remove(paneId: string, keepsLog: boolean): Promise<void> {
    const pane = panes.get(paneId);
    if (!pane) return;
    panes.delete(paneId);
    if (pane.pid !== null && !pane.dead) host.close(paneId);
    host.forget(paneId);
    pane.screen?.dispose();
    deps.checkpoints.remove(paneId);
    if (!keepsLog && pane.record.logName !== "") deps.rawLogs.remove(pane.record.logName);
    if (!pane.dead) {
      deps.announce({ kind: "pane.ended", by: "system", paneId, agent: pane.record.agent, exitCode: null });
    }
    await records.remove(paneId);
  }

  function pause(ms: number): Promise<void> {
    return ms > 0 ? new Promise((resolve) => clock.after(ms, resolve)) : Promise.resolve();
  }

  function require(paneId: string): PaneRuntime {
    const pane = panes.get(paneId);
    if (!pane) throw new AppError("not-found", `There is no pane ${paneId}.`, { hint: "Run `ia-tmux ls`." });
    return pane;
  }

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
        cwd: request.cwd,
        env: { ...request.env },
        tokenHash: hashToken(token),
        logName: "",
        message: null,
      };
      const pane = runtime(record, request.profile);
      pane.freshToken = token;
      panes.set(pane.id, pane);
      return { pane, stored: records.insert(record) };
    },

    /** Starts the program. One that is missing leaves a pane with a message. */
    start: (pane: PaneRuntime, cols: number, rows: number) => start(pane, cols, rows),

    /** Starts the pane's program again after it ended or could not start. */
    async respawn(paneId: string, cols: number, rows: number): Promise<PaneRuntime> {
      const pane = require(paneId);
      if (pane.pid !== null) {
        throw new AppError("conflict", `Pane ${paneId} still runs its program.`, { hint: "Kill it first." });
      }
      pane.screen?.dispose();
      pane.screen = null;
      if (pane.dead) host.forget(paneId);
      await start(pane, cols, rows);
      return pane;
    },

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
        const screen = attachScreen(pane, live.cols, live.rows);
        const running = live.state.kind === "running";
        pane.pid = running ? live.pid : null;
        const checkpoint = await deps.checkpoints.read(pane.id, live);
        if (checkpoint) {
          screen.resize(checkpoint.cols, checkpoint.rows);
          screen.write(checkpoint.bytes);
          pane.offset = checkpoint.offset;
        }
        host.resume(pane.id, pane.offset);
        const size = sizeOf(pane.id);
        if (running && (size.cols !== live.cols || size.rows !== live.rows)) {
          host.resize(pane.id, size.cols, size.rows);
        }
      }
      // Nobody remembers these: their records never became durable, so nobody was told of them either.
      for (const stranger of hosted.keys()) host.close(stranger);
    },

    /** Panes that are remembered and that no host runs: after a reboot, or the host's end. */
    lost: () => [...panes.values()].filter((pane) => pane.screen === null && pane.record.message === null),

    /**
     * Starts a lost pane's program again. An agent goes on with its session; a shell comes with what it had printed.
     * A command is not run again by itself: the pane says how to.
     */
    async revive(pane: PaneRuntime, cols: number, rows: number): Promise<void> {
      const { command, agent, logName } = pane.record;
      if (command !== null) {
        const message = `Was running before: ${inertText(command.join(" "), 300)}\nEnter starts it again, x closes the pane.`;
        pane.record = await records.update(pane.id, (record) => ({ ...record, message }));
        return;
      }
      const history = agent === null && logName !== "" ? await deps.rawLogs.tail(logName) : new Uint8Array(0);
      await start(pane, cols, rows, history.length > 0 ? history : undefined);
    },

    resize(paneId: string, cols: number, rows: number) {
      const pane = panes.get(paneId);
      if (!pane?.screen || (pane.screen.cols === cols && pane.screen.rows === rows)) return;
      pane.screen.resize(cols, rows);
      if (!pane.dead) host.resize(paneId, cols, rows);
    },

    /** Bytes that a human typed. While a relay is being written they wait, and follow it in order. */
    type(pane: PaneRuntime, bytes: Uint8Array) {
      if (pane.dead || pane.pid === null) return;
      if (isTyping(bytes)) {
        pane.lastHumanKeyMs = clock.nowMs();
        listeners.typed(pane);
      }
      if (pane.heldInput === null) return host.send(pane.id, bytes);
      if (pane.heldBytes + bytes.length > MAX_HELD_INPUT_BYTES) return;
      pane.heldInput.push(bytes.slice());
      pane.heldBytes += bytes.length;
    },

    /**
     * Writes a relay: each part is one write to the terminal, with the pauses that the agent needs to tell text from
     * keys. Human input is held meanwhile and let through after. Before the last of several parts, which submits,
     * `mayFinish` is asked. Only the relay service calls this. Rejects when the pane is dead or does not read, and
     * with `interrupted` when it may not finish.
     */
    async inject(pane: PaneRuntime, writes: EncodedDelivery, mayFinish: () => boolean): Promise<void> {
      if (pane.dead || pane.pid === null) throw new AppError("failed", `Pane ${pane.id} has ended.`);
      if (pane.heldInput !== null) throw new AppError("busy", `Pane ${pane.id} is being written to.`);
      pane.heldInput = [];
      try {
        for (const [index, part] of writes.parts.entries()) {
          const last = index === writes.parts.length - 1;
          if (index > 0) await pause(last ? writes.submitPauseMs : writes.pauseMs);
          if (index > 0 && last && !mayFinish()) {
            throw new AppError("interrupted", "a dialog opened meanwhile, so it was not submitted");
          }
          await host.write(pane.id, part);
        }
      } finally {
        const held: Uint8Array[] = pane.heldInput;
        pane.heldInput = null;
        pane.heldBytes = 0;
        for (const bytes of held) if (!pane.dead) host.send(pane.id, bytes);
      }
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
      const cwd = (pane.pid !== null && deps.cwdOf(pane.pid)) || pane.record.cwd;
      const kept = pane.record.agent === null ? { ...pane.record, cwd } : null;
      await remove(paneId, kept !== null);
      return kept;
    },

    /** Throws away what is kept of a pane that was retired. */
    forgetRetired(record: PaneRecord) {
      if (record.logName !== "") deps.rawLogs.remove(record.logName);
    },

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
      panes.set(pane.id, pane);
      await records.insert(next);
      return pane;
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

    /** Notes on disk how every screen stands, for a server that comes after this one. */
    checkpoint() {
      for (const pane of panes.values()) deps.checkpoints.write(pane);
    },

    signal(paneId: string, signal: string) {
      const pane = panes.get(paneId);
      if (pane && !pane.dead) host.signal(paneId, signal);
    },
  };
}

export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Undoes the modes that an earlier program left on, and says where its output ends. */
function endOfEarlier(screen: Screen): Uint8Array {
  // Leaving the alternate screen restores a cursor: only where it was entered.
  const leave = screen.modes().alternateScreen ? "\x1b[?1049l" : "";
  const words = "started again; above is what was printed before";
  return Buffer.from(`${leave}\x1b[!p\x1b[?2004l\x1b[?1000l\x1b[?1004l\r\n\x1b[2m── ${words} ──\x1b[0m\r\n`);
}
