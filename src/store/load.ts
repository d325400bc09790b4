import { messageOf } from "../base/errors.ts";
import type { CollectionOptions, StoredDocument, StoredRecord } from "./contract.ts";
import { type Datafile, type Disk, writeQuarantine } from "./datafile.ts";
import { CHECKSUM_BYTES, formatLine, type ScanResult, scanLines } from "./line-format.ts";
import { toNedb } from "./nedb-file.ts";

/** The current records of a datafile, in order of insertion, and the bytes of each one's line. */
export interface LoadedRecords {
  readonly records: readonly StoredRecord[];
  readonly lineBytesById: Map<string, number>;
  readonly scan: ScanResult;
}

export const noRecords = (): LoadedRecords => ({
  records: [],
  lineBytesById: new Map(),
  scan: { damagedParts: 0, recoveredRecords: 0, tornTailBytes: 0, clean: true },
});

/**
 * Replays a datafile: the last record of an id counts, a deletion removes it. Each line's checksum is checked; only the
 * lines that count are parsed, for most of a file can be history.
 */
export function readRecords(bytes: Buffer): LoadedRecords {
  return readLastRecords(bytes) ?? readEveryRecord(bytes);
}

/** Null when a line that would count is whole but not ours: then each line has to be looked at. */
function readLastRecords(bytes: Buffer): LoadedRecords | null {
  const placeById = new Map<string, { start: number; end: number }>();
  let strangers = 0;
  const scan = scanLines(bytes, (start, end) => {
    const recordId = idAt(bytes, start, end);
    if (recordId !== null) {
      placeById.set(recordId, { start, end });
      return;
    }
    const change = parseChange(bytes, start, end);
    if (change === null) strangers++;
    else if ("deleted" in change) placeById.delete(change.deleted);
    else placeById.set(change.recordId, { start, end });
  });
  if (strangers > 0) return null;
  const records: StoredRecord[] = [];
  const lineBytesById = new Map<string, number>();
  for (const [recordId, { start, end }] of placeById) {
    const change = parseChange(bytes, start, end);
    if (change === null || "deleted" in change || change.recordId !== recordId) return null;
    records.push(change);
    lineBytesById.set(recordId, lineBytes(start, end));
  }
  return { records: inOrder(records), lineBytesById, scan };
}

/** The exact way, for a file that somebody else wrote into: what is whole but no record counts as damage. */
function readEveryRecord(bytes: Buffer): LoadedRecords {
  const recordById = new Map<string, StoredRecord>();
  const lineBytesById = new Map<string, number>();
  let strangers = 0;
  const scan = scanLines(bytes, (start, end) => {
    const change = parseChange(bytes, start, end);
    if (change === null) {
      strangers++;
    } else if ("deleted" in change) {
      recordById.delete(change.deleted);
      lineBytesById.delete(change.deleted);
    } else {
      recordById.set(change.recordId, change);
      lineBytesById.set(change.recordId, lineBytes(start, end));
    }
  });
  return {
    records: inOrder([...recordById.values()]),
    lineBytesById,
    scan: { ...scan, clean: strangers === 0 && scan.clean, damagedParts: scan.damagedParts + strangers },
  };
}

function inOrder(records: StoredRecord[]): readonly StoredRecord[] {
  return records.every((record, index) => index === 0 || (records[index - 1]?.n ?? 0) <= record.n)
    ? records
    : records.sort((left, right) => left.n - right.n);
}

const lineBytes = (jsonStart: number, jsonEnd: number): number => CHECKSUM_BYTES + jsonEnd - jsonStart + 1;

/** How a line of ours that holds a record begins; what follows is its id. */
const ID_START = Buffer.from('{"_id":"=');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The record id of a line, when it stands there plainly, as all ids that we make do. */
function idAt(bytes: Buffer, start: number, end: number): string | null {
  const idStart = start + ID_START.length;
  // Byte by byte: for so few, a call into Buffer costs more than it does.
  for (let at = start; at < idStart; at++) if (bytes[at] !== ID_START[at - start]) return null;
  for (let at = idStart; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return bytes.toString("latin1", idStart - 1, at);
    if (byte === BACKSLASH || byte > 0x7e) return null;
  }
  return null;
}

function parseChange(bytes: Buffer, start: number, end: number): StoredRecord | { deleted: string } | null {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8", start, end));
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
      await file.replace(linesOf(loaded.records));
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
    const { id } = parsed.data;
    if (record.recordId.length !== id.length + 1 || !record.recordId.endsWith(id))
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

/** Readers share the documents in memory, so nobody may change one in place. Takes what came from JSON: no cycles. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  // By hand and without asking first: a large store freezes hundreds of thousands of objects when it is opened.
  if (Array.isArray(value)) for (const part of value) freezeObject(part);
  else for (const key in value) freezeObject(value[key]);
  return Object.freeze(value);
}

function freezeObject(part: unknown): void {
  if (typeof part === "object" && part !== null) deepFreeze(part);
}
