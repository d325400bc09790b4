import type { TouchedPath } from "./call.ts";
import { patchPaths } from "./patch.ts";
import { baseName, joinPath } from "./path.ts";
import { shellTokens } from "./shell-words.ts";
import type { ShellToken } from "./shell-words.ts";

const MAX_DEPTH = 3;
/** More than this of a script is not looked at. */
const MAX_SCRIPT_LENGTH = 200_000;
const MAX_PATHS = 200;

interface SimpleCommand {
  /** Words whose text is not known before it runs are null. */
  readonly words: readonly (string | null)[];
  readonly outputs: readonly string[];
  readonly heredocs: readonly string[];
}

/**
 * The files a shell command seems to write, best effort: redirections, `tee`, `sed -i`, `git checkout -- f` and the
 * like. What only shows at run time (variables, patterns, programs that write by themselves) is not seen.
 */
export function shellWrites(script: string, cwd: string | null, depth = 0): TouchedPath[] {
  if (depth > MAX_DEPTH || script.length > MAX_SCRIPT_LENGTH) return [];
  const found: TouchedPath[] = [];
  let directory = cwd;
  for (const command of simpleCommands(shellTokens(script))) {
    const words = strippedOfPrefixes(command.words);
    const [program, ...args] = words;
    const at = (path: string): TouchedPath => ({ path: joinPath(directory, path) });
    found.push(...command.outputs.filter(isFile).map(at));
    if (program === "cd" && typeof args[0] === "string") directory = joinPath(directory, args[0]);
    else if (typeof program === "string") {
      found.push(...writesOf(baseName(program), args, directory, depth));
      if (/^(?:apply_?patch)$/u.test(baseName(program))) {
        const patches = [...command.heredocs, ...args.filter((word) => word !== null)];
        found.push(...patches.flatMap(patchPaths).map(at));
      }
    }
  }
  const unique = new Map(found.map((one) => [`${one.path}\0${one.ifDirectory ?? ""}`, one]));
  return [...unique.values()].slice(0, MAX_PATHS);
}

function writesOf(
  program: string,
  args: readonly (string | null)[],
  directory: string | null,
  depth: number,
): TouchedPath[] {
  const at = (path: string): TouchedPath => ({ path: joinPath(directory, path) });
  const files = operands(args).filter(isFile);
  switch (program) {
    case "tee":
    case "rm":
    case "unlink":
    case "touch":
    case "truncate":
    case "shred":
      return files.map(at);
    case "sed":
    case "gsed":
      return args.some((word) => word !== null && /^(?:-[a-zA-Z]*i|--in-place)/u.test(word))
        ? withoutScript(args).filter(isFile).map(at)
        : [];
    case "perl":
    case "ruby":
      return args.some((word) => word !== null && /^-[a-zA-Z0-9]*i/u.test(word))
        ? withoutScript(args).filter(isFile).map(at)
        : [];
    case "mv":
      return [...files.slice(0, -1).map(at), ...destination(args, directory)];
    case "cp":
    case "install":
    case "ln":
    case "rsync":
      return destination(args, directory);
    case "dd":
      return args.flatMap((word) => (word?.startsWith("of=") ? [at(word.slice(3))] : []));
    case "patch":
      return files.slice(0, 1).map(at);
    case "git":
      return gitWrites(args).map(at);
    case "sh":
    case "bash":
    case "zsh":
    case "dash":
      return nested(args, directory, depth);
    case "eval":
      return shellWrites(operands(args).join(" "), directory, depth + 1);
    case "xargs":
    case "find":
      return [];
    default:
      return [];
  }
}

function nested(args: readonly (string | null)[], directory: string | null, depth: number): TouchedPath[] {
  const flag = args.findIndex((word) => word !== null && /^-[a-zA-Z]*c$/u.test(word));
  const script = flag < 0 ? null : args[flag + 1];
  return typeof script === "string" ? shellWrites(script, directory, depth + 1) : [];
}

