// Protocol ↔ who is there, the server's own life, attached clients, waiting.
import { timingSafeEqual } from "node:crypto";
import { AppError, messageOf } from "../../base/errors.ts";
import type { RestoreAnswer } from "../../domain/pane/workspace.ts";
import { OPERATOR } from "../../domain/record.ts";
import type { OutsideSource } from "../../protocol/outside.ts";
import { PROTOCOL_VERSION, versionMismatch } from "../../protocol/version.ts";
import type { Identity, ServerInfo } from "../../protocol/results.ts";
import type { WorkspaceView } from "../../protocol/views.ts";
import { VERSION } from "../../version.ts";
import type { UserMarks } from "../../node/user-marks.ts";
import { type LiveSettings, settingsView } from "../live-settings.ts";
import type { ServerConnection } from "../connection.ts";
import type { Dispatcher, HandlerTable } from "../dispatcher.ts";
import type { ClientService } from "../services/client-service.ts";
import type { NeedsService } from "../services/needs-service.ts";
import type { PaneService } from "../services/pane-service.ts";
import type { ScrollbackService } from "../services/scrollback-service.ts";
import type { SessionService } from "../services/session-service.ts";
import { outsideAgent } from "../outside-agents.ts";
import { operatorOnly } from "./actor.ts";

export interface ServerHandlerDeps {
  readonly operatorToken: string;
  readonly project: { readonly name: string; readonly root: string };
  readonly panes: PaneService;
  readonly session: SessionService;
  readonly clients: ClientService;
  readonly scrollback: Pick<ScrollbackService, "forget">;
  readonly needs: NeedsService;
  readonly info: () => ServerInfo;
  readonly dump: () => Record<string, unknown>;
  readonly view: () => WorkspaceView;
  readonly dispatcher: () => Dispatcher;
  /** Opens the first layout when nothing is open yet. */
  readonly ensureOpen: (layout: string | undefined) => { readonly settled: Promise<void> } | null;
  /** Says something on every screen. */
  readonly tell: (text: string) => void;
  readonly stop: (how: { readonly endPanes: boolean; readonly restart: boolean }) => void;
  readonly subscribe: (connectionId: string) => void;
  readonly answerTrust: (sha256: string, trust: boolean) => Promise<void>;
  /** Answers with what was done. */
  readonly answerRestore: (how: RestoreAnswer) => Promise<string>;
  /** Tells who has just come what nobody was there to hear. */
  readonly welcome: (connection: ServerConnection) => void;
  readonly settings: LiveSettings;
  readonly marks: UserMarks;
  readonly record: (paneTarget: string | undefined, on: boolean) => Record<string, unknown>;
}

type Methods =
  | `server.${"hello" | "info" | "queues" | "stop" | "dump" | "whoami"}`
  | `client.${"attach" | "resize" | "detach" | "focus" | "colours" | "wrote" | "mode" | "list" | "command"}`
  | "events.subscribe"
  | `settings.${"show" | "reload"}`
  | "coach.end"
  | `needs.${"list" | "answer"}`
  | "trust.answer"
  | "restore.answer"
  | `debug.${"record" | "rpc"}`;

/** Wrong tokens on one connection before each further answer is slow. */
const FREE_TRIES = 3;
const SLOW_MS = 1_000;

