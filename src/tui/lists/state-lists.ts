// Locks, activity, specifications, decisions: how things stand.
import type { Activity } from "../../domain/activity/activity.ts";
import type { DecisionView, SpecView } from "../../protocol/results.ts";
import type { LockView } from "../../protocol/views.ts";
import { longAgo, shortAge, wallTime } from "../format.ts";
import { glyphsFor } from "../glyphs.ts";
import type { Model } from "../model.ts";
import { LATEST_LIMIT, latestRows } from "./latest.ts";
import { action, cell, jumpAction, type ListRow, type ListSpec, type Run, row } from "./list-row.ts";

export const LOCKS_LIST: ListSpec = {
  title: "Locks",
  empty: "Nothing is locked. Agents lock what they edit; `:lock path` holds a file for you.",
  fetch: { method: "lock.list", params: {} },
  detailsBelow: true,
  rows: (value, model) => (value as readonly LockView[]).map((lock) => lockRow(lock, model)),
};

const BAR_COLUMNS = 8;

function lockRow(lock: LockView, model: Model): ListRow {
  const glyphs = glyphsFor(model.ascii);
  const isMine = lock.holder === "operator";
  const full = Math.max(1, Math.min(BAR_COLUMNS, Math.ceil((lock.remainingMs / lock.ttlMs) * BAR_COLUMNS)));
  const bar = glyphs.barFull.repeat(full) + glyphs.barEmpty.repeat(BAR_COLUMNS - full);
  const pane = model.view?.agents.find((agent) => agent.name === lock.holder)?.paneId ?? null;
  return row(
    lock.id,
    [
      cell(lock.holder, 10, "overlayStrong"),
      { runs: [{ text: lock.label, style: "overlay" }, ...inHand(lock)], width: 0, side: "left" },
      cell(lock.waiters.length > 0 ? `${lock.waiters.join(", ")} waits` : "", 16, "overlayWarn"),
      cell(bar, BAR_COLUMNS + 1, lock.remainingMs < 60_000 ? "overlayWarn" : "overlayAccent"),
      cell(shortAge(lock.remainingMs), 6, "overlayMuted", "right"),
    ],
    {
      details: [
        `${lock.label}, held by ${lock.holder} for another ${shortAge(lock.remainingMs)}`,
        lock.reason === "" ? "no reason was given" : lock.reason,
        lock.inHand === null
          ? `${lock.holder} wrote no file yet`
          : `${lock.holder} wrote ${lock.inHand.path} ${longAgo(lock.inHand.ageMs)}`,
        `fencing token ${lock.fencingToken}`,
        ...(lock.waiters.length > 0 ? [`waiting: ${lock.waiters.join(", ")}`] : []),
      ],
      actions: [
        action("u", isMine ? "unlock" : "force unlock", {
          kind: "call",
          method: "lock.release",
          params: { lockId: lock.id, force: !isMine },
          done: `${lock.label} is free`,
          confirm: isMine
            ? undefined
            : {
                question: `Take the lock on ${lock.label} away from ${lock.holder}?`,
                loss: `${lock.holder} may be in the middle of an edit there.`,
              },
        }),
        jumpAction("o", "open holder's pane", pane),
        action(
          "w",
          "write to holder",
          { kind: "local", action: { name: "message", to: lock.holder, text: "" } },
          isMine ? "You hold it yourself." : null,
        ),
      ],
    },
  );
}

/** The file that the holder is at, by its last name: the details have the whole path. */
function inHand({ label, inHand: file }: LockView): Run[] {
  if (file === null) return [];
  const name = file.path === label ? "it" : file.path.slice(file.path.lastIndexOf("/") + 1);
  return [{ text: `  at ${name}`, style: "overlayMuted" }];
}

export const ACTIVITY_LIST: ListSpec = {
  title: "Activity",
  empty: "Nothing happened yet.",
  fetch: { method: "activity.list", params: { limit: LATEST_LIMIT } },
  detailsBelow: true,
  rows: (value, model) =>
    latestRows(
      (value as readonly Activity[]).toSorted((a, b) => b.atMs - a.atMs),
      (entries) => entries.map((entry) => activityRow(entry, model)),
      "ia-tmux activity --limit 1000",
    ),
};

