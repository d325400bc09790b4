// What agents wait for: a hook, a claim, a message, a lock; as a command, by the hook's script and as a call on an open
// connection. Beside them the smallest programs: what a process costs here at all.
import { spawnSync } from "node:child_process";
import { hookMs, hookSession, SMALLEST, wallMs } from "./processes.mjs";
import { openServerSocket } from "./server-socket.mjs";
import { inTurns } from "./statistics.mjs";

export async function measureCoordination({ workshop, runs, quick, log }) {
  const session = await hookSession(workshop);
  const { cwd, env } = session.place;
  const main = [process.execPath, workshop.main];
  /** A command as an agent outside the panes gives it. A hook that holds an edit back ends with 2. */
  const command = (args, { agent = "bob", ...asked } = {}) =>
    wallMs([...main, ...args], { cwd, env: { ...env, IA_TMUX_AGENT: agent } }, { exitCodes: [0, 2], ...asked });
  const toolHook = (path) => () =>
    command(["hook", "pre-tool-use"], { input: JSON.stringify({ tool_name: "Edit", tool_input: { file_path: path } }) });
  let serial = 0;
  let connections = [];
  try {
    await command(["heartbeat"]);
    await command(["lock", "locked.ts"], { agent: "alice" });
    const info = JSON.parse(spawnSync(process.execPath, [workshop.main, "server", "status", "--json"], { cwd, env, encoding: "utf8" }).stdout);
    connections = [await openServerSocket(info, "bob"), await openServerSocket(info)];
    const [agent, operator] = connections;
    const processes = {
      "a pane's hook, free": () => hookMs(session, "PreToolUse", "free.ts"),
      "a pane's hook, locked": () => hookMs(session, "PreToolUse", "locked.ts", [0, 2]),
      "`ia-tmux hook pre-tool-use`, free": toolHook("free.ts"),
      "`ia-tmux hook pre-tool-use`, locked": toolHook("locked.ts"),
      "`ia-tmux hook stop`": () => command(["hook", "stop"], { input: "{}" }),
      "`ia-tmux lock`": () => command(["lock", `f${++serial}`]),
      "`ia-tmux send`": () => command(["send", "--to", "operator", "x"]),
      "`ia-tmux inbox`": () => command(["inbox"]),
      "`ia-tmux claim-next`": () => command(["claim-next"]),
      ...Object.fromEntries(Object.entries(SMALLEST).map(([name, words]) => [name, () => wallMs(words, session.place)])),
    };
    const calls = {
      "message.send, on the disk": timed(() => agent.call("message.send", { to: "operator", body: "x" })),
      "message.inbox": timed(() => agent.call("message.inbox", {})),
      "task.create, on the disk": timed(() => operator.call("task.create", { title: `t${++serial}` })),
      "task.claim-next, on the disk": timed(() => agent.call("task.claim-next", {})),
      "lock.acquire, on the disk": timed(() => agent.call("lock.acquire", { path: `g${++serial}` })),
    };
    // Calls among themselves: that is how those of the systems before were measured. A process start leaves cold caches behind.
    const taken = { ...(await inTurns(processes, quick ? 5 : runs * 4)), ...(await inTurns(calls, quick ? 20 : runs * 20)) };
    for (const [what, { median }] of Object.entries(taken)) log(`${what}: ${median.toFixed(2)} ms`);
    return Object.entries(taken).map(([what, spread]) => ({ what, taken: spread }));
  } finally {
    for (const connection of connections) connection.end();
    await session.close();
  }
}

function timed(job) {
  return async () => {
    const startedMs = performance.now();
    await job();
    return performance.now() - startedMs;
  };
}
