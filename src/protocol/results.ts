// What each method answers. Types only: results are made by our own server and are not parsed again.
import type { Activity } from "../domain/activity/activity.ts";
import type { Message } from "../domain/message/message.ts";
import type { OutsideSource } from "./outside.ts";
import type { Agent, DevRole, Role, Session } from "../domain/session/session.ts";
import type { BoardRow } from "../domain/summary/board.ts";
import type { Question } from "../domain/question/question.ts";
import type { Task } from "../domain/task/task.ts";
import type { Delivery } from "../domain/relay/delivery.ts";
import type { QueueHighWater } from "./host-frames.ts";
import type { MethodName } from "./methods.ts";
import type {
  AgentView,
  DeliveryView,
  ExplainView,
  LockView,
  NeedView,
  PaneView,
  SettingsView,
  SummaryView,
  WorkspaceView,
} from "./views.ts";

export interface HelloResult {
  readonly protocol: number;
  readonly version: string;
  readonly pid: number;
  readonly project: { readonly name: string; readonly root: string };
  readonly identity: Identity;
}

/** Who the server takes the caller for, and why. */
export interface Identity {
  readonly kind: "operator" | "agent";
  readonly name: string;
  readonly paneId: string | null;
  readonly how: "pane token" | "operator token" | "attached client" | OutsideSource;
}

/** Who the caller is, and what for; null for the operator. */
export interface OwnIdentity extends Identity {
  readonly role: Role | null;
  readonly devRole: DevRole | null;
}

export interface ServerInfo {
  readonly version: string;
  readonly protocol: number;
  readonly pid: number;
  readonly hostPid: number | null;
  readonly startedAtMs: number;
  readonly root: string;
  readonly stateDir: string;
  readonly sockets: { readonly server: string; readonly hook: string; readonly host: string };
  readonly panes: number;
  readonly clients: number;
  readonly readOnlyReason: string | null;
  /** What was found when the store was opened, one sentence each. */
  readonly storeProblems: readonly string[];
  /** What is locked and not watched for writes round the locks, one sentence each. */
  readonly watchProblems: readonly string[];
}

export interface PaneRef {
  readonly paneId: string;
  readonly windowId: string;
}

export interface DelegateResult {
  readonly task: Task;
  readonly delivery: DeliveryView;
  /** What happens with it: "goes now" or what it waits for. */
  readonly outlook: string;
}

export interface TaskResult {
  readonly task: Task;
  /** Tasks that became claimable by this change. */
  readonly claimable: readonly Task[];
}

export interface SearchHit {
  readonly paneId: string;
  /** Row counted as `pane.rows` counts; 0 of a hit in the raw log. */
  readonly row: number;
  readonly col: number;
  /** Cells; what does not fit into the row goes on in the next. */
  readonly length: number;
  /** The line, or the part of a long one round the match. */
  readonly text: string;
  /** Where the pane's output had come to when the line was there; null when it still is on the screen or in its history. */
  readonly logOffset: number | null;
}

export interface SearchProgress {
  readonly hits: readonly SearchHit[];
  /** Number of the first hit to ask for next. */
  readonly next: number;
  readonly isOver: boolean;
  /** There were more hits than are kept. */
  readonly isCut: boolean;
  readonly problem: string | null;
  /** Of the raw logs. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface BufferView {
  readonly name: string;
  readonly atMs: number;
  /** In UTF-16 units. */
  readonly length: number;
  /** How it begins. */
  readonly preview: string;
}

export interface CaptureResult {
  readonly paneId: string;
  readonly lines: readonly string[];
  readonly cols: number;
  readonly rows: number;
  readonly cursor: { readonly x: number; readonly y: number; readonly visible: boolean };
  readonly title: string;
}

export interface SpecView {
  readonly name: string;
  readonly version: number;
  readonly author: string;
  readonly atMs: number;
  readonly content: string;
  readonly versions: number;
}

export interface DecisionView {
  readonly id: string;
  readonly atMs: number;
  readonly by: string;
  readonly text: string;
  readonly supersededBy: string | null;
}

/** Messages of `sender` are not carried to `agent`. */
export interface MuteView {
  readonly agent: string;
  readonly sender: string;
  /** Null: until it is taken back. */
  readonly untilMs: number | null;
  readonly reason: string;
}

export interface QuestionView {
  readonly id: string;
  readonly kind: "question" | "escalation";
  readonly state: "open" | "answered" | "lapsed" | "withdrawn";
  readonly atMs: number;
  readonly by: string;
  readonly question: string;
  /** For an escalation: the message or task it is about. */
  readonly about: string | null;
  readonly options: readonly string[];
  readonly deadlineAtMs: number | null;
  readonly default: string | null;
  readonly answer: string | null;
}

/** What a run of the archive did, or would do. */
export interface ArchiveReport {
  readonly dryRun: boolean;
  /** Locks whose time was over. */
  readonly locks: number;
  /** Messages, per recipient, that were done with and are archived now. */
  readonly receipts: number;
  /** Tasks and messages that left the store for the archive. */
  readonly tasks: number;
  readonly messages: number;
  /** Questions and escalations that were answered, lapsed or taken back. */
  readonly questions: number;
  /** Deliveries that arrived, or were dropped, and went the same way. */
  readonly deliveries: number;
}

export interface ArchivedRecord {
  readonly kind: "task" | "message" | "question" | "delivery";
  readonly archivedAtMs: number;
  readonly record: Task | Message | Question | Delivery;
}

