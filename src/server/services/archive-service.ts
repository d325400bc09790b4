// What is long over leaves the store for files that are only ever appended to: the store stays small and quick, and
// nothing is lost. Owns the archive's files; what goes there is decided by the services that own it.
import { constants } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { AppError, messageOf } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";
import type { Announce } from "../../domain/facts.ts";
import type { Message } from "../../domain/message/message.ts";
import { isPartyTo, receiptOf } from "../../domain/message/receipts.ts";
import { OPERATOR } from "../../domain/record.ts";
import { type Actor, actorName } from "../../domain/session/actor.ts";
import { requireOperator } from "../../domain/session/rules.ts";
import { searchWords } from "../../domain/text/search-words.ts";
import type { ArchivedRecord, ArchiveReport } from "../../protocol/results.ts";
import { matchingLines } from "../matching-lines.ts";
import type { LockService } from "./lock-service.ts";
import type { MessageService } from "./message-service.ts";
import type { QuestionService } from "./question-service.ts";
import type { RelayService } from "./relay-service.ts";
import type { TaskService } from "./task-service.ts";

type Kind = ArchivedRecord["kind"];
const KINDS: readonly Kind[] = ["task", "message", "question", "delivery"];

export interface ArchiveService {
  /** Sweeps locks, archives messages that were done with, and moves what was over before that into the archive. */
  run(
    actor: Actor,
    /** `by`: whose name the activity log has; default the actor's. */
    options: { olderThanMs: number; dryRun: boolean; by?: string },
  ): Promise<ArchiveReport>;
  /** The latest first, and the operator's own mail that was put away and is at hand still; with `query` those that hold all its words. */
  list(filter: {
    kind?: Kind | undefined;
    query?: string | undefined;
    limit: number;
  }): Promise<ArchivedRecord[]>;
  /** Messages that are kept here only, the latest first: those from or to the actor that hold all the words. */
  findMessages(actor: Actor, query: string, limit: number): Promise<Message[]>;
  /** A message that is kept here only, by its whole id; null when there is none that the actor may see. */
  message(actor: Actor, id: string): Promise<Message | null>;
}

export interface ArchiveServiceDeps {
  /** Made 0700 when missing. */
  readonly dir: string;
  readonly clock: Clock;
  readonly tasks: TaskService;
  readonly messages: MessageService;
  readonly questions: Pick<QuestionService, "overBefore" | "forget">;
  readonly locks: LockService;
  readonly relay: Pick<RelayService, "overBefore" | "forget">;
  readonly announce: Announce;
}

