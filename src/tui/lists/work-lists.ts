// Needs-me, inbox, tasks and deliveries: what is to be done, and the letters that do it.
import type { Message } from "../../domain/message/message.ts";
import type { Task, TaskStatus } from "../../domain/task/task.ts";
import type { DeliveryView, NeedView } from "../../protocol/views.ts";
import { shortAge } from "../format.ts";
import { glyphsFor } from "../glyphs.ts";
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

export const NEEDS_LIST: ListSpec = {
  title: "What needs me",
  empty: "Nothing needs you. Agents that ask, stuck deliveries and conflicts show up here.",
  fetch: { method: "needs.list", params: {} },
  rows: (value, model) =>
    (value as readonly NeedView[])
      .toSorted((a, b) => b.sinceMs - a.sinceMs)
      .map((need) => needRow(need, model)),
};

function needRow(need: NeedView, model: Model): ListRow {
  const glyphs = glyphsFor(model.ascii);
  const glyph =
    need.kind === "delivery"
      ? glyphs.mail
      : need.kind === "conflict"
        ? glyphs.lock
        : need.kind === "dead-pane"
          ? glyphs.exited
          : glyphs.needs;
  const style: StyleName = need.kind === "dead-pane" ? "overlayBad" : "overlayWarn";
  const answers = need.actions.map(
    (each): RowAction =>
      action(each.key, each.label, {
        kind: "call",
        method: "needs.answer",
        params: { need: need.id, action: each.action },
        done: each.label,
        ask:
          each.action === "write" || each.action === "answer"
            ? { label: each.label, field: "text", allowEmpty: false }
            : undefined,
      }),
  );
  const taken = new Set(answers.map((each) => each.key));
  const extras = [jumpAction("o", "open pane", need.paneId)].filter((each) => !taken.has(each.key));
  return row(
    need.id,
    [
      cell(glyph, 2, style),
      cell(need.agent ?? "", 10, "overlayStrong"),
      cell(need.text, 0),
      cell(shortAge(model.nowMs - need.sinceMs), 6, "overlayMuted", "right"),
    ],
    { details: [need.text], actions: [...answers, ...extras] },
  );
}

export const INBOX_LIST: ListSpec = {
  title: "Inbox",
  empty: "No messages. Agents write with `ia-tmux send`; C-b M writes to one.",
  fetch: { method: "message.inbox", params: { all: true, peek: true } },
  rows: (value, model) =>
    (value as readonly Message[])
      .toSorted((a, b) => b.createdAtMs - a.createdAtMs)
      .map((message) => messageRow(message, model)),
};

function messageRow(message: Message, model: Model): ListRow {
  const glyphs = glyphsFor(model.ascii);
  const mine = message.receipts.find((receipt) => receipt.agent === "operator");
  const isUnread = mine?.state === "unread";
  const first = message.subject || (message.body.split("\n").find((line) => line.trim() !== "") ?? "");
  const mark = (state: string, label: string, key: string) =>
    action(
      key,
      label,
      {
        kind: "call",
        method: "message.mark",
        params: { message: message.id, state },
        done: `Marked ${state}`,
      },
      mine ? null : "It is not addressed to you.",
    );
  return row(
    message.id,
    [
      cell(isUnread ? glyphs.mail : " ", 2, "overlayAccent"),
      cell(
        `${message.from} ${glyphs.becomes} ${message.to}`,
        20,
        isUnread ? "overlayStrong" : "overlayMuted",
      ),
      cell(first, 0, isUnread ? "overlayStrong" : "overlay"),
      cell(message.priority === "medium" ? "" : message.priority, 8, "overlayWarn"),
      cell(shortAge(model.nowMs - message.createdAtMs), 6, "overlayMuted", "right"),
    ],
    {
      details: [
        `from ${message.from} to ${message.to}, ${message.type}, ${message.priority}`,
        ...(message.subject ? [message.subject] : []),
        "",
        ...message.body.split("\n"),
      ],
      actions: [
        mark("read", "mark read", "r"),
        mark("acknowledged", "acknowledge", "c"),
        mark("archived", "archive", "x"),
        action(
          "w",
          "reply",
          { kind: "local", action: { name: "message", to: message.from, text: "" }, replyTo: message.id },
          message.from === "operator" ? "You wrote it yourself." : null,
        ),
      ],
    },
  );
}

/** The board's columns. A task with another status than the column's main one says so in front of its title. */
const BOARD: readonly {
  readonly title: string;
  readonly statuses: readonly TaskStatus[];
  readonly main: TaskStatus;
}[] = [
  { title: "Waiting for somebody", statuses: ["pending", "assigned"], main: "assigned" },
  { title: "In work", statuses: ["in_progress", "revision_needed"], main: "in_progress" },
  { title: "Blocked", statuses: ["blocked"], main: "blocked" },
  { title: "To review", statuses: ["completed", "under_review"], main: "completed" },
  { title: "Over", statuses: ["approved", "rejected", "cancelled"], main: "approved" },
];

