// From the start of a process until a human sees, or a script has, what was asked for.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contenders, hasTmux } from "./contenders.mjs";
import { openOuterTerminal } from "./outer-terminal.mjs";
import { summary } from "./statistics.mjs";

const PROMPT = "bench-prompt>";

const CLAUDE_LIKE = `name: hooked
windows:
  - name: main
    panes:
      - { profile: demo, name: ada }
`;

export async function measureStartup({ workshop, runs, log }) {
  const samples = {};
  const add = (name, ms) => {
    (samples[name] ??= []).push(ms);
    log(`${name}: ${ms.toFixed(1)} ms`);
  };
  add("first start after an install, ia-tmux", await coldStart(workshop));
  for (let run = 0; run < Math.ceil(runs / 2) + 1; run++) {
    add("cold start, ia-tmux", await coldStart(workshop));
    if (hasTmux) add("cold start, tmux", await coldStartTmux(workshop));
  }
  const open = contenders(workshop);
  for (const [name, start] of Object.entries(open)) {
    const session = await start();
    const { cwd, env } = session.place;
    const commands =
      name === "tmux"
        ? { attach: ["tmux", "-L", "bench", "attach"], cli: ["tmux", "-L", "bench", "list-panes"] }
        : {
            attach: [process.execPath, workshop.main, "attach"],
            cli: [process.execPath, workshop.main, "ls"],
          };
    try {
      for (let run = 0; run < runs; run++) {
        const outer = openOuterTerminal({ command: commands.attach, cwd, env });
        add(`attach painted, ${name}`, (await outer.expect(PROMPT)).sinceStartMs);
        await outer.end();
        await pause(80);
        add(`command line, ${name}`, await wallMs(commands.cli, { cwd, env }));
      }
    } finally {
      await session.close();
    }
  }
  const hooked = await hookSession(workshop);
  try {
    for (let run = 0; run < runs * 2; run++) {
      add("hook through its script", await wallMs(hooked.command, hooked.options, HOOK_INPUT));
      add("node -e 0", await wallMs([process.execPath, "-e", "0"], hooked.options));
      add("python3 -c pass", await wallMs(["python3", "-c", "pass"], hooked.options));
      add("sh -c :", await wallMs(["sh", "-c", ":"], hooked.options));
    }
  } finally {
    await hooked.close();
  }
  return Object.fromEntries(
    Object.entries(samples)
      .filter(([, list]) => list.every((ms) => Number.isFinite(ms)))
      .map(([name, list]) => [name, summary(list)]),
  );
}

const HOOK_INPUT = JSON.stringify({
  hook_event_name: "PostToolUse",
  session_id: "bench",
  tool_name: "Read",
  tool_input: { file_path: "a.txt" },
});

async function coldStart(workshop) {
  const place = workshop.freshPlace();
  const outer = openOuterTerminal({ command: [process.execPath, workshop.main, "open", "--layout", workshop.twoShells], ...place });
  const { sinceStartMs } = await outer.expect(PROMPT, 20_000);
  // By then what was compiled is kept for the next start.
  await outer.idle(2_000);
  await wallMs([process.execPath, workshop.main, "down", "--yes"], place);
  await outer.end();
  return sinceStartMs;
}

async function coldStartTmux(workshop) {
  const place = workshop.freshPlace();
  const tmux = ["tmux", "-L", "bench", "-f", workshop.tmuxConfig];
  const outer = openOuterTerminal({ command: [...tmux, "new-session", ";", "split-window", "-h"], ...place });
  const { sinceStartMs } = await outer.expect(PROMPT);
  await wallMs([...tmux, "kill-server"], place);
  await outer.end();
  return sinceStartMs;
}

/** A workspace with an agent, and the script that its hooks run. */
export async function hookSession(workshop) {
  const place = workshop.freshPlace();
  const layout = join(place.dir, "hooked.yaml");
  writeFileSync(layout, CLAUDE_LIKE);
  const main = [process.execPath, workshop.main];
  await wallMs([...main, "up", "--headless", "--layout", layout], place);
  let script;
  for (let round = 0; round < 200 && !script; round++) {
    script = findFile(join(place.dir, "state"), "hook.sh");
    if (!script) await pause(20);
  }
  if (!script) throw new Error("the agent has no hook script");
  return {
    command: ["sh", script, "PostToolUse"],
    options: place,
    script,
    place,
    close: () => wallMs([...main, "down", "--yes"], place),
  };
}

function findFile(dir, name) {
  if (!existsSync(dir)) return undefined;
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true }))
    if (entry.name === name) return join(entry.parentPath ?? entry.path, name);
  return undefined;
}

/** Wall time of a command; not a number when it cannot be run or fails. */
function wallMs([file, ...args], { cwd, env }, input) {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(file, args, { cwd, env, stdio: [input === undefined ? "ignore" : "pipe", "ignore", "ignore"] });
    child.on("error", () => resolve(Number.NaN));
    child.on("exit", (status) => resolve(status === 0 ? performance.now() - started : Number.NaN));
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