function activityRow(entry: Activity, model: Model): ListRow {
  return row(
    entry.id,
    [
      cell(wallTime(entry.atMs, model.offsetMinutes), 6, "overlayMuted"),
      cell(entry.actor, 11, "overlayStrong"),
      cell(
        topicOf(entry.kind),
        9,
        entry.kind.endsWith("denied") || entry.kind.endsWith("failed") ? "overlayWarn" : "overlayMuted",
      ),
      cell(entry.text, 0),
    ],
    {
      details: [
        entry.text,
        "",
        `kind: ${entry.kind}`,
        ...Object.entries(entry.refs).map(([name, ref]) => `${name}: ${ref}`),
      ],
      actions: [
        action("f", `only ${entry.actor}`, { kind: "filter", text: entry.actor }),
        action("t", `only ${topicOf(entry.kind)}`, { kind: "filter", text: topicOf(entry.kind) }),
      ],
    },
  );
}

/** `lock` of `lock.denied`. */
function topicOf(kind: string): string {
  return kind.split(".")[0] ?? kind;
}

export const SPECS_LIST: ListSpec = {
  title: "Specifications",
  empty: "No specification yet. `:spec publish NAME FILE` writes one.",
  fetch: { method: "spec.list", params: {} },
  detailsBelow: true,
  rows: (value, model) =>
    (value as readonly SpecView[]).map((spec) =>
      row(
        spec.name,
        [
          cell(spec.name, 0, "overlayStrong"),
          cell(`version ${spec.version}`, 12, "overlayMuted"),
          cell(spec.author, 12),
          cell(shortAge(model.nowMs - spec.atMs), 6, "overlayMuted", "right"),
        ],
        {
          details: [
            `${spec.name}, version ${spec.version} of ${spec.versions}, by ${spec.author}`,
            "",
            ...spec.content.split("\n"),
          ],
          actions: [
            action(
              "d",
              "what changed last",
              {
                kind: "fetch-text",
                method: "spec.diff",
                params: { name: spec.name },
                title: `${spec.name}: version ${spec.version - 1} to ${spec.version}`,
              },
              spec.versions < 2 ? "There is only one version of it." : null,
            ),
            action("f", "follow", {
              kind: "call",
              method: "spec.subscribe",
              params: { name: spec.name },
              done: `You will be told of new versions of ${spec.name}`,
            }),
            action("u", "no longer follow", {
              kind: "call",
              method: "spec.unsubscribe",
              params: { name: spec.name },
              done: `No more is said of ${spec.name}`,
            }),
            action(
              "w",
              "write to author",
              { kind: "local", action: { name: "message", to: spec.author, text: `${spec.name}: ` } },
              spec.author === "operator" ? "You wrote it yourself." : null,
            ),
          ],
        },
      ),
    ),
};

export const DECISIONS_LIST: ListSpec = {
  title: "Decisions",
  empty: "No decision yet. `:decision TEXT` records one.",
  fetch: { method: "decision.list", params: {} },
  detailsBelow: true,
  rows: (value, model) =>
    (value as readonly DecisionView[])
      .toSorted((a, b) => b.atMs - a.atMs)
      .map((decision) =>
        row(
          decision.id,
          [
            cell(decision.by, 11, "overlayStrong"),
            cell(decision.text, 0, decision.supersededBy ? "overlayMuted" : "overlay"),
            cell(decision.supersededBy ? "superseded" : "", 11, "overlayMuted"),
            cell(shortAge(model.nowMs - decision.atMs), 6, "overlayMuted", "right"),
          ],
          {
            details: [
              `${decision.id} by ${decision.by}`,
              "",
              ...decision.text.split("\n"),
              ...(decision.supersededBy ? ["", `superseded by ${decision.supersededBy}`] : []),
            ],
            actions: [
              action(
                "s",
                "supersede",
                {
                  kind: "call",
                  method: "decision.record",
                  params: { supersedes: decision.id },
                  done: "Decision recorded",
                  ask: { label: `instead of ${decision.id}`, field: "text", allowEmpty: false },
                },
                decision.supersededBy ? `${decision.supersededBy} took its place already.` : null,
              ),
            ],
          },
        ),
      ),
};
