// The one file that knows commander: turns the table of commands into a program and its errors into ours.
import { type Argument, Command, CommanderError, Option } from "commander";
import { AppError } from "../base/errors.ts";
import { didYouMean } from "../config/suggest.ts";
import { foreignHint } from "../domain/commands/foreign.ts";
import { inertText } from "../domain/text/inert.ts";
import { VERSION } from "../version.ts";
import type { AnyCommand, OptionTable } from "./command.ts";
import { helpPlaceOf, inHelpOrder, NOUNS_HEADING } from "./help-groups.ts";

/** A command that was named on the command line, with what it was given. */
export interface Invocation {
  readonly command: AnyCommand;
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly json: boolean;
}

export type Parsed =
  | { readonly kind: "run"; readonly invocation: Invocation }
  /** Help or version: print it and end with `exitCode`. */
  | { readonly kind: "print"; readonly text: string; readonly exitCode: number };

export const NOUNS: Readonly<Record<string, string>> = {
  task: "Tasks: create, delegate, claim, report",
  message: "Messages between agents and you",
  lock: "Locks on files, directories and named things",
  pane: "Panes: read, type, split",
  window: "Windows of the workspace",
  agent: "Agents: who is there and why they are in their state",
  delivery: "Relays on their way into an agent",
  layout: "Layouts",
  client: "Attached screens",
  config: "Your settings",
  profile: "Profiles: how an agent is started and read",
  server: "The server of this project",
  session: "Mode, principal and roles",
  spec: "Specs, published with versions",
  decision: "Decisions",
  activity: "The log of who did what",
  question: "Questions to the human",
  store: "The store: check, export, import, archive",
  archive: "What is long over and was put away",
  hooks: "Hooks of agents that run outside ia-tmux",
  debug: "Looking inside",
  needs: "What needs you",
  buffer: "What was copied",
};

/** Short forms that stand in the help although they are compounds. */
const OURS = new Set(["claim-next", "read-message", "send-keys"]);

/** Those that do not, although they are words of their own. */
const OUT_OF_SIGHT = new Set(["quick", "sent", "unmute", "mutes"]);

/** `create-task`, `kill-pane`, `msg send`: names that people bring along from other systems work, but fill no help. */
export function isForeign(short: string): boolean {
  return OUT_OF_SIGHT.has(short) || (/[ -]/.test(short) && !OURS.has(short));
}

/**
 * Parses a command line without running anything.
 * @throws AppError usage
 */
export function parseCommandLine(argv: readonly string[], commands: readonly AnyCommand[]): Parsed {
  let printed = "";
  let invocation: Invocation | null = null;
  const program = new Command("ia-tmux")
    .description(
      "A terminal workspace for developers with more than one coding agent.\nWithout a command it opens the workspace.",
    )
    .version(VERSION, "-V, --version", "Print the version.")
    .helpOption("-h, --help", "Print help.")
    .addHelpCommand(placed(new Command("help").argument("[command]").helpOption(false), "help"))
    .configureHelp({
      groupItems: inHelpOrder,
      // Each takes options: saying so of each says nothing.
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map(argumentTerm)].join(" "),
    })
    .showSuggestionAfterError(true);

  const nodes = new Map<string, Command>([["", program]]);
  prepare(program);
  for (const { path, command } of relevant(argv, commands)) {
    attach(path, command, command.hidden ?? (path !== command.name && isForeign(path)));
  }

  try {
    program.parse([...argv], { from: "user" });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0) return { kind: "print", text: printed, exitCode: 0 };
    if (thrown.code === "commander.help") return { kind: "print", text: printed, exitCode: 64 };
    throw thrown.code === "commander.unknownCommand"
      ? unknownCommand(thrown.message)
      : usageError(thrown.message, usageLine(namedNode()));
  }
  if (invocation === null)
    throw new AppError("usage", "no command was given", { hint: "Run `ia-tmux --help`." });
  return { kind: "run", invocation };

  /** Over all names, the hidden ones too: commander would suggest only what its help shows. */
  function unknownCommand(message: string): AppError {
    const word = /unknown command '([^]*?)'(?:\n|$)/.exec(message)?.[1] ?? "";
    const noun = argv.find((candidate) => NOUNS[candidate] !== undefined && candidate !== word);
    const prefix = noun === undefined ? "" : `${noun} `;
    const names = [...nodes.keys()]
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length));
    const near = didYouMean(
      word,
      names.filter((name) => name !== "" && !name.includes(" ")),
    );
    const help = ["ia-tmux", ...(noun === undefined ? [] : [noun]), "--help"].join(" ");
    return new AppError("usage", `unknown command "${inertText(prefix + word, 80)}"`, {
      hint:
        foreignHint(prefix + word) ??
        (near === null ? `\`${help}\` lists the commands.` : `did you mean "${near}"?`),
    });
  }

  /** The command that the line begins with, as far as its words name one. */
  function namedNode(): Command {
    const paths = argv.map((_, count) => argv.slice(0, argv.length - count).join(" "));
    return nodes.get(paths.find((path) => nodes.has(path)) ?? "") ?? program;
  }

  function prepare(node: Command) {
    // Else the options of `lock` would be taken from behind `lock acquire`.
    node
      .enablePositionalOptions()
      .exitOverride()
      .configureOutput({
        writeOut: (text) => void (printed += text),
        writeErr: (text) => void (printed += text),
        outputError: () => {},
      });
  }

  function nodeOf(path: string, hidden: boolean): Command {
    const known = nodes.get(path);
    if (known) return known;
    const words = path.split(" ");
    const name = words.pop() as string;
    const parent = nodeOf(words.join(" "), hidden);
    const node = parent.command(name, { hidden });
    prepare(node);
    const noun = words.length === 0 ? NOUNS[name] : undefined;
    if (noun !== undefined) node.description(noun).helpGroup(NOUNS_HEADING);
    nodes.set(path, node);
    return node;
  }

  function attach(path: string, command: AnyCommand, hidden: boolean) {
    // A noun that is also a short form (`lock <path>`) stays visible as a noun.
    const isNoun = Object.hasOwn(NOUNS, path.split(" ")[0] as string);
    const node = nodeOf(path, hidden && !isNoun);
    node
      .summary(command.summary)
      .description(command.details ? `${command.summary}\n\n${command.details}` : command.summary)
      .allowExcessArguments(false);
    if (isNoun && NOUNS[path] !== undefined) node.summary(NOUNS[path]);
    placed(node, path);
    for (const argument of (command.args ?? "").split(" ").filter(Boolean)) node.argument(argument);
    addOptions(node, command.options);
    node.option("--json", "Print JSON.");
    // What follows a program's name is the program's: `split-window sh -c "…"`. Only a last --json stays ours, unless -- stands before.
    const runsProgram = command.args === "[command...]";
    if (runsProgram) node.passThroughOptions();
    node.action(() => {
      const isLastJson = runsProgram && node.args.at(-1) === "--json" && !argv.includes("--");
      invocation = {
        command,
        args: isLastJson ? node.args.slice(0, -1) : node.args,
        options: readOptions(node, command.options),
        json: isLastJson || node.optsWithGlobals()["json"] === true,
      };
    });
  }
}

