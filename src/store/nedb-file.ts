import { setImmediate as nextTurn } from "node:timers/promises";
import Datastore from "nedb-promises";
import { invariant } from "../base/errors.ts";
import type { StoredRecord } from "./contract.ts";
import { formatLine, parseLine } from "./line-format.ts";

/**
 * nedb keeps the records and serialises each change; the bytes reach the disk through us. What nedb would do itself
 * loses acknowledged documents: it appends without a sync, keeps rejected writes in memory, rewrites the file at
 * every load, and ends the process when the file cannot be read (all measured with @seald-io/nedb 4.1.2, pinned).
 */
export interface NedbFile {
  put(record: StoredRecord): Promise<void>;
  remove(recordId: string): Promise<void>;
  /** The lines of the changes since the last call, in order, without newlines. */
  takeLines(): string[];
  /** All records in order of insertion. */
  records(): Promise<StoredRecord[]>;
  /** Nothing will be asked any more: ends the filling, should it be under way. */
  close(): void;
}

/** So many records are given to nedb in one turn, half a millisecond: a key typed meanwhile waits no longer. */
const FILL_RECORDS = 200;

/** The parts of nedb that we replace or fill ourselves: the one place that knows its private names. */
interface NedbPersistence {
  persistNewStateAsync(changed: object[]): Promise<void>;
  persistCachedDatabaseAsync(): Promise<void>;
  treatRawStreamAsync(
    stream: NodeJS.ReadableStream & { destroy(): void },
  ): Promise<{ data: object[]; indexes: object }>;
}

/** A record as nedb and its file know it. */
interface NedbDocument {
  _id: string;
  n: number;
  v: number;
  doc: string;
}

export function toNedb({ recordId, n, v, doc }: StoredRecord): NedbDocument {
  return { _id: recordId, n, v, doc };
}

interface NedbInside {
  getAllData(): NedbDocument[];
  indexes: { _id: { insert(documents: NedbDocument[]): void } };
}

/**
 * Opens nedb on a datafile whose records were already read (and repaired). Its tree of 100,000 records takes a quarter
 * of a second, which nobody who starts a server should wait for: it grows in small steps afterwards, and a change waits
 * until it is whole.
 */
export async function openNedbFile(path: string, records: readonly StoredRecord[]): Promise<NedbFile> {
  const datastore = Datastore.create({
    filename: path,
    corruptAlertThreshold: 1,
    modes: { fileMode: 0o600, dirMode: 0o700 },
    afterSerialization: formatLine,
    beforeDeserialization: parseLine,
  } as Parameters<typeof Datastore.create>[0]) as Datastore<NedbDocument>;
  let lines: string[] = [];

  const persistence = datastore.persistence as unknown as NedbPersistence;
  for (const name of ["persistNewStateAsync", "persistCachedDatabaseAsync", "treatRawStreamAsync"] as const) {
    invariant(
      typeof persistence[name] === "function",
      `This nedb has no ${name}; it is not the version ia-tmux was tested with`,
    );
  }
  persistence.persistNewStateAsync = async (changed) => {
    for (const record of changed) lines.push(formatLine(JSON.stringify(record)));
  };
  persistence.persistCachedDatabaseAsync = async () => {};
  persistence.treatRawStreamAsync = async (stream) => {
    stream.on("error", () => {}); // without a listener an unreadable file would end the process
    stream.destroy();
    return { data: [], indexes: {} };
  };
  await datastore.load();
  const inside = datastore as unknown as NedbInside;
  /** What the tree does not hold yet. Let go of afterwards: these records will be replaced. */
  let unfilled = records;
  let filled: Promise<void> | null = fill();
  filled.then(
    () => {
      filled = null;
    },
    () => {}, // each change that waits for it is told
  );

  async function fill(): Promise<void> {
    const { _id: tree } = inside.indexes;
    for (let at = 0; at < unfilled.length; at += FILL_RECORDS) {
      if (at > 0) await nextTurn();
      tree.insert(unfilled.slice(at, at + FILL_RECORDS).map(toNedb));
    }
    unfilled = [];
  }

  return {
    async put(record) {
      if (filled !== null) await filled;
      await datastore.update({ _id: record.recordId }, toNedb(record), { upsert: true });
    },
    async remove(recordId) {
      if (filled !== null) await filled;
      await datastore.remove({ _id: recordId }, {});
    },
    takeLines() {
      const taken = lines;
      lines = [];
      return taken;
    },
    async records() {
      await filled;
      const unwrapped = inside.getAllData().map(({ _id: recordId, n, v, doc }) => ({ recordId, n, v, doc }));
      return unwrapped.toSorted((left, right) => left.n - right.n);
    },
    close() {
      unfilled = [];
    },
  };
}
