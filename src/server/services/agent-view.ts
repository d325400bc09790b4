// One agent as clients see it: put together from what several services own.
import { presenceOf } from "../../domain/session/presence.ts";
import type { Agent } from "../../domain/session/session.ts";
import type { AgentState } from "../../domain/agent/state.ts";
import type { AgentView } from "../../protocol/views.ts";
import type { AgentStateService } from "./agent-state-service.ts";
import type { LockService } from "./lock-service.ts";
import type { MessageService } from "./message-service.ts";
import type { PaneService } from "./pane-service.ts";
import type { RelayService } from "./relay-service.ts";
import type { SessionService } from "./session-service.ts";
import type { TaskService } from "./task-service.ts";
import type { TouchedFiles } from "./touched-files.ts";

export interface AgentViewDeps {
  readonly panes: PaneService;
  readonly states: AgentStateService;
  readonly session: SessionService;
  readonly tasks: TaskService;
  readonly messages: MessageService;
  readonly locks: LockService;
  readonly relay: RelayService;
  readonly touched: TouchedFiles;
}

export function agentViews(deps: AgentViewDeps): AgentView[] {
  return deps.session.all().map((agent) => agentView(deps, agent));
}

export function agentView(deps: AgentViewDeps, agent: Agent): AgentView {
  const pane = deps.panes.byAgent(agent.name);
  const isOutside = !pane && deps.session.isOutside(agent.name);
  const state = pane ? deps.states.of(pane).state : isOutside ? outside(agent) : gone(agent);
  const task =
    deps.tasks.currentOf(agent.name) ??
    deps.tasks.list({ assignee: agent.name, activeOnly: true }).find((one) => one.status !== "pending") ??
    null;
  return {
    name: agent.name,
    profile: agent.profile,
    title: pane?.profile.title ?? agent.profile,
    role: agent.role,
    devRole: agent.devRole,
    paneId: pane ? pane.id : null,
    state,
    presence: presenceOf({
      origin: agent.origin,
      paneId: pane && !pane.dead ? pane.id : null,
      state,
      silentMs: deps.session.silentMs(agent.name),
    }),
    task: task && { id: task.id, title: task.title, status: task.status },
    locks: deps.locks.countOf(agent.name),
    unread: deps.messages.unreadCount(agent.name),
    waiting: deps.relay.waitingFor(agent.name),
    hasDraft: pane ? (deps.states.of(pane).detection?.draft ?? "") !== "" : false,
    statusText: agent.statusText,
    statusAtMs: agent.statusAtMs,
    file: deps.touched.of(agent.name),
    agentSessionId: agent.agentSessionId,
  };
}

function gone(agent: Agent): AgentState {
  return { name: "exited", blockedOn: null, message: null, sinceMs: agent.updatedAtMs, because: "process" };
}

/** No pane of ours shows what it does. */
function outside(agent: Agent): AgentState {
  return {
    name: "unknown",
    blockedOn: null,
    message: "runs outside the panes",
    sinceMs: agent.updatedAtMs,
    because: "process",
  };
}
