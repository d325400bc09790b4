import type { Input } from "./keys.ts";

/** A dialog that stands in place of the composer. */
export interface Dialog {
  readonly kind: "permission" | "question";
  /** The command, or the question. */
  readonly subject: string;
  readonly options: readonly string[];
  readonly selected: number;
}

export type DialogAnswer = { readonly option: number } | "dismissed";

export function permissionDialog(command: string): Dialog {
  return { kind: "permission", subject: command, options: ["Yes", "No"], selected: 0 };
}

export function questionDialog(question: string, options: readonly string[]): Dialog {
  return { kind: "question", subject: question, options, selected: 0 };
}

/**
 * Applies one input. As with real agents a paste is dropped and Enter takes the highlighted choice: who pastes a
 * prompt into an open dialog approves what it asks.
 */
export function answerDialog(dialog: Dialog, input: Input): { dialog: Dialog; answer: DialogAnswer | null } {
  const count = dialog.options.length;
  if (input.kind === "text") {
    const key = input.text.slice(0, 1).toLowerCase();
    const digit = Number(key);
    if (digit >= 1 && digit <= count) return { dialog, answer: { option: digit - 1 } };
    if (dialog.kind === "permission" && key === "y") return { dialog, answer: { option: 0 } };
    if (dialog.kind === "permission" && key === "n") return { dialog, answer: { option: count - 1 } };
    return { dialog, answer: null };
  }
  if (input.kind !== "key") return { dialog, answer: null };
  switch (input.name) {
    case "enter":
      return { dialog, answer: { option: dialog.selected } };
    case "escape":
    case "ctrl-c":
      return { dialog, answer: "dismissed" };
    case "up":
      return { dialog: { ...dialog, selected: (dialog.selected + count - 1) % count }, answer: null };
    case "down":
      return { dialog: { ...dialog, selected: (dialog.selected + 1) % count }, answer: null };
    default:
      return { dialog, answer: null };
  }
}
