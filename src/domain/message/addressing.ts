import { AppError } from "../../base/errors.ts";
import { OPERATOR } from "../record.ts";
import { type Actor, actorName, isActor, sameName } from "../session/actor.ts";
import { namesOf, type Roster } from "../session/roster.ts";
import { isDevRole, isRole, roleWords } from "../session/roles.ts";
import { quoted } from "../session/rules.ts";
import type { Agent } from "../session/session.ts";

/** Who gets a message, as it was addressed. */
export interface Addressed {
  /** The address in the form that is stored: an agent's name as it writes itself, `role:reviewer`, `all`, `operator`. */
  readonly to: string;
  readonly recipients: readonly string[];
  /** Sent to one by name, not to whoever fits: those must be seen before a turn ends. */
  readonly direct: boolean;
}

/**
 * Finds the recipients: an agent's name, `operator`, `principal`, `role:x` (or the bare role or development role),
 * `all`. The sender is never among those of a group. Throws `not-found` and names whom it knows.
 */
export function resolveAddress(actor: Actor, address: string, roster: Roster): Addressed {
  const wanted = address.trim();
  const agents = roster.all();
  if (sameName(wanted, OPERATOR)) return { to: OPERATOR, recipients: [OPERATOR], direct: true };
  if (sameName(wanted, "all") || sameName(wanted, "everyone")) {
    const others = othersOf(actor, agents);
    if (others.length === 0)
      throw new AppError("not-found", agents.length === 0 ? "no agents" : "no agents but yourself", {
        hint: namesOf([]),
      });
    return { to: "all", recipients: others, direct: false };
  }
  if (sameName(wanted, "principal")) {
    const principal = roster.principal();
    return { to: principal, recipients: [principal], direct: true };
  }
  const agent = roster.find(wanted);
  if (agent !== undefined) {
    if (isActor(actor, agent.name))
      throw new AppError("usage", `${agent.name} is yourself`, { hint: "A message is for somebody else." });
    return { to: agent.name, recipients: [agent.name], direct: true };
  }
  const role = /^role:/i.test(wanted) ? wanted.slice(5) : wanted;
  if (isRole(role) || isDevRole(role)) {
    const fitting = agents.filter((one) => one.role === role || one.devRole === role);
    const recipients = othersOf(actor, fitting);
    if (recipients.length === 0)
      throw new AppError("not-found", `no agent with the role ${quoted(role)}`, { hint: rolesOf(agents) });
    return { to: `role:${role}`, recipients, direct: true };
  }
  if (role !== wanted) throw new AppError("not-found", `no role ${quoted(role)}`, { hint: rolesOf(agents) });
  throw new AppError("not-found", `no agent ${quoted(wanted)}`, { hint: namesOf(agents) });
}

function othersOf(actor: Actor, agents: readonly Agent[]): readonly string[] {
  return agents.map((agent) => agent.name).filter((name) => !sameName(name, actorName(actor)));
}

function rolesOf(agents: readonly Agent[]): string {
  if (agents.length === 0) return namesOf(agents);
  return `Roles: ${agents.map((agent) => `${agent.name} is ${roleWords(agent)}`).join("; ")}`;
}
