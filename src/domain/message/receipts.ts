import { type Actor, isActor, sameName } from "../session/actor.ts";
import type { Message, ReceiptState } from "./message.ts";
import { RECEIPT_STATES } from "./message.ts";

export type Receipt = Message["receipts"][number];

export function receiptOf(message: Message, name: string): Receipt | undefined {
  return message.receipts.find((receipt) => sameName(receipt.agent, name));
}

/** Whether the actor may see it: who sent it, who got it, and the operator. */
export function isPartyTo(actor: Actor, message: Message): boolean {
  return (
    actor.kind === "operator" || isActor(actor, message.from) || receiptOf(message, actor.name) !== undefined
  );
}

/**
 * The receipts after `name` marked the message, or null when nothing changes. A mark only goes forward: unread, read,
 * acknowledged, completed, archived. What is further already stays, so that a repeat does no harm.
 */
export function withMark(
  message: Message,
  name: string,
  state: ReceiptState,
  atMs: number,
): readonly Receipt[] | null {
  const own = receiptOf(message, name);
  if (own === undefined || RECEIPT_STATES.indexOf(own.state) >= RECEIPT_STATES.indexOf(state)) return null;
  return message.receipts.map((receipt) =>
    receipt === own ? { agent: receipt.agent, state, atMs } : receipt,
  );
}

export function isExpired(message: Message, nowMs: number): boolean {
  return message.expiresAtMs !== null && message.expiresAtMs <= nowMs;
}

/** Whether the message still waits to be seen by `name`. */
export function isUnreadBy(message: Message, name: string, nowMs: number): boolean {
  return receiptOf(message, name)?.state === "unread" && !isExpired(message, nowMs);
}
