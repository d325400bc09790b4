// The task board: cards in columns by status, and the letters that move, assign and review them.
import { movesFrom } from "../../domain/task/lifecycle.ts";
import type { Mode } from "../../domain/session/rules.ts";
import type { Task, TaskStatus } from "../../domain/task/task.ts";
import { shortAge } from "../format.ts";
import type { Model } from "../model.ts";
import type { StyleName } from "../theme.ts";
import {
  action,
  cell,
  heading,
  jumpAction,
  type ListRow,
  type ListSpec,
  row,
  type RowAction,
} from "./list-row.ts";

/** A task with another status than the column's main one says so in front of its title. */
const COLUMNS: readonly {
  readonly title: string;
  readonly statuses: readonly TaskStatus[];
  readonly main: TaskStatus;
}[] = [
  { title: "Waiting", statuses: ["pending", "assigned"], main: "assigned" },
  { title: "In work", statuses: ["in_progress", "revision_needed"], main: "in_progress" },
  { title: "Blocked", statuses: ["blocked"], main: "blocked" },
  { title: "To review", statuses: ["completed", "under_review"], main: "completed" },
  { title: "Over", statuses: ["approved", "rejected", "cancelled"], main: "approved" },
];

export const TASKS_LIST: ListSpec = {
  title: "Tasks",
  empty: "No tasks yet. C-b D delegates one, `:task new TITLE` puts one on the board.",
  fetch: { method: "task.list", params: {} },
  layout: "columns",
  rows(value, model) {
    const tasks = value as readonly Task[];
    if (tasks.length === 0) return [];
    return COLUMNS.flatMap(({ title, statuses, main }) => {
      const here = tasks.filter((task) => statuses.includes(task.status)).toSorted(byUrgency);
      return [
        heading(title, title, here.length),
        ...here.map((task) => taskRow(task, model, task.status === main)),
      ];
    });
  },
};

const URGENCY = { critical: 0, high: 1, medium: 2, low: 3 } as const;

function byUrgency(a: Task, b: Task): number {
  return URGENCY[a.priority] - URGENCY[b.priority] || b.statusAtMs - a.statusAtMs;
}

function taskRow(task: Task, model: Model, isMain: boolean): ListRow {
  const pane = model.view?.agents.find((agent) => agent.name === task.assignee)?.paneId ?? null;
  const status = statusWords(task.status);
  const age = shortAge(model.nowMs - task.statusAtMs);
  return row(
    task.id,
    [
      cell(task.id.slice(0, 15), 15, "overlayMuted"),
      {
        runs: [
          ...(isMain ? [] : [{ text: `${status}: `, style: statusStyle(task.status) }]),
          { text: task.title, style: "overlay" },
        ],
        width: 0,
        side: "left",
      },
      cell(task.assignee ?? "nobody", 9, "overlayStrong"),
      cell(
        task.priority === "medium" ? "" : task.priority,
        8,
        task.priority === "low" ? "overlayMuted" : "overlayWarn",
      ),
      cell(age, 6, "overlayMuted", "right"),
    ],
    {
      card: {
        title: isMain ? task.title : `${status}: ${task.title}`,
        who: task.assignee ?? "nobody",
        mark: task.priority === "medium" ? "" : task.priority,
        markStyle: task.priority === "low" ? "overlayMuted" : "overlayWarn",
        age,
      },
      details: taskDetails(task),
      actions: taskActions(task, model, pane),
    },
  );
}

/** Everything of a task, a line each. */
export function taskDetails(task: Task): string[] {
  const items = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", `${title}:`, ...lines.map((line) => `  - ${line}`)];
  return [
    `${task.id}: ${task.title}`,
    `${task.assigner} gave it to ${task.assignee ?? "nobody yet"}; ${task.priority}; ${statusWords(task.status)}`,
    "",
    ...task.description.split("\n"),
    ...items("Requirements", task.requirements),
    ...items("Accepted when", task.acceptanceCriteria),
    ...items("Files", task.files),
    ...items("Depends on", task.dependsOn),
    ...items("Delivered", task.deliverables),
    ...items(
      "Notes",
      task.notes.map((note) => `${note.by}: ${note.text}`),
    ),
  ];
}