export function serverHandlers(deps: ServerHandlerDeps): Pick<HandlerTable, Methods> {
  const tries = new WeakMap<object, number>();
  const { clients, panes, session, needs } = deps;

  async function identify(
    token: string | undefined,
    agent: string | undefined,
    how: OutsideSource,
  ): Promise<Identity> {
    if (token !== undefined && equal(token, deps.operatorToken)) {
      if (agent === undefined)
        return { kind: "operator", name: "operator", paneId: null, how: "operator token" };
      const known = await outsideAgent(session, agent);
      return { kind: "agent", name: known.name, paneId: null, how };
    }
    const pane = token === undefined ? undefined : panes.byToken(token);
    if (!pane) {
      throw new AppError("unauthorised", "The token is not one of this project's.", {
        hint: "Outside the panes unset IA_TMUX_TOKEN and IA_TMUX_SOCKET.",
      });
    }
    // A shell of the workspace is the human's, one that an agent opened that agent's: else it would have the operator's
    // word by opening one. An agent's pane is the agent's, whatever runs in it.
    const { agent: runs, createdBy } = pane.record;
    const speaker = runs ?? (createdBy === OPERATOR ? null : createdBy);
    if (speaker === null) return { kind: "operator", name: "operator", paneId: pane.id, how: "pane token" };
    return { kind: "agent", name: speaker, paneId: pane.id, how: "pane token" };
  }

  return {
    "server.hello": async (params, connection) => {
      const isUnderstood = params.protocol === PROTOCOL_VERSION;
      // Counted before anything is awaited: guesses sent in one go must be slow, too.
      const attempt = (tries.get(connection) ?? 0) + 1;
      tries.set(connection, attempt);
      if (attempt > FREE_TRIES) await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
      try {
        connection.identity = await identify(params.token, params.agent, params.agentFrom ?? "IA_TMUX_AGENT");
      } catch (thrown) {
        if (isUnderstood) throw thrown;
      }
      // Known, but not understood: what is left to such a client is to ask this server to go (`server.stop`).
      if (!isUnderstood || connection.identity === null) {
        const client = `${params.version} (protocol ${params.protocol})`;
        const server = `${VERSION} (protocol ${PROTOCOL_VERSION})`;
        throw new AppError("protocol-mismatch", versionMismatch(client, server));
      }
      tries.delete(connection);
      connection.kind = params.client;
      if (connection.identity.kind === "agent") session.touch(connection.identity.name);
      return {
        protocol: PROTOCOL_VERSION,
        version: VERSION,
        pid: process.pid,
        project: deps.project,
        identity: connection.identity,
      };
    },
    "server.info": () => deps.info(),
    "server.queues": async () => [...(await panes.highWater()), ...clients.highWater()],
    "server.dump": (_params, connection) => {
      operatorOnly(connection, "A dump of the server");
      return deps.dump();
    },
    "server.whoami": (_params, connection) => {
      const identity = connection.identity!;
      const agent = identity.kind === "agent" ? session.find(identity.name) : undefined;
      return { ...identity, role: agent?.role ?? null, devRole: agent?.devRole ?? null };
    },
    "server.stop": (params, connection) => {
      operatorOnly(connection, "Stopping the server");
      // After the answer: stopping closes this very connection.
      setImmediate(() => deps.stop(params));
      return {};
    },

    "client.attach": async (params, connection) => {
      operatorOnly(connection, "Attaching to the workspace");
      const client = clients.attach(connection, params);
      deps.subscribe(connection.id);
      // Who only watches starts nothing.
      const opening = params.readOnly ? null : deps.ensureOpen(params.layout);
      // A human sees the panes at once, and their programs start meanwhile; a script goes on when they run.
      if (connection.kind !== "tui") await opening?.settled;
      else opening?.settled.catch((thrown) => deps.tell(`The layout was not opened: ${messageOf(thrown)}`));
      clients.redraw();
      if (connection.kind === "tui") deps.welcome(connection);
      return {
        clientId: client.id,
        view: deps.view(),
        settings: settingsView(deps.settings),
        coach: !params.readOnly && !deps.marks.has("coach-ended"),
      };
    },
    "client.resize": (params, connection) => {
      clients.resize(connection.id, params.cols, params.rows);
      return {};
    },
    "client.detach": (_params, connection) => {
      clients.detach(connection.id);
      return {};
    },
    "client.focus": (params, connection) => {
      clients.focus(connection.id, params.focused);
      return {};
    },
    "client.colours": (params) => {
      panes.setColours(params);
      return {};
    },
    "client.wrote": (params) => {
      clients.wrote(params.mostBytes);
      return {};
    },
    "client.mode": (params, connection) => {
      if (!params.copyMode) deps.scrollback.forget(connection.id, params.paneId);
      const pane = panes.require(params.paneId);
      if (!params.copyMode) pane.copyModeClients.delete(connection.id);
      else if (!pane.copyModeClients.has(connection.id)) {
        pane.copyModeClients.add(connection.id);
        connection.onClose(() => pane.copyModeClients.delete(connection.id));
      }
      return {};
    },
    "client.list": () =>
      clients.all().map(({ id, cols, rows, readOnly, connection }) => ({
        clientId: id,
        cols,
        rows,
        readOnly,
        kind: connection.kind,
      })),
    "client.command": ({ line, ...which }, connection) => {
      operatorOnly(connection, "A human's screen");
      return { clients: clients.command(line, which) };
    },
    "events.subscribe": (_params, connection) => {
      deps.subscribe(connection.id);
      return {};
    },

    "settings.show": () => ({ ...settingsView(deps.settings), all: deps.settings.current() }),
    "settings.reload": (_params, connection) => {
      operatorOnly(connection, "Reading the settings again");
      deps.settings.reload();
      return settingsView(deps.settings);
    },
    "coach.end": () => {
      deps.marks.set("coach-ended");
      return {};
    },

    "needs.list": () => needs.list(),
    "needs.answer": async (params, connection) => {
      operatorOnly(connection, "Answering in the human's place");
      await needs.answer(params.need, params.action, params.text);
      return {};
    },
    "trust.answer": async (params, connection) => {
      operatorOnly(connection, "Trusting a file");
      await deps.answerTrust(params.sha256, params.trust);
      return {};
    },

    "restore.answer": async (params, connection) => {
      operatorOnly(connection, "Bringing programs back");
      const done = await deps.answerRestore(params.how);
      deps.tell(done);
      return { done };
    },

    "debug.rpc": (params, connection) => {
      operatorOnly(connection, "Tracing");
      deps.dispatcher().trace(params.on);
      return {};
    },
    "debug.record": (params, connection) => {
      operatorOnly(connection, "Recording a pane");
      return deps.record(params.target, params.on);
    },
  };
}

function equal(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
