import type { Actor } from "../../domain/session/actor.ts";
import type { Roster } from "../../domain/session/roster.ts";
import type { Mode } from "../../domain/session/rules.ts";
import type { Agent, DevRole, Role, Session } from "../../domain/session/session.ts";
import type { Collection } from "../../store/contract.ts";
import type { RecordDeps } from "./stamp.ts";

export interface AgentRegistration {
  readonly name: string;
  readonly profile: string;
  readonly role?: Role | undefined;
  readonly devRole?: DevRole | null | undefined;
  readonly paneId?: string | null | undefined;
  readonly agentSessionId?: string | null | undefined;
  readonly origin: "pane" | "outside";
}

export interface SessionService extends Roster {
  /** The session; made on first use. Resolves when it is durable. */
  open(): Promise<Session>;
  current(): Session;
  init(actor: Actor, setup: SessionSetup): Promise<Session>;
  set(
    actor: Actor,
    change: { mode?: Mode | undefined; principal?: string | undefined; project?: string | undefined },
  ): Promise<Session>;
  /** Registers an agent, or an agent of that name again. Throws `conflict` while another pane runs under the name. */
  register(actor: Actor, registration: AgentRegistration): Promise<Agent>;
  /**
   * Gives an agent outside the panes another name, also one that an earlier session of it had. In memory at once;
   * `stored` resolves when it is durable. The old name leads to it as long as its session lasts.
   */
  rename(from: string, to: string): { readonly agent: Agent; readonly stored: Promise<unknown> };
  /** Takes an agent out that no pane runs and that holds nothing. Operator only; `conflict` says what is in the way. */
  remove(actor: Actor, name: string): Promise<Agent>;
  /** `base`, or `base-2`, `base-3` … while a running agent has the name. */
  freeName(base: string): string;
  setRole(
    actor: Actor,
    name: string,
    change: { role?: Role | undefined; devRole?: DevRole | null | undefined },
  ): Promise<Agent>;
  setStatus(actor: Actor, text: string, name?: string): Promise<Agent>;
  /** The agent named its session; null: it begins one that it has not named yet. */
  setAgentSession(name: string, agentSessionId: string | null): Promise<Agent>;
  /** The agent works: from now on its session holds something that could be lost. */
  noteWork(name: string): Promise<Agent>;
  bindPane(name: string, paneId: string): Promise<Agent>;
  /** Resolves with the agent that ran in the pane, or null. */
  unbindPane(paneId: string): Promise<Agent | null>;
  /** Like find, but throws `not-found` with the known names. */
  mustFind(name: string): Agent;
  byPane(paneId: string): Agent | undefined;
  /** Notes that the agent was heard of. In memory only. */
  touch(name: string): void;
  /** An agent outside our panes said that it ends: it is gone from now on, until it is heard of again. */
  leave(name: string): Promise<void>;
  /** Milliseconds since the agent was heard of; of one that was not since the server started, enough to be stale. */
  silentMs(name: string): number;
  /** Whether the agent is there and runs outside the panes. */
  isOutside(name: string): boolean;
}

export interface SessionSetup {
  readonly project?: string | undefined;
  readonly mode?: Mode | undefined;
  readonly principal?: string | undefined;
  readonly agents?: readonly string[] | undefined;
  readonly force?: boolean | undefined;
}

export interface SessionServiceDeps extends RecordDeps {
  readonly sessions: Collection<Session>;
  readonly agents: Collection<Agent>;
  readonly projectName: string;
  /** Whether the agent has open tasks or locks. */
  holdsWork(agent: string): boolean;
}
