// Brings work and news to agents: turns tasks, messages and their changes into deliveries. Owns nothing.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import { type Fact, type FactOf, SYSTEM } from "../../domain/facts.ts";
import { holderNotice, writerNotice } from "../../domain/lock/bypass-report.ts";
import { targetLabel } from "../../domain/lock/overlap.ts";
import { accused } from "../../domain/lock/write-evidence.ts";
import type { Message } from "../../domain/message/message.ts";
import type { Question } from "../../domain/question/question.ts";
import { outcomeOf } from "../../domain/question/rules.ts";
import { OPERATOR } from "../../domain/record.ts";
import type { Delivery } from "../../domain/relay/delivery.ts";
import { classicRelayPrompt, relayBody, taskNews, type Pointers } from "../../domain/relay/prompt.ts";
import {
  actorName,
  actorNamed,
  agentActor,
  sameName,
  THE_OPERATOR,
  type Actor,
} from "../../domain/session/actor.ts";
import type { Agent } from "../../domain/session/session.ts";
import { reviewersOf } from "../../domain/task/authority.ts";
import type { Priority, Task } from "../../domain/task/task.ts";
import { createMailAnnouncer } from "./mail-announcer.ts";
import { createNews } from "./news.ts";
import type { RelayService } from "./relay-service.ts";
import type { MessageService } from "./message-service.ts";
import type { MuteService } from "./mute-service.ts";
import type { QuestionService } from "./question-service.ts";
import type { SessionService } from "./session-service.ts";
import type { QuickTask, TaskOutcome, TaskService } from "./task-service.ts";
import { quoteLine } from "../../domain/text/frame.ts";

/** Of a task whose order was never put on its way, such as when the server ended just then. */
const WAITS_FOR_ORDER: readonly Task["status"][] = ["assigned", "blocked"];
/** Moves that the giver of a task hears of: those that end or stop the work. Each costs an agent a turn. */
const NEWS_STATUSES: readonly Task["status"][] = [
  "completed",
  "blocked",
  "under_review",
  "revision_needed",
  "approved",
  "rejected",
  "cancelled",
];

/** What is older was carried long ago, or its delivery was put away since. */
const RECOVERED_MS = 86_400_000;

export interface DelegationDeps {
  readonly root: string;
  readonly session: SessionService;
  readonly tasks: TaskService;
  readonly messages: MessageService;
  readonly mutes: Pick<MuteService, "isMuted">;
  readonly relay: RelayService;
  readonly questions: Pick<QuestionService, "all">;
  readonly clock: Pick<Clock, "nowMs" | "after">;
  readonly inBackground: (what: string, work: Promise<unknown>) => void;
}

export type DelegationService = ReturnType<typeof createDelegationService>;

