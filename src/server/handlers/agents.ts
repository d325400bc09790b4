// Protocol ↔ agents' states, and waiting for anything to become so.
import { AppError } from "../../base/errors.ts";
import { explain as explainVerdict } from "../../domain/agent/explain.ts";
import type { AgentStateName } from "../../domain/agent/state.ts";
import type { ExplainView } from "../../protocol/views.ts";
import type { HandlerTable } from "../dispatcher.ts";
import { agentOf, operatorOnly } from "./actor.ts";
import { agentViews, type AgentViewDeps } from "../services/agent-view.ts";
import type { PaneRuntime } from "../services/pane-runtime.ts";
import type { Verdict } from "../services/relay-contract.ts";
import type { WaitService } from "../services/wait-service.ts";
import type { WorkspaceService } from "../services/workspace-service.ts";

export interface AgentHandlerDeps extends AgentViewDeps {
  readonly workspace: WorkspaceService;
  readonly wait: WaitService;
  readonly now: () => number;
  /** What the gate says to a short text at this moment. */
  readonly probeGate: (pane: PaneRuntime) => Verdict;
}

type Methods = `agent.${"list" | "explain" | "start"}` | "wait.for";

export function agentHandlers(deps: AgentHandlerDeps): Pick<HandlerTable, Methods> {
  const { workspace, states, relay, tasks, session, panes } = deps;

  return {
    "agent.list": () => agentViews(deps),
    "agent.start": async (params, connection) => {
      if (params.role === "principal") operatorOnly(connection, "Choosing the principal");
      const pane = await workspace.newWindow({ ...params, by: agentOf(connection) });
      return {
        paneId: pane.id,
        windowId: workspace.mux.currentWindowId ?? "",
        name: pane.record.agent ?? pane.profile.name,
      };
    },
    "agent.explain": (params) => explain(workspace.resolve(params.target)),

    "wait.for": async (params, connection) => {
      const { what, check, standing } = conditionOf(params);
      return deps.wait.until({
        what,
        check,
        standing,
        timeoutMs: params.timeoutMs,
        onGone: (giveUp) => connection.onClose(giveUp),
      });
    },
  };

  function explain(pane: PaneRuntime): ExplainView {
    const { state, verdict, detection } = states.lookNow(pane);
    const gate = deps.probeGate(pane);
    return {
      agent: pane.record.agent,
      paneId: pane.id,
      profile: pane.profile.name,
      ...explainVerdict(verdict, detection),
      state,
      gate: gate.go
        ? { verdict: "go", reason: "idle, composer empty, nobody is typing" }
        : { verdict: "hold", reason: gate.reason },
    };
  }

  interface Condition {
    readonly what: string;
    readonly check: () => Record<string, unknown> | null;
    readonly standing: () => string;
  }

  function conditionOf(params: {
    agent?: string;
    state?: string;
    task?: string;
    status?: string;
    delivery?: string;
    pane?: string;
    screen?: string;
  }): Condition {
    if (params.delivery !== undefined) return deliveryCondition(params.delivery, params.state ?? "confirmed");
    if (params.task !== undefined) {
      const wanted = params.status ?? "completed";
      const task = () => tasks.show(params.task!);
      return {
        what: `task ${params.task} is ${wanted}`,
        check: () => (task().status === wanted ? { task: task() } : null),
        standing: () => task().status,
      };
    }
    if (params.screen !== undefined) {
      const text = params.screen;
      const lines = () => workspace.resolve(params.pane ?? params.agent).screen?.text() ?? [];
      return {
        what: `the screen shows ${JSON.stringify(text)}`,
        check: () => (lines().join("\n").includes(text) ? { lines: lines() } : null),
        standing: () =>
          `showing ${JSON.stringify(
            lines()
              .filter((line) => line.trim() !== "")
              .slice(-3),
          )}`,
      };
    }
    const target = params.agent ?? params.pane;
    if (target === undefined || params.state === undefined) {
      throw new AppError(
        "usage",
        "Say what to wait for: --agent and --state, --task and --status, --delivery, or --screen.",
      );
    }
    const wanted = params.state as AgentStateName;
    const paneOf = () => {
      const agent = session.find(target);
      const pane = agent
        ? agent.paneId === null
          ? undefined
          : panes.get(agent.paneId)
        : workspace.resolve(target);
      return pane;
    };
    const current = () => {
      const pane = paneOf();
      return pane ? states.of(pane).state : null;
    };
    if (!session.find(target)) workspace.resolve(target);
    return {
      what: `${target} is ${wanted}`,
      check: () => {
        const state = current();
        // An agent says goodbye before its program has ended: who waits for the end wants to start it again.
        if (wanted === "exited" && (paneOf()?.pid ?? null) !== null) return null;
        return (state?.name ?? "exited") === wanted ? { agent: target, state: state } : null;
      },
      standing: () => current()?.name ?? "not running",
    };
  }

  function deliveryCondition(reference: string, wanted: string): Condition {
    const delivery = () => relay.get(reference);
    return {
      what: `delivery ${reference} is ${wanted}`,
      check() {
        const one = delivery();
        const holds = wanted === "answered" ? one.answeredAtMs !== null : one.state === wanted;
        if (holds) return { delivery: relay.view(one) };
        const over = one.state === "failed" || one.state === "cancelled" || one.state === "confirmed";
        if (over && wanted !== "answered" && wanted !== one.state) {
          throw new AppError("failed", `Delivery ${one.id} ended ${one.state}: ${one.reason}`);
        }
        return null;
      },
      standing: () => `${delivery().state} (${relay.view(delivery()).reason})`,
    };
  }
}
