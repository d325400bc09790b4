// The first code of the program: wakes the server for a screen that is about to open, then loads the rest of itself.
import { isatty } from "node:tty";
import { type BegunStart, wakeServer } from "./client/autostart.ts";
import { isHook } from "./cli/is-hook.ts";
import { here, kindOfRun, runBundle } from "./loader/run-bundle.ts";

/** The files that the build made of cli/run.ts and cli/hook.ts. */
declare const BUNDLE: string;
declare const HOOK_BUNDLE: string;

const argv = process.argv.slice(2);
const opensScreen =
  argv.length === 0 || (argv[0] === "open" && !argv.includes("--help") && !argv.includes("-h"));
const begun = opensScreen && isatty(0) && isatty(1) ? wakeHere() : null;

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `ia-tmux log | head`: the reader has seen enough.
  process.exit(error.code === "EPIPE" ? 0 : 74);
});
process.once("SIGTERM", () => process.exit(143));
process.once("SIGINT", () => process.exit(130));

const { run } = runBundle({
  dir: here,
  file: isHook(argv) ? HOOK_BUNDLE : BUNDLE,
  kind: kindOfRun(process.argv),
}) as typeof import("./cli/run.ts");
void run(argv, begun);

/** Where there is no directory to be in, the command says so. */
function wakeHere(): BegunStart | null {
  let cwd: string;
  try {
    cwd = process.cwd();
  } catch {
    return null;
  }
  return wakeServer(cwd, process.env);
}
