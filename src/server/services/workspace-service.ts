// Owns windows and layouts: which panes there are, where they stand, which one has the focus.
import { AppError } from "../../base/errors.ts";
import type { Result } from "../../base/result.ts";
import type { Profile } from "../../domain/agent/profile.ts";
import { arrange, type Arrangement, type Area } from "../../domain/layout/arrange.ts";
import {
  closePane as withoutPane,
  hasPane,
  paneIdsOf,
  swapPanes,
  type LayoutNode,
  type SplitOptions,
} from "../../domain/layout/tree.ts";
import type { LayoutSpec } from "../../domain/layout-spec.ts";
import {
  currentWindow,
  EMPTY_SESSION,
  replaceWindow,
  windowOfPane,
  type Session,
  type Window,
} from "../../domain/mux/model.ts";
import { focusPane, killPane, splitPane } from "../../domain/mux/panes.ts";
import { killWindow, newWindow } from "../../domain/mux/windows.ts";
import { DEFAULT_SIZE, WORKSPACE_ID, type Workspace } from "../../domain/pane/workspace.ts";
import { THE_OPERATOR } from "../../domain/session/actor.ts";
import type { Collection } from "../../store/contract.ts";
import type { ClosedPanes } from "./closed-panes.ts";
import { createPaneMaking, type MadePane, type ProgramChoice } from "./pane-making.ts";
import type { PaneRuntime } from "./pane-runtime.ts";
import type { PaneService } from "./pane-service.ts";
import type { SessionService } from "./session-service.ts";
import { createTargets } from "./targets.ts";

export interface WorkspaceDeps {
  readonly root: string;
  readonly record: Collection<Workspace>;
  readonly panes: PaneService;
  readonly session: SessionService;
  readonly profileOf: (name: string) => Profile | undefined;
  readonly profileNames: () => readonly string[];
  /** Size of the client that was used last; null when none is attached. */
  readonly clientSize: () => Area | null;
  readonly closed: ClosedPanes;
  /** Rows that are not the panes': 1 while there is a status line. */
  readonly statusRows: () => number;
  /** Windows, panes, sizes or focus changed. */
  readonly changed: () => void;
  /** The last pane is gone. */
  readonly emptied: () => void;
}

export type WorkspaceService = ReturnType<typeof createWorkspaceService>;

