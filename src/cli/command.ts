import { AppError } from "../base/errors.ts";
import type { CallOptions, Connection } from "../client/connection.ts";
import { inertText } from "../domain/text/inert.ts";
import type { MethodName, Params } from "../protocol/methods.ts";
import type { ResultOf } from "../protocol/results.ts";
import { parseDuration, type DurationRange } from "./duration.ts";
import type { Output } from "./output.ts";
import type { World } from "./world.ts";

/** One option; its long flag is the key it stands under, in kebab case (`replyTo`: `--reply-to`). */
export interface OptionSpec<T> {
  readonly summary: string;
  /** Name of the value in the help; null for a switch. */
  readonly value: string | null;
  /** The value may be left out: then the option is `""`. */
  readonly optionalValue: boolean;
  /** What the option is then instead. */
  readonly emptyValue?: unknown;
  readonly repeats: boolean;
  /** Takes all words up to the next option. */
  readonly greedy: boolean;
  readonly required: boolean;
  readonly short: string | null;
  /** Other long names, kept for people who come from elsewhere; not in the help. */
  readonly also: readonly string[];
  readonly choices: readonly string[] | null;
  parse(raw: string, flag: string): unknown;
  /** Carries the type only. */
  readonly type?: T;
}

export type OptionTable = Readonly<Record<string, OptionSpec<unknown>>>;
export type OptionValues<O extends OptionTable> = {
  readonly [K in keyof O]: O[K] extends OptionSpec<infer T> ? T : never;
};

interface More {
  readonly short?: string;
  readonly also?: readonly string[];
  readonly greedy?: boolean;
}

const base = {
  optionalValue: false,
  repeats: false,
  greedy: false,
  required: false,
  short: null,
  also: [],
  choices: null,
};

export function flag(summary: string, more: More = {}): OptionSpec<boolean> {
  return { ...base, ...more, summary, value: null, parse: () => true };
}

export function text(value: string, summary: string, more: More = {}): OptionSpec<string | undefined> {
  return valued(value, summary, more);
}

/** An option with a value, taken as it is; the others add what they make of it. */
function valued(value: string, summary: string, more: More): OptionSpec<never> {
  return { ...base, ...more, summary, value, parse: (raw) => raw };
}

/** A text whose value may follow after `--`, so that it can begin with a dash. */
export function looseText(value: string, summary: string, more: More = {}): OptionSpec<string | undefined> {
  return { ...text(value, summary, more), optionalValue: true };
}

export function list(value: string, summary: string, more: More = {}): OptionSpec<string[] | undefined> {
  return { ...valued(value, summary, more), repeats: true };
}

export function choice<const C extends string>(
  choices: readonly C[],
  summary: string,
  more: More = {},
): OptionSpec<C | undefined> {
  return {
    ...valued("word", summary, more),
    choices,
    parse(raw, name) {
      if (choices.includes(raw as C)) return raw;
      throw new AppError("usage", `${name} cannot be "${inertText(raw, 60)}"`, {
        hint: `It is one of ${choices.join(", ")}.`,
      });
    },
  };
}

export function duration(
  summary: string,
  range: DurationRange,
  more: More = {},
): OptionSpec<number | undefined> {
  return { ...valued("duration", summary, more), parse: (raw, name) => parseDuration(raw, name, range) };
}

export function integer(
  value: string,
  summary: string,
  range: { readonly min: number; readonly max: number },
  more: More = {},
): OptionSpec<number | undefined> {
  return {
    ...valued(value, summary, more),
    parse(raw, name) {
      const number = /^-?\d{1,15}$/.test(raw) ? Number(raw) : Number.NaN;
      if (number >= range.min && number <= range.max) return number;
      throw new AppError(
        "usage",
        `${name} must be a whole number in ${range.min}..${range.max}, not "${inertText(raw, 40)}"`,
      );
    },
  };
}

export function required<T>(option: OptionSpec<T | undefined>): OptionSpec<T> {
  return { ...option, required: true } as OptionSpec<T>;
}

/** What a running command has. Calls share one connection, opened by the first. */
export interface CommandContext {
  readonly world: World;
  readonly output: Output;
  connection(): Promise<Connection>;
  /** One of its own, for commands that may have to start the server late or anew; the caller closes it. */
  startServer(): Promise<Connection>;
  call<M extends MethodName>(method: M, params: Params<M>, options?: CallOptions): Promise<ResultOf<M>>;
}

export interface CommandInput<O extends OptionTable> {
  /** Operands, in order; those of a variadic argument one by one. */
  readonly args: readonly string[];
  readonly options: OptionValues<O>;
}

export interface CommandSpec<O extends OptionTable = OptionTable> {
  /** `noun verb`, or a single word. */
  readonly name: string;
  /** Names from the systems before, and short forms. */
  readonly short?: readonly string[];
  readonly summary: string;
  /** Longer help: examples, rules. */
  readonly details?: string;
  /** As commander writes them: `<task> [text...]`. */
  readonly args?: string;
  readonly options?: O;
  /** Start the project's server when none runs. Commands that only read do not. */
  readonly starts?: boolean;
  /** Ends the server: then one of another version will do. */
  readonly stops?: boolean;
  readonly hidden?: boolean;
  /** Exit status; nothing is 0. */
  run(context: CommandContext, input: CommandInput<O>): Promise<number | void>;
}

/** A command of the table, its option types no longer known. */
export type AnyCommand = Omit<CommandSpec, "run" | "options"> & {
  readonly options: OptionTable;
  run(context: CommandContext, input: CommandInput<OptionTable>): Promise<number | void>;
};

/** Declares a command: the types of `input.options` follow from its option table. */
export function defineCommand<const O extends OptionTable = Record<never, never>>(
  spec: CommandSpec<O>,
): AnyCommand {
  return { ...spec, options: spec.options ?? {}, run: spec.run as unknown as AnyCommand["run"] };
}
