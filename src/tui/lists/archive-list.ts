// What was long over and left the store: tasks, mail, questions, deliveries.
import { archivedLine } from "../../domain/archive/archived.ts";
import type { ArchivedRecord } from "../../protocol/results.ts";
import { shortAge } from "../format.ts";
import type { Model } from "../model.ts";
import { taskDetails } from "./board.ts";
import { LATEST_LIMIT, latestRows } from "./latest.ts";
import { action, cell, type ListRow, type ListSpec, row } from "./list-row.ts";
import { messageDetails } from "./work-lists.ts";

export const ARCHIVE_LIST: ListSpec = {
  title: "Archive",
  empty: "Nothing was put away yet. What has long been over comes here by itself; `:gc` does it now.",
  fetch: { method: "archive.list", params: { limit: LATEST_LIMIT } },
  detailsBelow: true,
  rows: (value, model) =>
    latestRows(
      value as readonly ArchivedRecord[],
      (records) => records.map((one) => archivedRow(one, model)),
      "ia-tmux archive list -n 1000",
    ),
};

function archivedRow({ kind, archivedAtMs, record }: ArchivedRecord, model: Model): ListRow {
  return row(
    `${kind} ${record.id}`,
    [
      cell(kind, 9, "overlayMuted"),
      cell(record.createdBy, 11, "overlayStrong"),
      cell(archivedLine(record).split("\n")[0] ?? "", 0),
      cell(shortAge(model.nowMs - archivedAtMs), 6, "overlayMuted", "right"),
    ],
    {
      details: detailsOf(record, model),
      actions: [
        action("f", `only ${kind}s`, { kind: "filter", text: kind }),
        action("b", `only of ${record.createdBy}`, { kind: "filter", text: record.createdBy }),
      ],
    },
  );
}

function detailsOf(record: ArchivedRecord["record"], model: Model): string[] {
  if ("title" in record) return taskDetails(record);
  if ("receipts" in record) return [record.id, ...messageDetails(record, model)];
  if ("question" in record)
    return [
      `${record.id} by ${record.by}, ${record.state}`,
      "",
      ...record.question.split("\n"),
      ...(record.answer === null ? [] : ["", `answer: ${record.answer}`]),
    ];
  return [`${record.id}: ${archivedLine(record)}`, record.reason, "", ...record.body.split("\n")];
}
