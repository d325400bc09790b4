// Records and views for scripts of the fake server.
import type { Message } from "../../src/domain/message/message.ts";
import type { Task } from "../../src/domain/task/task.ts";
import type { QuestionView } from "../../src/protocol/results.ts";
import type { AgentView, DeliveryView, LockView, PaneView, SummaryView } from "../../src/protocol/views.ts";
import { NOW_MS } from "./rig.ts";

const record = {
  createdAtMs: NOW_MS - 60_000,
  createdBy: "claude",
  updatedAtMs: NOW_MS - 60_000,
  logicalTime: 1,
};

export function makeTask(more: Partial<Task> = {}): Task {
  return {
    ...record,
    id: "task-7f31",
    title: "auth module",
    description: "",
    status: "assigned",
    priority: "medium",
    assigner: "claude",
    assignee: "kimi",
    requirements: [],
    acceptanceCriteria: [],
    deliverables: [],
    files: [],
    dependsOn: [],
    notes: [],
    statusAtMs: NOW_MS - 60_000,
    statusBy: "claude",
    ...more,
  };
}

export function makeMessage(more: Partial<Message> = {}): Message {
  return {
    ...record,
    id: "msg-1",
    from: "claude",
    to: "kimi",
    subject: "",
    body: "hello",
    type: "message",
    priority: "medium",
    taskId: null,
    replyTo: null,
    threadId: "msg-1",
    expiresAtMs: null,
    attachments: [],
    receipts: [{ agent: "kimi", state: "unread", atMs: NOW_MS }],
    ...more,
  };
}

export function makeDelivery(more: Partial<DeliveryView> = {}): DeliveryView {
  return {
    id: "dlv-1",
    kind: "relay",
    from: "claude",
    to: "kimi",
    taskId: "task-7f31",
    state: "queued",
    channel: null,
    reason: "waits: kimi is working",
    attempts: 0,
    answered: false,
    createdAtMs: NOW_MS,
    updatedAtMs: NOW_MS,
    preview: "auth module",
    ...more,
  };
}

export function makeLock(more: Partial<LockView> = {}): LockView {
  return {
    id: "lock-1",
    target: { kind: "file", path: "src/a.ts", inode: null },
    holder: "kimi",
    reason: "refactoring",
    fencingToken: 7,
    createdAtMs: NOW_MS,
    label: "src/a.ts",
    remainingMs: 41 * 60_000,
    ttlMs: 60 * 60_000,
    inHand: null,
    waiters: [],
    ...more,
  };
}

export function makeAgent(more: Partial<AgentView> = {}): AgentView {
  return {
    name: "kimi",
    profile: "kimi",
    title: "Kimi Code",
    role: "delegate",
    devRole: null,
    paneId: "%2",
    state: { name: "idle", blockedOn: null, message: null, sinceMs: NOW_MS - 5_000, because: "hook" },
    presence: "active",
    task: null,
    locks: 0,
    unread: 0,
    waiting: null,
    hasDraft: false,
    statusText: null,
    statusAtMs: null,
    file: null,
    agentSessionId: null,
    ...more,
  };
}

export function makePane(more: Partial<PaneView> = {}): PaneView {
  return {
    id: "%2",
    number: 2,
    index: 2,
    windowId: "@1",
    focused: false,
    outer: null,
    inner: null,
    title: "kimi",
    profile: "kimi",
    agent: "kimi",
    pid: 42,
    cwd: "/",
    dead: null,
    notice: null,
    message: null,
    ...more,
  };
}

export function makeSummary(more: Partial<SummaryView> = {}): SummaryView {
  return {
    project: { name: "shop", root: "/shop" },
    mode: "hierarchical",
    principal: "claude",
    agents: [makeAgent()],
    tasks: {
      pending: 1,
      assigned: 0,
      in_progress: 2,
      blocked: 0,
      completed: 0,
      under_review: 0,
      revision_needed: 0,
      approved: 0,
      rejected: 0,
      cancelled: 0,
    },
    deliveriesWaiting: 1,
    locks: 0,
    actionItems: ["kimi has 2 unread messages"],
    ...more,
  };
}

export function makeQuestion(more: Partial<QuestionView> = {}): QuestionView {
  return {
    id: "q-1",
    kind: "question",
    state: "open",
    atMs: NOW_MS,
    by: "claude",
    question: "redis or memory?",
    about: null,
    options: ["redis", "memory"],
    deadlineAtMs: null,
    default: null,
    answer: null,
    ...more,
  };
}
