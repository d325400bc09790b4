// Owns windows and layouts: which panes there are, where they stand, which one has the focus.
import { AppError } from "../../base/errors.ts";
import type { Result } from "../../base/result.ts";
import type { Profile } from "../../domain/agent/profile.ts";
import { arrange, type Arrangement, type Area } from "../../domain/layout/arrange.ts";
import { presetTree } from "../../domain/layout/presets.ts";

import {
  closePane as withoutPane,
  hasPane,
  leaf,
  makeSplit,
  paneIdsOf,
  swapPanes,
  type LayoutNode,
} from "../../domain/layout/tree.ts";
import type { LayoutNode as SpecNode, LayoutSpec, WindowSpec } from "../../domain/layout-spec.ts";
import {
  currentWindow,
  EMPTY_SESSION,
  focusedPaneId,
  replaceWindow,
  windowOfPane,
  type Session,
  type Window,
} from "../../domain/mux/model.ts";
import { focusPane, killPane, splitPane } from "../../domain/mux/panes.ts";
import { killWindow, newWindow } from "../../domain/mux/windows.ts";
import { DEFAULT_SIZE, WORKSPACE_ID, type Workspace } from "../../domain/pane/workspace.ts";
import { OPERATOR } from "../../domain/record.ts";
import { THE_OPERATOR } from "../../domain/session/actor.ts";
import type { Role } from "../../domain/session/session.ts";
import type { Collection } from "../../store/contract.ts";
import type { ClosedPanes } from "./closed-panes.ts";
import type { PaneRuntime } from "./pane-runtime.ts";
import type { PaneService } from "./pane-service.ts";
import type { SessionService } from "./session-service.ts";

/** What a new pane shall run. Neither profile nor command: the user's shell. */
export interface ProgramChoice {
  readonly profile?: string | undefined;
  readonly command?: readonly string[] | undefined;
  readonly cwd?: string | undefined;
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

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
  const arrangements = new Map<Window, { area: string; arrangement: Arrangement }>();

  /** Room for the windows: everything but the status line. */
  function area(): Area {
    return { cols: size.cols, rows: Math.max(1, size.rows - deps.statusRows()) };
  }

