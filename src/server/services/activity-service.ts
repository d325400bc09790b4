import type { FileHandle } from "node:fs/promises";
import { constants } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { type Activity, ActivitySchema } from "../../domain/activity/activity.ts";
import { entryOf } from "../../domain/activity/describe.ts";
import type { Fact } from "../../domain/facts.ts";
import { type Actor, actorName, sameName } from "../../domain/session/actor.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { RecordDeps } from "./stamp.ts";

/** Entries that are kept in memory, for lists. */
export const MAX_REMEMBERED = 2_000;
/** Entries that may wait for the disk. Further ones are counted, and the count is written when there is room. */
const MAX_WAITING = 10_000;
const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** Older files beside the current one: activity.jsonl.1 is the youngest. */
const KEPT_FILES = 4;
/** Enough of the end of the file for all entries that are remembered. */
const TAIL_BYTES = 1024 * 1024;
const MAX_TEXT_CHARACTERS = 2_000;

export interface ActivityFilter {
  /** At most so many, the latest. */
  readonly limit?: number | undefined;
  /** A kind, or the noun before its dot: `lock` finds `lock.denied`. */
  readonly kind?: string | undefined;
  readonly actor?: string | undefined;
  readonly sinceMs?: number | undefined;
  /** The id of anything the entry refers to. */
  readonly ref?: string | undefined;
}

export interface ActivityService {
  /** Oldest first. */
  list(filter?: ActivityFilter): readonly Activity[];
  /** Somebody's own entry. */
  add(
    actor: Actor,
    entry: { kind?: string; text: string; path?: string | undefined; tool?: string | undefined },
  ): Activity;
  /** Logs a fact. To be given every fact; ignores those that leave no line. */
  observe(fact: Fact): void;
  /** Resolves when all that was logged is in the file, or is known not to be. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface ActivityServiceDeps extends RecordDeps {
  /** activity.jsonl; made 0600 when missing. */
  readonly file: string;
  readonly log: Logger;
  readonly maxFileBytes?: number;
}

/** Owns the log of who did what: lines of JSON that are only ever appended. Failing to write it stops nobody. */
export async function openActivityService(deps: ActivityServiceDeps): Promise<ActivityService> {
  const { clock, ids, log, file } = deps;
  const maxFileBytes = deps.maxFileBytes ?? MAX_FILE_BYTES;
  const remembered: Activity[] = [];
  const waiting: string[] = [];
  let lost = 0;
  let writing: Promise<void> = Promise.resolve();
  let busy = false;
  let handle: FileHandle | null = null;
  let bytes = 0;

  await mkdir(dirname(file), { recursive: true, mode: 0o700 }).catch(() => {});
  for (const line of await readTail(file)) {
    const entry = parseLine(line);
    if (entry !== null) remembered.push(entry);
  }
  forgetOld();

  function forgetOld(): void {
    if (remembered.length > MAX_REMEMBERED * 1.5) remembered.splice(0, remembered.length - MAX_REMEMBERED);
  }

  function append(
    kind: string,
    actor: string,
    text: string,
    refs: Readonly<Record<string, string>>,
  ): Activity {
    const entry: Activity = {
      id: ids.next("act"),
      atMs: clock.nowMs(),
      logicalTime: deps.nextLogicalTime(),
      kind,
      actor,
      text,
      refs,
    };
    remembered.push(entry);
    forgetOld();
    if (waiting.length >= MAX_WAITING) lost++;
    else waiting.push(JSON.stringify(entry));
    if (!busy) writing = drain();
    deps.announce({ kind: "activity.logged", by: actor, activity: entry });
    return entry;
  }

  async function drain(): Promise<void> {
    busy = true;
    // One turn of the loop later: what happens together is written together, and whoever caused it is answered first.
    await nextTurn();
    while (waiting.length > 0) {
      const lines = waiting.splice(0, waiting.length);
      if (lost > 0) {
        lines.push(
          JSON.stringify({
            id: ids.next("act"),
            atMs: clock.nowMs(),
            logicalTime: deps.nextLogicalTime(),
            kind: "activity.lost",
            actor: "system",
            text: `${lost} entries were not written: the disk was too slow`,
            refs: {},
          }),
        );
        lost = 0;
      }
      try {
        await write(`${lines.join("\n")}\n`);
      } catch (thrown) {
        lost += lines.length;
        log.warn("activity-not-written", { file, entries: lines.length, reason: messageOf(thrown) });
        await handle?.close().catch(() => {});
        handle = null;
      }
    }
    busy = false;
  }

  async function write(text: string): Promise<void> {
    if (handle !== null && bytes > 0 && bytes + text.length > maxFileBytes) await rotate();
    if (handle === null) {
      handle = await open(
        file,
        constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
        0o600,
      );
      bytes = (await handle.stat()).size;
      // A crash may have left half a line: what follows must not be glued to it.
      if (bytes > 0) text = `\n${text}`;
    }
    await handle.writeFile(text);
    bytes += Buffer.byteLength(text);
  }

  async function rotate(): Promise<void> {
    await handle?.close();
    handle = null;
    await rm(`${file}.${KEPT_FILES}`, { force: true });
    for (let number = KEPT_FILES; number > 0; number--) {
      const older = number === 1 ? file : `${file}.${number - 1}`;
      await rename(older, `${file}.${number}`).catch(() => {});
    }
    bytes = 0;
  }

  function list(filter: ActivityFilter = {}): readonly Activity[] {
    const { kind, actor, sinceMs, ref } = filter;
    const fitting = remembered.filter(
      (entry) =>
        (kind === undefined || entry.kind === kind || entry.kind.startsWith(`${kind}.`)) &&
        (actor === undefined || sameName(entry.actor, actor)) &&
        (sinceMs === undefined || entry.atMs >= sinceMs) &&
        (ref === undefined || entry.id === ref || Object.values(entry.refs).includes(ref)),
    );
    return fitting.slice(-Math.max(1, filter.limit ?? MAX_REMEMBERED));
  }

  return {
    list,
    add(actor, { kind, text, path, tool }) {
      const clean = inertText(text.replace(/\s+/g, " ").trim(), MAX_TEXT_CHARACTERS);
      return append(inertText(kind ?? "note", 64), actorName(actor), clean, {
        ...(path === undefined ? {} : { path: inertText(path, 400) }),
        ...(tool === undefined ? {} : { tool: inertText(tool, 64) }),
      });
    },
    observe(fact) {
      const entry = entryOf(fact);
      if (entry !== null) append(entry.kind, entry.actor, entry.text, entry.refs);
    },
    flush: () => writing,
    async close() {
      await writing;
      await handle?.close();
      handle = null;
    },
  };
}

function parseLine(line: string): Activity | null {
  if (line === "") return null;
  try {
    return ActivitySchema.parse(JSON.parse(line));
  } catch {
    // Half a line at a crash, or the cut at the front of the tail.
    return null;
  }
}

async function readTail(file: string): Promise<readonly string[]> {
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return [];
  }
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL_BYTES);
    const buffer = Buffer.alloc(length);
    await handle.read(buffer, 0, length, size - length);
    return buffer.toString("utf8").split("\n");
  } finally {
    await handle.close();
  }
}