/** `git checkout -- f`, `git restore f`, `git rm f`, `git mv a b`. */
function gitWrites(args: readonly (string | null)[]): string[] {
  const words = args.filter((word) => word !== null);
  const start = words.findIndex(
    (word, index) => !word.startsWith("-") && !/^-[cC]$/u.test(words[index - 1] ?? ""),
  );
  const rest = words.slice(start + 1);
  const dashes = rest.indexOf("--");
  const named = dashes < 0 ? operands(rest) : rest.slice(dashes + 1);
  switch (words[start]) {
    case "checkout":
      // `git checkout -b name` makes a branch.
      return rest.some((word) => /^-[bB]$|^--orphan$/u.test(word)) ? [] : named.filter(isFile);
    case "restore":
      return rest.some((word) => word === "--staged" || word === "-S") && !rest.includes("--worktree")
        ? []
        : named.filter(isFile);
    case "rm":
      return rest.includes("--cached") ? [] : named.filter(isFile);
    case "mv":
      return named.filter(isFile);
    default:
      return [];
  }
}

/** Where `mv`, `cp` and the like write: the last operand, or names inside it when it is a directory. */
function destination(args: readonly (string | null)[], directory: string | null): TouchedPath[] {
  const targetFlag = args.findIndex((word) => word === "-t" || word === "--target-directory");
  const given = args
    .find((word) => word?.startsWith("--target-directory="))
    ?.slice("--target-directory=".length);
  const target = given ?? (targetFlag < 0 ? undefined : args[targetFlag + 1]);
  const names = operands(
    targetFlag < 0 ? args : args.filter((_, index) => index !== targetFlag + 1 && index !== targetFlag),
  );
  const last = target ?? names.at(-1);
  const sources = target === undefined ? names.slice(0, -1) : names;
  if (last === undefined || last === null || !isFile(last)) return [];
  return sources.map((source) => ({ path: joinPath(directory, last), ifDirectory: baseName(source) }));
}

/** The words that are no options. Behind `--` all are. Unknown words fall away. */
function operands(words: readonly (string | null)[]): string[] {
  const end = words.indexOf("--");
  const before = end < 0 ? words : words.slice(0, end);
  const behind = end < 0 ? [] : words.slice(end + 1);
  return [...before.filter((word) => word !== null && !word.startsWith("-")), ...behind].filter(
    (word) => word !== null,
  );
}

/** The operands of `sed` and `perl` without the script, wherever it stands. */
function withoutScript(args: readonly (string | null)[]): string[] {
  const isScriptFlag = (word: string | null | undefined) =>
    typeof word === "string" && /^-[a-zA-Z]*[ef]$|^--(?:expression|file)$/u.test(word);
  const hasFlag = args.some((word) => isScriptFlag(word) || (word?.startsWith("--expression=") ?? false));
  const rest = args.filter((_, index) => !isScriptFlag(args[index - 1]));
  // The script itself may be unknown; it still takes its place.
  const words = rest.filter((word) => word === null || !word.startsWith("-"));
  return (hasFlag ? words : words.slice(1)).filter((word) => word !== null);
}

function isFile(path: string): boolean {
  return path !== "" && path !== "-" && !path.startsWith("/dev/") && !/^&?\d+$/u.test(path);
}

/** Without `FOO=bar`, `sudo`, `env`, `time` … in front. */
function strippedOfPrefixes(words: readonly (string | null)[]): readonly (string | null)[] {
  let at = 0;
  while (at < words.length) {
    const word = words[at];
    if (typeof word !== "string") break;
    const prefix =
      /^(?:sudo|env|command|builtin|exec|nohup|time|nice|then|do|else|if|while|until|!|\{)$/u.test(word);
    if (!prefix && !/^[A-Za-z_]\w*=/u.test(word)) break;
    at += 1;
  }
  return words.slice(at);
}

function simpleCommands(tokens: readonly ShellToken[]): SimpleCommand[] {
  const commands: { words: (string | null)[]; outputs: string[]; heredocs: string[] }[] = [];
  let current: { words: (string | null)[]; outputs: string[]; heredocs: string[] } | undefined;
  let redirect: string | undefined;
  let last: typeof current;
  for (const token of tokens) {
    if (token.kind === "heredoc") {
      // It follows the line it belongs to; after a pipe that is the last command of the line. All of them may read it.
      last?.heredocs.push(token.text);
      continue;
    }
    if (token.kind === "control") {
      last = current ?? last;
      current = undefined;
      redirect = undefined;
      continue;
    }
    if (token.kind === "redirect") {
      redirect = token.text;
      continue;
    }
    if (current === undefined) {
      current = { words: [], outputs: [], heredocs: [] };
      commands.push(current);
    }
    if (redirect !== undefined) {
      if (redirect.includes(">") && !redirect.endsWith(">&") && token.known) current.outputs.push(token.text);
      redirect = undefined;
    } else current.words.push(token.known ? token.text : null);
  }
  return commands;
}
