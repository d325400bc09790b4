// Agents that no pane of ours runs: known by a name they bring along, or by their session.
import { agentActor, sameName } from "../domain/session/actor.ts";
import type { Agent, Role } from "../domain/session/session.ts";
import type { SessionService } from "./services/session-service.ts";

/** The agent of that name, or the one that took another name for its session; registered when it is new. */
export async function outsideAgent(session: SessionService, name: string): Promise<Agent> {
  return (
    renamed(session, name) ??
    session.find(name) ??
    session.register(agentActor(name), { name, profile: "outside", origin: "outside" })
  );
}

/** Gives the agent that came as `from` the name and the role it asks for. */
export async function nameOutsideAgent(
  session: SessionService,
  from: string,
  wanted: { readonly name: string; readonly role?: Role | undefined },
): Promise<Agent> {
  // The name that its session gave it until now is nobody's any more.
  if (!sameName(from, wanted.name)) session.leave(from);
  return session.register(agentActor(wanted.name), {
    name: wanted.name,
    profile: "outside",
    origin: "outside",
    role: wanted.role,
    ...(sameName(from, wanted.name) ? {} : { agentSessionId: from }),
  });
}

function renamed(session: SessionService, name: string): Agent | undefined {
  return session.all().find((agent) => agent.origin === "outside" && agent.agentSessionId === name);
}
