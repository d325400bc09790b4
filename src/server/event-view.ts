// Facts as `events --json` prints them: flat, with the words a program can act on, and no bodies of others' mail.
import type { Fact } from "../domain/facts.ts";
import { inertText } from "../domain/text/inert.ts";
import type { EventView } from "../protocol/views.ts";

const PREVIEW_LENGTH = 120;

export function eventOf(fact: Fact, atMs: number): EventView {
  return { atMs, kind: fact.kind, by: fact.by, ...fieldsOf(fact) };
}

function fieldsOf(fact: Fact): Record<string, unknown> {
  switch (fact.kind) {
    case "task.moved":
      return { ...task(fact.task), from: fact.from, to: fact.to, note: fact.note };
    case "task.created":
    case "task.changed":
    case "task.unblocked":
      return task(fact.task);
    case "task.assigned":
    case "task.claimed":
      return { ...task(fact.task), previous: fact.previous };
    case "message.sent":
      return message(fact.message);
    case "message.marked":
      return { ...message(fact.message), agent: fact.agent, state: fact.state };
    case "lock.granted":
      return { target: fact.lease.target, holder: fact.lease.holder, fencingToken: fact.lease.fencingToken };
    case "lock.released":
      return { target: fact.lease.target, holder: fact.lease.holder, why: fact.why };
    case "lock.denied":
      return {
        path: fact.path,
        holder: fact.lease.holder,
        reason: fact.lease.reason,
        remainingMs: fact.remainingMs,
        tool: fact.tool,
      };
    case "delivery.changed": {
      const { delivery } = fact;
      return {
        deliveryId: delivery.id,
        kindOfDelivery: delivery.kind,
        to: delivery.to,
        taskId: delivery.taskId,
        state: delivery.state,
        from: fact.from,
        channel: delivery.channel,
        reason: delivery.reason,
        answered: delivery.answeredAtMs !== null,
      };
    }
    case "agent.state":
      return { paneId: fact.paneId, state: fact.state };
    case "agent.registered":
    case "agent.changed":
    case "agent.removed":
    case "agent.status-set":
      return {
        agent: fact.agent.name,
        role: fact.agent.role,
        profile: fact.agent.profile,
        status: fact.agent.statusText,
      };
    case "agent.renamed":
      return { agent: fact.agent.name, previous: fact.previous };
    case "agent.bound":
    case "agent.unbound":
      return { agent: fact.agent.name, paneId: fact.paneId };
    case "session.created":
    case "session.changed":
      return { mode: fact.session.mode, principal: fact.session.principal };
    case "activity.logged":
      return { activity: fact.activity };
    default: {
      const { kind: _kind, by: _by, ...rest } = fact;
      return rest;
    }
  }
}

function task(task: {
  id: string;
  title: string;
  status: string;
  assignee: string | null;
  priority: string;
}) {
  return {
    taskId: task.id,
    title: inertText(task.title, PREVIEW_LENGTH),
    status: task.status,
    assignee: task.assignee,
    priority: task.priority,
  };
}

function message(message: { id: string; from: string; to: string; subject: string; taskId: string | null }) {
  return {
    messageId: message.id,
    from: message.from,
    to: message.to,
    subject: inertText(message.subject, PREVIEW_LENGTH),
    taskId: message.taskId,
  };
}
