#!/usr/bin/env node
import module from "node:module";

// Absent before Node 22.8; there the bundle is parsed anew each time.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `ia-tmux log | head`: the reader has seen enough.
  process.exit(error.code === "EPIPE" ? 0 : 74);
});
process.once("SIGTERM", () => process.exit(143));

const argv = process.argv.slice(2);
const { processWorld } = await import("./cli/world.ts");
const { runCli } = await import("./cli/main.ts");
process.once("SIGINT", () => process.exit(130));
process.exitCode = await runCli(argv.length === 0 ? ["open"] : argv, processWorld());
