// What agents wait for: a hook, a claim, a message, a lock; as a command, by the hook's script and as a call on an open
// connection. Beside them what the systems before this one take, measured once on a quiet machine in the same way.
import { spawnSync } from "node:child_process";
import { openServerSocket } from "./server-socket.mjs";
import { hookSession } from "./startup.mjs";
import { summary } from "./statistics.mjs";

const AGENT_SYNC_HOOK = "agent-sync 0.3.0: 61";

export async function measureCoordination({ workshop, runs, quick, log }) {
  const session = await hookSession(workshop);
  const { cwd, env } = session.place;
  const asAgent = (name) => ({ ...env, IA_TMUX_AGENT: name });
  const run = (file, args, asked = {}) => {
    const { status, stderr } = spawnSync(file, args, { cwd, env, encoding: "utf8", ...asked });
    // A hook that holds an edit back ends with 2.
    if (status !== 0 && status !== 2) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  };
  const command = (args, asked) => run(process.execPath, [workshop.main, ...args], asked);
  const bob = { env: asAgent("bob") };
  const edit = (path) => JSON.stringify({ tool_name: "Edit", tool_input: { file_path: path } });
  const paneHook = (path) => () => run("sh", [session.script, "PreToolUse"], { input: edit(path) });
  const toolHook = (path) => () => command(["hook", "pre-tool-use"], { ...bob, input: edit(path) });
  let serial = 0;
  let connections = [];
  try {
    command(["heartbeat"], bob);
    command(["lock", "locked.ts"], { env: asAgent("alice") });
    const info = JSON.parse(spawnSync(process.execPath, [workshop.main, "server", "status", "--json"], { cwd, env, encoding: "utf8" }).stdout);
    connections = [await openServerSocket(info, "bob"), await openServerSocket(info)];
    const [agent, operator] = connections;
    const processes = [
      ["a pane's hook, free", paneHook("free.ts"), AGENT_SYNC_HOOK],
      ["a pane's hook, locked", paneHook("locked.ts"), "agent-sync 0.3.0: 60"],
      ["`ia-tmux hook pre-tool-use`, free", toolHook("free.ts"), AGENT_SYNC_HOOK],
      ["`ia-tmux hook pre-tool-use`, locked", toolHook("locked.ts"), "agent-sync 0.3.0: 60"],
      ["`ia-tmux hook stop`", () => command(["hook", "stop"], { ...bob, input: "{}" }), "agent-sync 0.3.0: 64"],
      ["`ia-tmux lock`", () => command(["lock", `f${++serial}`], bob), "agent-sync 0.3.0: 62"],
      ["`ia-tmux send`", () => command(["send", "--to", "operator", "x"], bob), "agent-sync 0.3.0: 63, InterAgent 0.3.0: 52"],
      ["`ia-tmux inbox`", () => command(["inbox"], bob), "InterAgent 0.3.0: 52"],
      ["`ia-tmux claim-next`", () => command(["claim-next"], bob), ""],
    ];
    const calls = [
      ["message.send, on the disk", () => agent.call("message.send", { to: "operator", body: "x" }), "interagent MCP: 1.1"],
      ["message.inbox", () => agent.call("message.inbox", {}), "interagent MCP: 1.3"],
      ["task.create, on the disk", () => operator.call("task.create", { title: `t${++serial}` }), ""],
      ["task.claim-next, on the disk", () => agent.call("task.claim-next", {}), ""],
      ["lock.acquire, on the disk", () => agent.call("lock.acquire", { path: `g${++serial}` }), ""],
    ];
    // Calls among themselves: that is how those of the systems before were measured. A process start leaves cold caches behind.
    const rows = [...(await inTurn(processes, quick ? 5 : runs * 4)), ...(await inTurn(calls, quick ? 20 : runs * 20))];
    for (const { what, taken } of rows) log(`${what}: ${taken.median.toFixed(2)} ms`);
    return rows;
  } finally {
    for (const connection of connections) connection.end();
    await session.close();
  }
}

/** Does each piece of work in turn, so many times. */
async function inTurn(work, turns) {
  const times = work.map(() => []);
  for (let turn = 0; turn < turns; turn++) {
    for (const [index, [, job]] of work.entries()) {
      const startedMs = performance.now();
      await job();
      times[index].push(performance.now() - startedMs);
    }
  }
  return work.map(([what, , before], index) => ({ what, taken: summary(times[index]), before }));
}
