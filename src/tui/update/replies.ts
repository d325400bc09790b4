// What the server answered.
import { withPrefix } from "../../domain/keys/bindings.ts";
import type { DelegateResult, ResultOf } from "../../protocol/results.ts";
import type { ExplainView, SummaryView } from "../../protocol/views.ts";
import type { Message } from "../../domain/message/message.ts";
import type { Task } from "../../domain/task/task.ts";
import type { ReplyTo } from "../effects.ts";
import { taskDetails } from "../lists/board.ts";
import { messageDetails } from "../lists/work-lists.ts";
import { shortAge } from "../format.ts";
import type { Model } from "../model.ts";
import { type Change, closeLayer, findLayer, openLayer, replaceLayer, same, toast } from "./change.ts";
import { copyHits, copyRows } from "./copy-layer.ts";
import { copyOlder, copyOlderHits, olderRefused } from "./older-lines.ts";
import { findFocused, findShown } from "./find-layer.ts";
import { findFailed, findOpened, findRead } from "./find-steps.ts";
import { fetchList } from "./open-list.ts";
import { filesListed } from "./prompt-layer.ts";
import { pasteInto } from "./run-command.ts";

/** How long the receipt of something just sent is followed. */
const FOLLOW_MS = 600_000;
const MAX_FOLLOWED = 20;

export function answered(model: Model, reply: ReplyTo, result: unknown): Change {
  switch (reply.kind) {
    case "toast":
      return same(reply.done ? toast(model, "good", reply.done) : model);
    case "nothing":
      return same(model);
    case "list": {
      const layer = findLayer(model, "list", reply.layerId);
      if (!layer) return same(model);
      const next = replaceLayer(model, {
        ...layer,
        data: { state: "ready", value: result },
        fetchedAtMs: model.nowMs,
        stale: false,
      });
      // Something happened while the answer was under way.
      return layer.stale ? [next, fetchList(layer.list, layer.id)] : same(next);
    }
    case "preview": {
      const layer = findLayer(model, "list", reply.layerId);
      if (!layer) return same(model);
      const { lines } = result as ResultOf<"pane.capture">;
      return same(
        replaceLayer(model, { ...layer, previews: new Map(layer.previews).set(reply.paneId, lines) }),
      );
    }
    case "list-action": {
      const layer = findLayer(model, "list", reply.layerId);
      const said = reply.done ? toast(model, "good", reply.done) : model;
      return layer ? [said, fetchList(layer.list, layer.id)] : same(said);
    }
    case "delegate":
      return delegated(model, reply.layerId, result);
    case "files":
      return filesListed(model, reply.layerId, reply.directory, result as readonly string[]);
    case "explain":
      return same(openText(model, "Why this state", explainText(result as ExplainView)));
    case "show":
      return same(openText(model, reply.title, textOf(model, reply.as, result)));
    case "copy-rows":
      return copyRows(model, reply.layerId, result as ResultOf<"pane.rows">);
    case "copy-search":
      return copyHits(model, reply.layerId, reply.serial, result as ResultOf<"pane.search">);
    case "copy-older":
      return copyOlder(model, reply.layerId, result as ResultOf<"pane.older">);
    case "copy-search-older":
      return copyOlderHits(model, reply.layerId, reply.serial, result as ResultOf<"pane.search-older">);
    case "find-opened":
      return findOpened(model, reply.pattern, result as ResultOf<"search.open">);
    case "find-read":
      return findRead(model, reply.searchId, result as ResultOf<"search.read">);
    case "find-shown":
      return findShown(model, result as ResultOf<"search.show">);
    case "find-focused":
      return findFocused(model, reply.place);
    case "buffer-text": {
      const { text } = result as ResultOf<"buffer.show">;
      return [model, [reply.to === "panes" ? pasteInto(model, text) : { type: "clipboard", text }]];
    }
    case "appended":
      return [
        model,
        [
          {
            type: "call",
            method: "buffer.show",
            params: {},
            reply: { kind: "buffer-text", to: "clipboard" },
          },
        ],
      ];
  }
}