  function arrangementOf(window: Window): Arrangement {
    const { cols, rows } = area();
    const key = `${cols}x${rows}`;
    const known = arrangements.get(window);
    if (known?.area === key) return known.arrangement;
    const arrangement = arrange(window.tree, area(), {
      focusedPaneId: window.focusedPaneId,
      zoomedPaneId: window.zoomedPaneId,
    });
    arrangements.set(window, { area: key, arrangement });
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

  /** Makes the pane, and the agent that shall live in it. Its program is started once it has a place and a size. */
  function createPane(choice: ProgramChoice): {
    pane: PaneRuntime;
    stored: Promise<unknown>;
    start(): Promise<void>;
  } {
    const profile = profileFor(choice);
    const isAgent = choice.command === undefined && profile.inject.manner !== "none";
    const agent = isAgent ? roster.freeName(choice.name ?? profile.name) : null;
    const { pane, stored } = panes.create({
      profile,
      agent,
      command: choice.command ? [...choice.command] : null,
      name: choice.name ?? null,
      cwd: choice.cwd ?? deps.root,
      env: choice.env ?? {},
      by: OPERATOR,
    });
    const registered =
      agent === null
        ? null
        : roster.register(THE_OPERATOR, {
            name: agent,
            profile: profile.name,
            role: choice.role,
            paneId: pane.id,
            // A new pane begins a new session, also under a name that another had before.
            agentSessionId: null,
            origin: "pane",
          });
    return {
      pane,
      stored: Promise.all([stored, registered]),
      async start() {
        const { cols, rows } = sizeOf(pane.id);
        await panes.start(pane, cols, rows);
        deps.changed();
      },
    };
  }

  /** Starts new panes while the disk takes what is known of them. What the disk refuses is taken back whole. */
  async function opened(made: readonly ReturnType<typeof createPane>[], work: readonly Promise<unknown>[]) {
    try {
      await Promise.all([...work, ...made.flatMap(({ stored, start }) => [stored, start()])]);
    } catch (thrown) {
      await Promise.allSettled(made.map(({ pane }) => discard(pane)));
      await service.dropMissing().catch(() => {});
      throw thrown;
    }
  }

  async function discard(pane: PaneRuntime): Promise<void> {
    if (pane.record.agent) await roster.unbindPane(pane.id);
    await panes.remove(pane.id);
  }

  function profileFor(choice: ProgramChoice): Profile {
    const name = choice.profile ?? "shell";
    const profile = deps.profileOf(name);
    if (profile) return profile;
    throw new AppError("not-found", `There is no profile "${name}".`, {
      hint: `There are: ${deps.profileNames().join(", ")}.`,
    });
  }

  function buildWindow(spec: WindowSpec): { tree: LayoutNode; made: ReturnType<typeof createPane>[] } {
    const all: ReturnType<typeof createPane>[] = [];
    const build = (node: SpecNode): LayoutNode => {
      if (node.panes && node.split) return shared(node.split, node.panes, node.panes.map(build));
      const made = createPane({
        profile: node.profile,
        command: node.command,
        name: node.name,
        role: node.role,
        cwd: node.cwd === undefined ? undefined : `${deps.root}/${node.cwd}`,
        env: node.env,
      });
      all.push(made);
      return leaf(made.pane.id);
    };
    const children = spec.panes.map(build);
    if (spec.split !== undefined) return { tree: shared(spec.split, spec.panes, children), made: all };
    return { tree: presetTree(spec.layout ?? "tiled", children.flatMap(paneIdsOf)), made: all };
  }

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
    createPane,

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

    /** Opens every window of a layout, and shows the first. */
    async openLayout(layout: LayoutSpec): Promise<void> {
      // Memory changes in this order and at once; the disk follows while the programs start, and is awaited at the end.
      const work: Promise<unknown>[] = [];
      const made: ReturnType<typeof createPane>[] = [];
      let first: string | null = null;
      for (const spec of layout.windows) {
        const built = buildWindow(spec);
        made.push(...built.made);
        work.push(transition(newWindow(mux, { name: spec.name, tree: built.tree })));
        first ??= mux.currentWindowId;
      }
      layoutName = layout.name;
      const window = mux.windows.find((one) => one.id === first);
      if (window) work.push(transition(focusPane(mux, window.focusedPaneId)));
      const principal = roster.all().find((agent) => agent.role === "principal" && agent.paneId !== null);
      if (principal && roster.principal() !== principal.name) {
        work.push(roster.set(THE_OPERATOR, { principal: principal.name }));
      }
      await opened(made, work);
      deps.changed();
    },

    async newWindow(choice: ProgramChoice): Promise<PaneRuntime> {
      const made = createPane(choice);
      const name = choice.name ?? made.pane.profile.name;
      await opened([made], [transition(newWindow(mux, { name, tree: made.pane.id }))]);
      return made.pane;
    },

    async split(
      target: string,
      direction: "right" | "down",
      choice: ProgramChoice,
      percent?: number,
    ): Promise<PaneRuntime> {
      const made = createPane(choice);
      const { pane } = made;
      const result = splitPane(mux, target, direction === "right" ? "row" : "column", pane.id, { percent });
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

    /** Panes that get what is typed into one: all of its window while it is synchronized. */
    typingTargets(pane: PaneRuntime): PaneRuntime[] {
      const window = windowOfPane(mux, pane.id);
      if (!window?.synchronized) return [pane];
      return paneIdsOf(window.tree).flatMap((id) => panes.get(id) ?? []);
    },

    /** Everything has been closed. */
    async clear(): Promise<void> {
      mux = EMPTY_SESSION;
      layoutName = null;
      await persist();
    },

    focused(): PaneRuntime | null {
      const id = focusedPaneId(mux);
      return id === null ? null : (panes.get(id) ?? null);
    },

    /** `%3`, a number in the current window, `window.pane`, an agent's name; nothing: the focused pane. */
    resolve(target: string | undefined): PaneRuntime {
      if (target === undefined || target === "") {
        const focused = service.focused();
        if (focused) return focused;
        throw new AppError("not-found", "There is no pane.", { hint: "Open one: ia-tmux window new" });
      }
      const found = byId(target) ?? byIndex(target) ?? panes.byAgent(target) ?? byName(target);
      if (found) return found;
      throw new AppError("not-found", `There is no pane "${target}".`, {
        hint: "A pane is %3, a number in the current window, window.pane, or an agent's name; see `ia-tmux ls`.",
      });
    },

    resolveWindow(target: string | undefined): Window {
      const window =
        target === undefined
          ? currentWindow(mux)
          : mux.windows.find(
              (one) =>
                one.id === target ||
                String(one.index) === target ||
                one.name.toLowerCase() === target.toLowerCase(),
            );
      if (window) return window;
      throw new AppError("not-found", `There is no window "${target ?? ""}".`, { hint: "See `ia-tmux ls`." });
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

  function byId(target: string) {
    return target.startsWith("%") ? panes.get(target) : undefined;
  }

  function byIndex(target: string): PaneRuntime | undefined {
    const match = /^(?:(\d+)\.)?(\d+)$/.exec(target);
    if (!match) return undefined;
    const window =
      match[1] === undefined ? currentWindow(mux) : mux.windows.find((one) => one.index === Number(match[1]));
    const id = window ? paneIdsOf(window.tree)[Number(match[2]) - 1] : undefined;
    return id === undefined ? undefined : panes.get(id);
  }

  function byName(target: string) {
    return panes.all().find((pane) => pane.record.name?.toLowerCase() === target.toLowerCase());
  }

  return service;
}

/** A split with the shares that its panes ask for; those that ask for nothing share the rest. */
function shared(
  direction: "right" | "down",
  specs: readonly SpecNode[],
  children: readonly LayoutNode[],
): LayoutNode {
  const asked = specs.reduce((sum, node) => sum + (node.percent ?? 0), 0);
  const silent = specs.filter((node) => node.percent === undefined).length;
  const rest = silent === 0 ? 0 : Math.max(1, 100 - asked) / silent;
  return makeSplit(
    direction === "right" ? "row" : "column",
    children.map((node, index) => ({ node, size: specs[index]?.percent ?? rest })),
  );
}
