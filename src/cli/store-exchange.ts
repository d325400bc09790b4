import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { AppError, messageOf } from "../base/errors.ts";
import { inertText } from "../domain/text/inert.ts";
import type { ImportResult } from "../protocol/results.ts";
import type { CommandContext } from "./command.ts";
import { unreadable } from "./files.ts";

/** Characters of one request: with what JSON adds to them well below the largest frame. */
const PIECE_CHARACTERS = 200_000;
const REJECTED_SHOWN = 20;

/** Pieces come until the last one; nothing of them is changed. */
export async function exportStore(context: CommandContext, path: string | undefined): Promise<number> {
  const file = path === undefined ? null : openNew(resolve(context.world.cwd, path));
  let characters = 0;
  try {
    for (let start = true, last = false; !last; start = false) {
      const piece = await context.call("store.export", { start }, { timeoutMs: 60_000 });
      characters += piece.text.length;
      if (file !== null) writeSync(file, piece.text);
      else await written(context, piece.text);
      last = piece.last;
    }
  } finally {
    if (file !== null) closeSync(file);
  }
  if (file !== null)
    context.output.show(
      { path, characters },
      () => `Exported ${characters} characters to ${inertText(path ?? "")}`,
    );
  return 0;
}

/** A slow reader must not make us hold all of it. */
function written(context: CommandContext, text: string): Promise<void> {
  const sink = context.world.stdout as typeof context.world.stdout & Partial<NodeJS.WriteStream>;
  if (sink.write(text) !== false || sink.once === undefined) return Promise.resolve();
  return new Promise((done) => void sink.once!("drain", () => done()));
}

function openNew(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (thrown) {
    throw new AppError("cannot-create", `Cannot write ${inertText(path)}: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}

export async function importStore(context: CommandContext, path: string | undefined): Promise<number> {
  const { world } = context;
  const input: Readable =
    path === undefined || path === "-" ? world.stdin : createReadStream(resolve(world.cwd, path));
  const decoder = new StringDecoder("utf8");
  let pending = "";
  const send = (text: string, last: boolean) =>
    context.call("store.import", { text, last }, { timeoutMs: 120_000 });
  try {
    for await (const chunk of input) {
      pending += typeof chunk === "string" ? chunk : decoder.write(chunk as Buffer);
      while (pending.length >= PIECE_CHARACTERS) {
        await send(pending.slice(0, PIECE_CHARACTERS), false);
        pending = pending.slice(PIECE_CHARACTERS);
      }
    }
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw unreadable(inertText(path ?? "stdin"), thrown);
  }
  const report = (await send(pending + decoder.end(), true)) as ImportResult;
  context.output.show(report, () => describe(report));
  return report.rejected.length > 0 ? 1 : 0;
}

function describe(report: ImportResult): string {
  const { added, unchanged, conflicts, rejected, leftOut } = report;
  return [
    `Added ${added}, already there ${unchanged}, kept as they are here ${conflicts.length}, left out ${leftOut}.`,
    ...rejected.slice(0, REJECTED_SHOWN).map(({ line, reason }) => `line ${line}: ${inertText(reason)}`),
    ...(rejected.length > REJECTED_SHOWN ? [`… and ${rejected.length - REJECTED_SHOWN} more`] : []),
  ].join("\n");
}
