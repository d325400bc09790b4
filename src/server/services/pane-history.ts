// Gives a screen back what its pane had printed: after the server's end, out of the log, a checkpoint and the host's memory;
// after the end of the program, out of the log.
import type { HostPane } from "../../protocol/host-frames.ts";
import { checkpointBytes, drawOver } from "../../terminal/checkpoint.ts";
import type { Screen } from "../../terminal/screen.ts";
import { planReplay, replayLog } from "../log-replay.ts";
import type { Checkpoint } from "../pane-checkpoints.ts";
import type { RawLog } from "../raw-log.ts";
import type { OutputSlices } from "./output-slices.ts";
import type { PaneDeps, PaneListeners } from "./pane-contract.ts";
import { openWrittenLog } from "../written-log.ts";
import type { PaneRuntime } from "./pane-runtime.ts";

/** Of one pane: parsed in a tenth of a second, and more than the lines that a screen keeps. */
const MAX_REPLAY_BYTES = 4 * 1_048_576;
/** Of all panes together, half a second's work: a start may not take longer because there are many. */
const ALL_REPLAY_BYTES = 8 * 1_048_576;
/** But so much of each, however many there are: the lines of a screen's scrollback, as most programs write. */
const MIN_REPLAY_BYTES = 512 * 1024;

export interface PaneHistoryDeps
  extends Pick<PaneDeps, "host" | "rawLogs" | "checkpoints" | "log" | "clock"> {
  readonly slices: Pick<OutputSlices, "hold" | "release">;
  readonly listeners: Pick<PaneListeners, "output">;
  /** Gives the screen output of its program. */
  readonly parse: (pane: PaneRuntime, screen: Screen, offset: number, bytes: Uint8Array) => void;
}

export type PaneHistory = ReturnType<typeof createPaneHistory>;

export function createPaneHistory(deps: PaneHistoryDeps) {
  const { host, rawLogs, checkpoints, slices } = deps;

  /** Writes to the screen what is no output of the program now: it answers nothing and rings for nobody. */
  function silently(pane: PaneRuntime, screen: Screen, bytes: Uint8Array): void {
    pane.isReplaying = true;
    screen.write(bytes);
    pane.isReplaying = false;
  }

  /** Where the checkpoint differs from what the log made, the screen is as the checkpoint says. */
  function correct(pane: PaneRuntime, screen: Screen, checkpoint: Checkpoint): void {
    if (screen.isGround && Buffer.compare(checkpointBytes(screen), checkpoint.bytes) === 0) return;
    screen.resize(checkpoint.cols, checkpoint.rows);
    silently(pane, screen, drawOver(screen, checkpoint.bytes));
  }

  async function replay(
    pane: PaneRuntime,
    screen: Screen,
    log: RawLog,
    bytesMax: number,
    checkpoint: Checkpoint | null,
    write: (offset: number, bytes: Uint8Array) => void,
  ): Promise<void> {
    const target = { write, resize: screen.resize };
    for (const part of await planReplay(log, bytesMax, checkpoint?.isAlternate ?? null)) {
      if (part.alternate && !screen.modes().alternateScreen)
        silently(pane, screen, Buffer.from("\x1b[?1049h"));
      let { from } = part;
      if (checkpoint && checkpoint.offset > from && checkpoint.offset <= part.to) {
        from = part.isPicture ? checkpoint.offset : await replayLog(log, from, checkpoint.offset, target);
        correct(pane, screen, checkpoint);
      }
      await replayLog(log, from, part.to, target);
    }
  }

  return {
    /**
     * Brings the screen of a pane that the host runs, or has seen end, to where its output is, and goes on from there.
     * `panes`: how many there are to be brought back at this start.
     */
    async rejoin(pane: PaneRuntime, screen: Screen, live: HostPane, panes: number): Promise<void> {
      const checkpoint = checkpoints.read(pane.id, live);
      const log = await rawLogs.open(live.logName);
      // What was cleared is held by neither: then both begin there, on a screen that the log alone does not make.
      const isMissing = log.start > live.oldestOffset || log.end < live.oldestOffset;
      if (live.oldestOffset === 0 || isMissing) {
        // The host's memory reaches back further than the log does, or the log has not kept up with it.
        if (checkpoint && live.oldestOffset > 0) {
          correct(pane, screen, checkpoint);
          pane.offset = checkpoint.offset;
        }
        void host.resume(pane.id, pane.offset);
        return;
      }
      const write = (offset: number, bytes: Uint8Array) => {
        deps.parse(pane, screen, offset, bytes);
        pane.offset = offset + bytes.length;
      };
      slices.hold(pane.id);
      try {
        const resumed = host.resume(pane.id, log.end);
        const share = Math.max(MIN_REPLAY_BYTES, Math.floor(ALL_REPLAY_BYTES / panes));
        const bytesMax = Math.min(MAX_REPLAY_BYTES, share);
        await replay(pane, screen, log, bytesMax, checkpoint, write);
        const from = await resumed;
        // A flood has run out of the host's memory meanwhile; no more than that, for it waits for us now.
        const again = () => rawLogs.open(live.logName);
        const later = from > log.end ? await openWrittenLog(again, from) : log;
        const at = await replayLog(later, log.end, from, { write, resize: screen.resize });
        pane.offset = from;
        if (at < from) deps.log.warn("pane.bytes-not-replayed", { paneId: pane.id, missingBytes: from - at });
      } finally {
        slices.release(pane.id);
      }
      pane.lastOutputMs = deps.clock.nowMs();
      deps.listeners.output(pane, 0);
    },

    /** Shows in a pane that nothing runs in what its program had printed, up to the pane's offset at least. */
    async showEarlier(pane: PaneRuntime, makeScreen: () => Screen): Promise<void> {
      if (pane.screen !== null || pane.record.logName === "") return;
      const { logName } = pane.record;
      const log = await openWrittenLog(() => rawLogs.open(logName), pane.offset);
      if (log.end === log.start) return;
      const screen = makeScreen();
      const { cols, rows } = screen;
      await replay(pane, screen, log, MAX_REPLAY_BYTES, null, (_offset, bytes) =>
        silently(pane, screen, bytes),
      );
      screen.resize(cols, rows);
    },

    silently,
  };
}
