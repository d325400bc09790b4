import { AppError } from "../../base/errors.ts";
import { SYSTEM } from "../../domain/facts.ts";
import { OPERATOR } from "../../domain/record.ts";
import { type Actor, actorName, agentActor, sameName } from "../../domain/session/actor.ts";
import { namesOf } from "../../domain/session/roster.ts";
import {
  checkAgentName,
  defaultRole,
  type Mode,
  orderAgents,
  quoted,
  requireOperator,
} from "../../domain/session/rules.ts";
import { defaultDevRole } from "../../domain/session/roles.ts";
import type { Agent, DevRole, Role, Session } from "../../domain/session/session.ts";
import type {
  AgentRegistration,
  SessionService,
  SessionServiceDeps,
  SessionSetup,
} from "./session-contract.ts";
import { createAgentPresence } from "./agent-presence.ts";
import { createAgentRoom, MAX_AGENTS } from "./agent-room.ts";
import { createAgentSeats } from "./agent-seats.ts";
import { newStamp, touched } from "./stamp.ts";

export type { AgentRegistration, SessionService, SessionServiceDeps } from "./session-contract.ts";

const MAX_STATUS_CHARACTERS = 500;

/** Owns the session record, the agents and who is bound to which pane. */
export function createSessionService(deps: SessionServiceDeps): SessionService {
  const { sessions, agents, announce, clock } = deps;
  const presence = createAgentPresence(clock);
  const { touch } = presence;
  const room = createAgentRoom(deps, presence, { mustFind, principal: () => current().principal });

  const all = (): readonly Agent[] => agents.all();
  const find = (name: string): Agent | undefined => all().find((agent) => sameName(agent.name, name));

  function mustFind(name: string): Agent {
    const agent = find(name);
    if (agent === undefined)
      throw new AppError("not-found", `no agent ${quoted(name)}`, { hint: namesOf(all()) });
    return agent;
  }

  function freshSession(by: string): Session {
    return {
      ...newStamp(deps, "session", by),
      project: deps.projectName,
      mode: "hierarchical",
      principal: OPERATOR,
      initialised: false,
    };
  }

  function current(): Session {
    const session = sessions.all()[0];
    if (session === undefined) throw new AppError("internal", "The session was not opened");
    return session;
  }

  async function open(): Promise<Session> {
    for (const { name, leftAtMs } of all()) if (leftAtMs !== null) presence.leave(name);
    const known = sessions.all()[0];
    if (known !== undefined) return known;
    const session = freshSession(SYSTEM);
    await sessions.insert(session);
    announce({ kind: "session.created", by: SYSTEM, session });
    return session;
  }

  async function putSession(actor: Actor, session: Session): Promise<Session> {
    const writes = [sessions.put(session), ...settleRoles(actor, session)];
    await Promise.all(writes);
    announce({ kind: "session.changed", by: actorName(actor), session });
    return session;
  }

  /** Gives every agent whose role nobody chose the role that follows from principal and number of agents. */
  function settleRoles(actor: Actor, session: Session): Promise<void>[] {
    const known = all();
    return known.flatMap((agent) => {
      const leads = sameName(agent.name, session.principal);
      const role = leads
        ? "principal"
        : agent.roleGiven && agent.role !== "principal"
          ? agent.role
          : defaultRole(agent.name, session.principal, known.length);
      if (role === agent.role) return [];
      return [putAgent(actor, { ...agent, role }, "agent.changed").then(() => undefined)];
    });
  }

  async function putAgent(
    actor: Actor | string,
    agent: Agent,
    kind: "agent.registered" | "agent.changed" | "agent.status-set",
  ): Promise<Agent> {
    const saved = { ...agent, ...touched(deps) };
    await agents.put(saved);
    announce({ kind, by: typeof actor === "string" ? actor : actorName(actor), agent: saved });
    return saved;
  }

  async function init(actor: Actor, setup: SessionSetup): Promise<Session> {
    requireOperator(actor, "Setting up the session");
    const before = await open();
    if (before.initialised && setup.force !== true) {
      throw new AppError("conflict", "The project is already set up", {
        hint: "Use --force to set it up anew; tasks and messages are kept.",
      });
    }
    const principal = setup.principal ?? "claude";
    const names = orderAgents(principal, setup.agents ?? ["claude", "kimi"]);
    for (const name of names) checkAgentName(name);
    const session: Session = {
      ...before,
      ...touched(deps),
      project: setup.project ?? before.project,
      mode: setup.mode ?? "hierarchical",
      principal,
      initialised: true,
    };
    const writes: Promise<unknown>[] = [sessions.put(session)];
    for (const name of names) {
      if (find(name) === undefined)
        writes.push(insertAgent(actor, { name, profile: name.toLowerCase(), origin: "pane" }, session));
    }
    writes.push(...settleRoles(actor, session));
    await Promise.all(writes);
    announce({ kind: "session.changed", by: actorName(actor), session });
    return session;
  }

  async function insertAgent(
    actor: Actor,
    registration: AgentRegistration,
    session: Session,
  ): Promise<Agent> {
    if (agents.size >= MAX_AGENTS) await room.make();
    const agent: Agent = {
      ...newStamp(deps, "agent", actor),
      name: registration.name,
      profile: registration.profile,
      role: registration.role ?? defaultRole(registration.name, session.principal, agents.size + 1),
      roleGiven: registration.role !== undefined,
      devRole:
        registration.devRole === undefined ? defaultDevRole(registration.profile) : registration.devRole,
      paneId: registration.paneId ?? null,
      agentSessionId: registration.agentSessionId ?? null,
      hasWorked: false,
      origin: registration.origin,
      statusText: null,
      statusAtMs: null,
      leftAtMs: null,
    };
    await agents.insert(agent);
    announce({ kind: "agent.registered", by: actorName(actor), agent });
    return agent;
  }

  async function register(actor: Actor, registration: AgentRegistration): Promise<Agent> {
    checkAgentName(registration.name);
    touch(registration.name);
    let session = current();
    const known = find(registration.name);
    const leads =
      registration.role === "principal" || (registration.role === undefined && !hasPrincipal(session));
    const writes: Promise<unknown>[] = [];
    if (leads && !session.initialised && !sameName(session.principal, registration.name)) {
      session = { ...session, ...touched(deps), principal: registration.name };
      writes.push(sessions.put(session));
    }
    const changed = writes.length > 0;
    if (known === undefined) writes.push(insertAgent(actor, registration, session));
    else writes.push(registerAgain(actor, known, registration));
    writes.push(...settleRoles(actor, session));
    await Promise.all(writes);
    if (changed) announce({ kind: "session.changed", by: actorName(actor), session });
    return mustFind(registration.name);
  }

  function rename(from: string, to: string): { agent: Agent; stored: Promise<unknown> } {
    checkAgentName(to);
    const old = mustFind(from);
    const taken = find(to);
    if (taken !== undefined && taken.paneId !== null) throw inUse(taken);
    // Its place in the roster, or that of an earlier session under this name.
    const place = taken ?? old;
    const agent: Agent = {
      ...place,
      ...touched(deps),
      name: place === old ? to : place.name,
      origin: "outside",
      agentSessionId: old.agentSessionId ?? old.name,
      leftAtMs: null,
    };
    touch(agent.name);
    const session = current();
    const leads = sameName(session.principal, old.name);
    const writes: Promise<unknown>[] = [agents.put(agent)];
    if (place !== old) writes.push(agents.remove(old.id));
    if (leads) writes.push(sessions.put({ ...session, ...touched(deps), principal: agent.name }));
    writes.push(...settleRoles(agentActor(agent.name), current()));
    const stored = Promise.all(writes).then(() => {
      announce({ kind: "agent.renamed", by: agent.name, agent, previous: old.name });
      if (leads) announce({ kind: "session.changed", by: agent.name, session: current() });
    });
    return { agent, stored };
  }

  function inUse(known: Agent): AppError {
    return new AppError(
      "conflict",
      `The name "${known.name}" is in use by the agent in pane ${known.paneId}`,
      { hint: `Take another name, such as ${freeName(known.name)}.` },
    );
  }

  function hasPrincipal(session: Session): boolean {
    return session.initialised || find(session.principal) !== undefined;
  }

  function registerAgain(actor: Actor, known: Agent, registration: AgentRegistration): Promise<Agent> {
    const paneId = registration.paneId ?? null;
    if (known.paneId !== null && paneId !== known.paneId) throw inUse(known);
    const next: Agent = {
      ...known,
      profile: registration.profile,
      role: registration.role ?? known.role,
      roleGiven: registration.role !== undefined || known.roleGiven,
      devRole: registration.devRole === undefined ? known.devRole : registration.devRole,
      paneId,
      agentSessionId:
        registration.agentSessionId === undefined ? known.agentSessionId : registration.agentSessionId,
      hasWorked: registration.agentSessionId === undefined && known.hasWorked,
      origin: registration.origin,
      leftAtMs: null,
    };
    return putAgent(actor, next, "agent.registered");
  }

  function freeName(base: string): string {
    for (let number = 1; ; number++) {
      const suffix = number === 1 ? "" : `-${number}`;
      const name = base.slice(0, 32 - suffix.length) + suffix;
      if ((find(name)?.paneId ?? null) === null) return name;
    }
  }

  async function set(
    actor: Actor,
    change: { mode?: Mode | undefined; principal?: string | undefined; project?: string | undefined },
  ): Promise<Session> {
    requireOperator(actor, "Changing the session");
    const before = await open();
    const principal =
      change.principal === undefined || sameName(change.principal, OPERATOR)
        ? change.principal
        : mustFind(change.principal).name;
    return putSession(actor, {
      ...before,
      ...touched(deps),
      mode: change.mode ?? before.mode,
      project: change.project ?? before.project,
      principal: principal ?? before.principal,
      initialised: before.initialised || change.principal !== undefined,
    });
  }

  async function setRole(
    actor: Actor,
    name: string,
    change: { role?: Role | undefined; devRole?: DevRole | null | undefined },
  ): Promise<Agent> {
    requireOperator(actor, "Changing roles");
    const agent = mustFind(name);
    if (change.role === "principal") await set(actor, { principal: agent.name });
    else if (change.role !== undefined && sameName(current().principal, agent.name)) {
      throw new AppError("conflict", `${agent.name} is the principal`, {
        hint: "Make another agent the principal first: ia-tmux agent set <name> --role principal",
      });
    }
    const before = mustFind(name);
    const next: Agent = {
      ...before,
      role: change.role ?? before.role,
      roleGiven: before.roleGiven || change.role !== undefined,
      devRole: change.devRole === undefined ? before.devRole : change.devRole,
    };
    return putAgent(actor, next, "agent.changed");
  }

  async function setStatus(actor: Actor, text: string, name?: string): Promise<Agent> {
    const agent = mustFind(name ?? actorName(actor));
    if (actor.kind === "agent" && !sameName(actor.name, agent.name)) {
      throw new AppError(
        "permission-denied",
        `Only ${agent.name} or the operator sets the status of ${agent.name}`,
      );
    }
    const statusText = [...text.replace(/\s+/g, " ").trim()].slice(0, MAX_STATUS_CHARACTERS).join("");
    return putAgent(
      actor,
      { ...agent, statusText: statusText === "" ? null : statusText, statusAtMs: clock.nowMs() },
      "agent.status-set",
    );
  }

  async function setAgentSession(name: string, agentSessionId: string | null): Promise<Agent> {
    const agent = mustFind(name);
    if (agent.agentSessionId === agentSessionId && agentSessionId !== null) return agent;
    // The first name of a session comes with its work, any other begins one in which nothing was done yet.
    const hasWorked = agent.agentSessionId === null && agentSessionId !== null && agent.hasWorked;
    return putAgent(agent.name, { ...agent, agentSessionId, hasWorked }, "agent.changed");
  }

  async function noteWork(name: string): Promise<Agent> {
    const agent = mustFind(name);
    return agent.hasWorked ? agent : putAgent(agent.name, { ...agent, hasWorked: true }, "agent.changed");
  }

  return {
    open,
    current,
    init,
    set,
    register,
    remove: room.remove,
    rename,
    freeName,
    setRole,
    setStatus,
    setAgentSession,
    noteWork,
    ...createAgentSeats(deps, mustFind),
    mustFind,
    touch,
    async leave(name) {
      presence.leave(name);
      const agent = find(name);
      if (agent !== undefined) await agents.put({ ...agent, ...touched(deps), leftAtMs: clock.nowMs() });
    },
    silentMs: presence.silentMs,
    mode: () => sessions.all()[0]?.mode ?? "hierarchical",
    principal: () => sessions.all()[0]?.principal ?? OPERATOR,
    find,
    all,
    isGone(name) {
      const agent = find(name);
      return agent !== undefined && presence.isGone(agent);
    },
    isOutside(name) {
      const agent = find(name);
      return agent?.origin === "outside" && !presence.isGone(agent);
    },
  };
}
