import type { Mode } from "./rules.ts";
import type { Agent } from "./session.ts";

/** Who takes part, as the other services need to know it. */
export interface Roster {
  mode(): Mode;
  /** Name of the principal: an agent, or `operator`. */
  principal(): string;
  /** By name, ignoring case. */
  find(name: string): Agent | undefined;
  all(): readonly Agent[];
  /**
   * Whether the agent is known to be gone: its pane ended, or it joined from outside and was not heard of for hours.
   * Its tasks and locks may be taken over. False for the operator and for anybody unknown.
   */
  isGone(name: string): boolean;
}

/** A list of names for a hint; says so when there are none. */
export function namesOf(agents: readonly Pick<Agent, "name">[]): string {
  if (agents.length === 0) return "There are no agents yet; start one with: ia-tmux agent start <profile>";
  return `Known agents: ${agents.map((agent) => agent.name).join(", ")}`;
}
