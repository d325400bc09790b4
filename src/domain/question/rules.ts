import { AppError } from "../../base/errors.ts";
import { inertText } from "../text/inert.ts";
import type { Question } from "./question.ts";

/** Options as they are offered: one line each, no two alike. Throws `usage`. */
export function checkOptions(options: readonly string[], chosen: string | undefined): readonly string[] {
  const clean = options.map((option) => inertText(option.replace(/\s+/g, " ").trim(), 200));
  if (clean.some((option) => option === "")) throw new AppError("usage", "An option is empty");
  if (new Set(clean.map((option) => option.toLowerCase())).size !== clean.length)
    throw new AppError("usage", "Two options are the same");
  if (chosen !== undefined && clean.length > 0 && matchOption(clean, chosen) === null) {
    throw new AppError("usage", `The default is none of the options: ${clean.join(", ")}`);
  }
  return clean;
}

/** The option somebody means: by its words, ignoring case, or by its number from 1. Null when it is none. */
export function matchOption(options: readonly string[], answer: string): string | null {
  const wanted = answer.trim().toLowerCase();
  const named = options.find((option) => option.toLowerCase() === wanted);
  if (named !== undefined) return named;
  const number = /^\d{1,2}$/.test(wanted) ? Number(wanted) : 0;
  return options[number - 1] ?? null;
}

/** What a question's end is in words: the answer, the default that stood in for it, or that there is none. */
export function outcomeOf(question: Question): string {
  switch (question.state) {
    case "open":
      return "waits for the operator";
    case "answered":
      return `answered: ${question.answer ?? ""}`;
    case "lapsed":
      return question.answer === null
        ? "lapsed without an answer"
        : `nobody answered in time; the default holds: ${question.answer}`;
    case "withdrawn":
      return "withdrawn";
  }
}
