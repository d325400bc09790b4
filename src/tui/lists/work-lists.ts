// Inbox, mail and deliveries: what was said and what is on its way.
import type { Message, ReceiptState } from "../../domain/message/message.ts";
import { RECEIPT_STATES } from "../../domain/message/words.ts";
import type { DeliveryView } from "../../protocol/views.ts";
import { shortAge } from "../format.ts";
import { glyphsFor } from "../glyphs.ts";
import type { Model } from "../model.ts";
import type { StyleName } from "../theme.ts";
import { LATEST_LIMIT, latestRows } from "./latest.ts";
import { action, type Call, cell, jumpAction, type ListRow, type ListSpec, row } from "./list-row.ts";

export const INBOX_LIST: ListSpec = {
  title: "Inbox",
  empty: "No messages. Agents write with `ia-tmux send`; C-b M writes to one.",
  fetch: { method: "message.inbox", params: { all: true, threads: true, peek: true } },
  detailsBelow: true,
  rows: (value, model) =>
    threadsOf((value as readonly Message[]).filter((message) => ownReceipt(message)?.state !== "archived"))
      // What is left when the other side's words were put away is no conversation.
      .filter((thread) => thread.some((message) => ownReceipt(message) !== undefined))
      .flatMap((thread) => thread.map((message, at) => messageRow(message, thread, at > 0, model))),
};

/** What the agents say to each other, too. */
export const MAIL_LIST: ListSpec = {
  title: "All messages",
  empty: "Nobody said anything yet.",
  fetch: { method: "message.inbox", params: { agent: "all", limit: LATEST_LIMIT } },
  detailsBelow: true,
  rows: (value, model) =>
    latestRows(
      (value as readonly Message[]).toSorted((a, b) => b.createdAtMs - a.createdAtMs),
      (messages) =>
        threadsOf(messages).flatMap((thread) =>
          thread.map((message, at) => messageRow(message, thread, at > 0, model)),
        ),
      "ia-tmux inbox --agent all --limit 1000",
    ),
};

function ownReceipt(message: Message): Message["receipts"][number] | undefined {
  return message.receipts.find((receipt) => receipt.agent === "operator");
}

/** Threads with the newest message first, each from its beginning. */
function threadsOf(messages: readonly Message[]): readonly (readonly Message[])[] {
  const threads = new Map<string, Message[]>();
  for (const message of messages.toSorted((a, b) => a.createdAtMs - b.createdAtMs)) {
    const thread = threads.get(message.threadId);
    if (thread) thread.push(message);
    else threads.set(message.threadId, [message]);
  }
  return [...threads.values()].toSorted((a, b) => latest(b) - latest(a));
}

function latest(thread: readonly Message[]): number {
  return thread.at(-1)?.createdAtMs ?? 0;
}

function messageRow(message: Message, thread: readonly Message[], isReply: boolean, model: Model): ListRow {
  const glyphs = glyphsFor(model.ascii);
  const mine = ownReceipt(message);
  const isUnread = mine?.state === "unread";
  const first = message.subject || (message.body.split("\n").find((line) => line.trim() !== "") ?? "");
  const mark = (state: ReceiptState): Call => ({
    method: "message.mark",
    params: { message: message.id, state },
  });
  const markAction = (key: string, label: string, state: ReceiptState) =>
    action(
      key,
      label,
      { kind: "call", ...mark(state), done: `Marked ${state}` },
      !mine
        ? "It is not addressed to you."
        : RECEIPT_STATES.indexOf(mine.state) >= RECEIPT_STATES.indexOf(state)
          ? `It is ${mine.state} already.`
          : null,
    );
  return row(
    message.id,
    [
      cell(isUnread ? glyphs.mail : " ", 2, "overlayAccent"),
      cell(
        `${message.from} ${glyphs.becomes} ${message.to}`,
        20,
        isUnread ? "overlayStrong" : "overlayMuted",
      ),
      cell(`${isReply ? `  ${glyphs.becomes} ` : ""}${first}`, 0, isUnread ? "overlayStrong" : "overlay"),
      cell(message.priority === "medium" ? "" : message.priority, 8, "overlayWarn"),
      cell(shortAge(model.nowMs - message.createdAtMs), 6, "overlayMuted", "right"),
    ],
    {
      details: thread.flatMap((each, at) => [
        ...(at > 0 ? [""] : []),
        ...messageDetails(each, model, each.id === message.id ? `${glyphs.arrow} ` : ""),
      ]),
      opening: isUnread ? mark("read") : null,
      actions: [
        action(
          "w",
          "reply",
          { kind: "local", action: { name: "message", to: message.from, text: "" }, replyTo: message.id },
          message.from === "operator" ? "You wrote it yourself." : null,
        ),
        markAction("d", "done", "completed"),
        markAction("x", "archive", "archived"),
        markAction("c", "acknowledge", "acknowledged"),
        markAction("r", "mark read", "read"),
      ],
    },
  );
}

