// Protocol ↔ what panes have shown, searches through it, and what was copied.
import { AppError } from "../../base/errors.ts";
import { encodePaste } from "../../domain/keys/encode.ts";
import type { SearchHit } from "../../protocol/results.ts";
import type { ServerConnection } from "../connection.ts";
import type { HandlerTable } from "../dispatcher.ts";
import { readRows } from "../pane-rows.ts";
import type { BufferService } from "../services/buffer-service.ts";
import type { PaneService } from "../services/pane-service.ts";
import type { ScrollbackService } from "../services/scrollback-service.ts";
import type { SearchService } from "../services/search-service.ts";
import type { WorkspaceService } from "../services/workspace-service.ts";
import { operatorOnly } from "./actor.ts";

export interface LookBackHandlerDeps {
  readonly workspace: WorkspaceService;
  readonly panes: PaneService;
  readonly search: SearchService;
  readonly scrollback: ScrollbackService;
  readonly buffers: BufferService;
}

type Methods =
  | `pane.${"rows" | "older" | "text" | "search" | "search-older" | "clear-history"}`
  | `search.${"open" | "read" | "show" | "stop"}`
  | `buffer.${"set" | "list" | "show" | "delete" | "paste"}`;

export function lookBackHandlers(deps: LookBackHandlerDeps): Pick<HandlerTable, Methods> {
  const { panes, search, scrollback, buffers } = deps;
  const watched = new WeakSet<ServerConnection>();
  /** What is held for the client goes with it. */
  function watch(connection: ServerConnection) {
    if (watched.has(connection)) return;
    watched.add(connection);
    connection.onClose(() => {
      search.forget(connection.id);
      scrollback.forget(connection.id);
    });
  }
  const screenOf = (connection: ServerConnection, paneId: string, snapshot: string | null) =>
    snapshot === null ? panes.require(paneId).screen : search.snapshot(connection.id, snapshot);

  function human(connection: ServerConnection) {
    operatorOnly(connection, "What was copied");
  }

  return {
    "pane.rows": (params, connection) => {
      const { paneId, snapshot, from, count } = params;
      watch(connection);
      const pane = panes.require(paneId);
      if (snapshot === null) return scrollback.rows(pane, connection.id, from, count);
      const screen = search.snapshot(connection.id, snapshot);
      return { ...readRows(screen, pane.number, from, count), above: "nothing" };
    },
    "pane.older": (params, connection) => {
      watch(connection);
      return scrollback.older(panes.require(params.paneId), connection.id);
    },
    "pane.text": ({ paneId, from, to, ...how }, connection) => {
      watch(connection);
      return scrollback.text(panes.require(paneId), connection.id, from, to, how);
    },
    "pane.search-older": (params, connection) => {
      watch(connection);
      const { before, limit, ...query } = params;
      return scrollback.searchOlder(panes.require(params.paneId), connection.id, query, before, limit);
    },
    "pane.search": async (params, connection) => {
      const where = params.paneId === undefined ? panes.all() : [panes.require(params.paneId)];
      const hits: SearchHit[] = [];
      for (const { id } of where) {
        const screen = screenOf(connection, id, params.snapshot);
        const room = params.limit - hits.length;
        if (room > 0) hits.push(...(await search.find(screen, id, params, room, params.texts)));
      }
      return hits;
    },

    "pane.clear-history": async (params, connection) => {
      operatorOnly(connection, "Throwing away what a pane printed");
      const pane = deps.workspace.resolve(params.target);
      await panes.clearHistory(pane);
      search.forgetPane(pane.id);
      scrollback.forgetPane(pane.id);
      return {};
    },

    "search.open": (params, connection) => {
      const { paneId } = params;
      if (paneId !== undefined) panes.require(paneId);
      const opened = search.open(connection.id, params, paneId);
      watch(connection);
      return opened;
    },
    "search.read": (params, connection) => search.read(connection.id, params.searchId, params.from),
    "search.show": (params, connection) => search.show(connection.id, params.searchId, params.index),
    "search.stop": (params, connection) => {
      search.stop(connection.id, params.searchId);
      return {};
    },

    "buffer.set": (params, connection) => {
      human(connection);
      return buffers.set(params.text, params.name, params.append);
    },
    "buffer.list": (_params, connection) => {
      human(connection);
      return buffers.list();
    },
    "buffer.show": (params, connection) => {
      human(connection);
      return buffers.show(params.name);
    },
    "buffer.delete": (params, connection) => {
      human(connection);
      buffers.remove(params.name);
      return {};
    },
    "buffer.paste": (params, connection) => {
      human(connection);
      const pane = deps.workspace.resolve(params.target);
      if (!pane.screen || pane.dead) throw new AppError("failed", `Pane ${pane.id} runs nothing.`);
      const bytes = new TextEncoder().encode(buffers.show(params.name).text);
      panes.type(pane, encodePaste(bytes, pane.screen.modes()));
      return {};
    },
  };
}