export function refused(model: Model, reply: ReplyTo, message: string, hint: string): Change {
  const text = withPrefix(hint === "" ? message : `${message} ${hint}`, model.prefixKey);
  switch (reply.kind) {
    case "nothing":
    case "preview":
      return same(model);
    case "list": {
      const layer = findLayer(model, "list", reply.layerId);
      return same(
        layer ? replaceLayer(model, { ...layer, data: { state: "failed", message: text } }) : model,
      );
    }
    case "delegate": {
      const layer = findLayer(model, "delegate", reply.layerId);
      return same(
        layer ? replaceLayer(model, { ...layer, sending: false, error: text }) : toast(model, "bad", text),
      );
    }
    case "find-opened":
    case "find-read":
      return findFailed(model, text);
    case "copy-older":
    case "copy-search-older":
      return olderRefused(model, reply.layerId, text);
    case "copy-rows":
    case "copy-search": {
      const layer = findLayer(model, "copy", reply.layerId);
      if (!layer) return same(model);
      // While one types an expression it is none most of the time.
      if (reply.kind === "copy-search" && reply.serial !== layer.copy.searchSerial) return same(model);
      if (layer.copy.total === 0) return same(toast(closeLayer(model, layer.id), "bad", text));
      const { copy } = layer;
      const told =
        reply.kind === "copy-rows"
          ? { ...copy, fetching: false, copiesWhenWhole: false, note: text }
          : { ...copy, answeredSerial: reply.serial, note: text };
      return same(replaceLayer(model, { ...layer, copy: told }));
    }
    default:
      return same(toast(model, "bad", text));
  }
}

function delegated(model: Model, layerId: number, result: unknown): Change {
  const layer = findLayer(model, "delegate", layerId);
  const closed = closeLayer(model, layerId);
  const { task, delivery, outlook } = result as Partial<DelegateResult>;
  if (!task || !delivery) return same(toast(closed, "good", `Sent to ${layer?.to ?? "them"}.`));
  const followed = [
    ...closed.followed,
    { deliveryId: delivery.id, to: delivery.to, untilMs: model.nowMs + FOLLOW_MS },
  ].slice(-MAX_FOLLOWED);
  return same(
    toast(
      { ...closed, followed },
      "info",
      `${task.id} for ${delivery.to}: ${outlook ?? delivery.state}`,
      `delivery ${delivery.id}`,
    ),
  );
}

/** A text answer as it is; anything else as JSON. */
function textOf(model: Model, as: "text" | "task" | "message" | "summary", result: unknown): string {
  if (as === "summary") return summaryText(result as SummaryView);
  if (as === "task") return taskDetails(result as Task).join("\n");
  if (as === "message") return messageDetails(result as Message, model).join("\n");
  if (typeof result === "string") return result;
  const { diff, text } = (result ?? {}) as { diff?: unknown; text?: unknown };
  if (typeof diff === "string") return diff === "" ? "Nothing changed." : diff;
  if (typeof text === "string") return text;
  return JSON.stringify(result, null, 2);
}

function openText(model: Model, title: string, text: string): Model {
  return openLayer(model, (id) => ({ kind: "text", id, title, text, scroll: 0 }));
}

function summaryText({ project, mode, principal, agents, tasks, ...view }: SummaryView): string {
  const counted = Object.entries(tasks).flatMap(([status, count]) =>
    count === 0 ? [] : [`${count} ${status.replace("_", " ")}`],
  );
  return [
    `${project.name}: ${mode}, led by ${principal}`,
    `Tasks: ${counted.join(", ") || "none"}`,
    `Locks: ${view.locks}. Deliveries that wait: ${view.deliveriesWaiting}.`,
    "",
    ...agents.map(
      ({ name, role, presence, task, unread }) =>
        `${name} (${role}): ${presence}${task ? `, at ${task.title}` : ""}${unread > 0 ? `, ${unread} unread` : ""}`,
    ),
    "",
    "To do:",
    ...(view.actionItems.length > 0 ? view.actionItems.map((item) => `- ${item}`) : ["All caught up."]),
  ].join("\n");
}

function explainText(view: ExplainView): string {
  const { state } = view;
  const evidence = view.evidence.map(
    (each) =>
      `  ${each.valid ? "+" : "-"} ${each.source}: ${each.says}, ${shortAge(each.ageMs)} old${each.note ? ` (${each.note})` : ""}`,
  );
  return [
    `${view.agent ?? view.paneId} (${view.profile}) counts as ${state.name}${state.blockedOn ? `, waiting for a ${state.blockedOn}` : ""}.`,
    `Decided by: ${state.because}${state.message ? ` - ${state.message}` : ""}`,
    "",
    "Evidence, strongest first:",
    ...(evidence.length > 0 ? evidence : ["  none"]),
    "",
    view.rule ? `Rule that matched: ${view.rule}` : "No rule matched the screen.",
    ...view.nearMisses.map((miss) => `  nearly: ${miss.rule}, missing ${miss.missing}`),
    "",
    `Composer: ${view.draft ?? "none on the screen"}`,
    `A delivery would ${view.gate.verdict === "go" ? "go now" : "be held"}: ${view.gate.reason}`,
  ].join("\n");
}