/** Everything of a message, a line each; `mark` stands before the first. */
export function messageDetails(message: Message, model: Model, mark = ""): string[] {
  const { becomes } = glyphsFor(model.ascii);
  return [
    `${mark}${message.from} ${becomes} ${message.to}, ${message.type}, ${message.priority}, ${shortAge(model.nowMs - message.createdAtMs)}`,
    ...(message.subject ? [message.subject] : []),
    "",
    ...message.body.split("\n").map((line) => `  ${line}`),
    ...(message.attachments.length > 0 ? [`  files: ${message.attachments.join(", ")}`] : []),
    ...receiptsOf(message),
  ];
}

/** Who did what with it; nothing where only the operator was meant. */
function receiptsOf(message: Message): string[] {
  const others = message.receipts.filter((receipt) => receipt.agent !== "operator");
  return others.length === 0
    ? []
    : [`  (${others.map((receipt) => `${receipt.agent}: ${receipt.state}`).join(", ")})`];
}

export const DELIVERIES_LIST: ListSpec = {
  title: "Deliveries",
  empty: "Nothing was delivered yet.",
  fetch: { method: "delivery.list", params: { all: true } },
  detailsBelow: true,
  rows: (value, model) =>
    (value as readonly DeliveryView[])
      .toSorted((a, b) => b.createdAtMs - a.createdAtMs)
      .map((delivery) => deliveryRow(delivery, model)),
};

const ARRIVED: ReadonlySet<string> = new Set(["confirmed", "answered"]);
const STUCK: ReadonlySet<string> = new Set(["unconfirmed", "failed"]);
const OVER: ReadonlySet<string> = new Set([...ARRIVED, "cancelled"]);

function deliveryRow(delivery: DeliveryView, model: Model): ListRow {
  const glyphs = glyphsFor(model.ascii);
  const isOver = OVER.has(delivery.state);
  const style: StyleName = ARRIVED.has(delivery.state)
    ? "overlayGood"
    : STUCK.has(delivery.state)
      ? "overlayBad"
      : "overlayAccent";
  const pane = model.view?.agents.find((agent) => agent.name === delivery.to)?.paneId ?? null;
  return row(
    delivery.id,
    [
      cell(delivery.kind, 8, "overlayMuted"),
      cell(`${delivery.from} ${glyphs.becomes} ${delivery.to}`, 20, "overlayStrong"),
      cell(delivery.state, 12, style),
      cell(delivery.reason || delivery.preview, 0),
      cell(shortAge(model.nowMs - delivery.updatedAtMs), 6, "overlayMuted", "right"),
    ],
    {
      details: [
        `${delivery.id}: ${delivery.kind} from ${delivery.from} to ${delivery.to}`,
        `${delivery.state}${delivery.channel ? ` by ${delivery.channel}` : ""}: ${delivery.reason}`,
        `attempts ${delivery.attempts}`,
        "",
        ...delivery.preview.split("\n"),
      ],
      actions: [
        action(
          "r",
          "send again",
          {
            kind: "call",
            method: "delivery.retry",
            params: { delivery: delivery.id },
            done: "Queued again",
            confirm: {
              question: `Send ${delivery.id} to ${delivery.to} again?`,
              loss: "If it did arrive, the agent reads it twice.",
            },
          },
          isOver ? "It is over; there is nothing to send again." : null,
        ),
        action(
          "d",
          "drop",
          { kind: "call", method: "delivery.drop", params: { delivery: delivery.id }, done: "Dropped" },
          isOver ? "It is over already." : null,
        ),
        jumpAction("o", "look at the pane", pane),
      ],
    },
  );
}
