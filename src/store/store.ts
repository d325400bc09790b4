import { chmod, lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { createEmitter } from "../base/emitter.ts";
import { AppError, messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { type OpenCollection, openCollection } from "./collection.ts";
import type {
  Collection,
  CollectionOptions,
  CollectionReport,
  Store,
  StoredDocument,
  StoreReport,
} from "./contract.ts";
import { createRealDisk, type Disk, DiskError } from "./datafile.ts";
import { exportLines, importLines } from "./exchange.ts";
import type { CompactionRule } from "./write-queue.ts";

/** A rewrite costs as much as the live documents, so it waits until two thirds and some megabytes can be gained. */
export const DEFAULT_COMPACTION: CompactionRule = { minFileBytes: 4 * 1024 * 1024, maxLiveShare: 0.3 };
const COLLECTION_NAME = /^[a-z][a-z0-9-]{0,40}$/;

export interface StoreOptions {
  /** Made if missing (0700). Whoever opens a store holds the project's lock: two processes on one store lose documents. */
  dir: string;
  clock: Pick<Clock, "nowMs">;
  log: Logger;
  disk?: Disk;
  compaction?: CompactionRule;
}

/** Opens the store. Throws cannot-create if the directory itself cannot be used; files never make it throw. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dir, clock, log } = options;
  await openDirectory(dir);
  const disk = options.disk ?? createRealDisk();
  const collections = new Map<string, Promise<OpenCollection>>();
  const opened: OpenCollection[] = [];
  const readOnly = createEmitter<string>((thrown) =>
    log.error("a listener of the store failed", { error: messageOf(thrown) }),
  );
  let failure: { reason: string; inDoubt: boolean } | null = null;
  let closed = false;

  function onWriteFailure(error: unknown): void {
    const inDoubt = !(error instanceof DiskError) || error.inDoubt;
    const reason = messageOf(error);
    log.error("the store stops accepting writes", { reason, inDoubt });
    if (failure === null) {
      failure = { reason, inDoubt };
      readOnly.emit(reason);
    } else if (inDoubt) {
      failure = { ...failure, inDoubt };
    }
  }

  async function open<T extends StoredDocument>(
    name: string,
    collectionOptions: CollectionOptions<T>,
  ): Promise<OpenCollection<T>> {
    const collection = await openCollection<T>(
      {
        name,
        path: join(dir, `${name}.db`),
        clock,
        disk,
        compaction: options.compaction ?? DEFAULT_COMPACTION,
        storeReadOnly: () => (closed ? "the store is closed" : (failure?.reason ?? null)),
        onWriteFailure,
        onCompactionFailure: (error) =>
          log.warn("a datafile could not be rewritten", { collection: name, reason: messageOf(error) }),
      },
      collectionOptions,
    );
    for (const problem of problemsOf(collection.report()))
      log.warn("found when opening the store", { problem });
    opened.push(collection as unknown as OpenCollection);
    return collection;
  }

  function makeReport(reports: CollectionReport[]): StoreReport {
    const problems = reports.flatMap(problemsOf);
    if (failure !== null) problems.unshift(`Nothing is stored any more: ${failure.reason}`);
    return { collections: reports, problems };
  }

  return {
    async collection<T extends StoredDocument>(
      name: string,
      collectionOptions: CollectionOptions<T>,
    ): Promise<Collection<T>> {
      if (!COLLECTION_NAME.test(name))
        throw new AppError("internal", `Not a name for a collection: ${JSON.stringify(name)}`);
      if (closed) throw new AppError("store-read-only", "The store is closed");
      if (collections.has(name))
        throw new AppError("internal", `The collection ${name} is open already; it has one owner`);
      const opening = open(name, collectionOptions);
      collections.set(name, opening as unknown as Promise<OpenCollection>);
      return opening;
    },
    get readOnlyReason() {
      const ofOne = opened.find((collection) => collection.readOnlyReason !== null);
      return failure?.reason ?? (ofOne === undefined ? null : `${ofOne.name}: ${ofOne.readOnlyReason}`);
    },
    onReadOnly: (listener) => readOnly.on(listener),
    async resume() {
      if (failure === null) return true;
      if (failure.inDoubt || closed) return false;
      for (const collection of opened) await collection.rebuild();
      failure = null;
      log.info("the store accepts writes again");
      return true;
    },
    report: () => makeReport(opened.map((collection) => collection.report())),
    async check() {
      const reports: CollectionReport[] = [];
      for (const collection of opened) reports.push(await collection.check());
      return makeReport(reports);
    },
    exportLines: () => exportLines(opened),
    importLines: (lines) => importLines(opened, lines),
    async close() {
      closed = true;
      await Promise.all([...collections.values()].map(async (opening) => (await opening).close()));
    },
  };
}

/** What a person should know about a collection, one sentence each. */
export function problemsOf(report: CollectionReport): string[] {
  const { name, path, quarantinePath } = report;
  const problems: string[] = [];
  const kept = quarantinePath === null ? "" : `; the file as it was is kept as ${quarantinePath}`;
  if (report.tornTailBytes > 0)
    problems.push(
      `${name}: an unfinished last record of ${report.tornTailBytes} bytes was dropped; it had not been acknowledged.`,
    );
  if (report.damagedParts > 0)
    problems.push(`${name}: ${report.damagedParts} damaged part(s) of ${path} were left out${kept}.`);
  if (report.recoveredRecords > 0)
    problems.push(
      `${name}: ${report.recoveredRecords} record(s) were recovered from damaged lines${report.damagedParts > 0 ? "" : kept}.`,
    );
  for (const { id, reason } of report.unreadable)
    problems.push(`${name}: ${JSON.stringify(id)} is kept but cannot be read: ${reason}.`);
  if (report.readOnlyReason !== null)
    problems.push(`${name}: is read-only: ${path}: ${report.readOnlyReason}.`);
  if (report.differences.length > 0)
    problems.push(
      `${name}: ${report.differences.length} document(s) on disk differ from memory, the first is ${JSON.stringify(report.differences[0])}.`,
    );
  return problems;
}

async function openDirectory(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const stat = await lstat(dir);
    if (!stat.isDirectory()) throw new Error("is not a directory");
    if ((stat.mode & 0o777) !== 0o700) await chmod(dir, 0o700);
  } catch (thrown) {
    throw new AppError("cannot-create", `Cannot use ${dir} for the store: ${messageOf(thrown)}`, {
      hint: "Check its owner and permissions, or set IA_TMUX_STATE_DIR.",
      cause: thrown,
    });
  }
}
