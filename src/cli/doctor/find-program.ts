import { spawn } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join, sep } from "node:path";
import stripAnsi from "strip-ansi";

/**
 * Where PATH leads for a program, leaving out directories of the project itself: a cloned repository could bring its
 * own `claude` in node_modules/.bin.
 */
export function findProgram(name: string, env: NodeJS.ProcessEnv, projectRoot: string): string | null {
  if (name.includes(sep)) return isExecutable(name) ? name : null;
  for (const dir of (env["PATH"] ?? "").split(delimiter)) {
    if (!isAbsolute(dir) || isInside(dir, projectRoot)) continue;
    const path = join(dir, name);
    if (isExecutable(path)) return path;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isInside(dir: string, root: string): boolean {
  try {
    const real = realpathSync(dir);
    return real === root || real.startsWith(root + sep);
  } catch {
    return false;
  }
}

const MAX_OUTPUT = 4_096;

/** First line that a program prints, without colours, or null when it fails or takes too long. */
export async function firstLineOf(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<string | null> {
  const { status, line } = await runBriefly(program, args, env, timeoutMs);
  return status === 0 ? line : null;
}

/** How a program without input ends, and the first line that it prints; null where there is none. */
export function runBriefly(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  timeoutMs: number,
): Promise<{ readonly status: number | null; readonly line: string | null }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "ignore"], cwd: "/" });
    let output = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.stdout.on("data", (chunk: Buffer) => {
      if (output.length < MAX_OUTPUT) output += chunk.toString("utf8");
    });
    child.once("error", () => {
      clearTimeout(timer);
      resolve({ status: null, line: null });
    });
    child.once("close", (status) => {
      clearTimeout(timer);
      const line = stripAnsi(output)
        .split("\n")
        .find((candidate) => candidate.trim() !== "");
      resolve({ status, line: line?.trim() ?? null });
    });
  });
}