function taskActions(task: Task, model: Model, paneId: string | null): RowAction[] {
  const names = (model.view?.agents ?? []).map((agent) => agent.name).join(", ");
  const onward = ONWARD[task.status];
  const back = backFrom(task);
  const mode = model.view?.mode ?? "peer";
  const step = (key: string, label: string, status: TaskStatus) => move(task, mode, key, label, status);
  return [
    onward ? step(">", `to ${statusWords(onward)}`, onward) : step(">", "move on", task.status),
    action(
      "a",
      "assign",
      {
        kind: "call",
        method: "task.assign",
        params: { task: task.id },
        done: `${task.id} is assigned`,
        ask: { label: `give ${task.id} to (${names})`, field: "to", allowEmpty: false },
      },
      ["approved", "rejected", "cancelled"].includes(task.status)
        ? `It is ${statusWords(task.status)}: that is an end.`
        : null,
    ),
    step("p", "approve", "approved"),
    step("v", "ask for revision", "revision_needed"),
    step("r", "review", "under_review"),
    back ? step("<", `back to ${statusWords(back)}`, back) : step("<", "move back", task.status),
    step("b", "block", "blocked"),
    task.status === "completed" || task.status === "under_review"
      ? step("x", "reject", "rejected")
      : step("x", "cancel", "cancelled"),
    action("n", "note", {
      kind: "call",
      method: "task.update",
      params: { task: task.id },
      done: "Noted",
      ask: { label: `note for ${task.id}`, field: "note", allowEmpty: false },
    }),
    action("N", "new task", { kind: "local", action: { name: "command-prompt", initial: "task new " } }),
    jumpAction("o", "open pane", paneId),
    action(
      "w",
      "write to assignee",
      { kind: "local", action: { name: "message", to: task.assignee, text: "" } },
      task.assignee ? null : "Nobody has it.",
    ),
  ];
}

/** What a task becomes by one step to the right. */
const ONWARD: Readonly<Partial<Record<TaskStatus, TaskStatus>>> = {
  pending: "in_progress",
  assigned: "in_progress",
  in_progress: "completed",
  revision_needed: "in_progress",
  blocked: "in_progress",
  completed: "under_review",
  under_review: "approved",
};

/** What it becomes by one step to the left; null where there is none. */
function backFrom(task: Task): TaskStatus | null {
  const unstarted = task.assignee === null ? "pending" : "assigned";
  switch (task.status) {
    case "assigned":
      return "pending";
    case "in_progress":
    case "blocked":
    case "revision_needed":
      return unstarted;
    case "completed":
    case "under_review":
      return "revision_needed";
    default:
      return null;
  }
}

/** Whoever gets such a task wants to know why. */
const NEEDS_NOTE: ReadonlySet<TaskStatus> = new Set(["blocked", "revision_needed", "rejected"]);
/** Here a note is asked for, and may be left out. */
const TAKES_NOTE: ReadonlySet<TaskStatus> = new Set(["completed", "cancelled"]);

function move(task: Task, mode: Mode, key: string, label: string, status: TaskStatus): RowAction {
  const words = statusWords(status);
  const legal = movesFrom(task.status, mode);
  const reason =
    legal.length === 0
      ? `It is ${statusWords(task.status)}: that is an end.`
      : legal.includes(status)
        ? null
        : `From ${statusWords(task.status)} it can go to: ${legal.map(statusWords).join(", ")}.`;
  return action(
    key,
    label,
    {
      kind: "call",
      method: "task.update",
      params: { task: task.id, status },
      done: `${task.id} is ${words}`,
      ask:
        NEEDS_NOTE.has(status) || TAKES_NOTE.has(status)
          ? { label: `${words}: note for ${task.id}`, field: "note", allowEmpty: !NEEDS_NOTE.has(status) }
          : undefined,
    },
    reason,
  );
}

function statusWords(status: TaskStatus): string {
  return status.replaceAll("_", " ");
}

function statusStyle(status: TaskStatus): StyleName {
  if (status === "in_progress") return "overlayAccent";
  if (status === "completed" || status === "approved") return "overlayGood";
  if (status === "blocked" || status === "revision_needed") return "overlayWarn";
  return status === "rejected" || status === "cancelled" ? "overlayBad" : "overlayMuted";
}
