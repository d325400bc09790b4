// Protocol ↔ windows, panes, layouts.
import { resolve } from "node:path";
import { AppError } from "../../base/errors.ts";
import { keyBytes } from "../../domain/keys/send-keys.ts";
import {
  breakPane,
  focusPane,
  joinPane,
  moveBorder,
  moveFocus,
  nextLayout,
  applyPreset,
  resizePane,
  rotate,
  sizePane,
  spreadPanes,
  swapPane,
  swapWithNeighbour,
  undoArrangement,
  zoomToggle,
} from "../../domain/mux/panes.ts";
import {
  moveWindow,
  renameWindow,
  selectWindow,
  setSynchronized,
  type WindowTarget,
} from "../../domain/mux/windows.ts";
import { currentWindow, windowOfPane } from "../../domain/mux/model.ts";
import type { ARRANGEMENTS } from "../../domain/layout/words.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { HandlerTable } from "../dispatcher.ts";
import type { ServerConnection } from "../connection.ts";
import type { AgentStateService } from "../services/agent-state-service.ts";
import { type PaneRuntime, whyNothingRuns } from "../services/pane-runtime.ts";
import type { ProgramChoice } from "../services/pane-making.ts";
import type { ClientService } from "../services/client-service.ts";
import type { PaneService } from "../services/pane-service.ts";
import type { WorkspaceService } from "../services/workspace-service.ts";
import type { PaneView } from "../../protocol/views.ts";
import { agentOf, operatorOnly } from "./actor.ts";

export interface WorkspaceHandlerDeps {
  readonly root: string;
  readonly workspace: WorkspaceService;
  readonly panes: PaneService;
  readonly clients: ClientService;
  readonly states: AgentStateService;
  readonly respawn: (pane: PaneRuntime, kill: boolean) => Promise<void>;
  /** Starts a pane that was away, with what it had printed. */
  readonly revive: (pane: PaneRuntime) => Promise<void>;
  readonly paneViews: () => PaneView[];
  readonly layouts: () => { name: string; source: string; summary: string }[];
  readonly openLayout: (name: string) => Promise<void>;
  readonly saveLayout: (name: string) => Promise<string>;
}

type Methods =
  | `window.${"new" | "select" | "rename" | "move" | "kill" | "synchronize"}`
  | `pane.${"list" | "split" | "focus" | "resize" | "move-border" | "size" | "zoom" | "swap" | "rotate" | "break" | "join" | "kill" | "respawn" | "rename" | "reopen" | "capture" | "send-keys" | "input"}`
  | `layout.${"list" | "open" | "save" | "preset"}`;

