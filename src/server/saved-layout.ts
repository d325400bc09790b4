// What is open now, as a layout that opens the same again.
import { isAbsolute, relative, sep } from "node:path";
import { AppError } from "../base/errors.ts";
import {
  LayoutSchema,
  type LayoutNode as SpecNode,
  type LayoutSpec,
  MAX_LAYOUT_DEPTH,
  MAX_LAYOUT_PANES,
} from "../domain/layout-spec.ts";
import { type LayoutNode, paneIdsOf } from "../domain/layout/tree.ts";
import type { Window } from "../domain/mux/model.ts";
import type { PaneService } from "./services/pane-service.ts";
import type { SessionService } from "./services/session-service.ts";
import type { WorkspaceService } from "./services/workspace-service.ts";

export interface OpenNow {
  readonly root: string;
  readonly workspace: Pick<WorkspaceService, "mux">;
  readonly panes: Pick<PaneService, "get">;
  readonly session: Pick<SessionService, "find">;
}

/**
 * Windows, splits with their shares, what runs where, which pane has the focus and which is zoomed. Of the variables those
 * that a layout gave: what the programs were born with is not written into a file. Throws `too-large` for more than a
 * layout may hold: a file that cannot be opened again would be no use.
 */
export function savedLayout(name: string, { root, workspace, panes, session }: OpenNow): LayoutSpec {
  const { windows, currentWindowId } = workspace.mux;
  const made = LayoutSchema.safeParse({
    name,
    title: "",
    windows: windows.map((window, at) => ({
      name: window.name,
      ...(window.id === currentWindowId && at > 0 ? { focus: true } : {}),
      ...arrangement(window),
    })),
  });
  if (made.success) return made.data;
  throw new AppError(
    "too-large",
    `A layout holds at most ${MAX_LAYOUT_PANES} panes, ${MAX_LAYOUT_DEPTH} splits deep.`,
    {
      hint: "Close what the layout need not open, and save it then.",
    },
  );

  function arrangement(window: Window) {
    const node = nodeOf(window.tree, window);
    return node.panes ? { split: node.split, panes: node.panes } : { panes: [node] };
  }

  function nodeOf(tree: LayoutNode, window: Window): SpecNode {
    if (tree.kind === "leaf") return paneOf(tree.paneId, window);
    const total = tree.sizes.reduce((sum, size) => sum + size, 0);
    return {
      split: tree.direction === "row" ? "right" : "down",
      panes: tree.children.map((child, at) => {
        const share = Math.round(((tree.sizes[at] ?? 0) / total) * 10_000) / 100;
        const percent = Math.min(99, Math.max(1, share));
        // Shares must not add up to more than the whole: the last child takes what is left.
        return at === tree.children.length - 1
          ? nodeOf(child, window)
          : { ...nodeOf(child, window), percent };
      }),
    };
  }

  function paneOf(paneId: string, window: Window): SpecNode {
    const record = panes.get(paneId)?.record;
    const place = {
      ...(window.focusedPaneId === paneId && paneIdsOf(window.tree)[0] !== paneId ? { focus: true } : {}),
      ...(window.zoomedPaneId === paneId ? { zoom: true } : {}),
    };
    if (!record) return { profile: "shell", ...place };
    const { command, profile, title, env, autoClaim } = record;
    const agent = record.agent === null ? undefined : session.find(record.agent);
    const paneName = record.agent ?? record.name;
    return {
      ...(command ? { command: [...command] } : { profile }),
      ...(paneName === null ? {} : { name: paneName }),
      ...(title === null ? {} : { title }),
      ...(agent ? { role: agent.role } : {}),
      ...(record.cwd === root ? {} : { cwd: fromRoot(root, record.cwd) }),
      ...(Object.keys(env).length > 0 ? { env: { ...env } } : {}),
      ...(autoClaim ? { autoClaim } : {}),
      ...place,
    };
  }
}

/** Relative for what lies in the project, so that the layout fits other projects as well. */
function fromRoot(root: string, directory: string): string {
  const way = relative(root, directory);
  return way.startsWith(`..${sep}`) || way === ".." || isAbsolute(way) ? directory : way;
}