/** `ia-tmux store check`: the files read again and compared with what the server holds. */
export interface StoreCheck {
  readonly collections: readonly {
    readonly name: string;
    readonly documents: number;
    readonly fileBytes: number;
    readonly problems: readonly string[];
  }[];
  readonly problems: readonly string[];
}

export interface ImportResult {
  readonly added: number;
  readonly unchanged: number;
  readonly conflicts: readonly { readonly collection: string; readonly id: string }[];
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
  /** Documents that belong to the machine they were made on: panes, locks, deliveries. */
  readonly leftOut: number;
}

/**
 * What lies above the oldest row that is known: older lines, which `pane.older` reads; nothing; what the program has thrown
 * away; what the program that has the whole screen hides.
 */
export type AboveRows = "older" | "nothing" | "cleared" | "hidden";

export interface PaneText {
  readonly lines: readonly string[];
  /** The row to go on with; null: there is no more. */
  readonly next: number | null;
  /** The last line goes on in the next answer. */
  readonly goesOn: boolean;
  /** The pane's columns now: at another width rows have other numbers. */
  readonly cols: number;
}

export interface OlderHits {
  /** Newest first. */
  readonly hits: readonly SearchHit[];
  /** The row from which on was searched. */
  readonly from: number;
  readonly first: number;
  readonly above: AboveRows;
}

interface ResultTable {
  "server.hello": HelloResult;
  "server.info": ServerInfo;
  "server.queues": QueueHighWater[];
  "server.whoami": OwnIdentity;
  /** In words for the human. */
  "restore.answer": { readonly done: string };
  "client.attach": {
    clientId: string;
    view: WorkspaceView;
    settings: SettingsView;
    /** Whether the hints of the first run are wanted. */
    coach: boolean;
  };
  "settings.show": SettingsView & { all: Record<string, unknown> };
  "settings.reload": SettingsView;
  "client.list": { clientId: string; cols: number; rows: number; readOnly: boolean; kind: string }[];
  /** The screens that were told. */
  "client.command": { clients: string[] };
  "layout.list": { name: string; source: string; summary: string }[];
  "layout.save": { path: string };
  "window.new": PaneRef;
  "pane.split": PaneRef;
  "pane.break": PaneRef;
  "pane.reopen": PaneRef;
  "pane.list": PaneView[];
  "pane.capture": CaptureResult;
  "pane.rows": {
    /** The oldest row that is known. */
    first: number;
    /** The oldest that the live screen holds. */
    firstLive: number;
    above: AboveRows;
    total: number;
    history: number;
    from: number;
    frame: string;
  };
  "pane.older": { first: number; above: AboveRows };
  "pane.search-older": OlderHits;
  "pane.text": PaneText;
  "pane.search": SearchHit[];
  "search.open": { searchId: string };
  "search.read": SearchProgress;
  "search.show": {
    paneId: string;
    row: number;
    col: number;
    length: number;
    /** To be handed to `pane.rows`; null: the live screen. */
    snapshot: string | null;
  };
  "buffer.set": BufferView;
  "buffer.list": BufferView[];
  "buffer.show": BufferView & { text: string };
  "agent.list": AgentView[];
  "agent.explain": ExplainView;
  "agent.start": PaneRef & { name: string };
  "agent.set": Agent;
  "agent.remove": Agent;
  "agent.register": Agent;
  "session.show": Session;
  "session.init": Session;
  "session.set": Session;
  "summary.show": SummaryView;
  "summary.board": BoardRow[];
  "summary.compact": { agent: string; text: string };
  "activity.list": Activity[];
  "activity.add": Activity;
  "task.delegate": DelegateResult;
  "task.create": Task;
  "task.list": Task[];
  "task.show": Task;
  "task.update": TaskResult;
  "task.assign": TaskResult;
  "task.depend": Task;
  "task.claim": TaskResult;
  "task.claim-next": { task: Task | null };
  "message.send": Message;
  "message.reply": Message;
  "message.directive": Message[];
  "message.thread": Message[];
  "message.inbox": Message[];
  "message.sent": Message[];
  "message.mute": MuteView;
  "message.unmute": { unmuted: boolean };
  "message.mutes": MuteView[];
  "message.show": Message;
  "message.mark": Message;
  "message.search": Message[];
  "lock.acquire": LockView;
  "lock.release": { released: boolean; label: string };
  "lock.list": LockView[];
  "lock.append": { path: string; bytes: number };
  "spec.publish": SpecView;
  "spec.show": SpecView;
  "spec.list": SpecView[];
  "spec.history": SpecView[];
  "spec.diff": { diff: string };
  "decision.record": DecisionView;
  "decision.show": DecisionView;
  "decision.list": DecisionView[];
  "question.ask": QuestionView;
  "question.list": QuestionView[];
  "question.withdraw": QuestionView;
  "archive.run": ArchiveReport;
  "archive.list": ArchivedRecord[];
  "store.check": StoreCheck;
  "store.export": { text: string; last: boolean };
  "store.import": ImportResult | Record<never, never>;
  "question.answer": QuestionView;
  "question.escalate": QuestionView;
  "relay.prompt": { text: string };
  "delivery.list": DeliveryView[];
  "delivery.show": Delivery;
  "delivery.retry": DeliveryView;
  "delivery.drop": DeliveryView;
  "needs.list": NeedView[];
  "server.dump": Record<string, unknown>;
}

export type ResultOf<M extends MethodName> = M extends keyof ResultTable
  ? ResultTable[M]
  : Record<string, unknown>;
