import type { Fact, FactOf } from "../facts.ts";
import { bypassLine } from "../lock/bypass-report.ts";
import { targetLabel } from "../lock/overlap.ts";
import { formatRemaining } from "../lock/rules.ts";
import { inertText } from "../text/inert.ts";

/** What a fact puts into the activity log, but for time and id. */
export interface Entry {
  readonly kind: string;
  readonly actor: string;
  readonly text: string;
  readonly refs: Readonly<Record<string, string>>;
}

/** The line that a fact leaves in the activity log; null for what is too frequent or is itself a line of the log. */
export function entryOf(fact: Fact): Entry | null {
  const described = describe(fact);
  return described === null
    ? null
    : { kind: fact.kind, actor: fact.by, text: described[0], refs: described[1] };
}

type Described = readonly [text: string, refs: Readonly<Record<string, string>>];

function describe(fact: Fact): Described | null {
  switch (fact.kind) {
    case "session.created":
      return ["opened the project", { sessionId: fact.session.id }];
    case "session.changed":
      return [
        `mode ${fact.session.mode}, principal ${fact.session.principal}`,
        { sessionId: fact.session.id },
      ];
    case "agent.registered":
      return [
        `${fact.agent.name} joined as ${fact.agent.role} (${fact.agent.profile})`,
        { agent: fact.agent.name },
      ];
    case "agent.changed":
      return [`${fact.agent.name} is ${fact.agent.role}`, { agent: fact.agent.name }];
    case "agent.renamed":
      return [`${fact.previous} is called ${fact.agent.name} now`, { agent: fact.agent.name }];
    case "agent.removed":
      return [`${fact.agent.name} is no longer of the project`, { agent: fact.agent.name }];
    case "agent.bound":
      return [
        `${fact.agent.name} runs in pane ${fact.paneId}`,
        { agent: fact.agent.name, paneId: fact.paneId },
      ];
    case "agent.unbound":
      return [`${fact.agent.name} left pane ${fact.paneId}`, { agent: fact.agent.name, paneId: fact.paneId }];
    case "agent.status-set":
      return [quote(fact.agent.statusText ?? "no status"), { agent: fact.agent.name }];
    case "task.created":
      return [
        `task ${quote(fact.task.title)}${fact.task.assignee === null ? "" : ` for ${fact.task.assignee}`}`,
        taskRefs(fact.task),
      ];
    case "task.moved":
      return [
        `task ${quote(fact.task.title)}: ${fact.from} → ${fact.to}${fact.note === null ? "" : ` (${inertText(fact.note, 100)})`}`,
        taskRefs(fact.task),
      ];
    case "task.assigned":
      return [
        `task ${quote(fact.task.title)} assigned to ${fact.task.assignee ?? "nobody"}${from(fact.previous)}`,
        taskRefs(fact.task),
      ];
    case "task.claimed":
      return [`claimed task ${quote(fact.task.title)}${from(fact.previous)}`, taskRefs(fact.task)];
    case "task.changed":
      return [`changed task ${quote(fact.task.title)}`, taskRefs(fact.task)];
    case "task.unblocked":
      return [
        `task ${quote(fact.task.title)} can be claimed now`,
        { ...taskRefs(fact.task), because: fact.because.id },
      ];
    case "message.sent":
      return [
        `to ${fact.message.to}: ${quote(fact.message.subject === "" ? fact.message.body : fact.message.subject)}`,
        {
          messageId: fact.message.id,
          to: fact.message.to,
          ...(fact.message.taskId === null ? {} : { taskId: fact.message.taskId }),
        },
      ];
    case "message.marked":
      return [`${fact.state} message from ${fact.message.from}`, { messageId: fact.message.id }];
    case "lock.granted":
      return [
        `locked ${path(targetLabel(fact.lease.target))}${reason(fact.lease.reason)}`,
        lockRefs(fact.lease),
      ];
    case "lock.released":
      return [
        `${RELEASES[fact.why]} ${path(targetLabel(fact.lease.target))}${fact.by === fact.lease.holder ? "" : ` of ${fact.lease.holder}`}`,
        lockRefs(fact.lease),
      ];
    case "lock.denied":
      return [
        `refused${fact.tool === null ? "" : ` ${inertText(fact.tool, 40)}`} on ${path(fact.path)}: locked by ${fact.lease.holder} for another ${formatRemaining(fact.remainingMs)}`,
        { ...lockRefs(fact.lease), path: fact.path },
      ];
    case "lock.awaited":
      return [`waits for ${path(fact.label)}, held by ${fact.holder}`, { path: fact.label }];
    case "lock.freed":
      return [`${path(fact.label)} is free; told ${fact.notify.join(", ")}`, { path: fact.label }];
    case "lock.bypassed":
      return [
        inertText(bypassLine(fact), 400),
        { holder: fact.holder, lockId: fact.lockIds[0] ?? "", path: fact.paths[0] ?? "" },
      ];
    case "spec.published":
      return [`published spec ${fact.spec.name} version ${fact.spec.version}`, { spec: fact.spec.name }];
    case "decision.recorded":
      return [`decided: ${inertText(fact.decision.text, 160)}`, { decisionId: fact.decision.id }];
    case "decision.superseded":
      return [`no longer holds: ${inertText(fact.decision.text, 160)}`, { decisionId: fact.decision.id }];
    case "question.asked":
      return [
        `${fact.question.kind === "escalation" ? "escalated" : "asked"}: ${inertText(fact.question.question, 160)}`,
        { questionId: fact.question.id },
      ];
    case "question.answered":
      return [
        `answered ${fact.question.by}: ${inertText(fact.question.answer ?? "", 160)}`,
        { questionId: fact.question.id },
      ];
    case "question.lapsed":
      return [`question of ${fact.question.by} lapsed`, { questionId: fact.question.id }];
    case "delivery.changed":
      return [
        `delivery to ${fact.delivery.to}: ${fact.delivery.state}${fact.delivery.reason === fact.delivery.state ? "" : reason(fact.delivery.reason)}`,
        {
          deliveryId: fact.delivery.id,
          to: fact.delivery.to,
          ...(fact.delivery.taskId === null ? {} : { taskId: fact.delivery.taskId }),
        },
      ];
    case "pane.opened":
      return [
        `pane ${fact.paneId} opened${fact.agent === null ? "" : ` with ${fact.agent}`}`,
        { paneId: fact.paneId },
      ];
    case "pane.ended":
      return [
        `pane ${fact.paneId} ended${fact.exitCode === null ? "" : ` with ${fact.exitCode}`}`,
        { paneId: fact.paneId, ...(fact.agent === null ? {} : { agent: fact.agent }) },
      ];
    case "archive.ran":
      return [archiveLine(fact), {}];
    case "inbox.archived":
      return [`archived ${fact.messages} unread ${fact.messages === 1 ? "message" : "messages"}`, {}];
    case "archive.failed":
      return [`could not archive what is over: ${inertText(fact.reason, 200)}`, {}];
    case "agent.state":
    case "lock.renewed":
    case "activity.logged":
      return null;
  }
}