export function workspaceHandlers(deps: WorkspaceHandlerDeps): Pick<HandlerTable, Methods> {
  const { workspace, panes } = deps;
  const windowOf = (pane: PaneRuntime) => windowOfPane(workspace.mux, pane.id)?.id ?? "";
  const ref = (pane: PaneRuntime) => ({ paneId: pane.id, windowId: windowOf(pane) });

  function choiceOf(
    params: {
      profile?: string;
      command?: string[];
      cwd?: string;
      name?: string;
      autoClaim?: boolean;
    },
    connection: ServerConnection,
  ): ProgramChoice {
    if (params.autoClaim === true && (params.command !== undefined || params.profile === undefined))
      throw new AppError("usage", "Only an agent claims tasks.", { hint: "Name one: --profile claude" });
    const cwd = params.cwd === undefined ? undefined : resolve(deps.root, params.cwd);
    return { ...params, cwd, by: agentOf(connection) };
  }

  function currentOrFail() {
    const window = currentWindow(workspace.mux);
    if (!window)
      throw new AppError("not-found", "There is no window.", { hint: "Open one: ia-tmux window new" });
    return window;
  }

  /** A working agent is not ended by a slip of the finger. */
  function mayEnd(pane: PaneRuntime, force: boolean, connection: ServerConnection) {
    if (connection.identity?.kind === "agent" && connection.identity.paneId !== pane.id) {
      operatorOnly(connection, "Ending another's pane");
    }
    if (force || pane.dead || pane.record.agent === null) return;
    const { state } = deps.states.of(pane);
    if (state.name === "working" || state.name === "blocked") {
      throw new AppError(
        "conflict",
        `${pane.record.agent} is ${state.name}: what it is doing would be lost.`,
        {
          hint: "Do it anyway with --force.",
        },
      );
    }
  }

  return {
    "window.new": async (params, connection) => ref(await workspace.newWindow(choiceOf(params, connection))),
    "pane.input": async (params, connection) => {
      const pane = deps.clients.used(connection.id) ? panes.byNumber(params.pane) : undefined;
      if (pane) await panes.typeWhole(pane, Buffer.from(params.data, "base64"));
      return {};
    },
    "window.select": async (params) => {
      await workspace.transition(selectWindow(workspace.mux, windowTarget(params.target)));
      for (const pane of workspace.visible()) pane.bell = pane.activity = false;
      return {};
    },
    "window.rename": async (params) => {
      const window = workspace.resolveWindow(params.target);
      await workspace.transition(renameWindow(workspace.mux, window.id, params.name));
      return {};
    },
    "window.move": async (params) => {
      const window = workspace.resolveWindow(params.target);
      await workspace.transition(moveWindow(workspace.mux, window.id, params.index));
      return {};
    },
    "window.kill": async (params, connection) => {
      const window = workspace.resolveWindow(params.target);
      for (const pane of panes.all()) {
        if (windowOf(pane) === window.id) mayEnd(pane, params.force, connection);
      }
      await workspace.closeWindow(window.id);
      return {};
    },
    "window.synchronize": async (params, connection) => {
      operatorOnly(connection, "Typing into several panes at once");
      const window = currentOrFail();
      await workspace.transition(setSynchronized(workspace.mux, window.id, params.on));
      return {};
    },

    "pane.list": () => deps.paneViews(),
    "pane.split": async (params, connection) => {
      const { target, direction, percent, before, full, ...program } = params;
      const split = workspace.resolve(target);
      return ref(
        await workspace.split(split.id, direction, choiceOf(program, connection), { percent, before, full }),
      );
    },
    "pane.focus": async (params) => {
      if (params.direction !== undefined) {
        await workspace.transition(
          moveFocus(workspace.mux, currentOrFail().id, params.direction, workspace.area()),
        );
      } else if (params.target === "next" || params.target === "previous" || params.target === "last") {
        await workspace.transition(
          moveFocus(workspace.mux, currentOrFail().id, params.target, workspace.area()),
        );
      } else {
        await workspace.transition(focusPane(workspace.mux, workspace.resolve(params.target).id));
      }
      return {};
    },
    "pane.resize": async (params) => {
      const pane = workspace.resolve(params.target);
      await workspace.transition(
        resizePane(workspace.mux, pane.id, params.direction, params.cells, workspace.area()),
      );
      return {};
    },
    "pane.move-border": async ({ target, edge, to }) => {
      const pane = workspace.resolve(target);
      await workspace.transition(moveBorder(workspace.mux, pane.id, edge, to, workspace.area()));
      return {};
    },
    "pane.size": async ({ target, cols, rows }) => {
      const pane = workspace.resolve(target);
      const area = workspace.area();
      const size = { cols: extentOf(cols, area.cols), rows: extentOf(rows, area.rows) };
      await workspace.transition(sizePane(workspace.mux, pane.id, size, area));
      return {};
    },
    "pane.zoom": async (params) => {
      await workspace.transition(zoomToggle(workspace.mux, workspace.resolve(params.target).id));
      return {};
    },
    "pane.swap": async (params) => {
      const pane = workspace.resolve(params.target);
      const step = params.with;
      await workspace.transition(
        step === "next" || step === "previous"
          ? swapWithNeighbour(workspace.mux, pane.id, step)
          : swapPane(workspace.mux, pane.id, workspace.resolve(step).id),
      );
      return {};
    },
    "pane.rotate": async () => {
      await workspace.transition(rotate(workspace.mux, currentOrFail().id));
      return {};
    },
    "pane.break": async (params) => {
      const pane = workspace.resolve(params.target);
      await workspace.transition(breakPane(workspace.mux, pane.id, pane.record.agent ?? pane.profile.name));
      return ref(pane);
    },
    "pane.join": async (params) => {
      const pane = workspace.resolve(params.target);
      const beside = workspace.resolve(params.into);
      await workspace.transition(
        joinPane(workspace.mux, pane.id, beside.id, params.direction === "right" ? "row" : "column"),
      );
      return {};
    },
    "pane.kill": async (params, connection) => {
      const pane = workspace.resolve(params.target);
      mayEnd(pane, params.force, connection);
      await workspace.closePane(pane.id);
      return {};
    },
    "pane.respawn": async (params, connection) => {
      const pane = workspace.resolve(params.target);
      if (params.kill) mayEnd(pane, true, connection);
      await deps.respawn(pane, params.kill);
      return {};
    },
    "pane.rename": async (params, connection) => {
      operatorOnly(connection, "Giving a pane a title");
      await workspace.renamePane(workspace.resolve(params.target), inertText(params.title.trim(), 64));
      return {};
    },
    "pane.reopen": async (_params, connection) => {
      operatorOnly(connection, "Bringing a closed pane back");
      const opened = await workspace.reopen();
      for (const pane of opened) await deps.revive(pane);
      return ref(opened[0]!);
    },
    "pane.capture": (params) => {
      const pane = workspace.resolve(params.target);
      const { screen } = pane;
      if (!screen) {
        const lines = (whyNothingRuns(pane) ?? "").split("\n");
        return {
          paneId: pane.id,
          lines,
          cols: 0,
          rows: 0,
          cursor: { x: 0, y: 0, visible: false },
          title: "",
        };
      }
      const lines = params.ansi
        ? screen.ansi()
        : params.history > 0 || params.joinWrapped
          ? screen.text({
              from: params.history > 0 ? "history" : "live",
              lines: screen.rows + params.history,
              joinWrapped: params.joinWrapped,
            })
          : screen.text();
      const { x, y, visible } = screen.cursor();
      return {
        paneId: pane.id,
        lines,
        cols: screen.cols,
        rows: screen.rows,
        cursor: { x, y, visible },
        title: screen.title,
      };
    },
    "pane.send-keys": (params, connection) => {
      operatorOnly(connection, "Typing into a pane");
      const pane = workspace.resolve(params.target);
      if (!pane.screen || pane.dead) throw new AppError("failed", `Pane ${pane.id} runs nothing.`);
      const modes = pane.screen.modes();
      for (const key of params.keys) panes.type(pane, keyBytes(key, params.literal, modes));
      return {};
    },

    "layout.list": () => deps.layouts(),
    "layout.open": async (params, connection) => {
      operatorOnly(connection, "Opening a layout");
      await deps.openLayout(params.name);
      return {};
    },
    "layout.save": async (params, connection) => {
      operatorOnly(connection, "Saving a layout");
      return { path: await deps.saveLayout(params.name) };
    },
    "layout.preset": async (params) => {
      const { id } = currentOrFail();
      await workspace.transition(arrangement(id, params.name));
      return {};
    },
  };

  function arrangement(windowId: string, name: (typeof ARRANGEMENTS)[number]) {
    switch (name) {
      case "next":
        return nextLayout(workspace.mux, windowId);
      case "spread":
        return spreadPanes(workspace.mux, windowId);
      case "undo":
        return undoArrangement(workspace.mux, windowId);
      default:
        return applyPreset(workspace.mux, windowId, name);
    }
  }

  function windowTarget(target: string): WindowTarget {
    if (target === "next" || target === "previous" || target === "last") return target;
    return { id: workspace.resolveWindow(target).id };
  }
}

/** Cells of what may be a part of the window's. */
function extentOf(extent: number | string | undefined, whole: number): number | undefined {
  if (typeof extent !== "string") return extent;
  return Math.max(1, Math.round((whole * Number.parseInt(extent, 10)) / 100));
}
