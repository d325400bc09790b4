import { adoptStart, type BegunStart } from "../client/autostart.ts";
import { runCli } from "./main.ts";
import { processWorld } from "./world.ts";

/** Runs this process's command line. `begun`: a server that is on its way already. */
export async function run(argv: readonly string[], begun: BegunStart | null): Promise<void> {
  adoptStart(begun);
  process.exitCode = await runCli(argv.length === 0 ? ["open"] : argv, processWorld());
}
