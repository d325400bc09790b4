// What can stand at the end of a half-written command line. Pure: names that only a server knows are asked for by kind.
import type { AnyCommand, OptionSpec } from "../command.ts";
import { isForeign, NOUNS } from "../program.ts";
import { kindOf, type Kind } from "./kinds.ts";

/** Lines by which the shell is told to offer its own files as well. No word of ours begins so. */
export const FILES = ":files";
export const DIRECTORIES = ":directories";

export interface Offer {
  readonly word: string;
  readonly about: string;
}

export interface Completion {
  readonly offers: readonly Offer[];
  /** Names of this kind fit too, behind `prefix`. */
  readonly kind: Kind | null;
  /** What the word must begin with, as far as it was typed. */
  readonly typed: string;
  /** Stands in front of each word that is offered: an option and its `=`. */
  readonly prefix: string;
}

interface Place {
  readonly command: AnyCommand;
  /** Operands before the last word. */
  readonly operands: number;
  readonly used: ReadonlySet<string>;
  /** The option whose value the last word is. */
  readonly option: OptionSpec<unknown> | null;
  /** Behind `--`: no options any more. */
  readonly onlyOperands: boolean;
}

/** `words`: those behind `ia-tmux`, the last one as far as it was typed, or empty. */
export function complete(words: readonly string[], commands: readonly AnyCommand[]): Completion {
  const all = joined(words);
  const current = all.at(-1) ?? "";
  const before = all.slice(0, -1).filter((word, at) => !(at === 0 && word === "--json"));
  const names = commands.flatMap((command) =>
    [command.name, ...(command.short ?? [])].map((path) => ({
      path,
      command,
      foreign: (command.hidden ?? false) || (path !== command.name && isForeign(path)),
    })),
  );
  if (before.length === 0) return startOf(current, names);
  const found = [2, 1]
    .map((length) => before.slice(0, length).join(" "))
    .flatMap((path) => names.find((one) => one.path === path) ?? [])[0];
  const verbs = before.length === 1 ? verbsOf(before[0] as string, names) : [];
  if (found === undefined) return only(fitting(verbs, current), current);
  const place = placeIn(found.command, before.slice(found.path.split(" ").length));
  const at = within(place, current);
  return verbs.length === 0 || current.startsWith("-")
    ? at
    : { ...at, offers: [...fitting(verbs, current), ...at.offers] };
}

/** Bash takes `--to=kimi` for three words. */
function joined(words: readonly string[]): readonly string[] {
  return words.flatMap((word, at) => {
    if (word === "=" && words[at - 1]?.startsWith("--")) return at === words.length - 1 ? [""] : [];
    return [word];
  });
}

interface Name {
  readonly path: string;
  readonly command: AnyCommand;
  readonly foreign: boolean;
}

function startOf(current: string, names: readonly Name[]): Completion {
  if (current.startsWith("-")) {
    const flags = ["--help", "--version", "--json"].map((word) => ({ word, about: "" }));
    return only(fitting(flags, current), current);
  }
  const first = (foreign: boolean) => {
    const found = new Map<string, string>();
    for (const name of names) {
      if (name.foreign !== foreign) continue;
      const [word = "", verb] = name.path.split(" ");
      if (!found.has(word)) found.set(word, NOUNS[word] ?? (verb ? "" : name.command.summary));
    }
    return fitting(
      [...found].map(([word, about]) => ({ word, about })),
      current,
    );
  };
  const known = first(false);
  // Names that people bring along work, and are offered when nothing else fits.
  return only(known.length > 0 ? known : first(true), current);
}

function verbsOf(noun: string, names: readonly Name[]): readonly Offer[] {
  const of = (foreign: boolean) =>
    names
      .filter((name) => name.foreign === foreign && name.path.startsWith(`${noun} `))
      .map(({ path, command }) => ({ word: path.slice(noun.length + 1), about: command.summary }));
  const own = of(false);
  return own.length > 0 ? own : of(true);
}

/** Where in its command the last word stands, given what is before it. */
function placeIn(command: AnyCommand, words: readonly string[]): Place {
  const used = new Set<string>();
  let operands = 0;
  let option: OptionSpec<unknown> | null = null;
  let onlyOperands = false;
  for (const word of words) {
    if (option !== null) option = null;
    else if (onlyOperands || !word.startsWith("-") || word === "-") operands++;
    else if (word === "--") onlyOperands = true;
    else {
      const [key, spec] = optionNamed(command, word.split("=")[0] as string) ?? [word, null];
      used.add(key);
      if (spec !== null && spec.value !== null && !spec.optionalValue && !word.includes("=")) option = spec;
    }
  }
  return { command, operands, used, option, onlyOperands };
}

function optionNamed(command: AnyCommand, word: string): [string, OptionSpec<unknown>] | undefined {
  return Object.entries(command.options).find(
    ([key, spec]) =>
      word === flagOf(key) || spec.also.includes(word) || (spec.short !== null && word === `-${spec.short}`),
  );
}

function within(place: Place, current: string): Completion {
  const { command, option, used } = place;
  if (option !== null) return valueOf(command, option, current, "");
  if (current.startsWith("-") && !place.onlyOperands) {
    const equals = current.indexOf("=");
    if (equals > 0) {
      const spec = optionNamed(command, current.slice(0, equals))?.[1];
      const prefix = current.slice(0, equals + 1);
      if (spec?.value != null) return valueOf(command, spec, current.slice(equals + 1), prefix);
      return only([], current);
    }
    const flags = Object.entries(command.options)
      .filter(([key, spec]) => spec.repeats || !used.has(key))
      .map(([key, spec]) => ({ word: flagOf(key), about: spec.summary }));
    const more = [
      { word: "--json", about: "Print JSON." },
      { word: "--help", about: "Print help." },
    ].filter(({ word }) => !used.has(word));
    return only(fitting([...flags, ...more], current), current);
  }
  const declared = (command.args ?? "").split(" ").filter(Boolean);
  const last = declared.at(-1);
  const argument = declared[place.operands] ?? (last?.includes("...") ? last : undefined);
  if (argument === undefined) return only([], current);
  const name = argument.replace(/^[<[]|[\]>]$/g, "").replace("...", "");
  const choices = name.includes("|") ? name.split("|").map((word) => ({ word, about: "" })) : [];
  return { offers: fitting(choices, current), kind: kindOf(command.name, name), typed: current, prefix: "" };
}

function valueOf(
  command: AnyCommand,
  option: OptionSpec<unknown>,
  typed: string,
  prefix: string,
): Completion {
  const choices = (option.choices ?? []).map((word) => ({ word, about: "" }));
  const kind = choices.length > 0 ? null : kindOf(command.name, option.value ?? "");
  const offers = fitting(choices, typed).map(({ word, about }) => ({ word: prefix + word, about }));
  return { offers, kind, typed, prefix };
}

export function fitting(offers: readonly Offer[], typed: string): readonly Offer[] {
  const wanted = typed.toLowerCase();
  return offers.filter(({ word }) => word.toLowerCase().startsWith(wanted));
}

function only(offers: readonly Offer[], typed: string): Completion {
  return { offers, kind: null, typed, prefix: "" };
}

function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
