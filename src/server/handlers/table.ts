// All methods with their handlers: the one place that knows every noun.
import { basename } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { createUserMarks } from "../../node/user-marks.ts";
import type { ProjectPaths } from "../../node/runtime-dir.ts";
import type { ServerInfo } from "../../protocol/results.ts";
import type { Store } from "../../store/contract.ts";
import { PROTOCOL_VERSION } from "../../protocol/version.ts";
import { VERSION } from "../../version.ts";
import type { Broadcast } from "../broadcast.ts";
import type { Services } from "../compose.ts";
import type { Dispatcher, HandlerTable } from "../dispatcher.ts";
import type { LayoutOpener } from "../layout-opener.ts";
import type { Restore } from "../restore.ts";
import { agentHandlers } from "./agents.ts";
import { coordinationHandlers } from "./coordination.ts";
import { recordHandlers } from "./records.ts";
import { type ServerHandlerDeps, serverHandlers } from "./server.ts";
import { storeHandlers } from "./store.ts";
import { lookBackHandlers } from "./look-back.ts";
import { workspaceHandlers } from "./workspace.ts";

export interface HandlerDeps {
  readonly services: Services;
  readonly store: Store;
  readonly paths: ProjectPaths;
  readonly clock: Clock;
  readonly operatorToken: string;
  readonly broadcast: Broadcast;
  readonly layouts: LayoutOpener;
  readonly restore: Restore;
  readonly dispatcher: () => Dispatcher;
  readonly stop: ServerHandlerDeps["stop"];
  readonly info: () => Omit<ServerInfo, "version" | "protocol">;
}

export function createHandlers(deps: HandlerDeps): HandlerTable {
  const { services, paths, clock, broadcast, layouts } = deps;
  const { workspace, panes, states, relay } = services;
  const project = { name: basename(paths.root), root: paths.root };
  const info = (): ServerInfo => ({ version: VERSION, protocol: PROTOCOL_VERSION, ...deps.info() });

  function outlook(agent: string): string {
    const pane = panes.byAgent(agent);
    if (!pane) return `waits until ${agent} runs`;
    const verdict = services.gate.probe(pane);
    return verdict.go ? "goes now" : `waits: ${verdict.reason}`;
  }

  return {
    ...serverHandlers({
      ...services,
      operatorToken: deps.operatorToken,
      marks: createUserMarks(paths.userStateDir),
      project,
      needs: broadcast.needs,
      info,
      dump: () => ({
        info: info(),
        view: broadcast.view(),
        mux: workspace.mux,
        deliveries: relay.list().map((one) => relay.view(one)),
        states: panes.all().map((pane) => ({ paneId: pane.id, ...states.of(pane).verdict })),
      }),
      view: broadcast.view,
      dispatcher: deps.dispatcher,
      ensureOpen: layouts.ensureOpen,
      tell: broadcast.tell,
      stop: deps.stop,
      subscribe: broadcast.subscribe,
      welcome: broadcast.welcome,
      answerTrust: layouts.answerTrust,
      answerRestore: (how) => deps.restore.answer(how, layouts.openFirst),
      record: (target, on) => panes.record(workspace.resolve(target), on ? paths.logsDir : null),
    }),
    ...agentHandlers({ ...services, now: () => clock.nowMs(), probeGate: services.gate.probe }),
    ...workspaceHandlers({
      root: paths.root,
      workspace,
      panes,
      clients: services.clients,
      states,
      respawn: services.respawn,
      revive: services.revive,
      paneViews: broadcast.paneViews,
      layouts: layouts.list,
      openLayout: layouts.open,
      saveLayout: layouts.save,
    }),
    ...lookBackHandlers(services),
    ...coordinationHandlers({ ...services, outlook }),
    ...recordHandlers(services),
    ...storeHandlers({
      store: deps.store,
      archive: services.archive,
      knowsAgent(name, id) {
        const known = services.session.find(name);
        return known !== undefined && known.id !== id;
      },
      imported: services.imported,
    }),
  };
}
