import { AppError } from "../base/errors.ts";
import type { Connection } from "../client/connection.ts";
import type { CommandContext } from "./command.ts";
import { createOutput, inertLines } from "./output.ts";
import { isHook } from "./is-hook.ts";
import { parseCommandLine, type Invocation } from "./program.ts";
import { reportError } from "./report-error.ts";
import { COMMANDS } from "./table.ts";
import type { World } from "./world.ts";

/** Runs one command line (without node and script); answers the exit status. Nothing is thrown. */
export async function runCli(argv: readonly string[], world: World): Promise<number> {
  // Known before parsing, so that a usage error is JSON too; after `--` it would be somebody's text.
  const end = argv.indexOf("--");
  if (isHook(argv)) {
    const { runHook } = await import("./run-hook.ts");
    return runHook(argv.slice(1), world);
  }
  // `--json` in front of the command, too.
  if (argv[0] === "--json" && argv.length > 1) {
    const rest = argv.slice(1);
    const tail = rest.indexOf("--");
    return runCli(rest.toSpliced(tail < 0 ? rest.length : tail, 0, "--json"), world);
  }
  const json = (end < 0 ? argv : argv.slice(0, end)).includes("--json");
  try {
    const parsed = parseCommandLine(argv, COMMANDS);
    if (parsed.kind === "print") {
      const sink = parsed.exitCode === 0 ? world.stdout : world.stderr;
      sink.write(inertLines(parsed.text));
      return parsed.exitCode;
    }
    return await run(parsed.invocation, world);
  } catch (thrown) {
    return reportError(thrown, world, json);
  }
}

async function run(invocation: Invocation, world: World): Promise<number> {
  const { command, args, options, json } = invocation;
  const output = createOutput({ stdout: world.stdout, stderr: world.stderr, env: world.env, json });
  let opened: Promise<Connection> | null = null;
  const connect = (autostart: boolean, anyVersion: boolean) =>
    world.connect({ cwd: world.cwd, env: world.env, client: "cli", autostart, anyVersion });
  const connection = () => (opened ??= connect(command.starts ?? false, command.stops ?? false));
  const context: CommandContext = {
    world,
    output,
    connection,
    startServer: () => connect(true, false),
    call: async (method, params, callOptions) => (await connection()).call(method, params, callOptions),
  };
  try {
    return (await command.run(context, { args, options })) ?? 0;
  } finally {
    await closeQuietly(opened);
  }
}

async function closeQuietly(opened: Promise<Connection> | null): Promise<void> {
  if (opened === null) return;
  try {
    (await opened).close();
  } catch (thrown) {
    // It never opened: the command has already failed with the reason.
    if (!(thrown instanceof AppError)) throw thrown;
  }
}
