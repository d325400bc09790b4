import { createCheckMode } from "../base/check-mode.ts";
import { AppError, messageOf } from "../base/errors.ts";
import type { Clock } from "../base/clock.ts";
import type {
  Collection,
  CollectionOptions,
  CollectionReport,
  StoredDocument,
  StoredRecord,
} from "./contract.ts";
import { type Datafile, type Disk, openDatafile } from "./datafile.ts";
import { deepFreeze, describeIssues, noRecords, readDocument, readRecords, repairDatafile } from "./load.ts";
import { openNedbFile } from "./nedb-file.ts";
import { type CompactionRule, createWriteQueue, type WriteQueue } from "./write-queue.ts";

/** Longest document as JSON, in characters. Bodies have their own, smaller bounds; this one protects the file. */
export const MAX_DOCUMENT_LENGTH = 16 * 1024 * 1024;

export interface CollectionDependencies {
  path: string;
  name: string;
  clock: Pick<Clock, "nowMs">;
  disk: Disk;
  compaction: CompactionRule;
  /** Why no collection takes writes, or null. */
  storeReadOnly: () => string | null;
  onWriteFailure: (error: unknown) => void;
  onCompactionFailure: (error: unknown) => void;
}

/** A collection with what only the store needs. */
export interface OpenCollection<T extends StoredDocument = StoredDocument> extends Collection<T> {
  readonly options: CollectionOptions<T>;
  readonly readOnlyReason: string | null;
  report(): CollectionReport;
  check(): Promise<CollectionReport>;
  /** The wrapped documents in order of insertion, those that cannot be read included. */
  records(): StoredRecord[];
  /** After a failed write: makes nedb equal to memory again. */
  rebuild(): Promise<void>;
  close(): Promise<void>;
}

interface Entry<T> {
  document: T;
  record: StoredRecord;
}

