import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Clock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/log.ts";
import type { Fact, FactKind, FactOf } from "../../../src/domain/facts.ts";
import { DecisionSchema } from "../../../src/domain/decision/decision.ts";
import { QuestionSchema } from "../../../src/domain/question/question.ts";
import { SpecSchema, SubscriptionSchema } from "../../../src/domain/spec/spec.ts";
import { LeaseSchema } from "../../../src/domain/lock/lease.ts";
import { LockWaiterSchema } from "../../../src/domain/lock/waiter.ts";
import { MessageSchema } from "../../../src/domain/message/message.ts";
import { agentActor, THE_OPERATOR } from "../../../src/domain/session/actor.ts";
import { AgentSchema, SessionSchema } from "../../../src/domain/session/session.ts";
import { TaskSchema } from "../../../src/domain/task/task.ts";
import { createRandomIds } from "../../../src/node/random-ids.ts";
import { createPathRules } from "../../../src/node/path-rules.ts";
import { CounterSchema } from "../../../src/server/services/fencing.ts";
import { openActivityService } from "../../../src/server/services/activity-service.ts";
import { createDecisionService } from "../../../src/server/services/decision-service.ts";
import { createQuestionService } from "../../../src/server/services/question-service.ts";
import { createSpecService } from "../../../src/server/services/spec-service.ts";
import { createLockService } from "../../../src/server/services/lock-service.ts";
import { createMessageService } from "../../../src/server/services/message-service.ts";
import { createSessionService } from "../../../src/server/services/session-service.ts";
import { createTaskService } from "../../../src/server/services/task-service.ts";
import type { Disk } from "../../../src/store/datafile.ts";
import { openStore } from "../../../src/store/store.ts";

export const operator = THE_OPERATOR;
export const claude = agentActor("claude");
export const kimi = agentActor("kimi");
export const codex = agentActor("codex");

/** A clock that stands still until told otherwise. */
export interface HandClock extends Clock {
  bootId: string;
  /** Moves both clocks and runs what is due. */
  advance(ms: number): void;
  /** Both clocks jump and nothing runs meanwhile, as in a suspend; what is due runs afterwards. */
  suspend(ms: number): void;
  /** Moves only the wall clock, as `date -s` does. */
  stepWall(ms: number): void;
}

export function createHandClock(
  start = { nowMs: 1_800_000_000_000, bootMs: 5_000_000, bootId: "boot-1" },
): HandClock {
  let { nowMs, bootMs } = start;
  const timers = new Set<{ atBootMs: number; job: () => void }>();
  return {
    bootId: start.bootId,
    nowMs: () => nowMs,
    bootMs: () => bootMs,
    after(delayMs, job) {
      const timer = { atBootMs: bootMs + delayMs, job };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = bootMs + ms;
      for (;;) {
        const due = [...timers]
          .filter((timer) => timer.atBootMs <= end)
          .sort((a, b) => a.atBootMs - b.atBootMs)[0];
        if (due === undefined) break;
        timers.delete(due);
        nowMs += Math.max(0, due.atBootMs - bootMs);
        bootMs = Math.max(bootMs, due.atBootMs);
        due.job();
      }
      nowMs += end - bootMs;
      bootMs = end;
    },
    suspend(ms) {
      nowMs += ms;
      bootMs += ms;
      this.advance(0);
    },
    stepWall(ms) {
      nowMs += ms;
    },
  };
}

