// The workspace as clients see it: put together anew whenever something changed, from what the services own.
import { paneIdsOf } from "../domain/layout/tree.ts";
import { currentWindow } from "../domain/mux/model.ts";
import type { PaneView, RestoreOffer, TrustQuestion, WindowView, WorkspaceView } from "../protocol/views.ts";
import { agentViews, type AgentViewDeps } from "./services/agent-view.ts";
import type { NoticeBoard } from "./services/notice-board.ts";
import { whyNothingRuns } from "./services/pane-runtime.ts";
import type { WorkspaceService } from "./services/workspace-service.ts";

export interface ViewDeps extends AgentViewDeps {
  readonly root: string;
  readonly workspace: WorkspaceService;
  readonly notices: NoticeBoard;
  readonly needsCount: () => number;
  readonly banner: () => string | null;
  readonly caption: () => string | null;
  readonly trust: () => TrustQuestion | null;
  readonly restore: () => RestoreOffer | null;
}

export function workspaceView(deps: ViewDeps): WorkspaceView {
  const { workspace, tasks, locks, relay } = deps;
  const window = currentWindow(workspace.mux);
  const agents = agentViews(deps);
  const active = tasks.list({ activeOnly: true });
  const working = active.filter((task) => task.status === "in_progress").length;
  return {
    project: { name: deps.session.current().project, root: deps.root },
    size: { cols: workspace.size.cols, rows: workspace.size.rows },
    mode: deps.session.mode(),
    chrome: window ? workspace.arrangementOf(window).chrome : "bare",
    windows: windowViews(deps),
    panes: paneViews(deps),
    agents,
    counts: {
      needsYou: deps.needsCount(),
      waiting: relay.list().filter((delivery) => delivery.state === "queued").length,
      locks: locks.list().length,
      tasks: {
        working,
        waiting: active.length - working,
        done: tasks.list().filter((task) => task.status === "completed" || task.status === "approved").length,
      },
    },
    banner: deps.banner(),
    caption: deps.caption(),
    trust: deps.trust(),
    restore: deps.restore(),
  };
}

function windowViews({ workspace, panes }: ViewDeps): WindowView[] {
  const { mux } = workspace;
  return mux.windows.map((window) => {
    const ids = paneIdsOf(window.tree);
    const hidden = window.id !== mux.currentWindowId;
    return {
      id: window.id,
      index: window.index,
      name: window.name,
      current: !hidden,
      last: window.id === mux.lastWindowId,
      zoomed: window.zoomedPaneId !== null,
      synchronized: window.synchronized,
      bell: hidden && ids.some((id) => panes.get(id)?.bell === true),
      activity: hidden && ids.some((id) => panes.get(id)?.activity === true),
      paneIds: ids,
    };
  });
}

/** Every pane, in the order of windows and of places in them. */
export function paneViews(deps: ViewDeps): PaneView[] {
  const { workspace, panes, notices } = deps;
  const { mux } = workspace;
  return mux.windows.flatMap((window) => {
    const shown = window.id === mux.currentWindowId ? workspace.arrangementOf(window).panes : [];
    return paneIdsOf(window.tree).flatMap((id, at) => {
      const pane = panes.get(id);
      if (!pane) return [];
      const placed = shown.find((one) => one.paneId === id);
      return [
        {
          id,
          number: pane.number,
          index: at + 1,
          windowId: window.id,
          focused: window.id === mux.currentWindowId && window.focusedPaneId === id,
          outer: placed?.outer ?? null,
          inner: placed?.inner ?? null,
          title: pane.record.title ?? (pane.screen?.title || (pane.record.name ?? "")),
          profile: pane.profile.name,
          agent: pane.record.agent,
          pid: pane.pid,
          cwd: pane.directory,
          dead: pane.dead,
          notice: notices.of(id),
          message: whyNothingRuns(pane) ?? (pane.screen === null ? "starting" : null),
        },
      ];
    });
  });
}
