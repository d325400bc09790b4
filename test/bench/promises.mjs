// What is promised to agents in milliseconds: how soon a hook lets them go on, in whatever state the server is, and how
// soon nonsense on the socket is answered. The tests beside tell an answer from a hang; the figures are here.
import { spawn } from "node:child_process";
import { openServerSocket } from "./server-socket.mjs";
import { hookMs, hookSession } from "./processes.mjs";
import { percentile } from "./statistics.mjs";

export async function measurePromises({ workshop, quick, log }) {
  const calls = quick ? 15 : 60;
  const rows = [];
  const add = (what, times, share, bound) => {
    const sorted = times.toSorted((a, b) => a - b);
    const value = share === "max" ? sorted.at(-1) : percentile(sorted, 0.95);
    log(`${what}: ${value.toFixed(1)} ms (bound ${bound})`);
    rows.push({ what: `${what}, ${share}, ms`, value, bound });
  };
  const session = await hookSession(workshop);
  const { place } = session;
  let pid;
  try {
    const info = await serverInfo(workshop, place);
    pid = info.pid;
    await json(workshop, place, ["lock", "held.ts"]);
    const hooks = async (path, exitCodes) => {
      const times = [];
      for (let call = 0; call < calls; call++) times.push(await hookMs(session, "PreToolUse", path, exitCodes));
      return times;
    };
    add("hook, the server answers", await hooks("free.ts", [0]), "p95", 150);
    for (const [what, ms] of await nonsense(info)) add(`socket, ${what}`, [ms], "max", 100);

    process.kill(pid, "SIGSTOP");
    try {
      add("hook, the server hangs", await hooks("free.ts", [0]), "max", 500);
    } finally {
      process.kill(pid, "SIGCONT");
    }
    process.kill(pid, "SIGKILL");
    await gone(pid);
    add("hook, the server is dead", await hooks("free.ts", [0]), "p95", 150);
    add("hook, the server is dead and the path another's", await hooks("held.ts", [0, 2]), "p95", 150);
  } finally {
    // Whoever ends all of it is a server: the host of a dead one goes on.
    await json(workshop, place, ["up", "--headless"]);
    await session.close();
  }
  return rows;
}

/** Each is answered with an error, on one connection that stays open. */
async function nonsense(info) {
  const call = (params) => `{"id":1,"method":"activity.add","params":${params}}\n`;
  const bodies = {
    "200,000 brackets": `${"[".repeat(200_000)}\n`,
    "1,000 brackets in a request": call(`{"text":"x","a":${"[".repeat(1_000)}${"]".repeat(1_000)}}`),
    "60,000 keys": call(`{${Array.from({ length: 60_000 }, (_, n) => `"k${n}":1`).join(",")}}`),
    "a number of 100,000 digits": call(`{"text":${"9".repeat(100_000)}}`),
  };
  const socket = await openServerSocket(info);
  try {
    const times = [];
    for (const [what, body] of Object.entries(bodies)) {
      const startedMs = performance.now();
      await socket.ask(body);
      times.push([what, performance.now() - startedMs]);
    }
    return times;
  } finally {
    socket.end();
  }
}

const serverInfo = (workshop, place) => json(workshop, place, ["server", "status"]);

function json(workshop, { cwd, env }, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [workshop.main, ...args, "--json"], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (piece) => (text += piece));
    child.on("error", reject);
    child.on("close", (status) =>
      status === 0 ? resolve(JSON.parse(text)) : reject(new Error(`${args.join(" ")} ended with ${status}`)),
    );
  });
}

async function gone(pid) {
  for (let round = 0; round < 500; round++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${pid} does not end`);
}
