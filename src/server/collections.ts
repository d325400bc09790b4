// Which documents the store holds, and the project's logical clock, which all of them carry.
import type * as z from "zod";
import { DecisionSchema } from "../domain/decision/decision.ts";
import { BypassSchema } from "../domain/lock/bypass.ts";
import { LeaseSchema } from "../domain/lock/lease.ts";
import { LockWaiterSchema } from "../domain/lock/waiter.ts";
import { MessageSchema } from "../domain/message/message.ts";
import { MuteSchema } from "../domain/message/mute.ts";
import { PaneRecordSchema } from "../domain/pane/pane.ts";
import { WorkspaceSchema } from "../domain/pane/workspace.ts";
import { QuestionSchema } from "../domain/question/question.ts";
import { DeliverySchema } from "../domain/relay/delivery.ts";
import { AgentSchema, SessionSchema } from "../domain/session/session.ts";
import { SpecSchema, SubscriptionSchema } from "../domain/spec/spec.ts";
import { TaskSchema } from "../domain/task/task.ts";
import type { Collection, Store, StoredDocument } from "../store/contract.ts";
import { CounterSchema } from "./services/fencing.ts";

/** Each is a file of its own, named so. A version rises when its schema changes incompatibly. */
const COLLECTIONS = {
  session: { schema: SessionSchema, version: 1 },
  agents: { schema: AgentSchema, version: 1 },
  tasks: { schema: TaskSchema, version: 1 },
  messages: { schema: MessageSchema, version: 1 },
  mutes: { schema: MuteSchema, version: 1 },
  locks: { schema: LeaseSchema, version: 1 },
  waiters: { schema: LockWaiterSchema, version: 1 },
  bypasses: { schema: BypassSchema, version: 1 },
  counters: { schema: CounterSchema, version: 1 },
  deliveries: { schema: DeliverySchema, version: 1 },
  panes: { schema: PaneRecordSchema, version: 1 },
  workspace: { schema: WorkspaceSchema, version: 1 },
  specs: { schema: SpecSchema, version: 1 },
  subscriptions: { schema: SubscriptionSchema, version: 1 },
  decisions: { schema: DecisionSchema, version: 1 },
  questions: { schema: QuestionSchema, version: 1 },
} as const;

/** Those whose documents carry the logical time. */
const TIMED = [
  "session",
  "agents",
  "tasks",
  "messages",
  "mutes",
  "locks",
  "bypasses",
  "deliveries",
  "panes",
  "specs",
  "decisions",
  "questions",
] as const;

export type Collections = {
  readonly [Name in keyof typeof COLLECTIONS]: Collection<z.output<(typeof COLLECTIONS)[Name]["schema"]>>;
};

/** Opens every collection, side by side: each reads its own file. */
export async function openCollections(store: Store) {
  const opened = await Promise.all(
    Object.entries(COLLECTIONS).map(async ([name, { schema, version }]) => {
      const options = { schema: schema as z.ZodType<StoredDocument>, version };
      return [name, await store.collection(name, options)] as const;
    }),
  );
  // The table says which documents each name holds: going through its entries loses that.
  const collections = Object.fromEntries(opened) as unknown as Collections;
  let logicalTime = 0;

  /** Documents may have come in with later times: the clock goes on behind the latest. */
  function catchUp() {
    for (const name of TIMED) {
      for (const document of collections[name].all())
        logicalTime = Math.max(logicalTime, document.logicalTime);
    }
  }
  catchUp();
  return { collections, nextLogicalTime: () => ++logicalTime, catchUp };
}
