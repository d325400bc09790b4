import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from "yaml";
import { type ConfigProblem, configError } from "./problem.ts";

/** Bytes of a configuration file. */
export const MAX_CONFIG_BYTES = 262_144;
/** Mappings and lists inside each other. A layout needs two for each split. */
const MAX_NESTING = 40;
const MAX_ALIASES = 50;
/** Plain words that are booleans in YAML 1.1 and text in 1.2: whoever writes them means one of the two. */
const AMBIGUOUS = /^(?:yes|no|on|off)$/i;

export type Path = readonly PropertyKey[];

/** A parsed file: its value, and where each part of it stands. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** Null for an empty file. */
  readonly value: unknown;
  /** Line and column of the value at a path (`key`: of its key); of the nearest parent when it is not there. */
  position(path: Path, at: "key" | "value"): { line: number; column: number };
}

/** Parses YAML (and so JSON). Throws `bad-config` that names file, line and column. */
export function parseSource(file: string, text: string): Source {
  const problem = prescan(text);
  if (problem !== null) throw configError(file, text, [problem]);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
    merge: false,
  });
  const at = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      ...at(error.pos[0]),
      ...explainYaml(error.code, error.message, text, error.pos[0]),
    }));
    throw configError(file, text, problems);
  }
  const problems = walk(document.contents, 0, at);
  if (problems.length > 0) throw configError(file, text, problems);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    throw configError(file, text, [
      { line: 1, column: 1, message: "too many aliases", fix: "write the repeated parts out" },
    ]);
  }
  return { file, text, value, position: (path, what) => at(offsetOf(document, path, what)) };
}

/** What the parser must not be given: depth is bounded before anything recurses. */
function prescan(text: string): ConfigProblem | null {
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    const indent = /^[ ]*/.exec(line)?.[0].length ?? 0;
    const dashes = /^(?:\s*[-?] ){41}/.test(line);
    if (indent > 400 || dashes || flowDepth(line) > MAX_NESTING) {
      return { line: index + 1, column: 1, message: "deeper than 16 levels of splits", fix: "flatten it" };
    }
    const tab = /^ *\t+(?=\s*[^\s#])/.exec(line);
    if (tab !== null) {
      return {
        line: index + 1,
        column: tab[0].length,
        message: "a tab is no indentation in YAML",
        fix: "indent with spaces",
      };
    }
  }
  return flowDepth(text) > MAX_NESTING * 4
    ? { line: 1, column: 1, message: "deeper than 16 levels of splits", fix: "flatten it" }
    : null;
}

/** How deep brackets are open at most, without those in quotes. */
function flowDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/'[^'\n]*'|"(?:[^"\\\n]|\\.)*"|[[\]{}]/g)) {
    if (token === "[" || token === "{") deepest = Math.max(deepest, ++depth);
    else if (token === "]" || token === "}") depth = Math.max(0, depth - 1);
  }
  return deepest;
}

function explainYaml(
  code: string,
  message: string,
  text: string,
  offset: number,
): { message: string; fix: string | null } {
  if (code === "DUPLICATE_KEY") {
    const key = /^["']?([^"':\n]{1,80})/.exec(text.slice(offset))?.[1]?.trim() ?? "";
    return { message: `duplicate key "${key}"`, fix: "keep one of the two" };
  }
  if (code === "TAB_AS_INDENT")
    return { message: "a tab is no indentation in YAML", fix: "indent with spaces" };
  if (code === "MULTIPLE_DOCS")
    return { message: "more than one document in the file", fix: "remove what follows ---" };
  return { message: message.split("\n")[0] ?? message, fix: null };
}

/** Depth, ambiguous words, keys that are not text, tags. */
function walk(
  root: unknown,
  startDepth: number,
  at: (offset: number) => { line: number; column: number },
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const visit = (node: unknown, depth: number): void => {
    if (depth > MAX_NESTING) {
      if (problems.length === 0)
        problems.push({
          ...at(startOf(node)),
          message: "deeper than 16 levels of splits",
          fix: "flatten it",
        });
      return;
    }
    if (isMap(node) || isSeq(node)) {
      for (const item of node.items) {
        if (!isPair(item)) visit(item, depth + 1);
        else {
          if (!isScalar(item.key) || typeof item.key.value !== "string") {
            problems.push({
              ...at(startOf(item.key)),
              message: "a key has to be a word",
              fix: "put it in quotes",
            });
          }
          visit(item.value, depth + 1);
        }
      }
    } else if (
      isScalar(node) &&
      node.type === "PLAIN" &&
      typeof node.value === "string" &&
      AMBIGUOUS.test(node.value)
    ) {
      const fix = `write "${node.value}" in quotes, or true or false`;
      problems.push({ ...at(startOf(node)), message: `"${node.value}" may mean text or a boolean`, fix });
    } else if (
      isScalar(node) &&
      typeof node.tag === "string" &&
      node.type !== "PLAIN" &&
      !node.tag.startsWith("tag:yaml.org,2002:str")
    ) {
      problems.push({ ...at(startOf(node)), message: "tags have no meaning here", fix: "remove the tag" });
    }
  };
  visit(root, startDepth);
  return problems;
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}

function offsetOf(document: Document, path: Path, what: "key" | "value"): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [index, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === String(key));
      if (pair === undefined) return offset;
      const isLast = index === path.length - 1;
      offset = isLast && what === "key" ? startOf(pair.key) : startOf(pair.value ?? pair.key);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (node === undefined) return offset;
      offset = startOf(node);
    } else return offset;
  }
  return offset;
}