/** A command of one word stands in the help where `help-groups.ts` has it. */
function placed(node: Command, path: string): Command {
  const place = helpPlaceOf(path);
  return place ? node.summary(place.line).helpGroup(place.heading) : node;
}

/** Names to build: when the first word is one of them, only what begins with it. Building all costs as much as a call. */
function relevant(argv: readonly string[], commands: readonly AnyCommand[]) {
  const all = commands.flatMap((command) =>
    [command.name, ...(command.short ?? [])].map((path) => ({ path, command })),
  );
  const first = argv[0];
  const named = all.filter(({ path }) => path === first || path.startsWith(`${first} `));
  return named.length > 0 ? named : all;
}

/** `<task>`, `[words...]`. */
function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function addOptions(node: Command, table: OptionTable) {
  for (const [key, spec] of Object.entries(table)) {
    const value =
      spec.value === null
        ? ""
        : spec.optionalValue
          ? ` [${spec.value}]`
          : ` <${spec.value}${spec.greedy ? "..." : ""}>`;
    const long = `--${kebab(key)}`;
    for (const name of [long, ...spec.also]) {
      const main = name === long;
      const option = new Option(
        `${main && spec.short ? `-${spec.short}, ` : ""}${name}${value}`,
        describe(spec),
      );
      if (!main) option.hideHelp();
      if (spec.value !== null) {
        option.argParser((raw: string, before: unknown) => {
          const parsed = spec.parse(raw, long);
          return spec.repeats ? [...((before as unknown[] | undefined) ?? []), parsed] : parsed;
        });
      }
      node.addOption(option);
    }
  }
}

function describe(spec: OptionTable[string]): string {
  return spec.choices ? `${spec.summary} (${spec.choices.join(", ")})` : spec.summary;
}

function readOptions(node: Command, table: OptionTable): Record<string, unknown> {
  const given: Record<string, unknown> = node.opts();
  const values: Record<string, unknown> = {};
  for (const [key, spec] of Object.entries(table)) {
    const names = [`--${kebab(key)}`, ...spec.also];
    let value: unknown;
    for (const option of node.options) {
      if (option.long == null || !names.includes(option.long)) continue;
      const found = given[option.attributeName()];
      if (option.negate) value = found === false;
      else if (found !== undefined)
        value = spec.optionalValue && found === true ? (spec.emptyValue ?? "") : found;
    }
    if (value === undefined && spec.required) {
      throw new AppError("usage", `${names[0]} <${spec.value}> is missing`, {
        hint: `Usage: ${usageLine(node, requiredOptions(table))}`,
      });
    }
    values[key] = spec.value === null ? value === true : value;
  }
  return values;
}

/** `--to <name>`: what the command does not do without. */
function requiredOptions(table: OptionTable): readonly string[] {
  return Object.entries(table).flatMap(([key, spec]) =>
    spec.required ? [`--${kebab(key)} <${spec.value}>`] : [],
  );
}

function usageLine(node: Command, required: readonly string[] = []): string {
  const words: string[] = [];
  for (let at: Command | null = node; at; at = at.parent) words.unshift(at.name());
  return [...words, ...required, node.usage()].join(" ");
}

/** Commander's words in our form: `unknown command "sned"`, and what may have been meant as the hint. */
function usageError(message: string, usage: string): AppError {
  const suggestion = /\n?\(Did you mean (?:one of )?([^)]*?)\?\)/.exec(message);
  const plain = message
    .replace(suggestion?.[0] ?? "", "")
    .replace(/^error: /, "")
    .replace(/'([^]*)'/, (_, quoted: string) => `"${quoted}"`);
  const hint = suggestion
    ? `did you mean ${(suggestion[1] as string)
        .split(", ")
        .map((word) => `"${inertText(word, 40)}"`)
        .join(" or ")}?`
    : `Usage: ${usage}`;
  return new AppError("usage", plain, { hint });
}
