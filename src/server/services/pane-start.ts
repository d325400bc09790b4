// Starts a pane's program, the first time and again, and gives it a screen.
import { createHash } from "node:crypto";
import { AppError, messageOf } from "../../base/errors.ts";
import type { EarlierLog, QueueHighWater } from "../../protocol/host-frames.ts";
import { endEarlierOutput } from "../../terminal/earlier-output.ts";
import {
  DEFAULT_THEME,
  isDark,
  MAX_REPLY_BYTES_PER_SECOND,
  type Screen,
  type ScreenTheme,
} from "../../terminal/screen.ts";
import type { PaneDeps, PaneListeners } from "./pane-contract.ts";
import type { PaneDirectories } from "./pane-directories.ts";
import type { PaneHistory } from "./pane-history.ts";
import { type PaneRuntime, wasRunning } from "./pane-runtime.ts";

export interface PaneStartDeps {
  readonly listeners: PaneListeners;
  readonly directories: PaneDirectories;
  readonly history: PaneHistory;
  /** @throws AppError not-found */
  readonly require: (paneId: string) => PaneRuntime;
  readonly panes: () => Iterable<PaneRuntime>;
}

export function createPaneStart(deps: PaneDeps, more: PaneStartDeps) {
  const { clock, host, log, records } = deps;
  const { listeners, directories, history, panes } = more;
  let mostAnswerBytes = 0;
  let theme = DEFAULT_THEME;

  function attachScreen(pane: PaneRuntime, cols: number, rows: number): Screen {
    // What one piece of output asked for is answered in one write: a file full of questions must not cost a frame each.
    const replies: Uint8Array[] = [];
    const sendReplies = () => {
      const bytes = Buffer.concat(replies.splice(0));
      if (bytes.length > mostAnswerBytes) mostAnswerBytes = bytes.length;
      if (!pane.dead) host.send(pane.id, bytes);
    };
    const screen = deps.createScreen({
      cols,
      rows,
      theme: () => theme,
      now: () => performance.now(),
      onReply: (bytes) => {
        if (pane.isReplaying) return;
        replies.push(bytes);
        if (replies.length === 1) queueMicrotask(sendReplies);
      },
      onTitle: () => isOver(pane) || listeners.title(pane),
      onBell: () => {
        if (pane.isReplaying) return;
        pane.bell = true;
        listeners.bell(pane);
      },
      onStatus: (status) => isOver(pane) || listeners.status(pane, status),
      onWorkingDirectory: (path, where) => directories.told(pane, path, where),
      onClipboard: () => pane.isReplaying || listeners.clipboard(pane),
      onNotification: (text) => pane.isReplaying || listeners.notification(pane, text),
    });
    pane.screen = screen;
    return screen;
  }

  /**
   * Puts what the pane's earlier program printed above what comes now, on the screen and in the log, which goes on.
   * `note`: what else is to be said there. `byHand`: the program begins on an empty screen, as a human expects who asks
   * for it.
   */
  async function endEarlier(
    pane: PaneRuntime,
    screen: Screen,
    note: string | null,
    byHand: boolean,
  ): Promise<EarlierLog | undefined> {
    const words = ["started again; above is what was printed before", ...(note === null ? [] : [note])];
    // An agent's screen is read: what stood there before must not be taken for its own.
    const clears = byHand || pane.record.agent !== null;
    const bytes = endEarlierOutput(screen, words.join(" ── "), clears, (text) =>
      history.silently(pane, screen, text),
    );
    const { logName } = pane.record;
    if (logName === "") return undefined;
    return { name: logName, offset: await deps.rawLogs.append(logName, bytes, pane.offset) };
  }

  async function start(pane: PaneRuntime, cols: number, rows: number, byHand = true): Promise<void> {
    const token = pane.freshToken ?? deps.ids.token();
    if (pane.freshToken === null) {
      const tokenHash = hashToken(token);
      pane.record = await records.update(pane.id, (record) => ({ ...record, tokenHash, message: null }));
    }
    pane.freshToken = null;
    pane.isOffered = false;
    const prepared = await deps.prepare(pane.record, pane.profile, token, byHand);
    if ("message" in prepared) {
      pane.record = await records.update(pane.id, (record) => ({ ...record, ...prepared }));
      return;
    }
    const earlier = pane.screen;
    earlier?.resize(cols, rows);
    const olderLog = earlier ? await endEarlier(pane, earlier, prepared.note, byHand) : undefined;
    pane.dead = null;
    pane.offset = 0;
    pane.heardOffset = 0;
    pane.sessionHeard = null;
    pane.directory = prepared.cwd;
    pane.toldDirectory = null;
    pane.resumed = prepared.resumes;
    pane.claimsNext = pane.record.autoClaim;
    pane.startedAtMs = clock.nowMs();
    // The host starts the program while the screen is made; what it prints is read in a later turn.
    const spawning = host.spawn({
      paneId: pane.id,
      file: prepared.file,
      args: [...prepared.args],
      cwd: prepared.cwd,
      env: { ...prepared.env },
      cols,
      rows,
      meta: JSON.stringify({ profile: pane.profile.name }),
      logBytesMax: deps.logBytesMax(),
      umask: deps.userUmask,
      ...(olderLog === undefined ? {} : { log: olderLog }),
    });
    const screen = earlier ?? attachScreen(pane, cols, rows);
    const older = pane.record.logName;
    try {
      const { pid, logName } = await spawning;
      // One that ends at once has been heard of before this: its end came with the answer, in one read.
      if (pane.dead === null) pane.pid = pid;
      pane.record = await records.update(pane.id, (record) => ({ ...record, logName, startsFresh: false }));
      if (older !== "" && older !== logName) void deps.rawLogs.remove(older);
      log.info("pane.started", { paneId: pane.id, pid, profile: pane.profile.name });
    } catch (thrown) {
      if (earlier === null) {
        screen.dispose();
        pane.screen = null;
      }
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

  return {
    /** Gives the pane a new screen that answers its program and tells the listeners. */
    attachScreen,

    /** The colours of the terminal that somebody looks through; the last one's hold. */
    setColours(told: Partial<ScreenTheme>) {
      const background = told.background ?? theme.background;
      const foreground = told.foreground ?? theme.foreground;
      const next = { foreground, background, cursor: told.cursor ?? told.foreground ?? theme.cursor };
      const wasDark = isDark(theme.background);
      theme = next;
      if (isDark(background) !== wasDark) for (const pane of panes()) pane.screen?.tellScheme();
    },

    answersHighWater: (): QueueHighWater => ({
      queue: "answers to a program's questions",
      mostBytes: mostAnswerBytes,
      boundBytes: MAX_REPLY_BYTES_PER_SECOND,
    }),

    /** Starts the program. One that is missing leaves a pane with a message. */
    start: (pane: PaneRuntime, cols: number, rows: number) => start(pane, cols, rows),

    /** Starts the pane's program again after it ended or could not start. What was printed before stands above. */
    async respawn(paneId: string, cols: number, rows: number): Promise<PaneRuntime> {
      const pane = more.require(paneId);
      if (pane.pid !== null) {
        throw new AppError("conflict", `Pane ${paneId} still runs its program.`, { hint: "Kill it first." });
      }
      if (pane.dead) host.forget(paneId);
      await start(pane, cols, rows);
      return pane;
    },

    /**
     * Brings a pane back that nobody runs, with what it had printed: an agent goes on with its session, a shell begins
     * anew. A command is not run again by itself.
     */
    async revive(pane: PaneRuntime, cols: number, rows: number): Promise<void> {
      await showEarlier(pane, cols, rows);
      if (pane.record.command === null) return start(pane, cols, rows, false);
      const message = wasRunning(pane);
      pane.record = await records.update(pane.id, (record) => ({ ...record, message }));
      pane.isOffered = false;
    },

    showEarlier,
  };

  /** Shows in a pane that nobody runs what its program had printed. */
  function showEarlier(pane: PaneRuntime, cols: number, rows: number): Promise<void> {
    return history.showEarlier(pane, () => attachScreen(pane, cols, rows));
  }
}

export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** What is being written was told by a program that has ended. */
function isOver(pane: PaneRuntime): boolean {
  return pane.isReplaying && pane.pid === null;
}
