// How records and views look in a terminal.
import type { Message } from "../domain/message/message.ts";
import { roleWords } from "../domain/session/roles.ts";
import { sectionsOf } from "../domain/task/sections.ts";
import type { Task, TaskStatus } from "../domain/task/task.ts";
import { inertText } from "../domain/text/inert.ts";
import type { AgentView, DeliveryView, LockView, NeedView } from "../protocol/views.ts";
import { formatSpan } from "./duration.ts";
import { inertLines, type Output, type Painted, type Tone } from "./output.ts";
import { entryFor, type Reader, textFor } from "./reader.ts";

const STATE_LOOK: Readonly<Record<AgentView["state"]["name"], readonly [glyph: string, tone: Tone | null]>> =
  {
    starting: ["…", "dim"],
    idle: ["○", "good"],
    working: ["●", "accent"],
    blocked: ["▲", "warn"],
    error: ["✕", "bad"],
    exited: ["∅", "dim"],
    unknown: ["?", "warn"],
  };

const STATUS_TONE: Readonly<Record<TaskStatus, Tone | null>> = {
  pending: null,
  assigned: null,
  in_progress: "accent",
  blocked: "warn",
  completed: "good",
  under_review: "accent",
  revision_needed: "warn",
  approved: "good",
  rejected: "bad",
  cancelled: "dim",
};

const DELIVERY_TONE: Readonly<Record<DeliveryView["state"], Tone | null>> = {
  queued: null,
  writing: "accent",
  written: "accent",
  confirmed: "good",
  unconfirmed: "warn",
  failed: "bad",
  cancelled: "dim",
};

/** Exited and unknown are states of a pane; an agent that no pane runs is just not here, or outside. */
export function agentState(agent: AgentView): Painted {
  if (agent.paneId === null)
    return { text: agent.state.name === "exited" ? "- not here" : "- outside", tone: "dim" };
  const [glyph, tone] = STATE_LOOK[agent.state.name];
  const about = agent.state.blockedOn ? ` (${agent.state.blockedOn})` : "";
  return { text: `${glyph} ${agent.state.name}${about}`, tone };
}

export function agentTable(output: Output, agents: readonly AgentView[], nowMs: number): string {
  return output.table(
    agents.map((agent) => [
      { text: agent.name, tone: "strong" as const },
      roleWords(agent),
      agentState(agent),
      formatSpan(nowMs - agent.state.sinceMs),
      agent.task ? `${agent.task.id} ${agent.task.title}` : "-",
      `${agent.locks} ${agent.locks === 1 ? "lock" : "locks"}`,
      `${agent.unread} unread`,
      agent.statusText === null
        ? agent.waiting
          ? `(what is for it waits: ${agent.waiting.reason})`
          : ""
        : `${agent.statusText} (${formatSpan(nowMs - (agent.statusAtMs ?? nowMs))} ago)`,
    ]),
    ["agent", "role", "state", "since", "task", "locks", "inbox", "says"],
  );
}

/** `8 min left, then: redis`: when it ends by itself, and with what; empty when it waits for ever. */
export function endOfNeed(need: NeedView, nowMs: number): string {
  if (need.deadlineAtMs === null) return "";
  const after = need.default === null ? "" : `, then: ${inertText(need.default, 60)}`;
  return `${formatSpan(need.deadlineAtMs - nowMs)} left${after}`;
}

export function taskTable(output: Output, tasks: readonly Task[]): string {
  return output.table(
    tasks.map((task) => [
      { text: task.status, tone: STATUS_TONE[task.status] },
      task.id,
      task.priority,
      task.assignee ? `@${task.assignee}` : "-",
      task.title,
      task.files.length > 0 ? `files: ${task.files.join(", ")}` : "",
    ]),
  );
}

