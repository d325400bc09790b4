// Finds a pattern in lines. A regular expression of a user may take for ever: it runs under a time limit of the engine.
import { createContext, Script } from "node:vm";
import { AppError } from "../../base/errors.ts";

export interface SearchQuery {
  readonly pattern: string;
  readonly regex: boolean;
  readonly ignoreCase: boolean;
}

/** UTF-16 offset and length in the line. */
export interface Match {
  readonly at: number;
  readonly length: number;
}

/** What each line holds, in the order of the lines. @throws AppError failed when the expression takes too long */
export type Matcher = (lines: readonly string[]) => readonly (readonly Match[])[];

/** For the lines of one slice. */
const REGEX_TIMEOUT_MS = 250;
const MAX_MATCHES_PER_LINE = 200;

/** @throws AppError usage when a regular expression is none */
export function createMatcher(query: SearchQuery): Matcher {
  if (!query.regex) return literalMatcher(query);
  const flags = `gu${query.ignoreCase ? "i" : ""}`;
  const context = createContext({ pattern: query.pattern, flags, most: MAX_MATCHES_PER_LINE, lines: [] });
  const script = new Script(`
    const expression = new RegExp(pattern, flags);
    (() => (lines) => lines.map((line) => {
      const found = [];
      for (const match of line.matchAll(expression)) {
        if (match[0] !== "") found.push(match.index, match[0].length);
        if (found.length >= 2 * most) break;
      }
      return found;
    }))()`);
  try {
    context["find"] = script.runInContext(context);
  } catch (cause) {
    throw new AppError("usage", `${JSON.stringify(query.pattern)} is not a regular expression.`, { cause });
  }
  const run = new Script("find(lines)");
  return (lines) => {
    context["lines"] = lines;
    try {
      const found = run.runInContext(context, { timeout: REGEX_TIMEOUT_MS }) as number[][];
      return found.map((numbers) => {
        const matches: Match[] = [];
        for (let index = 0; index < numbers.length; index += 2)
          matches.push({ at: numbers[index] as number, length: numbers[index + 1] as number });
        return matches;
      });
    } catch (cause) {
      throw new AppError("failed", "This regular expression takes too long.", {
        cause,
        hint: "Repetitions inside repetitions do: write it more narrowly.",
      });
    } finally {
      context["lines"] = [];
    }
  };
}

function literalMatcher({ pattern, ignoreCase }: SearchQuery): Matcher {
  if (!ignoreCase) return (lines) => lines.map((line) => occurrences(line, pattern, pattern.length));
  // Lower case may be longer than what was written: then only the expression finds the right places.
  const escaped = new RegExp(pattern.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&").replace(/\\-/g, "-"), "giu");
  const lower = pattern.toLowerCase();
  return (lines) =>
    lines.map((line) => {
      const small = line.toLowerCase();
      if (small.length === line.length && lower.length === pattern.length)
        return occurrences(small, lower, lower.length);
      return [...line.matchAll(escaped)]
        .slice(0, MAX_MATCHES_PER_LINE)
        .map((match) => ({ at: match.index, length: match[0].length }));
    });
}

function occurrences(line: string, pattern: string, length: number): Match[] {
  const found: Match[] = [];
  for (let at = line.indexOf(pattern); at >= 0; at = line.indexOf(pattern, at + length)) {
    found.push({ at, length });
    if (found.length >= MAX_MATCHES_PER_LINE) break;
  }
  return found;
}
