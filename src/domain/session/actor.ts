import { OPERATOR } from "../record.ts";

/**
 * Who does something. The operator is the human at an attached client; an agent is known by the token of its pane.
 * Services trust this value, so it is made in one place: where a connection proves who it is.
 */
export type Actor = { readonly kind: "operator" } | { readonly kind: "agent"; readonly name: string };

export const THE_OPERATOR: Actor = { kind: "operator" };

export function agentActor(name: string): Actor {
  return { kind: "agent", name };
}

/** The name that records carry: the agent's, or `operator`. */
export function actorName(actor: Actor): string {
  return actor.kind === "operator" ? OPERATOR : actor.name;
}

/** Who is meant by a name in a record. */
export function actorNamed(name: string): Actor {
  return sameName(name, OPERATOR) ? THE_OPERATOR : agentActor(name);
}

/** Names are equal whatever their case. */
export function sameName(left: string, right: string): boolean {
  return left === right || left.toLowerCase() === right.toLowerCase();
}

export function isActor(actor: Actor, name: string | null): boolean {
  return name !== null && sameName(actorName(actor), name);
}