export function createWorkspaceService(deps: WorkspaceDeps) {
  const { panes, session: roster, record } = deps;
  let mux: Session = EMPTY_SESSION;
  let layoutName: string | null = null;
  let size: Area = DEFAULT_SIZE;
  const arrangements = new Map<Window, { area: Area; arrangement: Arrangement }>();

  /** Room for the windows: everything but the status line. */
  function area(): Area {
    return { cols: size.cols, rows: Math.max(1, size.rows - deps.statusRows()) };
  }

  function arrangementOf(window: Window): Arrangement {
    const room = area();
    const known = arrangements.get(window);
    if (known && known.area.cols === room.cols && known.area.rows === room.rows) return known.arrangement;
    const arrangement = arrange(window.tree, room, {
      focusedPaneId: window.focusedPaneId,
      zoomedPaneId: window.zoomedPaneId,
    });
    arrangements.set(window, { area: room, arrangement });
    return arrangement;
  }

  /** Takes a new state: sizes of panes follow, it is stored, clients hear of it. */
  async function take(next: Session): Promise<void> {
    mux = next;
    for (const window of arrangements.keys()) if (!mux.windows.includes(window)) arrangements.delete(window);
    resizePanes();
    deps.changed();
    await persist();
  }

  async function transition(result: Result<Session>): Promise<void> {
    if (!result.ok) throw result.error;
    await take(result.value);
  }

  function persist(): Promise<void> {
    return record.put({
      id: WORKSPACE_ID,
      mux: structuredClone(mux) as Workspace["mux"],
      layout: layoutName,
      cols: size.cols,
      rows: size.rows,
    });
  }

  function resizePanes() {
    for (const window of mux.windows) {
      for (const { paneId, inner } of arrangementOf(window).panes)
        panes.resize(paneId, inner.cols, inner.rows);
    }
  }

  function sizeOf(paneId: string): Area {
    const window = windowOfPane(mux, paneId);
    const placed = window && arrangementOf(window).panes.find((pane) => pane.paneId === paneId);
    return placed ? { cols: placed.inner.cols, rows: placed.inner.rows } : { cols: 80, rows: 24 };
  }

  const { createPane, buildWindow, opened, discard } = createPaneMaking({
    root: deps.root,
    panes,
    session: roster,
    profileOf: deps.profileOf,
    profileNames: deps.profileNames,
    sizeOf,
    dropMissing: () => service.dropMissing(),
    changed: deps.changed,
  });

  const service = {
    get mux() {
      return mux;
    },
    get layoutName() {
      return layoutName;
    },
    get size() {
      return size;
    },
    area,
    arrangementOf,
    sizeOf,
    transition,
    ...createTargets(panes, () => mux),

    /** Brings back windows and sizes; panes are restored by their own service after. */
    load() {
      const known = record.get(WORKSPACE_ID);
      if (!known) return;
      mux = known.mux;
      layoutName = known.layout;
      size = { cols: known.cols, rows: known.rows };
    },

    /** After panes were found again: those that nobody runs or remembers leave their windows. */
    async dropMissing(): Promise<void> {
      let next = mux;
      for (const id of mux.windows.flatMap((window) => paneIdsOf(window.tree))) {
        if (panes.get(id)) continue;
        const result = killPane(next, id);
        if (result.ok) next = result.value;
      }
      if (next !== mux) await take(next);
    },

    /**
     * Opens every window of a layout, and shows the first or the one that it says. They have their places at once; `settled` when their programs
     * run and the disk has them. What the disk refuses is taken back whole.
     */
    openLayout(layout: LayoutSpec): { readonly settled: Promise<void> } {
      // Memory changes in this order and at once; the disk follows while the programs start, and is awaited at the end.
      const work: Promise<unknown>[] = [];
      const made: MadePane[] = [];
      let shown: string | null = null;
      for (const spec of layout.windows) {
        const built = buildWindow(spec);
        made.push(...built.made);
        work.push(transition(newWindow(mux, built.window)));
        if (shown === null || spec.focus === true) shown = mux.currentWindowId;
      }
      layoutName = layout.name;
      const window = mux.windows.find((one) => one.id === shown);
      if (window) work.push(transition(focusPane(mux, window.focusedPaneId)));
      const principal = roster.all().find((agent) => agent.role === "principal" && agent.paneId !== null);
      if (principal && roster.principal() !== principal.name) {
        work.push(roster.set(THE_OPERATOR, { principal: principal.name }));
      }
      return { settled: opened(made, work).then(deps.changed) };
    },

    async newWindow(choice: ProgramChoice): Promise<PaneRuntime> {
      const made = createPane(choice);
      const name = choice.name ?? made.pane.record.agent ?? made.pane.profile.name;
      const autoName = choice.name === undefined;
      await opened([made], [transition(newWindow(mux, { name, tree: made.pane.id, autoName }))]);
      return made.pane;
    },

    async split(
      target: string,
      direction: "right" | "down",
      choice: ProgramChoice,
      options: SplitOptions = {},
    ): Promise<PaneRuntime> {
      const made = createPane(choice);
      const { pane } = made;
      const result = splitPane(mux, target, direction === "right" ? "row" : "column", pane.id, options);
      if (!result.ok) {
        await made.stored;
        await discard(pane);
        throw result.error;
      }
      await opened([made], [take(result.value)]);
      return pane;
    },

    /** Ends the pane's program and takes the pane away. For some seconds `reopen` brings it back. */
    async closePane(paneId: string): Promise<void> {
      const window = windowOfPane(mux, paneId);
      const result = killPane(mux, paneId);
      if (!result.ok) throw result.error;
      await take(result.value);
      await retire(window, [paneId]);
      if (mux.windows.length === 0) deps.emptied();
    },

    async closeWindow(windowId: string): Promise<void> {
      const window = mux.windows.find((one) => one.id === windowId);
      if (!window) throw new AppError("not-found", `There is no window ${windowId}.`);
      await transition(killWindow(mux, windowId));
      await retire(window, paneIdsOf(window.tree));
      if (mux.windows.length === 0) deps.emptied();
    },

    /** Brings back what was closed last: to its place when that is still as it was, else beside the focus. Their programs are the caller's to start. */
    async reopen(): Promise<readonly PaneRuntime[]> {
      const closed = deps.closed.take();
      if (!closed) {
        throw new AppError("illegal-move", "No pane was closed in the last ten seconds.", {
          hint: "An agent's pane comes back with its session: `:agent-start`.",
        });
      }
      const made: PaneRuntime[] = [];
      let tree: LayoutNode = closed.window.tree;
      for (const record of closed.records) {
        const pane = await panes.reopen(record);
        made.push(pane);
        tree = swapPanes(tree, record.id, pane.id);
      }
      const ids = new Set(made.map((pane) => pane.id));
      const now = mux.windows.find((one) => one.id === closed.window.id);
      const there = new Set(now ? paneIdsOf(now.tree) : []);
      for (const id of paneIdsOf(tree)) {
        if (!ids.has(id) && !there.has(id)) tree = withoutPane(tree, id) ?? tree;
      }
      const first = made[0];
      if (!first) throw new AppError("internal", "A closed pane was kept without its record.");
      const isAsBefore = [...there].every((id) => hasPane(tree, id));
      if (now && isAsBefore) {
        mux = replaceWindow(mux, { ...now, tree, zoomedPaneId: null, preset: closed.window.preset });
        await transition(focusPane(mux, first.id));
      } else if (now) {
        await transition(splitPane(mux, now.focusedPaneId, "row", first.id));
      } else {
        await transition(newWindow(mux, { name: closed.window.name, tree }));
      }
      return made;
    },

    async renamePane(pane: PaneRuntime, title: string): Promise<void> {
      await panes.rename(pane, title);
      deps.changed();
    },

    /** A client came, went, or changed its size. */
    sizeChanged() {
      const wanted = deps.clientSize();
      if (!wanted || (wanted.cols === size.cols && wanted.rows === size.rows)) return;
      size = wanted;
      arrangements.clear();
      resizePanes();
      deps.changed();
    },

    /** The status line came or went. */
    areaChanged() {
      arrangements.clear();
      resizePanes();
      deps.changed();
    },

    /** Panes that are on the screen now. */
    visible(): PaneRuntime[] {
      const window = currentWindow(mux);
      if (!window) return [];
      return arrangementOf(window).panes.flatMap(({ paneId }) => panes.get(paneId) ?? []);
    },

    isVisible(paneId: string): boolean {
      const window = currentWindow(mux);
      return window !== null && arrangementOf(window).panes.some((placed) => placed.paneId === paneId);
    },

    /** Everything has been closed. */
    async clear(): Promise<void> {
      mux = EMPTY_SESSION;
      layoutName = null;
      await persist();
    },
  };

  async function retire(window: Window | null, ids: readonly string[]): Promise<void> {
    const records = [];
    for (const id of ids) {
      const record = await panes.retire(id);
      if (record) records.push(record);
    }
    if (window) deps.closed.keep({ window, records });
  }

  return service;
}
