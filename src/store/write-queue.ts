import { AppError } from "../base/errors.ts";
import type { StoredRecord } from "./contract.ts";
import type { Datafile } from "./datafile.ts";
import { linesOf } from "./load.ts";
import type { NedbFile } from "./nedb-file.ts";

/** Waiting changes beyond these bounds are refused as `busy`: the disk is that far behind. */
export const MAX_WAITING_CHANGES = 20_000;
export const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** One group commit: enough to make the sync cheap, little enough that the first of it does not wait long. */
const MAX_BATCH_CHANGES = 1000;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

export type Change = { kind: "put"; record: StoredRecord } | { kind: "remove"; recordId: string };

interface Waiting {
  change: Change;
  bytes: number;
  undo: () => void;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export interface CompactionRule {
  /** A file smaller than this is left as it is. */
  minFileBytes: number;
  /** Compact when less than this part of the file is current. */
  maxLiveShare: number;
}

export interface WriteQueueOptions {
  file: Datafile;
  nedb: NedbFile;
  lineBytesById: Map<string, number>;
  compaction: CompactionRule;
  /** A batch failed; all that waited has been taken back. Later changes must not come until this is sorted out. */
  onFailure: (error: unknown) => void;
  /** A rewrite failed; the old file is whole and in use. */
  onCompactionFailure: (error: unknown) => void;
}

/** Takes changes in order and makes them durable in groups: while one group syncs, the next one gathers. */
export interface WriteQueue {
  /** Throws `busy` at once, before anything is changed, if too much waits. */
  assertRoom(bytes: number): void;
  /** `undo` takes the change out of memory again if the disk refuses it; undos run newest first. */
  add(change: Change, bytes: number, undo: () => void): Promise<void>;
  idle(): Promise<void>;
  /** Waits for what is under way; nothing may be added any more. */
  close(): Promise<void>;
  /** Runs a job while nothing is being written and memory holds just what is on the disk; later changes wait for it. */
  exclusive<R>(job: () => Promise<R>): Promise<R>;
  liveBytes(): number;
}

export function createWriteQueue(options: WriteQueueOptions): WriteQueue {
  const { file, nedb, lineBytesById } = options;
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  const jobs: (() => Promise<void>)[] = [];
  let running: Promise<void> | null = null;
  let liveBytes = 0;
  for (const bytes of lineBytesById.values()) liveBytes += bytes;
  let minFileBytes = options.compaction.minFileBytes;

  async function run(): Promise<void> {
    await Promise.resolve(); // lets the calls of this turn join the first group
    for (;;) {
      if (waiting.length > 0) await writeBatch();
      else if (jobs.length > 0) await jobs.shift()?.();
      else break;
    }
    running = null;
  }

  async function writeBatch(): Promise<void> {
    const batch = takeBatch();
    try {
      const lines = await serialise(batch);
      await file.append(Buffer.from(`${lines.join("\n")}\n`));
      for (const [index, line] of lines.entries()) account(batch[index]?.change, Buffer.byteLength(line) + 1);
    } catch (thrown) {
      giveUp([...batch, ...waiting], thrown);
      return;
    }
    for (const { resolve } of batch) resolve();
    if (file.sizeBytes > minFileBytes && liveBytes < file.sizeBytes * options.compaction.maxLiveShare)
      await compact();
  }

  function takeBatch(): Waiting[] {
    let count = 0;
    let bytes = 0;
    for (const item of waiting) {
      if (count > 0 && (count >= MAX_BATCH_CHANGES || bytes + item.bytes > MAX_BATCH_BYTES)) break;
      bytes += item.bytes;
      count++;
    }
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    waitingBytes -= bytes;
    return batch;
  }

  /** One line a change: nedb says nothing about removing what it does not have, but that cannot come here. */
  async function serialise(batch: readonly Waiting[]): Promise<string[]> {
    nedb.takeLines();
    for (const { change } of batch) {
      if (change.kind === "put") await nedb.put(change.record);
      else await nedb.remove(change.recordId);
    }
    const lines = nedb.takeLines();
    if (lines.length !== batch.length)
      throw new AppError("internal", `nedb wrote ${lines.length} lines for ${batch.length} changes`);
    return lines;
  }

  function account(change: Change | undefined, lineBytes: number): void {
    if (change === undefined) return;
    const recordId = change.kind === "put" ? change.record.recordId : change.recordId;
    liveBytes -= lineBytesById.get(recordId) ?? 0;
    if (change.kind === "put") {
      lineBytesById.set(recordId, lineBytes);
      liveBytes += lineBytes;
    } else {
      lineBytesById.delete(recordId);
    }
  }

  function giveUp(items: readonly Waiting[], error: unknown): void {
    waiting = [];
    waitingBytes = 0;
    for (const { undo } of items.toReversed()) undo();
    options.onFailure(error);
    for (const { reject } of items) reject(error);
  }

  async function compact(): Promise<void> {
    try {
      await file.replace(linesOf(await nedb.records()));
      minFileBytes = options.compaction.minFileBytes;
    } catch (thrown) {
      minFileBytes = file.sizeBytes * 2; // a full disk is not asked again for every write
      options.onCompactionFailure(thrown);
    }
  }

  return {
    assertRoom(bytes) {
      if (waiting.length < MAX_WAITING_CHANGES && waitingBytes + bytes <= MAX_WAITING_BYTES) return;
      throw new AppError("busy", `${waiting.length} changes wait for the disk: ${file.path}`, {
        hint: "Try again in a moment.",
      });
    },
    add(change, bytes, undo) {
      const done = new Promise<void>((resolve, reject) => {
        waiting.push({ change, bytes, undo, resolve, reject });
      });
      waitingBytes += bytes;
      running ??= run();
      return done;
    },
    idle: () => running ?? Promise.resolve(),
    async close() {
      await running;
      nedb.close();
    },
    exclusive<R>(job: () => Promise<R>) {
      return new Promise<R>((resolve, reject) => {
        jobs.push(() => job().then(resolve, reject));
        running ??= run();
      });
    },
    liveBytes: () => liveBytes,
  };
}
