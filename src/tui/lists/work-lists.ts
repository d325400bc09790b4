// Needs-me, inbox, tasks and deliveries: what is to be done, and the letters that do it.
import type { Message } from "../../domain/message/message.ts";
import type { DeliveryView, NeedView } from "../../protocol/views.ts";
import { shortAge } from "../format.ts";
import { glyphsFor } from "../glyphs.ts";
import type { Model } from "../model.ts";
import type { StyleName } from "../theme.ts";
import { action, cell, jumpAction, type ListRow, type ListSpec, row, type RowAction } from "./list-row.ts";

export const NEEDS_LIST: ListSpec = {
  title: "What needs me",
  empty: "Nothing needs you. Agents that ask, stuck deliveries and conflicts show up here.",
  fetch: { method: "needs.list", params: {} },
  rows: (value, model) =>
    (value as readonly NeedView[])
      .toSorted((a, b) => b.sinceMs - a.sinceMs)
      .map((need) => needRow(need, model)),
};

function needRow(need: NeedView, model: Model): ListRow {
  const glyphs = glyphsFor(model.ascii);
  const glyph =
    need.kind === "delivery"
      ? glyphs.mail
      : need.kind === "conflict"
        ? glyphs.lock
        : need.kind === "dead-pane"
          ? glyphs.exited
          : glyphs.needs;
  const style: StyleName = need.kind === "dead-pane" ? "overlayBad" : "overlayWarn";
  const answers = need.actions.map(
    (each): RowAction =>
      action(each.key, each.label, {
        kind: "call",
        method: "needs.answer",
        params: { need: need.id, action: each.action },
        done: each.label,
        ask:
          each.action === "write" || each.action === "answer"
            ? { label: each.label, field: "text", allowEmpty: false }
            : undefined,
      }),
  );
  const taken = new Set(answers.map((each) => each.key));
  const extras = [jumpAction("o", "open pane", need.paneId)].filter((each) => !taken.has(each.key));
  return row(
    need.id,
    [
      cell(glyph, 2, style),
      cell(need.agent ?? "", 10, "overlayStrong"),
      cell(need.text, 0),
      cell(shortAge(model.nowMs - need.sinceMs), 6, "overlayMuted", "right"),
    ],
    { details: [need.text], actions: [...answers, ...extras] },
  );
}

export const INBOX_LIST: ListSpec = {
  title: "Inbox",
  empty: "No messages. Agents write with `ia-tmux send`; C-b M writes to one.",
  fetch: { method: "message.inbox", params: { all: true, threads: true, peek: true } },
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
  fetch: { method: "message.inbox", params: { agent: "all", limit: 300 } },
  rows: (value, model) =>
    threadsOf(value as readonly Message[]).flatMap((thread) =>
      thread.map((message, at) => messageRow(message, thread, at > 0, model)),
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
  const mark = (state: string, label: string, key: string) =>
    action(
      key,
      label,
      {
        kind: "call",
        method: "message.mark",
        params: { message: message.id, state },
        done: `Marked ${state}`,
      },
      mine ? null : "It is not addressed to you.",
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
        `${each.id === message.id ? `${glyphs.arrow} ` : ""}${each.from} ${glyphs.becomes} ${each.to}, ${each.type}, ${each.priority}, ${shortAge(model.nowMs - each.createdAtMs)}`,
        ...(each.subject ? [each.subject] : []),
        "",
        ...each.body.split("\n").map((line) => `  ${line}`),
        ...(each.attachments.length > 0 ? [`  files: ${each.attachments.join(", ")}`] : []),
        ...receiptsOf(each),
      ]),
      actions: [
        mark("read", "mark read", "r"),
        mark("acknowledged", "acknowledge", "c"),
        mark("archived", "archive", "x"),
        action(
          "w",
          "reply",
          { kind: "local", action: { name: "message", to: message.from, text: "" }, replyTo: message.id },
          message.from === "operator" ? "You wrote it yourself." : null,
        ),
      ],
    },
  );
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
