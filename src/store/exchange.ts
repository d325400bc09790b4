import * as z from "zod";
import { AppError, messageOf } from "../base/errors.ts";
import type { OpenCollection } from "./collection.ts";
import type { ImportReport } from "./contract.ts";
import { readDocument } from "./load.ts";

/** The first line says what the rest is; each other line is one document. */
const FORMAT = "ia-tmux-store";
const FORMAT_VERSION = 1;

const headerSchema = z.object({ format: z.literal(FORMAT), version: z.literal(FORMAT_VERSION) });
const lineSchema = z.object({
  collection: z.string(),
  version: z.number().int(),
  document: z.object({ id: z.string() }).loose(),
});

/** As the documents are now, unreadable ones included, in order of insertion; no newlines. */
export async function* exportLines(collections: readonly OpenCollection[]): AsyncIterable<string> {
  yield JSON.stringify({ format: FORMAT, version: FORMAT_VERSION });
  for (const { name, records } of collections) {
    // The document's text goes out as it is stored, so that exporting cannot change it.
    for (const { v, doc } of records())
      yield `{"collection":${JSON.stringify(name)},"version":${v},"document":${doc}}`;
  }
}

/** Adds what is missing. A line that cannot be taken is reported and does not stop the others. */
export async function importLines(
  collections: readonly OpenCollection[],
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<ImportReport> {
  const report: ImportReport = { added: 0, unchanged: 0, conflicts: [], rejected: [] };
  const disk: { failure: unknown } = { failure: null };
  let pending: Promise<void>[] = [];
  let line = 0;
  for await (const text of lines) {
    line++;
    if (line === 1) {
      if (!headerSchema.safeParse(parse(text)).success)
        throw new AppError("bad-data", "Not an export of an ia-tmux store (version 1)");
      continue;
    }
    if (text.trim() === "") continue;
    const adding = importOne(collections, text, line, report, disk);
    if (adding !== null) pending.push(adding);
    if (pending.length >= 500) {
      await Promise.all(pending);
      pending = [];
    }
    if (disk.failure !== null) break;
  }
  await Promise.all(pending);
  if (disk.failure !== null) throw disk.failure;
  return report;
}

function importOne(
  collections: readonly OpenCollection[],
  text: string,
  line: number,
  report: ImportReport,
  disk: { failure: unknown },
): Promise<void> | null {
  const parsed = lineSchema.safeParse(parse(text));
  if (!parsed.success) {
    report.rejected.push({ line, reason: "is not a document" });
    return null;
  }
  const { collection: name, version, document: raw } = parsed.data;
  const collection = collections.find((candidate) => candidate.name === name);
  if (collection === undefined || version > collection.options.version) {
    report.rejected.push({
      line,
      reason: collection === undefined ? `there is no collection ${name}` : "was written by a newer version",
    });
    return null;
  }
  const read = readDocument(
    { recordId: `=${raw.id}`, n: 0, v: version, doc: JSON.stringify(raw) },
    collection.options,
  );
  if ("reason" in read) {
    report.rejected.push({ line, reason: read.reason });
    return null;
  }
  const { document } = read;
  const present = collection.get(document.id);
  if (present !== undefined) {
    if (JSON.stringify(present) === JSON.stringify(document)) report.unchanged++;
    else report.conflicts.push({ collection: name, id: document.id });
    return null;
  }
  return collection.insert(document).then(
    () => {
      report.added++;
    },
    (thrown: unknown) => {
      // A disk that fails would fail for each of the rest as well.
      const ofDisk =
        thrown instanceof AppError && (thrown.code === "disk-error" || thrown.code === "store-read-only");
      if (ofDisk) disk.failure ??= thrown;
      else report.rejected.push({ line, reason: messageOf(thrown) });
    },
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
