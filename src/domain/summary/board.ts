import { sameName } from "../session/actor.ts";
import type { Presence } from "../session/presence.ts";
import { DEV_ROLE_DUTIES, roleWords } from "../session/roles.ts";
import type { DevRole, Role } from "../session/session.ts";
import { inertText } from "../text/inert.ts";

/** What the status board shows for one agent. */
export interface BoardRow {
  readonly agent: string;
  readonly role: Role;
  readonly devRole: DevRole | null;
  readonly presence: Presence;
  /** What the agent says it does, and how old that is; null when it said nothing. */
  readonly status: { readonly text: string; readonly ageMs: number } | null;
  readonly task: string | null;
  /** The file it wrote last, and how long ago; null when it wrote none since the server started. */
  readonly file: { readonly path: string; readonly ageMs: number } | null;
  readonly unread: number;
}

export interface BoardAgent {
  readonly name: string;
  readonly role: Role;
  readonly devRole: DevRole | null;
  readonly presence: Presence;
  readonly statusText: string | null;
  readonly statusAtMs: number | null;
  readonly task: { readonly title: string } | null;
  readonly file: { readonly path: string; readonly atMs: number } | null;
  readonly unread: number;
}

/** A status never gets lost with age, but its age is shown: an old one is no presence. */
export function boardRows(agents: readonly BoardAgent[], nowMs: number): readonly BoardRow[] {
  return agents.map((agent) => ({
    agent: agent.name,
    role: agent.role,
    devRole: agent.devRole,
    presence: agent.presence,
    status:
      agent.statusText === null
        ? null
        : { text: inertText(agent.statusText, 500), ageMs: Math.max(0, nowMs - (agent.statusAtMs ?? nowMs)) },
    task: agent.task === null ? null : inertText(agent.task.title, 100),
    file: agent.file && { path: agent.file.path, ageMs: Math.max(0, nowMs - agent.file.atMs) },
    unread: agent.unread,
  }));
}

/** The state of the project in a few lines, for an agent that starts or was compacted, or for the operator. */
export function compactState(input: {
  readonly name: string;
  /** Null for the operator, who is no agent. */
  readonly part: { readonly role: Role; readonly devRole: DevRole | null } | null;
  readonly others: readonly {
    readonly name: string;
    readonly presence: Presence;
    readonly task: string | null;
  }[];
  readonly openTasks: number;
  readonly mine: readonly { readonly id: string; readonly title: string; readonly status: string }[];
  readonly claimable: readonly { readonly id: string; readonly title: string }[];
  readonly locks: readonly { readonly label: string; readonly holder: string }[];
  readonly unread: number;
  readonly decisions: readonly string[];
}): string {
  const active = input.others.filter((agent) => agent.presence !== "offline");
  const own = input.locks.filter((lock) => sameName(lock.holder, input.name));
  const others = input.locks.filter((lock) => !own.includes(lock));
  const list = <T>(head: string, all: readonly T[], most: number, text: (one: T) => string) =>
    all.length === 0
      ? []
      : [
          `- ${head}: ${all.slice(0, most).map(text).join(", ")}${all.length > most ? ` (+${all.length - most} more)` : ""}`,
        ];
  const { name, part } = input;
  const you = part === null ? "" : `you: ${name} (${roleWords(part)}) | `;
  const count = active.length + (part === null ? 0 : 1);
  const agents = part === null ? "agents" : "other agents";
  return [
    `${you}active agents: ${count} | open tasks: ${input.openTasks} | locks: ${input.locks.length} | unread: ${input.unread}`,
    ...(part === null || part.devRole === null ? [] : [`- your part: ${DEV_ROLE_DUTIES[part.devRole]}`]),
    ...list(
      agents,
      active,
      10,
      (agent) => `${agent.name}${agent.task === null ? "" : ` on "${inertText(agent.task, 40)}"`}`,
    ),
    ...list(
      "your tasks",
      input.mine,
      5,
      (task) => `${task.id} "${inertText(task.title, 60)}" [${task.status}]`,
    ),
    ...list("you hold", own, 20, (lock) => inertText(lock.label, 80)),
    ...list("locked", others, 10, (lock) => `${inertText(lock.label, 80)} → ${lock.holder}`),
    ...list("free to claim", input.claimable, 5, (task) => `${task.id} "${inertText(task.title, 40)}"`),
    ...list("decided", input.decisions.slice(-5), 5, (decision) => inertText(decision, 100)),
    ...(active.length === 0 ? [`- no ${part === null ? "" : "other "}active agents`] : []),
  ].join("\n");
}