export function createArchiveService(deps: ArchiveServiceDeps): ArchiveService {
  const { clock, tasks, messages, questions, locks, relay } = deps;
  const fileOf = (kind: Kind) => join(deps.dir, `${kind}s.jsonl`);

  /** Resolves when the lines are on the disk: only then may the records leave the store. */
  async function keep(kind: Kind, records: readonly ArchivedRecord["record"][]): Promise<void> {
    if (records.length === 0) return;
    const archivedAtMs = clock.nowMs();
    const lines = records.map((record) => JSON.stringify({ kind, archivedAtMs, record }));
    try {
      await mkdir(deps.dir, { recursive: true, mode: 0o700 });
      const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
      const file = await open(fileOf(kind), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
      try {
        // The line feed in front: a crash may have left half a line.
        await file.writeFile(`\n${lines.join("\n")}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
    } catch (thrown) {
      throw new AppError("disk-error", `Cannot write ${fileOf(kind)}: ${messageOf(thrown)}`, {
        cause: thrown,
      });
    }
  }

  async function run(
    actor: Actor,
    { olderThanMs, dryRun, by = actorName(actor) }: { olderThanMs: number; dryRun: boolean; by?: string },
  ): Promise<ArchiveReport> {
    requireOperator(actor, "Archiving");
    const beforeMs = clock.nowMs() - olderThanMs;
    if (dryRun) {
      return {
        dryRun,
        locks: 0,
        receipts: messages.doneBefore(beforeMs),
        tasks: tasks.finishedBefore(beforeMs).length,
        messages: messages.archivedBefore(beforeMs).length,
        questions: questions.overBefore(beforeMs).length,
        deliveries: relay.overBefore(beforeMs).length,
      };
    }
    const held = locks.list().length;
    await locks.sweep();
    // What was archived long ago goes first: what is archived now stays at hand for as long again.
    const retired = { tasks: tasks.finishedBefore(beforeMs), messages: messages.archivedBefore(beforeMs) };
    await keep("task", retired.tasks);
    await tasks.forget(actor, retired.tasks);
    await keep("message", retired.messages);
    await messages.forget(actor, retired.messages);
    const asked = questions.overBefore(beforeMs);
    await keep("question", asked);
    await questions.forget(actor, asked);
    const over = relay.overBefore(beforeMs);
    await keep("delivery", over);
    await relay.forget(over);
    const receipts = await messages.archiveBefore(actor, beforeMs);
    const moved = {
      tasks: retired.tasks.length,
      messages: retired.messages.length,
      questions: asked.length,
      deliveries: over.length,
    };
    if (receipts + Object.values(moved).reduce((sum, count) => sum + count) > 0)
      deps.announce({ kind: "archive.ran", by, olderThanMs, receipts, ...moved });
    return { dryRun, locks: Math.max(0, held - locks.list().length), receipts, ...moved };
  }

  /** Those that hold all the words; none of an archive that is not there. */
  async function* linesOf(kind: Kind, words: readonly string[]): AsyncGenerator<string> {
    try {
      yield* matchingLines(fileOf(kind), words);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return;
      throw new AppError("disk-error", `Cannot read ${fileOf(kind)}: ${messageOf(thrown)}`, {
        cause: thrown,
      });
    }
  }

  /** The latest first. */
  async function find(
    kinds: readonly Kind[],
    query: string,
    fits: (found: ArchivedRecord) => boolean,
    limit: number,
  ): Promise<ArchivedRecord[]> {
    const words = searchWords(query);
    const found: ArchivedRecord[] = [];
    for (const kind of kinds) {
      // By id: a crash between archive and store lets a record come here twice. What came last stands last.
      const latest = new Map<string, ArchivedRecord>();
      for await (const line of linesOf(kind, words)) {
        const record = parse(line);
        if (record === null || !fits(record)) continue;
        latest.delete(record.record.id);
        latest.set(record.record.id, record);
        if (latest.size > limit) latest.delete(latest.keys().next().value!);
      }
      found.push(...latest.values());
    }
    return found.sort((a, b) => b.archivedAtMs - a.archivedAtMs).slice(0, limit);
  }

  /** Whoever puts a message away looks for it here, not when it leaves the store a month later. */
  function putAway(query: string): ArchivedRecord[] {
    const words = searchWords(query);
    return messages.inbox(OPERATOR, { state: "archived" }).flatMap((record) => {
      const text = words.length === 0 ? "" : JSON.stringify(record).toLowerCase();
      const archivedAtMs = receiptOf(record, OPERATOR)?.atMs ?? record.createdAtMs;
      return words.every((word) => text.includes(word)) ? [{ kind: "message", archivedAtMs, record }] : [];
    });
  }

  async function list({ kind, query = "", limit }: Parameters<ArchiveService["list"]>[0]) {
    const kept = await find(kind === undefined ? KINDS : [kind], query, () => true, limit);
    const atHand = kind === undefined || kind === "message" ? putAway(query) : [];
    return [...kept, ...atHand].sort((a, b) => b.archivedAtMs - a.archivedAtMs).slice(0, limit);
  }

  async function findMessages(
    actor: Actor,
    query: string,
    limit: number,
    fits = (_message: Message) => true,
  ): Promise<Message[]> {
    const records = await find(
      ["message"],
      query,
      ({ record }) => isPartyTo(actor, record as Message) && fits(record as Message),
      limit,
    );
    return records.map(({ record }) => record as Message);
  }

  return {
    run,
    list,
    findMessages: (actor, query, limit) => findMessages(actor, query, limit),
    message: async (actor, id) =>
      (await findMessages(actor, id, 1, (message) => message.id === id))[0] ?? null,
  };
}

/** Our own lines; half a line that a crash left is none. */
function parse(line: string): ArchivedRecord | null {
  try {
    return JSON.parse(line) as ArchivedRecord;
  } catch {
    return null;
  }
}
