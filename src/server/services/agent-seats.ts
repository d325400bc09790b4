import { AppError } from "../../base/errors.ts";
import { SYSTEM } from "../../domain/facts.ts";
import type { Agent } from "../../domain/session/session.ts";
import type { SessionServiceDeps } from "./session-contract.ts";
import { touched } from "./stamp.ts";

/** Which pane each agent runs in. */
export function createAgentSeats(deps: SessionServiceDeps, mustFind: (name: string) => Agent) {
  const { agents, announce } = deps;
  const byPane = (paneId: string): Agent | undefined => agents.all().find((agent) => agent.paneId === paneId);

  return {
    byPane,
    async bindPane(name: string, paneId: string): Promise<Agent> {
      const agent = mustFind(name);
      if (agent.paneId === paneId) return agent;
      if (agent.paneId !== null) {
        throw new AppError("conflict", `${agent.name} already runs in pane ${agent.paneId}`);
      }
      const saved: Agent = { ...agent, ...touched(deps), paneId, origin: "pane" };
      await agents.put(saved);
      announce({ kind: "agent.bound", by: SYSTEM, agent: saved, paneId });
      return saved;
    },

    async unbindPane(paneId: string): Promise<Agent | null> {
      const agent = byPane(paneId);
      if (agent === undefined) return null;
      const saved: Agent = { ...agent, ...touched(deps), paneId: null };
      await agents.put(saved);
      announce({ kind: "agent.unbound", by: SYSTEM, agent: saved, paneId });
      return saved;
    },
  };
}