function archiveLine(fact: FactOf<"archive.ran">): string {
  const counted = (count: number, noun: string) =>
    count === 0 ? [] : [`${count} ${count === 1 ? noun : noun.replace(/y$/, "ie").concat("s")}`];
  const gone = [
    ...counted(fact.tasks, "task"),
    ...counted(fact.messages, "message"),
    ...counted(fact.questions, "question"),
    ...counted(fact.deliveries, "delivery"),
  ];
  const days = Math.round(fact.olderThanMs / 86_400_000);
  const moved = gone.length === 0 ? [] : [`moved to the archive: ${gone.join(", ")}`];
  const marked = counted(fact.receipts, "receipt").map((text) => `marked as archived: ${text}`);
  return `${[...moved, ...marked].join("; ")} (over for ${days} ${days === 1 ? "day" : "days"}; see: ia-tmux archive list)`;
}

const RELEASES = {
  handed: "released",
  expired: "lease ended on",
  forced: "broke the lock on",
  "taken-over": "took over",
  "pane-ended": "pane ended: released",
} as const;

const taskRefs = (task: { id: string; assignee: string | null }): Readonly<Record<string, string>> => ({
  taskId: task.id,
  ...(task.assignee === null ? {} : { assignee: task.assignee }),
});
const lockRefs = (lease: { id: string; holder: string }): Readonly<Record<string, string>> => ({
  lockId: lease.id,
  holder: lease.holder,
});
const quote = (text: string) => `"${inertText(text, 100)}"`;
const path = (text: string) => inertText(text, 160);
const reason = (text: string) => (text === "" ? "" : `: ${inertText(text, 120)}`);
const from = (previous: string | null) => (previous === null ? "" : ` (before: ${previous})`);