export function taskSheet(output: Output, task: Task, nowMs: number, reader: Reader): string {
  const lines = [
    output.paint(inertLines(task.title), "strong"),
    output.table([
      ["id", task.id],
      ["status", { text: task.status, tone: STATUS_TONE[task.status] }],
      ["priority", task.priority],
      ["assignee", task.assignee ?? "-"],
      ["assigner", task.assigner],
      ["changed", `${formatSpan(nowMs - task.statusAtMs)} ago by ${task.statusBy}`],
    ]),
  ];
  if (task.description) lines.push("", textFor(reader, task.description, task.createdBy, task.id));
  for (const { title, items } of sectionsOf(task, nowMs, formatSpan)) {
    lines.push("", output.paint(title, "strong"), ...items.map((item) => `- ${entryFor(reader, item)}`));
  }
  return lines.join("\n");
}

export function messageSheet(output: Output, message: Message, nowMs: number, reader: Reader): string {
  const receipts = message.receipts.map((receipt) => `${receipt.agent} ${receipt.state}`).join(", ");
  const rows: Painted[][] = [
    ["id", message.id],
    ["from", message.from],
    ["to", message.to],
    ["at", `${formatSpan(nowMs - message.createdAtMs)} ago`],
    ["type", message.priority === "medium" ? message.type : `${message.type}, ${message.priority}`],
  ];
  if (message.subject) rows.push(["subject", { text: message.subject, tone: "strong" }]);
  if (message.taskId) rows.push(["task", message.taskId]);
  if (message.replyTo) rows.push(["reply to", message.replyTo]);
  if (message.attachments.length > 0) rows.push(["files", message.attachments.join(", ")]);
  if (receipts) rows.push(["receipts", receipts]);
  return `${output.table(rows)}\n\n${textFor(reader, message.body, message.from, message.id)}`;
}

/** What somebody sent, with each recipient's receipt. */
export function sentTable(output: Output, messages: readonly Message[], nowMs: number): string {
  return output.table(
    messages.map((message) => [
      message.id,
      formatSpan(nowMs - message.createdAtMs),
      `→ ${message.to}`,
      message.subject || firstLine(message.body),
      {
        text: message.receipts.map((receipt) => `${receipt.agent} ${receipt.state}`).join(", "),
        tone: message.receipts.some((receipt) => receipt.state === "unread") ? null : ("dim" as const),
      },
    ]),
  );
}

export function messageTable(
  output: Output,
  messages: readonly Message[],
  reader: string,
  nowMs: number,
): string {
  return output.table(
    messages.map((message) => {
      const own = message.receipts.find((receipt) => receipt.agent === reader);
      const unread = own?.state === "unread";
      return [
        { text: unread ? "*" : " ", tone: "accent" as const },
        message.id,
        formatSpan(nowMs - message.createdAtMs),
        `${message.from} → ${message.to}`,
        { text: message.subject || firstLine(message.body), tone: unread ? ("strong" as const) : null },
      ];
    }),
  );
}

export function firstLine(text: string): string {
  const line = text.split("\n").find((candidate) => candidate.trim() !== "") ?? "";
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

export function deliveryTable(output: Output, deliveries: readonly DeliveryView[], nowMs: number): string {
  return output.table(
    deliveries.map((delivery) => [
      { text: delivery.answered ? "answered" : delivery.state, tone: DELIVERY_TONE[delivery.state] },
      delivery.id,
      delivery.kind,
      `${delivery.from} → ${delivery.to}`,
      formatSpan(nowMs - delivery.updatedAtMs),
      delivery.reason,
      delivery.preview,
    ]),
  );
}

export function lockTable(output: Output, locks: readonly LockView[]): string {
  return output.table(
    locks.map((lock) => [
      { text: lock.label, tone: "strong" as const },
      lock.holder,
      `${formatSpan(lock.remainingMs)} of ${formatSpan(lock.ttlMs)} left`,
      `#${lock.fencingToken}`,
      lock.inHand === null ? "" : `in hand: ${lock.inHand.path} (${formatSpan(lock.inHand.ageMs)} ago)`,
      lock.waiters.length > 0 ? `waiting: ${lock.waiters.join(", ")}` : "",
      lock.reason,
    ]),
  );
}
