// Starts a pane's program, the first time and again, and gives it a screen.
import { createHash } from "node:crypto";
import { AppError, messageOf } from "../../base/errors.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { QueueHighWater } from "../../protocol/host-frames.ts";
import {
  DEFAULT_THEME,
  isDark,
  MAX_REPLY_BYTES_PER_SECOND,
  type Screen,
  type ScreenTheme,
} from "../../terminal/screen.ts";
import type { PaneDeps, PaneListeners } from "./pane-contract.ts";
import type { PaneRuntime } from "./pane-runtime.ts";

/** `requirePane` throws `not-found`. */
export function createPaneStart(
  deps: PaneDeps,
  listeners: PaneListeners,
  requirePane: (paneId: string) => PaneRuntime,
  panes: () => Iterable<PaneRuntime>,
) {
  const { clock, host, log, records } = deps;
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
      onTitle: () => listeners.title(pane),
      onBell: () => {
        if (pane.isReplaying) return;
        pane.bell = true;
        listeners.bell(pane);
      },
      onStatus: (status) => listeners.status(pane, status),
      onClipboard: () => pane.isReplaying || listeners.clipboard(pane),
      onNotification: (text) => pane.isReplaying || listeners.notification(pane, text),
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
    pane.heardOffset = 0;
    pane.sessionHeard = null;
    pane.claimsNext = pane.record.autoClaim;
    pane.startedAtMs = clock.nowMs();
    // The host starts the program while the screen is made; what it prints is read in a later turn.
    const spawning = host.spawn({
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
    const screen = attachScreen(pane, cols, rows);
    if (history) {
      pane.isReplaying = true;
      screen.write(history);
      screen.write(endOfEarlier(screen));
      pane.isReplaying = false;
    }
    const olderLog = pane.record.logName;
    try {
      const { pid, logName } = await spawning;
      // One that ends at once has been heard of before this: its end came with the answer, in one read.
      if (pane.dead === null) pane.pid = pid;
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

    /** Starts the pane's program again after it ended or could not start. */
    async respawn(paneId: string, cols: number, rows: number): Promise<PaneRuntime> {
      const pane = requirePane(paneId);
      if (pane.pid !== null) {
        throw new AppError("conflict", `Pane ${paneId} still runs its program.`, { hint: "Kill it first." });
      }
      pane.screen?.dispose();
      pane.screen = null;
      if (pane.dead) host.forget(paneId);
      await start(pane, cols, rows);
      return pane;
    },

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
  return Buffer.from(
    `${leave}\x1b[!p\x1b[?2004l\x1b[?1000l\x1b[?1004l\x1b[?2031l\r\n\x1b[2m── ${words} ──\x1b[0m\r\n`,
  );
}
