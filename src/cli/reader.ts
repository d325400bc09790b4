// Who reads what a command prints: a human, or an agent's model, which is shown where words of a peer begin and end.
import { quoteLine, said } from "../domain/text/frame.ts";
import type { CommandContext } from "./command.ts";
import { inertLines } from "./output.ts";

export type Reader = "human" | "agent";

/** Whole notes of a task fit. */
const MAX_LINE = 10_000;

export async function readerOf(context: Pick<CommandContext, "connection">): Promise<Reader> {
  return (await context.connection()).hello.identity.kind === "agent" ? "agent" : "human";
}

/** A text of `from`, harmless on a terminal. `id`: of the record that it belongs to. */
export function textFor(reader: Reader, text: string, from: string, id: string): string {
  return inertLines(reader === "agent" ? said(text, from, id) : text);
}

/** An entry of a list: for a model one line. */
export function entryFor(reader: Reader, text: string): string {
  return inertLines(reader === "agent" ? quoteLine(text, MAX_LINE) : text);
}
