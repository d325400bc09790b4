// An agent whose pane says so takes the next task when its program is ready, once for each start, and is told of it by
// relay: so it comes to agents of every kind, and only when it is safe to write.
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { Fact } from "../../domain/facts.ts";
import { agentActor } from "../../domain/session/actor.ts";
import type { DelegationService } from "./delegation-service.ts";
import type { PaneService } from "./pane-service.ts";
import type { TaskService } from "./task-contract.ts";

export interface AutoClaimDeps {
  readonly log: Logger;
  readonly panes: Pick<PaneService, "get">;
  readonly tasks: Pick<TaskService, "currentOf" | "claimNext">;
  readonly delegation: Pick<DelegationService, "relayClaimed">;
  readonly inBackground: (what: string, work: Promise<unknown>) => void;
}

export function createAutoClaim(deps: AutoClaimDeps) {
  return {
    hear(fact: Fact) {
      // Idle for the first time, and not merely started: whoever waits for a login must not sit on a task.
      if (fact.kind !== "agent.state" || fact.state.name !== "idle") return;
      const pane = deps.panes.get(fact.paneId);
      if (!pane?.claimsNext || pane.record.agent === null) return;
      pane.claimsNext = false;
      deps.inBackground("auto-claim", claim(pane.record.agent));
    },
  };

  async function claim(agent: string): Promise<void> {
    if (deps.tasks.currentOf(agent) !== null) return;
    try {
      const { task } = await deps.tasks.claimNext(agentActor(agent));
      if (task !== null) await deps.delegation.relayClaimed(task);
    } catch (thrown) {
      deps.log.warn("auto-claim.failed", { agent, error: messageOf(thrown) });
    }
  }
}
