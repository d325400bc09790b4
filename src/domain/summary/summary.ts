import { sameName } from "../session/actor.ts";
import type { Presence } from "../session/presence.ts";
import { movesFrom, releasesDependants } from "../task/lifecycle.ts";
import type { Mode } from "../session/rules.ts";
import type { Role } from "../session/session.ts";
import { TASK_STATUSES, type Task, type TaskStatus } from "../task/task.ts";
import { inertText } from "../text/inert.ts";

/** What the summary looks at. */
export interface Situation {
  readonly mode: Mode;
  readonly agents: readonly {
    readonly name: string;
    readonly role: Role;
    readonly presence: Presence;
    readonly unread: number;
    /** The pane's state is `blocked`: a dialog or a question is open. */
    readonly blockedOn: string | null;
  }[];
  readonly tasks: readonly Task[];
  readonly questions: readonly { readonly id: string; readonly by: string; readonly question: string }[];
  /** Deliveries that a human has to look at: unconfirmed or failed. */
  readonly doubtful: readonly { readonly id: string; readonly to: string; readonly state: string }[];
  /** The operator's own unread mail. */
  readonly operatorUnread: number;
}

export const ALL_CAUGHT_UP = "All caught up! No action needed.";
/** Single tasks named for one kind of action; the others are counted. */
const MAX_NAMED = 5;

export function countByStatus(tasks: readonly Task[]): Record<TaskStatus, number> {
  const counts = Object.fromEntries(TASK_STATUSES.map((status) => [status, 0])) as Record<TaskStatus, number>;
  for (const task of tasks) counts[task.status]++;
  return counts;
}

/** What somebody should do now, the most urgent first; one line that says so when there is nothing. */
export function actionItems(situation: Situation): readonly string[] {
  const { agents, tasks, questions, doubtful, operatorUnread } = situation;
  const presenceOf = (name: string) =>
    agents.find((agent) => sameName(agent.name, name))?.presence ?? "offline";
  const byStatus = (...statuses: TaskStatus[]) => tasks.filter((task) => statuses.includes(task.status));
  const stranded = byStatus("assigned", "in_progress", "revision_needed").filter(
    (task) => task.assignee !== null && presenceOf(task.assignee) === "offline",
  );
  const items = [
    ...agents.flatMap((agent) =>
      agent.blockedOn === null
        ? []
        : [
            `Look at ${agent.name}: it waits for ${agent.blockedOn === "permission" ? "a permission" : "an answer"}`,
          ],
    ),
    ...named(
      questions,
      (question) =>
        `Answer ${question.by}: ${inertText(question.question, 80)} (ia-tmux answer ${question.id} "…")`,
      "questions",
    ),
    ...named(
      doubtful,
      (delivery) => `Check delivery ${delivery.id} to ${delivery.to}: ${delivery.state}`,
      "deliveries",
    ),
    ...(operatorUnread === 0
      ? []
      : [`Read your inbox: ${count(operatorUnread, "unread message")} (ia-tmux inbox)`]),
    ...named(
      byStatus("completed"),
      (task) => `${reviewerFor(task, situation)} ${title(task)}`,
      "tasks to review",
    ),
    ...named(byStatus("blocked"), (task) => `Unblock ${title(task)}${lastNote(task)}`, "blocked tasks"),
    ...named(
      stranded,
      (task) => `Start ${task.assignee ?? ""} or reassign ${title(task)}`,
      "tasks of agents that are gone",
    ),
    ...agents
      .filter((agent) => agent.unread > 0 && agent.presence !== "active")
      .map((agent) => `Tell ${agent.name} to check its inbox: ${count(agent.unread, "unread message")}`),
    ...claimable(situation),
  ];
  return items.length === 0 ? [ALL_CAUGHT_UP] : items;
}

function claimable(situation: Situation): readonly string[] {
  const status = new Map(situation.tasks.map((task) => [task.id, task.status]));
  const free = situation.tasks.filter(
    (task) =>
      task.status === "pending" &&
      task.dependsOn.every((id) => releasesDependants(status.get(id) ?? "cancelled", situation.mode)),
  );
  return free.length === 0 ? [] : [`${count(free.length, "task")} can be claimed (ia-tmux claim-next)`];
}

/** Who is to review, in the order of the mode: a reviewer, the principal, the operator; never who did the work. */
function reviewerFor(task: Task, { agents, mode }: Situation): string {
  const others = agents.filter((agent) => task.assignee === null || !sameName(agent.name, task.assignee));
  const reviewer =
    others.find((agent) => agent.role === "reviewer") ?? others.find((agent) => agent.role === "principal");
  const verb = movesFrom("completed", mode).includes("approved") ? "review" : "take up the review of";
  return reviewer === undefined ? `Please ${verb}` : `Tell ${reviewer.name} to ${verb}`;
}

const title = (task: Task) => `"${inertText(task.title, 60)}" (${task.id})`;
const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;

function lastNote(task: Task): string {
  const note = task.notes.at(-1);
  return note === undefined ? "" : `: ${inertText(note.text, 80)}`;
}

function named<T>(list: readonly T[], text: (one: T) => string, noun: string): readonly string[] {
  const lines = list.slice(0, MAX_NAMED).map(text);
  return list.length <= MAX_NAMED ? lines : [...lines, `… and ${list.length - MAX_NAMED} more ${noun}`];
}
