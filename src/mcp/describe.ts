// Records in words for a model: short, every id in them. What peers wrote is data: longer texts stand in a frame with
// their author's name, as in mail that a hook carries; short ones cannot leave their line or imitate a frame.
import type { Activity } from "../domain/activity/activity.ts";
import type { Message } from "../domain/message/message.ts";
import { roleWords } from "../domain/session/roles.ts";
import { sectionsOf } from "../domain/task/sections.ts";
import type { Task } from "../domain/task/task.ts";
import { quoteLine, said } from "../domain/text/frame.ts";
import type { DecisionView, MuteView, OwnIdentity, QuestionView, SpecView } from "../protocol/results.ts";
import type { AgentView, DeliveryView, LockView } from "../protocol/views.ts";

/** Whole notes of a task and whole answers fit. */
const MAX_ITEM_CHARACTERS = 10_000;

export function orNone(lines: readonly string[], none: string): string {
  return lines.length > 0 ? lines.join("\n") : none;
}

export function describeIdentity({ name, kind, role, devRole, how, paneId }: OwnIdentity): string {
  const roles = role === null ? "" : `, ${roleWords({ role, devRole })}`;
  return `${name} (${kind}${roles}, by ${how}${paneId === null ? "" : `, pane ${paneId}`})`;
}

export function describeAgent(agent: AgentView, nowMs: number): string {
  const parts = [
    `- ${agent.name} (${roleWords(agent)}): ${agent.presence}, ${agent.state.name} for ${minutes(nowMs - agent.state.sinceMs)}`,
    agent.task ? `task ${agent.task.id} [${agent.task.status}]` : null,
    agent.file ? `wrote ${quoteLine(agent.file.path)} ${minutes(nowMs - agent.file.atMs)} ago` : null,
    agent.locks > 0 ? `${agent.locks} locks` : null,
    agent.unread > 0 ? `${agent.unread} unread` : null,
    agent.waiting ? `${agent.waiting.count} waiting: ${agent.waiting.reason}` : null,
    agent.statusText
      ? `says (${minutes(nowMs - (agent.statusAtMs ?? nowMs))} ago): ${quoteLine(agent.statusText)}`
      : null,
  ];
  return parts.filter((part) => part !== null).join("; ");
}

export function taskLine(task: Task): string {
  return `- ${task.id} [${task.status}, ${task.priority}] ${task.assignee ? `@${task.assignee} ` : ""}${quoteLine(task.title)}`;
}

export function describeTask(task: Task, nowMs: number): string {
  const lines = [
    `${task.id}: ${quoteLine(task.title)}`,
    `status ${task.status} (${minutes(nowMs - task.statusAtMs)} ago, by ${task.statusBy}); priority ${task.priority}`,
    `assignee ${task.assignee ?? "nobody"}; assigner ${task.assigner}`,
  ];
  if (task.description) lines.push("", said(task.description, task.createdBy, task.id));
  for (const { title, items } of sectionsOf(task, nowMs, minutes)) {
    lines.push("", `${title}:`, ...items.map((item) => `- ${quoteLine(item, MAX_ITEM_CHARACTERS)}`));
  }
  return lines.join("\n");
}

export function messageLine(message: Message, reader: string, nowMs: number): string {
  const state = message.receipts.find((receipt) => receipt.agent === reader)?.state ?? "sent";
  const what = quoteLine(message.subject || message.body, 100);
  return `- [${state}] ${what} (from ${message.from}, id ${message.id}, ${minutes(nowMs - message.createdAtMs)} ago)`;
}

export function sentLine(message: Message, nowMs: number): string {
  const what = quoteLine(message.subject || message.body, 100);
  return `- ${what} (to ${message.to}, id ${message.id}, ${minutes(nowMs - message.createdAtMs)} ago; ${receiptsOf(message)})`;
}

export function activityLine(entry: Activity, nowMs: number): string {
  return `- ${minutes(nowMs - entry.atMs)} ago, ${entry.actor}, ${entry.kind}: ${quoteLine(entry.text, 500)}`;
}

export function muteLine(mute: MuteView, nowMs: number): string {
  const until = mute.untilMs === null ? "until you unmute it" : `for ${minutes(mute.untilMs - nowMs)}`;
  return `${mute.sender} ${until}${mute.reason ? `: ${quoteLine(mute.reason)}` : ""}`;
}

function receiptsOf(message: Message): string {
  return message.receipts.map((receipt) => `${receipt.agent} ${receipt.state}`).join(", ");
}

export function describeMessage(message: Message, nowMs: number): string {
  const lines = [
    `message ${message.id} from ${message.from} to ${message.to}, ${minutes(nowMs - message.createdAtMs)} ago`,
    `type ${message.type}; priority ${message.priority}; ${receiptsOf(message)}`,
  ];
  if (message.subject) lines.push(`subject: ${quoteLine(message.subject)}`);
  if (message.taskId) lines.push(`task: ${message.taskId}`);
  if (message.replyTo) lines.push(`answers: ${message.replyTo}`);
  return [...lines, "", said(message.body, message.from, message.id)].join("\n");
}

export function describeSpec({ name, version, author, content }: SpecView): string {
  return said(content, author, `${name}-v${version}`);
}

export function decisionLine(decision: DecisionView): string {
  const replaced = decision.supersededBy === null ? "" : ` (replaced by ${decision.supersededBy})`;
  return `- ${decision.id} by ${decision.by}: ${quoteLine(decision.text, MAX_ITEM_CHARACTERS)}${replaced}`;
}

export function describeLock(lock: LockView): string {
  const waiters = lock.waiters.length > 0 ? `; waiting: ${lock.waiters.join(", ")}` : "";
  const reason = lock.reason ? `; ${quoteLine(lock.reason)}` : "";
  const inHand = lock.inHand === null ? "" : `; has in hand ${quoteLine(lock.inHand.path)}`;
  return `${quoteLine(lock.label)}: held by ${lock.holder}, ${minutes(lock.remainingMs)} left, token ${lock.fencingToken}${reason}${inHand}${waiters}`;
}

export function describeDelivery(delivery: DeliveryView): string {
  return `relay ${delivery.id}: ${delivery.state}${delivery.reason ? `, ${quoteLine(delivery.reason)}` : ""}`;
}

export function describeQuestion(question: QuestionView): string {
  const what = quoteLine(question.question);
  switch (question.state) {
    case "open":
      return `${question.id} is open: ${what}`;
    case "answered":
      return `${question.id} was answered: ${quoteLine(question.answer ?? "", MAX_ITEM_CHARACTERS)}`;
    case "lapsed":
      return question.default === null
        ? `${question.id} lapsed without an answer: ${what}`
        : `${question.id} lapsed, the default holds: ${quoteLine(question.default)}`;
    case "withdrawn":
      return `${question.id} was withdrawn: ${what}`;
  }
}

function minutes(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  return seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
