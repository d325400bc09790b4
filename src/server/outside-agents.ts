// Agents that no pane of ours runs: known by a name they bring along, or by their session.
import { agentActor } from "../domain/session/actor.ts";
import { ownRole } from "../domain/session/roles.ts";
import type { Agent } from "../domain/session/session.ts";
import type { SessionService } from "./services/session-service.ts";

/**
 * The agent of that name, or the one that took another name for its session. Registered when it is new, when it had left,
 * and when it was expected in a pane and none runs it: else it would count as gone between two of its calls.
 */
export async function outsideAgent(session: SessionService, name: string): Promise<Agent> {
  const known = renamed(session, name) ?? session.find(name);
  const isHere =
    known !== undefined && (known.paneId !== null || (known.origin === "outside" && known.leftAtMs === null));
  if (isHere) return known;
  return session.register(agentActor(known?.name ?? name), {
    name: known?.name ?? name,
    profile: known?.profile ?? "outside",
    devRole: known?.devRole,
    origin: "outside",
  });
}

/**
 * Gives the agent that came as `from` the name and the role it asks for. `moveRecords` brings what names it along, in
 * memory before it returns. @throws AppError permission-denied when the role is not for it to take
 */
export async function nameOutsideAgent(
  session: SessionService,
  moveRecords: (from: string, to: string) => Promise<unknown>,
  from: string,
  wanted: { readonly name: string; readonly role?: string | undefined },
): Promise<Agent> {
  const known = session.mustFind(from);
  const asked = wanted.role === undefined ? null : ownRole(wanted.role, wanted.name, known.role);
  if (wanted.name !== known.name) {
    const { agent, stored } = session.rename(from, wanted.name);
    await Promise.all([stored, moveRecords(from, agent.name)]);
    if (asked === null) return session.mustFind(agent.name);
  }
  const agent = await session.register(agentActor(wanted.name), {
    name: wanted.name,
    profile: known.profile,
    origin: "outside",
    role: asked?.role,
    devRole: asked?.devRole,
  });
  return asked?.says === undefined ? agent : session.setStatus(agentActor(agent.name), asked.says);
}

function renamed(session: SessionService, name: string): Agent | undefined {
  return session.all().find((agent) => agent.origin === "outside" && agent.agentSessionId === name);
}
