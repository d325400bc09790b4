import { wakeServer } from "./client/autostart.ts";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // `ia-tmux log | head`: the reader has seen enough.
  process.exit(error.code === "EPIPE" ? 0 : 74);
});
process.once("SIGTERM", () => process.exit(143));
process.once("SIGINT", () => process.exit(130));

const argv = process.argv.slice(2);
const opensScreen =
  argv.length === 0 || (argv[0] === "open" && !argv.includes("--help") && !argv.includes("-h"));
if (opensScreen && process.stdin.isTTY && process.stdout.isTTY) wakeHere();

/** Where there is no directory to be in, the command says so. */
function wakeHere(): void {
  let cwd: string;
  try {
    cwd = process.cwd();
  } catch {
    return;
  }
  wakeServer(cwd, process.env);
}

void run();

async function run(): Promise<void> {
  const { processWorld } = await import("./cli/world.ts");
  const { runCli } = await import("./cli/main.ts");
  process.exitCode = await runCli(argv.length === 0 ? ["open"] : argv, processWorld());
}
