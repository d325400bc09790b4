// Where the programs in panes are. A shell's last directory is remembered with its pane: it starts there again.
import { messageOf } from "../../base/errors.ts";
import type { PaneDeps } from "./pane-contract.ts";
import type { PaneRuntime } from "./pane-runtime.ts";

/** What the system says of places. */
export interface Places {
  /** Where a process is; null when the system does not say. */
  directoryOf(pid: number): string | null;
  /** Where the program is that has the terminal of a pane's process; null when the system does not say. */
  foregroundDirectory(pid: number): string | null;
  /** Whether this is a name of this machine. */
  isHere(host: string): boolean;
}

export interface PaneDirectories {
  /** A program told its directory (OSC 7). It may lie, and it may be on another machine. */
  told(pane: PaneRuntime, path: string, host: string): void;
  /** Looks where the pane's programs are now. Resolves when what changed is stored, or could not be. */
  look(pane: PaneRuntime): Promise<void>;
}

/** `moved`: somebody may want to know where the pane is now. */
export function createPaneDirectories(
  deps: Pick<PaneDeps, "places" | "records" | "log">,
  moved: (pane: PaneRuntime) => void,
): PaneDirectories {
  const { places, records, log } = deps;

  return {
    told(pane, path, host) {
      if (places.isHere(host)) pane.toldDirectory = path;
    },
    async look(pane) {
      const { pid, toldDirectory } = pane;
      if (pid === null) return;
      const directory = places.foregroundDirectory(pid) ?? toldDirectory ?? places.directoryOf(pid);
      if (directory !== null && directory !== pane.directory) {
        pane.directory = directory;
        moved(pane);
      }
      const cwd = places.directoryOf(pid) ?? toldDirectory;
      if (cwd === null || cwd === pane.record.cwd || !followsItsProgram(pane)) return;
      try {
        pane.record = await records.update(pane.id, (record) => ({ ...record, cwd }));
      } catch (thrown) {
        log.warn("pane.directory-not-stored", { paneId: pane.id, error: messageOf(thrown) });
      }
    },
  };
}

/**
 * A shell begins again where it was left. A command and an agent begin where they were first started: their words may be
 * relative to it, and an agent's session belongs to it.
 */
export function followsItsProgram({ record, profile }: Pick<PaneRuntime, "record" | "profile">): boolean {
  return record.agent === null && record.command === null && profile.kind === "shell";
}