export async function openCollection<T extends StoredDocument>(
  dependencies: CollectionDependencies,
  options: CollectionOptions<T>,
): Promise<OpenCollection<T>> {
  const { name, path } = dependencies;
  const checkMode = createCheckMode();
  let entries = new Map<string, Entry<T>>();
  const unreadable = new Map<string, { record: StoredRecord; reason: string }>();
  let documents: readonly T[] | null = null;
  let lastPlace = 0;
  let file: Datafile | null = null;
  let queue: WriteQueue | null = null;
  let ownReason: string | null = null;
  let loaded = noRecords();
  let quarantinePath: string | null = null;

  try {
    const opened = await openDatafile(path, dependencies.disk);
    file = opened.file;
    ownReason = opened.whyNot;
    const bytes = await file.read();
    loaded = readRecords(bytes);
    if (opened.writable) {
      const repair = await repairDatafile(file, bytes, loaded, dependencies.clock.nowMs(), dependencies.disk);
      quarantinePath = repair.quarantinePath;
      ownReason = repair.failure;
    }
  } catch (thrown) {
    ownReason = messageOf(thrown);
  }
  readAll();
  await startQueue();

  function readAll(): void {
    for (const record of loaded.records) {
      lastPlace = Math.max(lastPlace, record.n);
      if (record.v > options.version)
        ownReason = `written by a newer version (${record.v}, this one knows ${options.version})`;
      const read = readDocument(record, options);
      if ("document" in read) entries.set(read.document.id, { document: read.document, record });
      else unreadable.set(record.recordId.slice(1), { record, reason: read.reason });
    }
  }

  async function startQueue(): Promise<void> {
    if (file === null || ownReason !== null) return;
    const { lineBytesById } = loaded;
    const { compaction, onWriteFailure, onCompactionFailure } = dependencies;
    const nedb = await openNedbFile(path, records());
    queue = createWriteQueue({
      file,
      nedb,
      lineBytesById,
      compaction,
      onFailure: onWriteFailure,
      onCompactionFailure,
    });
  }

  function records(): StoredRecord[] {
    const all = [...entries.values(), ...unreadable.values()].map((entry) => entry.record);
    return unreadable.size === 0 ? all : all.toSorted((left, right) => left.n - right.n);
  }

  function writableQueue(): WriteQueue {
    const reason = dependencies.storeReadOnly() ?? ownReason;
    if (reason === null && queue !== null) return queue;
    throw new AppError("store-read-only", `${name}: nothing can be stored: ${reason}`, {
      hint: "`ia-tmux doctor` shows what to do; reading works.",
    });
  }

  /** What the disk would give back, so that memory and a restart agree: undefined fields and NaN do not survive JSON. */
  function asStored(document: T): { stored: T; json: string } {
    const parsed = options.schema.safeParse(parseJson(document), checkMode());
    if (!parsed.success) throw new AppError("bad-data", `${name}: ${describeIssues(parsed.error.issues)}`);
    const json = JSON.stringify(parsed.data);
    if (json.length > MAX_DOCUMENT_LENGTH)
      throw new AppError(
        "too-large",
        `${name}: a document of ${json.length} characters; at most ${MAX_DOCUMENT_LENGTH} are stored`,
      );
    return { stored: deepFreeze(parsed.data), json };
  }

  function parseJson(document: T): unknown {
    try {
      return JSON.parse(JSON.stringify(document));
    } catch (thrown) {
      throw new AppError("bad-data", `${name}: not a document: ${messageOf(thrown)}`, { cause: thrown });
    }
  }

  /** The synchronous part of each write: from here on readers see it. */
  function write(document: T): { stored: T; durable: Promise<void> } {
    const writing = writableQueue();
    const { stored, json } = asStored(document);
    const { id } = stored;
    refuseUnreadable(id);
    writing.assertRoom(json.length);
    const before = entries.get(id);
    const record: StoredRecord = {
      recordId: `=${id}`,
      n: before?.record.n ?? ++lastPlace,
      v: options.version,
      doc: json,
    };
    show(id, { document: stored, record });
    return { stored, durable: writing.add({ kind: "put", record }, json.length, () => show(id, before)) };
  }

  function show(id: string, entry: Entry<T> | undefined): void {
    documents = null;
    if (entry === undefined) {
      entries.delete(id);
      return;
    }
    const returns = !entries.has(id) && entry.record.n < lastPlace;
    entries.set(id, entry);
    // A document that comes back from a refused removal goes to its old place.
    if (returns)
      entries = new Map([...entries].toSorted(([, left], [, right]) => left.record.n - right.record.n));
  }

  function refuseUnreadable(id: string): void {
    const found = unreadable.get(id);
    if (found === undefined) return;
    throw new AppError(
      "conflict",
      `${name}: ${JSON.stringify(id)} is stored in a form this version cannot read: ${found.reason}`,
      {
        hint: `It is kept in ${path}; export it before anything replaces it.`,
      },
    );
  }

  function missing(id: string): AppError {
    return new AppError("not-found", `${name}: there is no ${JSON.stringify(id)}`);
  }

  function makeReport(): CollectionReport {
    return {
      name,
      path,
      documents: entries.size,
      fileBytes: file?.sizeBytes ?? 0,
      liveBytes:
        queue?.liveBytes() ?? [...loaded.lineBytesById.values()].reduce((sum, bytes) => sum + bytes, 0),
      tornTailBytes: loaded.scan.tornTailBytes,
      damagedParts: loaded.scan.damagedParts,
      recoveredRecords: loaded.scan.recoveredRecords,
      quarantinePath,
      unreadable: [...unreadable].map(([id, { reason }]) => ({ id, reason })),
      readOnlyReason: ownReason,
      differences: [],
    };
  }

  async function compareWithDisk(): Promise<CollectionReport> {
    const held = new Map(records().map((record) => [record.recordId, record]));
    const report = makeReport();
    if (file === null) return report;
    const { records: found, scan } = readRecords(await file.read());
    const onDisk = new Map(found.map((record) => [record.recordId, record]));
    const recordIds = new Set([...held.keys(), ...onDisk.keys()]);
    const differing = [...recordIds].filter(
      (recordId) => held.get(recordId)?.doc !== onDisk.get(recordId)?.doc,
    );
    const { tornTailBytes, damagedParts, recoveredRecords } = scan;
    return {
      ...report,
      tornTailBytes,
      damagedParts,
      recoveredRecords,
      quarantinePath: null,
      differences: differing.map((recordId) => recordId.slice(1)),
    };
  }

  const openReport = makeReport();
  loaded = noRecords(); // they live on in `entries`

  return {
    name,
    options,
    get size() {
      return entries.size;
    },
    get readOnlyReason() {
      return ownReason;
    },
    get: (id) => entries.get(id)?.document,
    all() {
      documents ??= Object.freeze(Array.from(entries.values(), (entry) => entry.document));
      return documents;
    },
    find(predicate) {
      const found: T[] = [];
      for (const { document } of entries.values()) if (predicate(document)) found.push(document);
      return found;
    },
    async insert(document) {
      writableQueue();
      if (entries.has(document.id))
        throw new AppError("conflict", `${name}: ${JSON.stringify(document.id)} exists already`);
      await write(document).durable;
    },
    async put(document) {
      await write(document).durable;
    },
    async update(id, change) {
      writableQueue();
      const before = entries.get(id);
      if (before === undefined) throw missing(id);
      const after = change(before.document);
      if (after.id !== id)
        throw new AppError("bad-data", `${name}: an update must keep the id ${JSON.stringify(id)}`);
      const { stored, durable } = write(after);
      await durable;
      return stored;
    },
    async remove(id) {
      const writing = writableQueue();
      refuseUnreadable(id);
      const before = entries.get(id);
      if (before === undefined) return;
      writing.assertRoom(id.length);
      show(id, undefined);
      await writing.add({ kind: "remove", recordId: before.record.recordId }, id.length, () =>
        show(id, before),
      );
    },
    records,
    report: () => ({
      ...openReport,
      documents: entries.size,
      fileBytes: file?.sizeBytes ?? 0,
      liveBytes: queue?.liveBytes() ?? openReport.liveBytes,
    }),
    async check() {
      return queue === null ? compareWithDisk() : queue.exclusive(compareWithDisk);
    },
    async rebuild() {
      if (file === null) return;
      await queue?.close();
      loaded = readRecords(await file.read());
      await startQueue();
      loaded = noRecords();
    },
    async close() {
      await queue?.close();
      await file?.close();
    },
  };
}
