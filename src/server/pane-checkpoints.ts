// Checkpoints of screens on disk. The host remembers a pane's last megabyte; older output has shaped the screen too.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../base/log.ts";
import type { HostPane } from "../protocol/host-frames.ts";
import { checkpointBytes, isAlternateCheckpoint } from "../terminal/checkpoint.ts";
import type { PaneRuntime } from "./services/pane-runtime.ts";

export interface Checkpoint {
  /** Offset of the first byte that is not in it. */
  readonly offset: number;
  readonly cols: number;
  readonly rows: number;
  readonly isAlternate: boolean;
  readonly bytes: Uint8Array;
}

type CheckpointHead = Pick<Checkpoint, "offset" | "cols" | "rows"> & { readonly pid: number };

export interface CheckpointFiles {
  /** Null when nothing of this run of the program is on disk. */
  read(paneId: string, live: HostPane): Checkpoint | null;
  /** Writes one if output came since the last. Does nothing in the middle of a sequence. */
  write(pane: PaneRuntime): void;
  remove(paneId: string): void;
}

export function createCheckpointFiles(dir: string, log: Logger): CheckpointFiles {
  const written = new Map<string, number>();
  const fileOf = (paneId: string) => join(dir, `${paneId.replace("%", "pane-")}.checkpoint`);

  return {
    read(paneId, live) {
      try {
        const file = readFileSync(fileOf(paneId));
        const end = file.indexOf(10);
        const { pid, offset, cols, rows } = JSON.parse(
          file.subarray(0, end).toString("utf8"),
        ) as CheckpointHead;
        if (pid !== live.pid || offset > live.totalBytes) return null;
        const bytes = file.subarray(end + 1);
        return { offset, cols, rows, bytes, isAlternate: isAlternateCheckpoint(bytes) };
      } catch {
        return null;
      }
    },
    write(pane) {
      const { screen } = pane;
      if (!screen?.isGround || pane.pid === null || written.get(pane.id) === pane.offset) return;
      const head: CheckpointHead = {
        offset: pane.offset,
        cols: screen.cols,
        rows: screen.rows,
        pid: pane.pid,
      };
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
