// From the start of a process until a human sees, or a script has, what was asked for.
import { contenders, createWorkshop, hasTmux } from "./contenders.mjs";
import { openOuterTerminal } from "./outer-terminal.mjs";
import { hookMs, hookSession, pause, SMALLEST, wallMs } from "./processes.mjs";
import { inTurns, summary } from "./statistics.mjs";

const PROMPT = "bench-prompt>";

/** Everything in milliseconds, ours and tmux's in turns. */
export async function measureStartup({ workshop, runs, log }) {
  const first = await firstStart();
  const cold = await inTurns(
    {
      "cold start, ia-tmux": () => coldStart(workshop),
      ...(hasTmux && { "cold start, tmux": () => coldStartTmux(workshop) }),
    },
    Math.ceil(runs / 2) + 1,
  );
  const warm = await measureWarm(workshop, runs);
  const hooks = await measureHooks(workshop, runs * 2);
  const results = { "first start after an install, ia-tmux": summary(first), ...cold, ...warm, ...hooks };
  for (const [name, { median }] of Object.entries(results)) log(`${name}: ${median.toFixed(1)} ms`);
  return results;
}

/** Attaching and a command, in sessions that are open side by side. */
async function measureWarm(workshop, runs) {
  const sessions = {};
  try {
    for (const [name, open] of Object.entries(contenders(workshop))) sessions[name] = await open();
    const each = (what, job) =>
      Object.fromEntries(Object.entries(sessions).map(([name, session]) => [`${what}, ${name}`, () => job(session)]));
    return await inTurns({ ...each("attach painted", attachMs), ...each("command line", commandMs) }, runs);
  } finally {
    for (const session of Object.values(sessions)) await session.close();
  }
}

/** Until the prompt is drawn; the time that was waited when it was not. */
export async function attachMs({ commands, place }, withinMs = 10_000) {
  const outer = openOuterTerminal({ command: commands.attach, ...place });
  try {
    return (await outer.expect(PROMPT, withinMs).catch(() => ({ sinceStartMs: withinMs }))).sinceStartMs;
  } finally {
    await outer.end();
    await pause(80);
  }
}

/** Listing the panes. */
export function commandMs({ commands, place }) {
  return wallMs(commands.list, place);
}

async function measureHooks(workshop, runs) {
  const session = await hookSession(workshop);
  try {
    const smallest = Object.entries(SMALLEST).map(([name, command]) => [name, () => wallMs(command, session.place)]);
    return await inTurns(
      {
        "hook before an edit, through its script": () => hookMs(session, "PreToolUse", "free.ts"),
        "hook after a tool, through its script": () => hookMs(session, "PostToolUse", "free.ts"),
        ...Object.fromEntries(smallest),
      },
      runs,
    );
  } finally {
    await session.close();
  }
}

/** Three of them: nothing has been compiled before, each time in a copy of its own. */
async function firstStart() {
  const times = [];
  for (let run = 0; run < 3; run++) {
    const workshop = createWorkshop();
    try {
      times.push(await coldStart(workshop));
    } finally {
      workshop.remove();
    }
  }
  return times;
}

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
