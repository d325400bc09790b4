import type { Activity } from "./activity/activity.ts";
import type { AgentState } from "./agent/state.ts";
import type { Decision } from "./decision/decision.ts";
import type { Lease } from "./lock/lease.ts";
import type { Verdict } from "./lock/write-evidence.ts";
import type { Message, ReceiptState } from "./message/message.ts";
import type { Question } from "./question/question.ts";
import type { Delivery, DeliveryState } from "./relay/delivery.ts";
import type { Agent, Session } from "./session/session.ts";
import type { Spec } from "./spec/spec.ts";
import type { Task, TaskStatus } from "./task/task.ts";

/**
 * What happened, past tense, announced by the one service that owns it, after it is durable. `by` is the name of the
 * actor: an agent, or `operator`; `system` where time or a dying pane did it.
 */
export type Fact =
  | { readonly kind: "session.created"; readonly by: string; readonly session: Session }
  | { readonly kind: "session.changed"; readonly by: string; readonly session: Session }
  | { readonly kind: "agent.registered"; readonly by: string; readonly agent: Agent }
  | { readonly kind: "agent.changed"; readonly by: string; readonly agent: Agent }
  | { readonly kind: "agent.renamed"; readonly by: string; readonly agent: Agent; readonly previous: string }
  | { readonly kind: "agent.removed"; readonly by: string; readonly agent: Agent }
  | { readonly kind: "agent.bound"; readonly by: string; readonly agent: Agent; readonly paneId: string }
  | { readonly kind: "agent.unbound"; readonly by: string; readonly agent: Agent; readonly paneId: string }
  | { readonly kind: "agent.status-set"; readonly by: string; readonly agent: Agent }
  | { readonly kind: "agent.state"; readonly by: string; readonly paneId: string; readonly state: AgentState }
  | { readonly kind: "task.created"; readonly by: string; readonly task: Task }
  | {
      readonly kind: "task.moved";
      readonly by: string;
      readonly task: Task;
      readonly from: TaskStatus;
      readonly to: TaskStatus;
      readonly note: string | null;
    }
  | {
      readonly kind: "task.assigned";
      readonly by: string;
      readonly task: Task;
      readonly previous: string | null;
    }
  | {
      readonly kind: "task.claimed";
      readonly by: string;
      readonly task: Task;
      readonly previous: string | null;
    }
  | { readonly kind: "task.changed"; readonly by: string; readonly task: Task }
  | { readonly kind: "task.unblocked"; readonly by: string; readonly task: Task; readonly because: Task }
  | { readonly kind: "message.sent"; readonly by: string; readonly message: Message }
  | {
      readonly kind: "message.marked";
      readonly by: string;
      readonly message: Message;
      readonly agent: string;
      readonly state: ReceiptState;
    }
  | { readonly kind: "lock.granted"; readonly by: string; readonly lease: Lease }
  | { readonly kind: "lock.renewed"; readonly by: string; readonly lease: Lease }
  | {
      readonly kind: "lock.released";
      readonly by: string;
      readonly lease: Lease;
      /** handed: given back. expired: its end came. forced: the operator broke it. taken-over, pane-ended: the holder is gone. */
      readonly why: "handed" | "expired" | "forced" | "taken-over" | "pane-ended";
    }
  | {
      readonly kind: "lock.denied";
      readonly by: string;
      readonly lease: Lease;
      readonly path: string;
      readonly remainingMs: number;
      readonly tool: string | null;
    }
  | { readonly kind: "lock.awaited"; readonly by: string; readonly label: string; readonly holder: string }
  | {
      readonly kind: "lock.freed";
      readonly by: string;
      readonly label: string;
      /** What another holds of it all the same, as labels: such as a file of a directory. */
      readonly except: readonly string[];
      readonly notify: readonly string[];
    }
  /** Somebody wrote a locked path without asking. `by` is an agent when that is known, else `system`. */
  | {
      readonly kind: "lock.bypassed";
      readonly by: string;
      readonly holder: string;
      readonly lockIds: readonly string[];
      /** The first of them. */
      readonly paths: readonly string[];
      readonly count: number;
      readonly writer: Exclude<Verdict, { readonly kind: "allowed" }>;
    }
  | {
      readonly kind: "spec.published";
      readonly by: string;
      readonly spec: Spec;
      readonly subscribers: readonly string[];
    }
  | { readonly kind: "decision.recorded"; readonly by: string; readonly decision: Decision }
  | { readonly kind: "decision.superseded"; readonly by: string; readonly decision: Decision }
  | { readonly kind: "question.asked"; readonly by: string; readonly question: Question }
  | { readonly kind: "question.answered"; readonly by: string; readonly question: Question }
  | { readonly kind: "question.lapsed"; readonly by: string; readonly question: Question }
  /** What was long over left the store for the archive. */
  | {
      readonly kind: "archive.ran";
      readonly by: string;
      readonly olderThanMs: number;
      readonly receipts: number;
      readonly tasks: number;
      readonly messages: number;
      readonly questions: number;
      readonly deliveries: number;
    }
  /** Somebody put away what waited unread. */
  | { readonly kind: "inbox.archived"; readonly by: string; readonly messages: number }
  | { readonly kind: "archive.failed"; readonly by: string; readonly reason: string }
  | { readonly kind: "activity.logged"; readonly by: string; readonly activity: Activity }
  | {
      readonly kind: "delivery.changed";
      readonly by: string;
      readonly delivery: Delivery;
      readonly from: DeliveryState | null;
    }
  | {
      readonly kind: "pane.opened";
      readonly by: string;
      readonly paneId: string;
      readonly agent: string | null;
    }
  | {
      readonly kind: "pane.ended";
      readonly by: string;
      readonly paneId: string;
      readonly agent: string | null;
      readonly exitCode: number | null;
    };

export type FactKind = Fact["kind"];
export type FactOf<K extends FactKind> = Extract<Fact, { readonly kind: K }>;
/** Hands a fact to everybody who listens. Never throws. */
export type Announce = (fact: Fact) => void;

/** Who did what nobody did: the clock, a pane's end. */
export const SYSTEM = "system";
