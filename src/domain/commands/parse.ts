import { PRESETS } from "../layout/words.ts";
import type { CompletionContext, ParsedCommand } from "./command.ts";
import { foreignFlagHint, foreignHint, harmlessFlags } from "./foreign.ts";
import { LIST_COMMANDS } from "./lists.ts";
import { LOOK_BACK_COMMANDS } from "./look-back.ts";
import { MESSAGE_COMMANDS } from "./messages.ts";
import { parseOptions } from "./options.ts";
import { PANE_COMMANDS } from "./panes.ts";
import { SCREEN_COMMANDS } from "./screen.ts";
import { SESSION_COMMANDS } from "./session.ts";
import { type CommandSpec, fail, type WordKind } from "./spec.ts";
import { WINDOW_COMMANDS } from "./windows.ts";
import { WORK_COMMANDS } from "./work.ts";
import { quoteWord, splitWords } from "./words.ts";

/** Every command of the `:` prompt. */
export const COMMANDS: readonly CommandSpec[] = [
  ...PANE_COMMANDS,
  ...WINDOW_COMMANDS,
  ...SCREEN_COMMANDS,
  ...LOOK_BACK_COMMANDS,
  ...WORK_COMMANDS,
  ...MESSAGE_COMMANDS,
  ...SESSION_COMMANDS,
  ...LIST_COMMANDS,
];

/**
 * Finds a command by its name, an alias, or a beginning that only one name has. What is a name of another multiplexer's is
 * no beginning: `set` would put words into a buffer that were to be a setting.
 */
export function findCommand(name: string): CommandSpec | readonly CommandSpec[] {
  const exact = COMMANDS.find((spec) => spec.name === name || spec.aliases.includes(name));
  if (exact) return exact;
  if (foreignHint(name) !== null) return [];
  const starting = COMMANDS.filter((spec) => spec.name.startsWith(name));
  return starting.length === 1 ? starting[0]! : starting;
}

/** What a line at the `:` prompt asks for, or what is wrong with it. An empty line is an error with an empty message. */
export function parseCommandLine(line: string): ParsedCommand {
  const split = splitWords(line.trim().replace(/^:/, ""));
  if (!split.ok) return fail(split.message);
  const [name, ...words] = split.words.map((word) => word.text);
  if (name === undefined) return fail("");
  const found = findCommand(name);
  if (!("build" in found)) {
    const foreign = foreignHint(name);
    if (foreign !== null) return fail(`${name} is not here.`, foreign);
    if (found.length === 0) return fail(`There is no command ${name}.`, nearest(name));
    return fail(`${name} may be ${found.map((spec) => spec.name).join(" or ")}.`);
  }
  const specs = [...found.options, ...harmlessFlags(found.name).map((flag) => ({ flag }))];
  const options = parseOptions(words, specs, found.wordsAreRest);
  const usage = found.usage === "" ? `${found.name}: ${found.summary}` : `${found.name} ${found.usage}`;
  if (!options.ok) return fail(options.message, foreignFlagHint(found.name, options.flag) ?? usage);
  const built = found.build(options.options);
  if (built.ok || built.error.hint !== "") return built;
  return fail(built.error.message, usage);
}

export interface Completion {
  /** The line with the candidate filled in. */
  readonly line: string;
  readonly label: string;
  readonly detail: string;
}

/** What the last word of the line may become, best first. At most 50. */
export function completeCommandLine(line: string, context: CompletionContext): readonly Completion[] {
  const { words, before, typed, done } = lastWordOf(line);
  if (done === 0) {
    return COMMANDS.filter((spec) => spec.name.startsWith(typed) || spec.aliases.includes(typed))
      .slice(0, 50)
      .map((spec) => ({ line: `${before}${spec.name} `, label: spec.name, detail: spec.summary }));
  }
  const spec = findCommand(words[0]!.text);
  if (!("build" in spec)) return [];
  if (typed.startsWith("-")) {
    return spec.options
      .filter((option) => option.flag.startsWith(typed))
      .map((option) => ({
        line: `${before}${option.flag} `,
        label: option.flag,
        detail: option.value ?? "",
      }));
  }
  const previous = words[done - 1]!.text;
  const option = spec.options.find(
    (candidate) => candidate.flag === previous && candidate.value !== undefined,
  );
  const choices = (option ? undefined : spec.choices?.[done]) ?? [];
  // Behind the first word, where only certain ones can stand, no name can.
  const isClosed = choices.length > 0 && done > 1;
  const isFile = spec.fileAt === done;
  const kind = option ? kindOfOption(previous, spec) : spec.complete;
  const names = isFile ? context.files : isClosed ? [] : candidates(kind, context);
  return [...choices, ...names]
    .filter((word) => word.toLowerCase().startsWith(typed.toLowerCase()))
    .slice(0, 50)
    .map((word) => ({
      // Behind a directory its names go on.
      line: `${before}${quoteWord(word)}${isFile && word.endsWith("/") ? "" : " "}`,
      label: word,
      detail: "",
    }));
}

/** The directory whose names the last word may become, such as `docs/`, or `""` for the project; null when it is no file. */
export function directoryToComplete(line: string): string | null {
  const { words, typed, done } = lastWordOf(line);
  const spec = done === 0 ? [] : findCommand(words[0]!.text);
  return "build" in spec && spec.fileAt === done ? typed.slice(0, typed.lastIndexOf("/") + 1) : null;
}

/** The word that is being typed, what stands before it, and how many words those are. */
function lastWordOf(line: string) {
  const { words } = splitWords(line);
  const atNewWord = line === "" || /\s$/.test(line);
  const last = atNewWord ? null : words.at(-1)!;
  return {
    words,
    before: last ? line.slice(0, last.start) : line,
    typed: last?.text ?? "",
    done: atNewWord ? words.length : words.length - 1,
  };
}

function kindOfOption(flag: string, spec: CommandSpec): WordKind {
  if (flag === "--to") return "agent";
  if (flag === "-t" || flag === "-s") return spec.complete === "window" ? "window" : "pane";
  return "none";
}

function candidates(kind: WordKind, context: CompletionContext): readonly string[] {
  switch (kind) {
    case "agent":
      return context.agents;
    case "window":
      return context.windows;
    case "pane":
      return [...context.agents, ...context.panes];
    case "layout":
      return context.layouts;
    case "preset":
      return PRESETS;
    case "lock":
      return context.locks;
    case "task":
      return context.tasks;
    case "command":
      return COMMANDS.map((spec) => spec.name);
    case "none":
      return [];
  }
}

/** "Did you mean": the command with the most letters in common at the start. */
function nearest(name: string): string {
  const close = COMMANDS.map((spec) => spec.name).filter(
    (candidate) => candidate.startsWith(name.slice(0, 3)) || candidate.includes(name),
  );
  return close.length > 0
    ? `Did you mean ${close.slice(0, 3).join(", ")}?`
    : "Tab goes through all commands.";
}
