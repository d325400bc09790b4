import { AppError } from "../../base/errors.ts";
import { SYSTEM } from "../../domain/facts.ts";
import { type Actor, actorName, sameName } from "../../domain/session/actor.ts";
import { requireOperator } from "../../domain/session/rules.ts";
import type { Agent } from "../../domain/session/session.ts";
import type { createAgentPresence } from "./agent-presence.ts";
import type { SessionServiceDeps } from "./session-contract.ts";

/** Agents one project may know. Then one that is gone and holds nothing makes room; when there is none: `busy`. */
export const MAX_AGENTS = 256;

/** How agents leave the roster. */
export function createAgentRoom(
  deps: SessionServiceDeps,
  presence: ReturnType<typeof createAgentPresence>,
  roster: { mustFind(name: string): Agent; principal(): string },
) {
  const { agents, announce } = deps;

  async function forget(by: string, agent: Agent): Promise<void> {
    await agents.remove(agent.id);
    presence.forget(agent.name);
    announce({ kind: "agent.removed", by, agent });
  }

  return {
    /** Each session of an agent outside the panes is one more name: of those that are gone, the oldest goes. */
    async make(): Promise<void> {
      const [oldest] = agents
        .all()
        .filter((one) => one.origin === "outside" && presence.isGone(one) && !deps.holdsWork(one.name))
        .toSorted((a, b) => a.updatedAtMs - b.updatedAtMs);
      if (oldest === undefined) {
        throw new AppError("busy", `The project already knows ${MAX_AGENTS} agents`, {
          hint: "Use one of the names again, or take one out: ia-tmux agent remove <agent>",
        });
      }
      await forget(SYSTEM, oldest);
    },

    async remove(actor: Actor, name: string): Promise<Agent> {
      requireOperator(actor, "Taking an agent out");
      const agent = roster.mustFind(name);
      const refusal =
        agent.paneId !== null
          ? `${agent.name} runs in pane ${agent.paneId}`
          : sameName(roster.principal(), agent.name)
            ? `${agent.name} is the principal`
            : deps.holdsWork(agent.name)
              ? `${agent.name} has open tasks or locks`
              : null;
      if (refusal !== null) {
        throw new AppError("conflict", refusal, {
          hint: "End its pane, give its work to others (`task assign`, `unlock --force`), then again.",
        });
      }
      await forget(actorName(actor), agent);
      return agent;
    },
  };
}
