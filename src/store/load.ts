import { messageOf } from "../base/errors.ts";
import type { CollectionOptions, StoredDocument, StoredRecord } from "./contract.ts";
import { type Datafile, type Disk, writeQuarantine } from "./datafile.ts";
import { formatLine, type ScanResult, scanLines } from "./line-format.ts";
import { toNedb } from "./nedb-file.ts";

/** The current records of a datafile, by record id, with the bytes of each one's line. */
export interface LoadedRecords {
  readonly byId: Map<string, { record: StoredRecord; lineBytes: number }>;
  readonly scan: ScanResult;
}

/** Replays a datafile: the last record of an id counts, a deletion removes it. */
export function readRecords(bytes: Buffer): LoadedRecords {
  const byId: LoadedRecords["byId"] = new Map();
  let strangers = 0;
  const scan = scanLines(bytes, (json, lineBytes) => {
    const change = parseChange(json);
    if (change === null) strangers++;
    else if ("deleted" in change) byId.delete(change.deleted);
    else byId.set(change.recordId, { record: change, lineBytes });
  });
  if (strangers === 0) return { byId, scan };
  // Whole, but not ours: written by hand or by another program.
  return { byId, scan: { ...scan, clean: false, damagedParts: scan.damagedParts + strangers } };
}

function parseChange(json: string): StoredRecord | { deleted: string } | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { _id: recordId, n, v, doc, $$deleted } = value as Record<string, unknown>;
  if (typeof recordId !== "string" || !recordId.startsWith("=")) return null;
  if ($$deleted === true) return { deleted: recordId };
  if (typeof n !== "number" || typeof v !== "number" || typeof doc !== "string") return null;
  return { recordId, n, v, doc };
}

export interface Repair {
  quarantinePath: string | null;
  /** Why the file could not be made whole; nothing may be appended to it then. */
  failure: string | null;
}

/**
 * Makes the file's lines exactly its records. A torn tail is cut off: it was never acknowledged. For anything else
 * the file is first copied aside as it is.
 */
export async function repairDatafile(
  file: Datafile,
  bytes: Buffer,
  loaded: LoadedRecords,
  nowMs: number,
  disk: Disk,
): Promise<Repair> {
  const { scan } = loaded;
  const repair: Repair = { quarantinePath: null, failure: null };
  try {
    if (!scan.clean) {
      if (scan.damagedParts > 0 || scan.recoveredRecords > 0)
        repair.quarantinePath = await writeQuarantine(file.path, nowMs, bytes, disk);
      await file.replace(linesOf([...loaded.byId.values()].map((entry) => entry.record)));
    } else if (scan.tornTailBytes > 0) {
      await file.truncate(bytes.length - scan.tornTailBytes);
    }
  } catch (thrown) {
    repair.failure = `cannot repair the file: ${messageOf(thrown)}`;
  }
  return repair;
}

/** The lines of a compact datafile, made as they are asked for. */
export function* linesOf(records: readonly StoredRecord[]): Iterable<string> {
  for (const record of records) yield formatLine(JSON.stringify(toNedb(record)));
}

/** Unwraps a record: migrates and checks the document. */
export function readDocument<T extends StoredDocument>(
  record: StoredRecord,
  options: CollectionOptions<T>,
): { document: T } | { reason: string } {
  try {
    let document: unknown = JSON.parse(record.doc);
    if (record.v < options.version && options.migrate !== undefined)
      document = options.migrate(document, record.v);
    const parsed = options.schema.safeParse(document);
    if (!parsed.success) return { reason: describeIssues(parsed.error.issues) };
    if (`=${parsed.data.id}` !== record.recordId)
      return { reason: "its id is not the one it is filed under" };
    return { document: deepFreeze(parsed.data) };
  } catch (thrown) {
    return { reason: messageOf(thrown) };
  }
}

export function describeIssues(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  const [first] = issues;
  if (first === undefined) return "does not fit the schema";
  return first.path.length === 0 ? first.message : `${first.path.map(String).join(".")}: ${first.message}`;
}

/** Readers share the documents in memory, so nobody may change one in place. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
