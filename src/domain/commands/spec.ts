import type { Command, ParsedCommand } from "./command.ts";
import type { OptionSpec, ParsedOptions } from "./options.ts";

/** What a free word of the command may be: completion offers these. */
export type WordKind =
  | "none"
  | "agent"
  | "window"
  | "pane"
  | "layout"
  | "preset"
  | "lock"
  | "task"
  | "command";

/** One command of the `:` prompt: how it is called, what its options are, and what it means. */
export interface CommandSpec {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  readonly complete: WordKind;
  /** What a certain word may be: 1 is the first behind the name, and may be a name as well. */
  readonly choices?: Readonly<Record<number, readonly string[]>>;
  /** This word is a file of the project: 1 is the first behind the name. */
  readonly fileAt?: number;
  /** The words are a program's command line, or keys: options end at the first of them. */
  readonly wordsAreRest?: boolean;
  build(options: ParsedOptions): ParsedCommand;
}

export function ok(command: Command): ParsedCommand {
  return { ok: true, command };
}

export function fail(message: string, hint = ""): ParsedCommand {
  return { ok: false, error: { message, hint } };
}

/** The pane or window that a command is about; without it the one in sight. */
export const TARGET: OptionSpec = { flag: "-t", value: "target" };

/** Who is to get something: an agent's name. */
export const TO: OptionSpec = { flag: "--to", value: "agent" };
export const PRIORITY: OptionSpec = { flag: "--priority", value: "priority" };

/** A command without options and words. */
export function plain(
  name: string,
  aliases: readonly string[],
  summary: string,
  command: Command,
): CommandSpec {
  return {
    name,
    aliases,
    usage: "",
    summary,
    options: [],
    complete: "none",
    build: ({ words }) =>
      words.length === 0 ? ok(command) : fail(`${name} takes nothing behind its name.`, summary),
  };
}
