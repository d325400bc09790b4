import type * as z from "zod";

/**
 * The documents of one project. Reads are synchronous and come from memory; a write's promise resolves only when the
 * document is on the disk (fdatasync), and what it said survives `kill -9` and power loss from then on.
 *
 * A write shows in memory at once, in call order, before it is durable: of two calls that check and then write, the
 * second sees the first, so two claims cannot both win. Hence a reader may see what is not yet on disk: whoever
 * tells the outside about a change awaits the change's promise first. If the disk refuses, the write and all that
 * followed it in the collection are taken back, their promises reject, and the store refuses further writes.
 */
export interface Store {
  /**
   * Opens `<dir>/<name>.db`, repairing what a crash or a broken disk left there. Never throws because of the file's
   * content or kind: the worst case is an empty read-only collection and a report that says why.
   */
  collection<T extends StoredDocument>(name: string, options: CollectionOptions<T>): Promise<Collection<T>>;
  /** Why writes are refused, for the banner; null while they are accepted. A collection's own reason counts too. */
  readonly readOnlyReason: string | null;
  /** Called once each time the store stops accepting writes; returns the way to stop listening. */
  onReadOnly(listener: (reason: string) => void): () => void;
  /**
   * Accepts writes again after a full disk, if nothing is in doubt; the next write shows whether there is room now.
   * False if a restart is needed (the disk failed to sync) or if a file itself is unusable.
   */
  resume(): Promise<boolean>;
  /** What was found and done when the collections were opened. */
  report(): StoreReport;
  /** Reads all files again and compares them with memory; changes nothing. */
  check(): Promise<StoreReport>;
  /** Every document of the open collections as JSON lines, with the versions they were written with. */
  exportLines(): AsyncIterable<string>;
  /** Adds documents from such lines: those already there are left alone, so that importing twice is importing once. */
  importLines(lines: AsyncIterable<string> | Iterable<string>): Promise<ImportReport>;
  /** Waits for the writes under way, then closes the files. Later writes are refused. */
  close(): Promise<void>;
}

export interface StoredDocument {
  id: string;
}

export interface CollectionOptions<T> {
  schema: z.ZodType<T>;
  /** Rises when the schema changes incompatibly. A file with a higher one is only read. */
  version: number;
  /** Brings a document of an older version into today's form; the schema checks the outcome. */
  migrate?: (document: unknown, fromVersion: number) => unknown;
}

/**
 * Documents are frozen: change a copy and `put` it. Writes reject with AppError: `bad-data` (schema), `too-large`,
 * `busy` (too much waiting for the disk), `disk-error` (this write failed), `store-read-only` (an earlier one did).
 */
export interface Collection<T extends StoredDocument> {
  readonly name: string;
  readonly size: number;
  get(id: string): T | undefined;
  /** In order of insertion; replacing a document keeps its place. The same array until something changes. */
  all(): readonly T[];
  find(predicate: (document: T) => boolean): T[];
  /** `conflict` if the id exists. */
  insert(document: T): Promise<void>;
  put(document: T): Promise<void>;
  /** Calls `change` at once with the document in memory. `not-found` if there is none. Resolves to the new one. */
  update(id: string, change: (document: T) => T): Promise<T>;
  /** Removing what is not there is no error. */
  remove(id: string): Promise<void>;
}

export interface StoreReport {
  collections: CollectionReport[];
  /** One sentence a problem, for the log and `ia-tmux doctor`; empty if all is well. */
  problems: string[];
}

export interface CollectionReport {
  name: string;
  path: string;
  documents: number;
  fileBytes: number;
  /** Bytes that the current documents need; the rest is history until the next compaction. */
  liveBytes: number;
  /** An unfinished last line, never acknowledged, was cut off: normal after a crash. */
  tornTailBytes: number;
  /** Runs of bytes that are no record. */
  damagedParts: number;
  /** Whole records found inside damaged lines. */
  recoveredRecords: number;
  /** The file as it was, if anything but a torn tail was wrong with it. */
  quarantinePath: string | null;
  /** Documents that are whole but do not fit the schema: kept in the file, not served. */
  unreadable: { id: string; reason: string }[];
  readOnlyReason: string | null;
  /** Only of `check`: ids whose content on disk is not that in memory. */
  differences: string[];
}

export interface ImportReport {
  added: number;
  unchanged: number;
  /** The id exists with other content, which was kept. */
  conflicts: { collection: string; id: string }[];
  rejected: { line: number; reason: string }[];
}

/** A document as nedb holds it: wrapped, so that nedb's rules about keys and ids never meet the user's data. */
export interface StoredRecord {
  /** "=" and the document's id, nedb's `_id`: nedb ignores an empty one and loses `__proto__`. */
  recordId: string;
  /** Place in the order of insertion. */
  n: number;
  /** Schema version it was written with. */
  v: number;
  /** The document as JSON text. */
  doc: string;
}
