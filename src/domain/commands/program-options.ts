// How a line at the prompt says what is to run in a new pane.
import type { OptionSpec, ParsedOptions } from "./options.ts";

export const PROGRAM_OPTIONS: readonly OptionSpec[] = [
  { flag: "-c", value: "directory" },
  { flag: "-n", value: "name" },
  { flag: "--profile", value: "profile" },
  { flag: "--auto-claim" },
];

/** The parameters of a call that starts a program; without words and profile it is the user's shell. */
export function programOf(options: ParsedOptions) {
  return {
    cwd: options.value("-c"),
    name: options.value("-n"),
    profile: options.value("--profile"),
    ...(options.has("--auto-claim") ? { autoClaim: true } : {}),
    command: options.words.length > 0 ? options.words : undefined,
  };
}
