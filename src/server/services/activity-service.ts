import type { FileHandle } from "node:fs/promises";
import { constants, existsSync } from "node:fs";
import { mkdir, open, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { type Activity, ActivitySchema } from "../../domain/activity/activity.ts";
import { entryOf } from "../../domain/activity/describe.ts";
import { type Fact, SYSTEM } from "../../domain/facts.ts";
import { type Actor, actorName, sameName } from "../../domain/session/actor.ts";
import { inertText } from "../../domain/text/inert.ts";
import type { RecordDeps } from "./stamp.ts";

/** Entries that are kept in memory, for lists. */
export const MAX_REMEMBERED = 2_000;
/** Entries that may wait for the disk. Further ones are counted, and the count is written when there is room. */
const MAX_WAITING = 10_000;
const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** Older files beside the current one: activity.jsonl.1 is the youngest. The oldest goes on into the archive. */
const KEPT_FILES = 4;
/** Lines of older files that are read without a pause for others. */
const LINES_AT_ONCE = 300;
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
  /** Of those in memory, oldest first. */
  list(filter?: ActivityFilter): readonly Activity[];
  /** The same, going back into the files where memory does not reach. */
  look(filter?: ActivityFilter): Promise<readonly Activity[]>;
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
  /** Where the log's oldest parts go; made 0700 when missing. */
  readonly archiveDir: string;
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
  /** There are entries in the files that memory does not have. */
  let hasEarlier = existsSync(`${file}.1`);

  await mkdir(dirname(file), { recursive: true, mode: 0o700 }).catch(() => {});
  for (const line of await readLines(file, TAIL_BYTES)) {
    const entry = parseLine(line);
    if (entry !== null) remembered.push(entry);
  }
  hasEarlier ||= ((await stat(file).catch(() => null))?.size ?? 0) > TAIL_BYTES;
  forgetOld();

  function forgetOld(): void {
    if (remembered.length <= MAX_REMEMBERED * 1.5) return;
    remembered.splice(0, remembered.length - MAX_REMEMBERED);
    hasEarlier = true;
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
    try {
      await putAway(`${file}.${KEPT_FILES}`);
    } catch (thrown) {
      // Rather one file that is too long than one that is gone.
      log.warn("activity-not-archived", { file, reason: messageOf(thrown) });
      return;
    }
    for (let number = KEPT_FILES; number > 0; number--) {
      const older = number === 1 ? file : `${file}.${number - 1}`;
      await rename(older, `${file}.${number}`).catch(() => {});
    }
    bytes = 0;
  }

  async function putAway(oldest: string): Promise<void> {
    if (!existsSync(oldest)) return;
    await mkdir(deps.archiveDir, { recursive: true, mode: 0o700 });
    let atMs = clock.nowMs();
    const target = () => join(deps.archiveDir, `activity-${atMs}.jsonl`);
    while (existsSync(target())) atMs++;
    await rename(oldest, target());
    append("activity.archived", SYSTEM, `the oldest part of this log went to ${target()}`, {});
  }

  function list(filter: ActivityFilter = {}): readonly Activity[] {
    return remembered
      .filter((entry) => fits(entry, filter))
      .slice(-Math.max(1, filter.limit ?? MAX_REMEMBERED));
  }

  async function look(filter: ActivityFilter = {}): Promise<readonly Activity[]> {
    const limit = Math.max(1, filter.limit ?? MAX_REMEMBERED);
    const found = [...list(filter)].reverse();
    const first = remembered[0];
    const isAll = !hasEarlier || first === undefined || (filter.sinceMs ?? 0) > first.atMs;
    if (isAll) return found.reverse();
    for (let number = 0; number <= KEPT_FILES && found.length < limit; number++) {
      const lines = await readLines(number === 0 ? file : `${file}.${number}`);
      for (let at = lines.length - 1; at >= 0 && found.length < limit; at--) {
        if (at % LINES_AT_ONCE === 0) await nextTurn();
        const entry = parseLine(lines[at] ?? "");
        if (entry !== null && entry.logicalTime < first.logicalTime && fits(entry, filter)) found.push(entry);
      }
    }
    return found.reverse();
  }

  return {
    list,
    look,
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

function fits(entry: Activity, { kind, actor, sinceMs, ref }: ActivityFilter): boolean {
  return (
    (kind === undefined || entry.kind === kind || entry.kind.startsWith(`${kind}.`)) &&
    (actor === undefined || sameName(entry.actor, actor)) &&
    (sinceMs === undefined || entry.atMs >= sinceMs) &&
    (ref === undefined || entry.id === ref || Object.values(entry.refs).includes(ref))
  );
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

/** At most so many bytes of the file's end; nothing of one that cannot be read. */
async function readLines(file: string, mostBytes = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return [];
  }
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, mostBytes);
    const buffer = Buffer.alloc(length);
    await handle.read(buffer, 0, length, size - length);
    return buffer.toString("utf8").split("\n");
  } finally {
    await handle.close();
  }
}
