// How long processes take that are started as agents and scripts start them; the one way in which a hook is timed.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * From the start of a command until it has ended and its output is at its end: that is what whoever started it waits
 * for. Not a number when there is no such program; throws when it ends otherwise than expected.
 */
export function wallMs([file, ...args], { cwd, env }, { input = "", exitCodes = [0] } = {}) {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const child = spawn(file, args, { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    child.stdout.resume();
    child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
    child.on("error", (error) => (error.code === "ENOENT" ? resolve(Number.NaN) : reject(error)));
    child.on("close", (status) =>
      exitCodes.includes(status)
        ? resolve(performance.now() - startedMs)
        : reject(new Error(`${file} ${args.join(" ")} ended with ${status}: ${said}`)),
    );
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** What a hook's price is held against: the smallest program of each kind. */
export const SMALLEST = {
  "node -e 0": [process.execPath, "-e", "0"],
  "python3 -c pass": ["python3", "-c", "pass"],
  "sh -c :": ["sh", "-c", ":"],
};

/** A hook call as Claude Code makes it: the command of its settings by a shell, the event as JSON on standard input. */
export function hookMs({ script, place }, event, path, exitCodes) {
  const input = JSON.stringify({
    hook_event_name: event,
    session_id: "bench",
    cwd: place.cwd,
    tool_name: event === "PreToolUse" ? "Edit" : "Read",
    tool_input: { file_path: join(place.cwd, path) },
  });
  return wallMs(["/bin/sh", "-c", `/bin/sh ${script} ${event}`], place, { input, exitCodes });
}

/** A workspace with an agent, and the script that its hooks run. */
export async function hookSession(workshop) {
  const place = workshop.freshPlace();
  const layout = join(place.dir, "hooked.yaml");
  writeFileSync(layout, "name: hooked\nwindows:\n  - { name: main, panes: [{ profile: demo, name: ada }] }\n");
  const main = [process.execPath, workshop.main];
  await wallMs([...main, "up", "--headless", "--layout", layout], place);
  return {
    place,
    script: await hookScript(place),
    close: () => wallMs([...main, "down", "--yes"], place),
  };
}

/** The script that the only agent of a workspace runs for its hooks. */
export async function hookScript(place) {
  for (let round = 0; round < 200; round++) {
    const script = findFile(join(place.dir, "state"), "hook.sh");
    if (script) return script;
    await pause(20);
  }
  throw new Error("the agent has no hook script");
}

function findFile(dir, name) {
  if (!existsSync(dir)) return undefined;
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true }))
    if (entry.name === name) return join(entry.parentPath ?? entry.path, name);
  return undefined;
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
