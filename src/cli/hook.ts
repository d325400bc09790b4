// `ia-tmux hook` as a bundle of its own: an agent waits for it at each tool, and the whole program takes longer to load.
import { runHook } from "./run-hook.ts";
import { thisProcess } from "./this-process.ts";

/** Runs this process's command line, which begins with the word itself. */
export async function run(argv: readonly string[]): Promise<void> {
  process.exitCode = await runHook(argv.slice(1), thisProcess());
}
