// Which messages are done with: what the archive takes, and what leaves the store for it.
import type { Message } from "../../domain/message/message.ts";
import { isExpired, type Receipt } from "../../domain/message/receipts.ts";
import { OPERATOR } from "../../domain/record.ts";
import { type Actor, isActor } from "../../domain/session/actor.ts";
import { requireOperator } from "../../domain/session/rules.ts";
import type { Collection } from "../../store/contract.ts";
import type { MessageIndex } from "./message-index.ts";
import { type RecordDeps, touched } from "./stamp.ts";

export interface MessageRetention {
  /** Archives receipts that were read, acknowledged or completed before the moment; returns how many. */
  archiveBefore(actor: Actor, atMs: number): Promise<number>;
  /** Archives what the operator has not read; returns how many messages. */
  archiveUnread(actor: Actor): Promise<number>;
  /** How many receipts that would archive. */
  doneBefore(atMs: number): number;
  /** Messages that every recipient had archived before the moment. */
  archivedBefore(atMs: number): readonly Message[];
  /** Takes messages out of the store: they are kept elsewhere. */
  forget(actor: Actor, gone: readonly Message[]): Promise<void>;
}

export interface MessageRetentionDeps extends RecordDeps {
  readonly messages: Collection<Message>;
  readonly index: MessageIndex;
}

export function createMessageRetention(deps: MessageRetentionDeps): MessageRetention {
  const { messages, index, clock } = deps;

  /** Archives those receipts of the messages; returns how many. */
  async function archive(
    from: readonly Message[],
    isOver: (message: Message, receipt: Receipt) => boolean,
  ): Promise<number> {
    const atMs = clock.nowMs();
    let count = 0;
    const writes: Promise<void>[] = [];
    for (const message of from) {
      const receipts = message.receipts.map((receipt) => {
        if (!isOver(message, receipt)) return receipt;
        count++;
        return { agent: receipt.agent, state: "archived" as const, atMs };
      });
      if (receipts.some((receipt, at) => receipt !== message.receipts[at])) {
        const put = messages.put({ ...message, ...touched(deps), receipts });
        writes.push(
          put.then(() =>
            receipts.forEach(({ agent, state }) => state !== "unread" && index.settled(agent, message.id)),
          ),
        );
      }
    }
    await Promise.all(writes);
    return count;
  }

  return {
    async archiveBefore(actor, atMs) {
      requireOperator(actor, "Archiving the messages of others");
      const nowMs = clock.nowMs();
      return archive(messages.all(), (message, receipt) => isDone(message, receipt, atMs, nowMs));
    },
    async archiveUnread(actor) {
      requireOperator(actor, "Archiving the human's inbox");
      const isOwn = (_message: Message, { agent }: Receipt) => isActor(actor, agent);
      const count = await archive(index.unread(OPERATOR), isOwn);
      if (count > 0) deps.announce({ kind: "inbox.archived", by: OPERATOR, messages: count });
      return count;
    },
    doneBefore: (atMs) =>
      messages
        .all()
        .reduce(
          (count, message) =>
            count +
            message.receipts.filter((receipt) => isDone(message, receipt, atMs, clock.nowMs())).length,
          0,
        ),
    archivedBefore: (atMs) =>
      messages.find((message) =>
        message.receipts.every((receipt) => receipt.state === "archived" && receipt.atMs < atMs),
      ),
    async forget(actor, gone) {
      requireOperator(actor, "Taking messages out of the store");
      await Promise.all(gone.map((message) => messages.remove(message.id)));
      if (gone.length > 0) index.reload();
    },
  };
}

/** Nothing waits for this recipient any more: seen before the moment, or no longer worth seeing. */
function isDone(message: Message, receipt: Receipt, atMs: number, nowMs: number): boolean {
  if (receipt.state === "archived" || receipt.atMs >= atMs) return false;
  return receipt.state !== "unread" || isExpired(message, nowMs);
}
