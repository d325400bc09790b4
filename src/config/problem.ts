import { AppError } from "../base/errors.ts";
import { inertText } from "../domain/text/inert.ts";

/** One thing wrong in a file; line and column count from 1. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What to do about it. */
  readonly fix: string | null;
}

const MAX_SHOWN = 10;

/** `file:line:column: what`, the line itself with a mark under it, and the fix, for each problem. */
export function configError(file: string, text: string, problems: readonly ConfigProblem[]): AppError {
  const lines = text.split("\n");
  const shown = problems.slice(0, MAX_SHOWN).map((problem) => {
    const source = inertText((lines[problem.line - 1] ?? "").replace(/\r$/, "").replaceAll("\t", " "), 160);
    const gutter = String(problem.line).padStart(5);
    const mark = `${" ".repeat(5)} | ${" ".repeat(Math.min(Math.max(0, problem.column - 1), 160))}^`;
    const fix = problem.fix === null ? "" : `\n${" ".repeat(8)}${problem.fix}`;
    return `${file}:${problem.line}:${problem.column}: ${problem.message}\n${gutter} | ${source}\n${mark}${fix}`;
  });
  if (problems.length > MAX_SHOWN) shown.push(`and ${problems.length - MAX_SHOWN} more`);
  return new AppError("bad-config", shown.join("\n"), { details: { file, problems } });
}
