// Which documents the store holds, and the project's logical clock, which all of them carry.
import { DecisionSchema } from "../domain/decision/decision.ts";
import { LeaseSchema } from "../domain/lock/lease.ts";
import { MessageSchema } from "../domain/message/message.ts";
import { PaneRecordSchema } from "../domain/pane/pane.ts";
import { WorkspaceSchema } from "../domain/pane/workspace.ts";
import { QuestionSchema } from "../domain/question/question.ts";
import { DeliverySchema } from "../domain/relay/delivery.ts";
import { AgentSchema, SessionSchema } from "../domain/session/session.ts";
import { SpecSchema, SubscriptionSchema } from "../domain/spec/spec.ts";
import { TaskSchema } from "../domain/task/task.ts";
import type { Store } from "../store/contract.ts";
import { CounterSchema } from "./services/fencing.ts";

/** Opens every collection, side by side: each reads its own file. */
export async function openCollections(store: Store) {
  const [
    session,
    agents,
    tasks,
    messages,
    locks,
    counters,
    deliveries,
    panes,
    workspace,
    specs,
    subscriptions,
    decisions,
    questions,
  ] = await Promise.all([
    store.collection("session", { schema: SessionSchema, version: 1 }),
    store.collection("agents", { schema: AgentSchema, version: 1 }),
    store.collection("tasks", { schema: TaskSchema, version: 1 }),
    store.collection("messages", { schema: MessageSchema, version: 1 }),
    store.collection("locks", { schema: LeaseSchema, version: 1 }),
    store.collection("counters", { schema: CounterSchema, version: 1 }),
    store.collection("deliveries", { schema: DeliverySchema, version: 1 }),
    store.collection("panes", { schema: PaneRecordSchema, version: 1 }),
    store.collection("workspace", { schema: WorkspaceSchema, version: 1 }),
    store.collection("specs", { schema: SpecSchema, version: 1 }),
    store.collection("subscriptions", { schema: SubscriptionSchema, version: 1 }),
    store.collection("decisions", { schema: DecisionSchema, version: 1 }),
    store.collection("questions", { schema: QuestionSchema, version: 1 }),
  ]);
  const collections = {
    session,
    agents,
    tasks,
    messages,
    locks,
    counters,
    deliveries,
    panes,
    workspace,
    specs,
    subscriptions,
    decisions,
    questions,
  };
  const timed = [session, agents, tasks, messages, locks, deliveries, panes, specs, decisions, questions];
  let logicalTime = 0;

  /** Documents may have come in with later times: the clock goes on behind the latest. */
  function catchUp() {
    for (const collection of timed) {
      for (const document of collection.all()) logicalTime = Math.max(logicalTime, document.logicalTime);
    }
  }
  catchUp();
  return { collections, nextLogicalTime: () => ++logicalTime, catchUp };
}
