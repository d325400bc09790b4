// Windows that nobody named are called after what runs in them, as long as somebody looks.
import { basename } from "node:path";
import { inertText } from "../domain/text/inert.ts";
import { autoNameWindow } from "../domain/mux/windows.ts";
import type { PaneRuntime } from "./services/pane-runtime.ts";
import type { PaneService } from "./services/pane-service.ts";
import type { WorkspaceService } from "./services/workspace-service.ts";

const NAME_LENGTH = 24;

export interface WindowNamesDeps {
  readonly workspace: WorkspaceService;
  readonly panes: PaneService;
  readonly isWanted: () => boolean;
  readonly foregroundOf: (pid: number) => string | null;
}

/** Looks once at each window whose name is ours to give, and renames those in which something else runs now. */
export async function renameWindows(deps: WindowNamesDeps): Promise<void> {
  if (!deps.isWanted()) return;
  const { workspace, panes } = deps;
  for (const window of workspace.mux.windows) {
    if (!window.autoName) continue;
    const pane = panes.get(window.focusedPaneId);
    const name = pane ? nameOf(pane, deps.foregroundOf) : null;
    if (name !== null && name !== window.name)
      await workspace.transition(autoNameWindow(workspace.mux, window.id, name));
  }
}

function nameOf(pane: PaneRuntime, foregroundOf: WindowNamesDeps["foregroundOf"]): string | null {
  const { agent, command } = pane.record;
  if (agent !== null) return agent;
  // What has ended leaves its name.
  if (pane.pid === null) return null;
  const program = foregroundOf(pane.pid) ?? command?.[0] ?? pane.profile.name;
  const name = inertText(basename(program.replace(/^-/, "")), NAME_LENGTH).trim();
  return name === "" ? null : name;
}
