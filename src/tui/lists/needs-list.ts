// What needs the human: one row each, and the letters that settle it without leaving.
import type { NeedView } from "../../protocol/views.ts";
import { textWidth } from "../../protocol/width.ts";
import { shortAge } from "../format.ts";
import { type Glyphs, glyphsFor } from "../glyphs.ts";
import type { Model } from "../model.ts";
import type { StyleName } from "../theme.ts";
import { action, cell, jumpAction, type ListRow, type ListSpec, row, type RowAction } from "./list-row.ts";

export const NEEDS_LIST: ListSpec = {
  title: "What needs me",
  empty: "Nothing needs you. Agents that ask, stuck deliveries and conflicts show up here.",
  fetch: { method: "needs.list", params: {} },
  detailsBelow: true,
  rows: (value, model) =>
    (value as readonly NeedView[])
      .toSorted((a, b) => b.sinceMs - a.sinceMs)
      .map((need) => needRow(need, model)),
};

/** So much of a default is shown in the row; the details have all of it. */
const END_COLUMNS = 20;
/** What the row is, where its own words do not say it. */
const VERBS: Readonly<Partial<Record<NeedView["kind"], string>>> = {
  question: "asks: ",
  escalation: "hands up: ",
};

/** They were not read, so the key alone is not enough. */
const ARCHIVE_ALL = {
  question: "Archive all unread messages of your inbox?",
  loss: "They stay in the list of all messages (:mail); who waits for your answer is not told.",
};

function needRow(need: NeedView, model: Model): ListRow {
  const style: StyleName = need.kind === "dead-pane" ? "overlayBad" : "overlayWarn";
  const pane = need.paneId ?? model.view?.agents.find((agent) => agent.name === need.agent)?.paneId ?? null;
  const answers = need.actions.map((each) => answerAction(need, each, pane));
  const taken = new Set(answers.map(({ key }) => key));
  const places =
    need.kind === "inbox"
      ? [action("i", "open the inbox", { kind: "local", action: { name: "open-list", list: "inbox" } })]
      : [jumpAction("o", "open pane", pane)];
  const extras = [...aboutActions(need), ...writeActions(need), ...places].filter(
    ({ key }) => !taken.has(key),
  );
  const verb = VERBS[need.kind] ?? "";
  const end = endOf(need, model);
  return row(
    need.id,
    [
      cell(glyphOf(need, glyphsFor(model.ascii)), 2, style),
      cell(need.agent ?? "", 10, "overlayStrong"),
      {
        runs: [
          { text: verb, style: "overlayMuted" },
          { text: need.text, style: "overlay" },
        ],
        width: 0,
        side: "left",
      },
      ...(end === null ? [] : [cell(end, Math.min(END_COLUMNS, textWidth(end)), "overlayWarn")]),
      // Some have no beginning: a file that was there before us.
      cell(need.sinceMs === 0 ? "" : shortAge(model.nowMs - need.sinceMs), 6, "overlayMuted", "right"),
    ],
    {
      details: detailsOf(need, verb, model),
      actions: [...answers, ...extras],
    },
  );
}

/** `8 m → redis`: when it ends by itself, and with what. */
function endOf(need: NeedView, model: Model): string | null {
  if (need.deadlineAtMs === null) return null;
  const left = shortAge(need.deadlineAtMs - model.nowMs);
  return need.default === null ? `${left} left` : `${left} ${glyphsFor(model.ascii).becomes} ${need.default}`;
}

function detailsOf(need: NeedView, verb: string, model: Model): string[] {
  const lines = `${verb}${need.text}`.split("\n");
  if (need.about !== null) lines.push(`about ${need.about}`);
  if (need.deadlineAtMs !== null) {
    const after = need.default === null ? "then it lapses without an answer" : `then "${need.default}" holds`;
    lines.push(`waits another ${shortAge(need.deadlineAtMs - model.nowMs)}, ${after}`);
  } else if (need.default !== null) lines.push(`by default: ${need.default}`);
  const keys = need.actions.map(
    ({ key, label }) => `${key}  ${label}${label === need.default ? " (the default)" : ""}`,
  );
  return [...lines, "", ...keys];
}

/** What it is about can be read without leaving. */
function aboutActions({ about }: NeedView): RowAction[] {
  if (about === null) return [];
  const isTask = about.startsWith("task-");
  return [
    action("s", isTask ? "show the task" : "show the message", {
      kind: "fetch-text",
      method: isTask ? "task.show" : "message.show",
      params: isTask ? { task: about } : { message: about },
      title: about,
      as: isTask ? "task" : "message",
    }),
  ];
}

/** Who wrote round a lock, or whose lock it was, can be asked why. */
function writeActions({ kind, agent }: NeedView): RowAction[] {
  if (kind !== "conflict" || agent === null) return [];
  return [
    action("w", `write to ${agent}`, { kind: "local", action: { name: "message", to: agent, text: "" } }),
  ];
}

function glyphOf(need: NeedView, glyphs: Glyphs): string {
  switch (need.kind) {
    case "delivery":
    case "inbox":
      return glyphs.mail;
    case "conflict":
      return glyphs.lock;
    case "dead-pane":
      return glyphs.exited;
    default:
      return glyphs.needs;
  }
}

function answerAction(need: NeedView, each: NeedView["actions"][number], paneId: string | null): RowAction {
  if (each.action === "open") return jumpAction(each.key, each.label, paneId);
  const isWritten = each.action === "write" || each.action === "answer";
  return action(each.key, each.label, {
    kind: "call",
    method: "needs.answer",
    params: { need: need.id, action: each.action },
    done: each.label,
    confirm: each.action === "archive" ? ARCHIVE_ALL : undefined,
    ask: isWritten ? { label: each.label, field: "text", allowEmpty: false } : undefined,
  });
}