export function createDelegationService(deps: DelegationDeps) {
  const { session, tasks, messages, relay } = deps;
  const mail = createMailAnnouncer(deps);
  const tell = createNews(deps);

  function pointers(): Pointers {
    const found = (name: string) =>
      existsSync(join(deps.root, ".ia-tmux", name)) ? `.ia-tmux/${name}` : null;
    return { guide: found("guide.md"), context: found("context.md") };
  }

  async function relayTask(task: Task, from: string, how: "given" | "claimed"): Promise<Delivery> {
    const reader = session.mustFind(task.assignee!);
    return relay.enqueue({
      id: `dlv-${task.id.replace(/^task-/, "")}-${task.logicalTime}`,
      kind: "relay",
      from,
      to: reader.name,
      priority: task.priority,
      taskId: task.id,
      messageIds: [],
      body: relayBody(task, reader, from, pointers(), how),
    });
  }

  /** Waits for what a start does again. When it cannot be done, such as on a full disk, the start goes on. */
  async function notToFail(what: string, work: Promise<unknown>): Promise<void> {
    deps.inBackground(what, work);
    await work.catch(() => {});
  }

  /**
   * An order that has not arrived yet is not carried when the task has moved on; one that waits for others stays. The giver
   * of a task hears how it goes; so does the assignee when somebody else moves it, but of nothing that it never heard of.
   */
  async function taskMoved({ task, by, note, to }: FactOf<"task.moved">): Promise<void> {
    const isOrderVoid = to !== "assigned" && to !== "blocked";
    const unheard = isOrderVoid
      ? await relay.withdrawTask(task.id, `the task is ${to.replaceAll("_", " ")}`, null)
      : [];
    if (!NEWS_STATUSES.includes(to)) return;
    const readers = new Set<string>();
    if (task.assigner !== OPERATOR && !sameName(task.assigner, by)) readers.add(task.assigner);
    const returned =
      task.status === "revision_needed" || task.status === "rejected" || task.status === "cancelled";
    if (returned && task.assignee && !sameName(task.assignee, by)) readers.add(task.assignee);
    if (to === "cancelled") for (const name of unheard) readers.delete(name);
    if (to === "completed" && session.mode() === "review")
      for (const { name } of reviewersOf(session.all(), task)) if (!sameName(name, by)) readers.add(name);
    for (const name of readers) {
      const told = tell({
        ...ofTask(task, by),
        to: name,
        body: taskNews(task, by, note),
        letter: {
          subject: `Task ${task.id} is ${task.status.replaceAll("_", " ")}`,
          body: note || task.title,
        },
      });
      await notToFail("announce task", told);
    }
  }

  /** Who had a task that is another's now is told to leave it; an order that it has not got yet is not carried. */
  async function taskChangedHands({
    task,
    by,
    previous,
  }: FactOf<"task.assigned"> | FactOf<"task.claimed">): Promise<void> {
    if (previous === null || task.assignee === null || sameName(previous, task.assignee)) return;
    const unheard = await relay.withdrawTask(task.id, `${task.assignee} has the task now`, task.assignee);
    if (sameName(previous, by) || unheard.some((name) => sameName(name, previous))) return;
    const subject = `Task ${task.id} is ${task.assignee}'s now`;
    const body = `leave it. What you have done of it, tell ${task.assignee}.`;
    await tell({ ...ofTask(task, by), to: previous, body: `${subject}: ${body}`, letter: { subject, body } });
  }

  /** A line of ours that is about a lock. */
  function tellOfLock(
    from: string,
    to: string,
    subject: string,
    body: string,
    priority: Priority = "high",
  ): void {
    deps.inBackground(
      "tell of a lock",
      tell({ from, to, priority, taskId: null, body, letter: { subject } }),
    );
  }

  /** Its subscribers and earlier authors find it in their inbox, whether a pane runs them or not. */
  async function announceSpec({ spec, by, subscribers }: FactOf<"spec.published">): Promise<void> {
    const author = actorNamed(by);
    for (const name of subscribers) {
      if (!session.find(name) && !sameName(name, OPERATOR)) continue;
      const told = messages.send(author, {
        key: `${spec.id}-${name}`.slice(0, 64),
        to: name,
        type: "notice",
        subject: `Spec ${spec.name} is at version ${spec.version}`,
        body: `What changed: ia-tmux spec diff ${spec.name}\nAll of it: ia-tmux spec show ${spec.name}`,
      });
      // One whose inbox is full keeps it from nobody else.
      await notToFail("announce spec", told);
    }
  }

  /** The answer, or what holds in its place, comes to the asking agent as a message. */
  async function announceAnswer(question: Question): Promise<void> {
    if (!session.find(question.by)) return;
    const isAnswered = question.state === "answered";
    try {
      await messages.send(THE_OPERATOR, {
        key: question.id,
        to: question.by,
        type: isAnswered ? "answer" : "notice",
        priority: "high",
        subject: question.question,
        body: isAnswered
          ? `The answer to your question ${question.id}: ${question.answer ?? ""}`
          : `Your question ${question.id}: ${outcomeOf(question)}.`,
      });
    } catch (thrown) {
      // It was told before, under another name of the agent's or in words of an earlier version.
      if (!(thrown instanceof AppError && thrown.code === "key-reused")) throw thrown;
    }
  }

  /** The holder hears that somebody wrote what it has locked, and so does who did. */
  function announceBypass(fact: FactOf<"lock.bypassed">): void {
    const subject = "A write round a lock";
    tellOfLock(SYSTEM, fact.holder, subject, holderNotice(fact));
    for (const name of accused(fact.writer)) tellOfLock(SYSTEM, name, subject, writerNotice(fact));
  }

  /** What is not worth reading any more is not carried; one alarm for each message that says so. */
  const expiries = new Map<string, () => void>();
  function watchExpiry({ id, expiresAtMs }: Message): void {
    if (expiresAtMs === null) return;
    const callOff = deps.clock.after(Math.max(0, expiresAtMs - deps.clock.nowMs()), () => {
      expiries.delete(id);
      deps.inBackground("message expired", relay.withdraw(id, "the message expired"));
    });
    expiries.set(id, callOff);
  }

  return {
    pointers,

    /** Calls off what it waits for: the server ends. */
    stop() {
      for (const callOff of expiries.values()) callOff();
      expiries.clear();
    },

    /**
     * After a start: what was said or answered, and whose delivery was not yet on disk when the last server ended, goes on
     * its way. What has one already is known by its id.
     */
    async recover(): Promise<void> {
      const sinceMs = deps.clock.nowMs() - RECOVERED_MS;
      for (const question of deps.questions.all()) {
        const ended = question.state === "answered" || question.state === "lapsed";
        if (ended && (question.answeredAtMs ?? 0) > sinceMs)
          await notToFail("announce answer again", announceAnswer(question));
      }
      for (const message of messages.everything())
        if (message.receipts.some(({ state }) => state === "unread")) watchExpiry(message);
      for (const { name } of session.all())
        await notToFail("announce unread again", mail.announceSince(name, sinceMs));
    },

    /** Makes the task, and sends it on its way. */
    async delegate(actor: Actor, input: QuickTask): Promise<{ task: Task; delivery: Delivery }> {
      const reader = session.find(input.to);
      // A call that is made again finds its task, whether there is room or not.
      const task = await tasks.quick(actor, input, () => {
        if (reader) relay.requireRoom(reader.name);
      });
      if (!reader && task.assignee === null)
        throw new AppError("internal", "A delegated task has nobody to do it.");
      const earlier = input.key === undefined ? undefined : relay.list().find(isOrderOf(task));
      if (earlier) return { task, delivery: earlier };
      // Its order was put away, or stayed behind when the task was imported: it is not given a second time.
      if (input.key !== undefined && !WAITS_FOR_ORDER.includes(task.status))
        throw new AppError("conflict", `Task ${task.id} was made by this call before and is ${task.status}`, {
          hint: `ia-tmux task show ${task.id}; a new key makes a new task.`,
        });
      return { task, delivery: await relayTask(task, actorName(actor), "given") };
    },

    /** Gives a task to an agent, and sends it on its way. */
    async assign(actor: Actor, reference: string, to: string): Promise<TaskOutcome> {
      relay.requireRoom(to);
      const outcome = await tasks.assign(actor, reference, to);
      if (outcome.already === null) await relayTask(outcome.task, actorName(actor), "given");
      return outcome;
    },

    /** Tells the agent that now has the task what it is. */
    relayClaimed: (task: Task) => relayTask(task, task.assigner, "claimed"),

    /** The prompt to copy by hand, for agents outside our panes. */
    classicPrompt(name: string): string {
      const reader: Pick<Agent, "name" | "role" | "devRole"> = session.find(name) ?? {
        name,
        role: "delegate",
        devRole: null,
      };
      const open = tasks
        .list({ assignee: name })
        .filter(
          (task) =>
            task.status === "assigned" || task.status === "pending" || task.status === "revision_needed",
        );
      return classicRelayPrompt(reader, pointers(), { tasks: open, messages: messages.inbox(name) });
    },

    /** Turns what happened into deliveries. */
    hear(fact: Fact) {
      if (fact.kind === "message.sent") {
        deps.inBackground("announce message", mail.announce(fact.message));
        watchExpiry(fact.message);
        if (fact.message.replyTo !== null) {
          deps.inBackground("mark answered", relay.answered(fact.by, { messageId: fact.message.replyTo }));
        }
        if (fact.message.taskId !== null) {
          deps.inBackground("mark answered", relay.answered(fact.by, { taskId: fact.message.taskId }));
        }
      } else if (fact.kind === "task.moved") {
        deps.inBackground("mark answered", relay.answered(fact.by, { taskId: fact.task.id }));
        deps.inBackground("announce task", taskMoved(fact));
      } else if (fact.kind === "task.assigned" || fact.kind === "task.claimed") {
        deps.inBackground("task changed hands", taskChangedHands(fact));
      } else if (fact.kind === "message.marked" && fact.state !== "unread") {
        deps.inBackground("already read", relay.alreadyRead(fact.agent, fact.message.id));
      } else if (fact.kind === "delivery.changed") {
        const { delivery } = fact;
        mail.heard(delivery);
        // Carried whole and proven to have arrived: the agent has read it.
        const isRead = delivery.state === "confirmed";
        if (!isRead || (delivery.kind !== "message" && delivery.kind !== "answer")) return;
        for (const id of delivery.messageIds) {
          deps.inBackground("mark read", messages.mark(agentActor(delivery.to), id, "read"));
        }
      } else if (fact.kind === "lock.released" && fact.why === "forced") {
        const { holder, target } = fact.lease;
        const body = `${fact.by} broke your lock of ${quoteLine(targetLabel(target))}: you hold it no more.`;
        tellOfLock(fact.by, holder, "Your lock was broken", body);
      } else if (fact.kind === "lock.freed") {
        const label = quoteLine(fact.label);
        const [held, ...more] = fact.except;
        const except =
          held === undefined
            ? ""
            : `, but for ${quoteLine(held)}${more.length === 0 ? "" : ` and ${more.length} more`}`;
        const body = `${label} is free again${except}. Lock it before you edit it: ia-tmux lock ${JSON.stringify(label)}`;
        // From the system: who gave it back has nothing to do with what is done now.
        for (const to of fact.notify) tellOfLock(SYSTEM, to, "A lock is free", body, "medium");
      } else if (fact.kind === "lock.bypassed") {
        announceBypass(fact);
      } else if (fact.kind === "spec.published") {
        deps.inBackground("announce spec", announceSpec(fact));
      } else if (
        fact.kind === "question.answered" ||
        (fact.kind === "question.lapsed" && fact.question.state === "lapsed")
      ) {
        deps.inBackground("announce answer", announceAnswer(fact.question));
      }
    },
  };
}

function isOrderOf(task: Task) {
  return ({ kind, taskId }: Delivery): boolean => kind === "relay" && taskId === task.id;
}

function ofTask({ id, priority }: Task, by: string) {
  return { from: by, taskId: id, priority };
}