export function tempDir(prefix = "ia-coordination-"): string {
  const dir = mkdtempSync(join(tmpdir(), prefix));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The coordination services on a real store and a real directory, with a clock that the test moves. */
export async function openCoordination(options: { dir?: string; clock?: HandClock; disk?: Disk } = {}) {
  const dir = options.dir ?? tempDir();
  const root = join(dir, "project");
  mkdirSync(root, { recursive: true });
  const clock = options.clock ?? createHandClock();
  const store = await openStore({
    dir: join(dir, "store"),
    clock,
    log: silentLogger,
    ...(options.disk ? { disk: options.disk } : {}),
  });
  const facts: Fact[] = [];
  let logicalTime = 0;
  const deps = {
    clock,
    ids: createRandomIds(),
    nextLogicalTime: () => ++logicalTime,
    announce: (fact: Fact) => void facts.push(fact),
  };
  const session = createSessionService({
    ...deps,
    sessions: await store.collection("sessions", { schema: SessionSchema, version: 1 }),
    agents: await store.collection("agents", { schema: AgentSchema, version: 1 }),
    projectName: "project",
    holdsWork: (name) => tasks.list({ assignee: name, activeOnly: true }).length > 0,
  });
  await session.open();
  const background: unknown[] = [];
  const leases = await store.collection("leases", { schema: LeaseSchema, version: 1 });
  const waiters = await store.collection("waiters", { schema: LockWaiterSchema, version: 1 });
  const locks = createLockService({
    ...deps,
    leases,
    waiters,
    counters: await store.collection("counters", { schema: CounterSchema, version: 1 }),
    paths: createPathRules(root),
    roster: session,
    pidOf: (name) => (name === "claude" ? 4242 : null),
    onBackgroundError: (thrown) => background.push(thrown),
  });
  const tasks = createTaskService({
    ...deps,
    tasks: await store.collection("tasks", { schema: TaskSchema, version: 1 }),
    roster: session,
    locks,
  });
  const messages = createMessageService({
    ...deps,
    messages: await store.collection("messages", { schema: MessageSchema, version: 1 }),
    roster: session,
    taskIdOf: (reference) => tasks.show(reference).id,
    attachmentOf: (reference) => reference,
  });
  const specs = createSpecService({
    ...deps,
    specs: await store.collection("specs", { schema: SpecSchema, version: 1 }),
    subscriptions: await store.collection("subscriptions", { schema: SubscriptionSchema, version: 1 }),
  });
  const decisions = createDecisionService({
    ...deps,
    decisions: await store.collection("decisions", { schema: DecisionSchema, version: 1 }),
  });
  const questions = createQuestionService({
    ...deps,
    questions: await store.collection("questions", { schema: QuestionSchema, version: 1 }),
    resolve(actor, reference) {
      if (reference.startsWith("msg-")) {
        const message = messages.show(actor, reference);
        return { id: message.id, label: `Message from ${message.from}` };
      }
      const task = tasks.show(reference);
      return { id: task.id, label: `Task "${task.title}"` };
    },
    onBackgroundError: (thrown) => background.push(thrown),
  });
  const activity = await openActivityService({
    ...deps,
    file: join(dir, "activity.jsonl"),
    archiveDir: join(dir, "archive"),
    log: silentLogger,
    maxFileBytes: 20_000,
  });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await activity.close();
    await store.close();
  };
  onTestFinished(close);

  /** Agents in panes; the first leads. */
  async function joinAgents(...names: string[]): Promise<void> {
    let number = session.all().length;
    for (const name of names) {
      await session.register(operator, { name, profile: name, paneId: `%${++number}`, origin: "pane" });
    }
  }
  return {
    dir,
    root,
    clock,
    store,
    session,
    locks,
    leases,
    waiters,
    tasks,
    messages,
    specs,
    decisions,
    questions,
    activity,
    facts,
    background,
    deps,
    close,
    join: joinAgents,
    factsOf: <K extends FactKind>(kind: K) => facts.filter((fact): fact is FactOf<K> => fact.kind === kind),
  };
}

/** The error a call ends with; fails when it does not. */
export async function refusal(
  call: Promise<unknown> | (() => unknown),
): Promise<{ code: string; message: string; hint: string }> {
  try {
    await (typeof call === "function" ? call() : call);
  } catch (thrown) {
    const error = thrown as { code?: string; message?: string; hint?: string };
    return { code: error.code ?? "", message: error.message ?? "", hint: error.hint ?? "" };
  }
  throw new Error("The call was expected to be refused");
}
