// A command line carried out in the test's own process, against the real server: what a test arranges or looks up need not
// pay for the start of a process each time. What a command itself does, prints and ends with is tested by the built program.
import { Readable } from "node:stream";
import { runCli } from "../../src/cli/main.ts";
import type { World } from "../../src/cli/world.ts";
import { connectToProject } from "../../src/client/connect.ts";

export interface HereOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: string | Uint8Array;
}

/** Never starts a server: that one would not be the test's build. */
export async function commandHere(args: readonly string[], { cwd, env, stdin }: HereOptions) {
  const out: string[] = [];
  const err: string[] = [];
  const text = (chunk: string | Uint8Array) =>
    typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
  const world: World = {
    cwd,
    env,
    stdin: Readable.from(stdin.length > 0 ? [Buffer.from(stdin)] : []),
    stdout: { write: (chunk) => out.push(text(chunk)) },
    stderr: { write: (chunk) => err.push(text(chunk)) },
    nowMs: () => Date.now(),
    connect: (options) => connectToProject({ ...options, autostart: false }),
    runTui: () => Promise.reject(new Error("A screen needs a terminal: use the workspace's attachTui.")),
  };
  return { exitCode: await runCli(args, world), stdout: out.join(""), stderr: err.join("") };
}