export const TASKS_LIST: ListSpec = {
  title: "Tasks",
  empty: "No tasks yet. C-b D delegates one.",
  fetch: { method: "task.list", params: {} },
  rows(value, model) {
    const tasks = value as readonly Task[];
    return BOARD.flatMap(({ title, statuses, main }) => {
      const here = tasks.filter((task) => statuses.includes(task.status)).toSorted(byUrgency);
      return here.length === 0
        ? []
        : [
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
  const move = (key: string, label: string, status: TaskStatus, ask: boolean) =>
    action(
      key,
      label,
      {
        kind: "call",
        method: "task.update",
        params: { task: task.id, status },
        done: `${task.id} is ${status.replaceAll("_", " ")}`,
        ask: ask ? { label: `note for ${task.id}`, field: "note", allowEmpty: true } : undefined,
      },
      task.status === status ? `It is ${status.replaceAll("_", " ")} already.` : null,
    );
  const pane = model.view?.agents.find((agent) => agent.name === task.assignee)?.paneId ?? null;
  const list = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : ["", `${title}:`, ...items.map((item) => `  - ${item}`)];
  return row(
    task.id,
    [
      cell(task.id.slice(0, 15), 15, "overlayMuted"),
      {
        runs: [
          ...(isMain
            ? []
            : [{ text: `${task.status.replaceAll("_", " ")}: `, style: statusStyle(task.status) }]),
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
      cell(shortAge(model.nowMs - task.statusAtMs), 6, "overlayMuted", "right"),
    ],
    {
      details: [
        `${task.id}: ${task.title}`,
        `${task.assigner} gave it to ${task.assignee ?? "nobody yet"}; ${task.priority}; ${task.status.replaceAll("_", " ")}`,
        "",
        ...task.description.split("\n"),
        ...list("Requirements", task.requirements),
        ...list("Accepted when", task.acceptanceCriteria),
        ...list("Files", task.files),
        ...list("Depends on", task.dependsOn),
        ...list("Delivered", task.deliverables),
        ...list(
          "Notes",
          task.notes.map((note) => `${note.by}: ${note.text}`),
        ),
      ],
      actions: [
        jumpAction("o", "open pane", pane),
        move("p", "approve", "approved", false),
        move("v", "ask for revision", "revision_needed", true),
        move("x", "cancel", "cancelled", true),
        action(
          "w",
          "write to assignee",
          { kind: "local", action: { name: "message", to: task.assignee, text: "" } },
          task.assignee ? null : "Nobody has it.",
        ),
      ],
    },
  );
}

function statusStyle(status: TaskStatus): StyleName {
  if (status === "in_progress") return "overlayAccent";
  if (status === "completed" || status === "approved") return "overlayGood";
  if (status === "blocked" || status === "revision_needed") return "overlayWarn";
  return status === "rejected" || status === "cancelled" ? "overlayBad" : "overlayMuted";
}

export const DELIVERIES_LIST: ListSpec = {
  title: "Deliveries",
  empty: "Nothing was delivered yet.",
  fetch: { method: "delivery.list", params: { all: true } },
  rows: (value, model) =>
    (value as readonly DeliveryView[])
      .toSorted((a, b) => b.createdAtMs - a.createdAtMs)
      .map((delivery) => deliveryRow(delivery, model)),
};

const ARRIVED: ReadonlySet<string> = new Set(["confirmed", "answered"]);
const STUCK: ReadonlySet<string> = new Set(["unconfirmed", "failed"]);
const OVER: ReadonlySet<string> = new Set([...ARRIVED, "cancelled"]);

function deliveryRow(delivery: DeliveryView, model: Model): ListRow {
  const glyphs = glyphsFor(model.ascii);
  const isOver = OVER.has(delivery.state);
  const style: StyleName = ARRIVED.has(delivery.state)
    ? "overlayGood"
    : STUCK.has(delivery.state)
      ? "overlayBad"
      : "overlayAccent";
  const pane = model.view?.agents.find((agent) => agent.name === delivery.to)?.paneId ?? null;
  return row(
    delivery.id,
    [
      cell(delivery.kind, 8, "overlayMuted"),
      cell(`${delivery.from} ${glyphs.becomes} ${delivery.to}`, 20, "overlayStrong"),
      cell(delivery.state, 12, style),
      cell(delivery.reason || delivery.preview, 0),
      cell(shortAge(model.nowMs - delivery.updatedAtMs), 6, "overlayMuted", "right"),
    ],
    {
      details: [
        `${delivery.id}: ${delivery.kind} from ${delivery.from} to ${delivery.to}`,
        `${delivery.state}${delivery.channel ? ` by ${delivery.channel}` : ""}: ${delivery.reason}`,
        `attempts ${delivery.attempts}`,
        "",
        ...delivery.preview.split("\n"),
      ],
      actions: [
        action(
          "r",
          "send again",
          {
            kind: "call",
            method: "delivery.retry",
            params: { delivery: delivery.id },
            done: "Queued again",
            confirm: {
              question: `Send ${delivery.id} to ${delivery.to} again?`,
              loss: "If it did arrive, the agent reads it twice.",
            },
          },
          isOver ? "It is over; there is nothing to send again." : null,
        ),
        action(
          "d",
          "drop",
          { kind: "call", method: "delivery.drop", params: { delivery: delivery.id }, done: "Dropped" },
          isOver ? "It is over already." : null,
        ),
        jumpAction("o", "look at the pane", pane),
      ],
    },
  );
}
