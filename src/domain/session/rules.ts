import { AppError } from "../../base/errors.ts";
import { AGENT_NAME_PATTERN, OPERATOR, RESERVED_NAMES } from "../record.ts";
import { inertText } from "../text/inert.ts";
import type { Actor } from "./actor.ts";
import { sameName } from "./actor.ts";
import type { Role, Session } from "./session.ts";
import { ROLES } from "./words.ts";

export type Mode = Session["mode"];

/** Words that address somebody by what they are, so no agent may be called so. */
const ADDRESS_WORDS: readonly string[] = [...RESERVED_NAMES, ...ROLES];

/**
 * Throws `usage` unless `name` may name an agent: the pattern, not reserved, no role's word.
 * Whether it is taken is asked separately, because registering again is not an error.
 */
export function checkAgentName(name: string): void {
  if (!AGENT_NAME_PATTERN.test(name)) {
    throw new AppError("usage", `Invalid agent name ${quoted(name)}`, {
      hint: "Allowed: letters, digits, dot, dash and underscore, the first a letter or digit, at most 32.",
    });
  }
  if (ADDRESS_WORDS.some((word) => sameName(word, name))) {
    throw new AppError("usage", `The agent name "${name}" is reserved`, {
      hint: `These words address others: ${ADDRESS_WORDS.join(", ")}.`,
    });
  }
}

/** Somebody's text in an error message: in quotes, controls written out, long ones cut. */
export function quoted(text: string): string {
  return `"${inertText(text, 60)}"`;
}

/** Principal first, each name once whatever its case. A principal that is missing from the list is put before it. */
export function orderAgents(principal: string, names: readonly string[]): readonly string[] {
  const ordered: string[] = sameName(principal, OPERATOR) ? [] : [principal];
  for (const name of names) {
    if (!ordered.some((other) => sameName(other, name))) ordered.push(name);
  }
  return ordered;
}

/**
 * The role of an agent that was given none: the principal leads; beside it alone the other is its delegate; of three
 * or more the others are collaborators.
 */
export function defaultRole(name: string, principal: string, agentCount: number): Role {
  if (sameName(name, principal)) return "principal";
  return agentCount <= 2 ? "delegate" : "collaborator";
}

const RANK: Readonly<Record<Role, number>> = { principal: 3, reviewer: 2, collaborator: 2, delegate: 1 };

/**
 * Whether work may be handed from `from` to `to` (roles; null is the operator). The operator hands to anyone, and
 * everyone to himself. In peer mode anyone hands to anyone; in hierarchical and review mode nobody hands upward.
 */
export function mayDelegate(mode: Mode, from: Role | null, to: Role): boolean {
  if (from === null || mode === "peer") return true;
  return RANK[from] >= RANK[to];
}

/** Throws `permission-denied` when the mode does not let `actor` hand work to `to`. */
export function checkDelegation(
  mode: Mode,
  actor: Actor,
  fromRole: Role | null,
  to: { readonly name: string; readonly role: Role },
): void {
  if (actor.kind === "operator" || sameName(actor.name, to.name)) return;
  if (mayDelegate(mode, fromRole, to.role)) return;
  throw new AppError(
    "permission-denied",
    `In ${mode} mode ${actor.name} (${fromRole ?? "no role"}) cannot delegate to ${to.name} (${to.role})`,
    { hint: `Send ${to.name} a message instead, or let the operator change the mode or the roles.` },
  );
}

/** Throws `permission-denied` with `what` unless the actor is the human. */
export function requireOperator(actor: Actor, what: string): void {
  if (actor.kind === "operator") return;
  throw new AppError("permission-denied", `${what} needs the operator`, {
    hint: `Ask the human: ia-tmux ask "…"`,
  });
}
