// Checkpoints of screens on disk. The host remembers a pane's last megabyte; older output has shaped the screen too.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../base/log.ts";
import type { HostPane } from "../protocol/host-frames.ts";
import { checkpointBytes } from "../terminal/checkpoint.ts";
import type { PaneRuntime } from "./services/pane-runtime.ts";

export interface Checkpoint {
  /** Offset of the first byte that is not in it. */
  readonly offset: number;
  readonly cols: number;
  readonly rows: number;
  readonly bytes: Uint8Array;
}

export interface CheckpointFiles {
  /** Null when the host still has everything, or nothing usable is on disk. */
  read(paneId: string, live: HostPane): Promise<Checkpoint | null>;
  /** Writes one if output came since the last. Does nothing in the middle of a sequence. */
  write(pane: PaneRuntime): void;
  remove(paneId: string): void;
}

export function createCheckpointFiles(dir: string, log: Logger): CheckpointFiles {
  const written = new Map<string, number>();
  const fileOf = (paneId: string) => join(dir, `${paneId.replace("%", "pane-")}.checkpoint`);

  return {
    async read(paneId, live) {
      if (live.oldestOffset === 0) return null;
      try {
        const file = readFileSync(fileOf(paneId));
        const end = file.indexOf(10);
        const head = JSON.parse(file.subarray(0, end).toString("utf8")) as Checkpoint & { pid: number };
        if (head.pid !== live.pid || head.offset > live.totalBytes) return null;
        return { offset: head.offset, cols: head.cols, rows: head.rows, bytes: file.subarray(end + 1) };
      } catch {
        return null;
      }
    },
    write(pane) {
      const { screen } = pane;
      if (!screen?.isGround || pane.pid === null || written.get(pane.id) === pane.offset) return;
      const head = { offset: pane.offset, cols: screen.cols, rows: screen.rows, pid: pane.pid };
      const file = fileOf(pane.id);
      try {
        writeFileSync(
          `${file}.new`,
          Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), checkpointBytes(screen)]),
          {
            mode: 0o600,
          },
        );
        renameSync(`${file}.new`, file);
        written.set(pane.id, pane.offset);
      } catch (thrown) {
        log.warn("checkpoint.failed", { paneId: pane.id, error: String(thrown) });
      }
    },
    remove(paneId) {
      written.delete(paneId);
      rmSync(fileOf(paneId), { force: true });
    },
  };
}
