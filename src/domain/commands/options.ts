// Options of one command: `-h`, `-t target`, `--to kimi`, `--to=kimi`; what follows `--` are words.

export interface OptionSpec {
  /** `-x` or `--name`. */
  readonly flag: string;
  /** What the value is called in the usage line; absent for a switch. */
  readonly value?: string;
}

export interface ParsedOptions {
  readonly words: readonly string[];
  /** True when the switch or the option was given. */
  has(flag: string): boolean;
  /** The last value given, or undefined. */
  value(flag: string): string | undefined;
}

export type OptionsResult =
  | { readonly ok: true; readonly options: ParsedOptions }
  | { readonly ok: false; readonly message: string; readonly flag: string };

/**
 * After the first word, what is no option of the command counts as a word. With `wordsAreRest` everything does: the rest
 * is another program's command line.
 */
export function parseOptions(
  words: readonly string[],
  specs: readonly OptionSpec[],
  wordsAreRest = false,
): OptionsResult {
  const given = new Map<string, string | true>();
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === "--") {
      rest.push(...words.slice(at + 1));
      break;
    }
    if (!isFlag(word)) {
      rest.push(word);
      if (!wordsAreRest) continue;
      rest.push(...words.slice(at + 1));
      break;
    }
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    const flag = equals < 0 ? word : word.slice(0, equals);
    const spec = specs.find((candidate) => candidate.flag === flag);
    if (!spec) {
      const combined = expandSwitches(word, specs);
      if (!combined && rest.length > 0) {
        rest.push(word);
        continue;
      }
      if (!combined) return { ok: false, message: `There is no option ${flag}.`, flag };
      for (const each of combined) given.set(each, true);
      continue;
    }
    if (spec.value === undefined) {
      given.set(flag, true);
      continue;
    }
    const value = equals < 0 ? words[++at] : word.slice(equals + 1);
    if (value === undefined) return { ok: false, message: `${flag} needs a ${spec.value}.`, flag };
    given.set(flag, value);
  }
  return {
    ok: true,
    options: {
      words: rest,
      has: (flag) => given.has(flag),
      value: (flag) => {
        const found = given.get(flag);
        return typeof found === "string" ? found : undefined;
      },
    },
  };
}

/** A negative number is a word, not an option. */
function isFlag(word: string): boolean {
  return /^--?[A-Za-z]/.test(word);
}

/** `-dh` as `-d -h`, when all of them are switches. */
function expandSwitches(word: string, specs: readonly OptionSpec[]): string[] | null {
  if (word.startsWith("--") || word.length < 3) return null;
  const flags = Array.from(word.slice(1), (letter) => `-${letter}`);
  const all = flags.every((flag) => specs.some((spec) => spec.flag === flag && spec.value === undefined));
  return all ? flags : null;
}

/** The value of an option as a whole number: undefined without one, null when it is none of that range. */
export function wholeNumber(text: string | undefined, min: number, max: number): number | undefined | null {
  if (text === undefined) return undefined;
  const value = Number(text);
  return Number.isInteger(value) && value >= min && value <= max ? value : null;
}
