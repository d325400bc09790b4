// `node test/bench/coordination.mjs [--runs 20]`: what a hook call, a claim, a send and the like cost, as a command and as
// a call, interleaved, medians in a table. Beside them what the machine takes for `node -e 0` and `sh -c :`.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { runs: { type: "string", default: "20" } } });
const runs = Number(values.runs);
const root = join(import.meta.dirname, "..", "..");
const program = process.env.IA_TMUX_PROGRAM ?? join(root, "dist", "main.js");
const dir = realpathSync(mkdtempSync(join(tmpdir(), "ia-b-")));
const project = join(dir, "p");
mkdirSync(project);
execFileSync("git", ["init", "-q", project]);
const base = {
  PATH: process.env.PATH,
  HOME: dir,
  LANG: "C.UTF-8",
  IA_TMUX_STATE_DIR: join(dir, "s"),
  IA_TMUX_RUNTIME_DIR: join(dir, "r"),
};

const agent = (name) => ({ ...base, IA_TMUX_AGENT: name });
function cli(args, env = base, input = "") {
  const ran = spawnSync(process.execPath, [program, ...args], { cwd: project, env, input, encoding: "utf8" });
  if (ran.status !== 0 && ran.status !== 2) throw new Error(`${args.join(" ")} ended ${ran.status}: ${ran.stderr}`);
  return ran;
}

const timed = async (work) => {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
};
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** A plain client of the socket: one JSON line each way. */
function client(token, name) {
  const socket = connect(join(base.IA_TMUX_RUNTIME_DIR, "server.sock"));
  const waiting = new Map();
  let pending = "";
  let next = 0;
  socket.on("data", (chunk) => {
    const lines = (pending + chunk).split("\n");
    pending = lines.pop();
    for (const line of lines) {
      const reply = JSON.parse(line);
      waiting.get(reply.id)?.(reply);
    }
  });
  const call = (method, params) =>
    new Promise((resolve, reject) => {
      const id = ++next;
      waiting.set(id, (reply) => (reply.ok ? resolve(reply.result) : reject(new Error(reply.error.message))));
      socket.write(`${JSON.stringify({ id, method, params })}\n`);
    });
  return { call, hello: (protocol, version) => call("server.hello", { protocol, version, client: "test", token, agent: name }), end: () => socket.destroy() };
}

const edit = JSON.stringify({ tool_name: "Edit", tool_input: { file_path: "src/a.ts" } });
try {
  cli(["up", "--headless", "--layout", "demo"]);
  cli(["heartbeat"], agent("bob"));
  cli(["lock", "locked.ts"], agent("alice"));
  const token = readFileSync(join(base.IA_TMUX_STATE_DIR, "operator.token"), "utf8").trim();
  const version = JSON.parse(cli(["server", "status", "--json"]).stdout);
  const bob = client(token, "bob");
  await bob.hello(version.protocol, version.version);
  const operator = client(token);
  await operator.hello(version.protocol, version.version);
  const script = hookScript();
  let serial = 0;
  const locked = JSON.stringify({ tool_name: "Edit", tool_input: { file_path: "locked.ts" } });
  const hooks = script === null ? {} : {
    "a pane's hook (sh + curl): free": () => spawnSync("/bin/sh", [script, "PreToolUse"], { cwd: project, env: base, input: edit }),
    "a pane's hook (sh + curl): locked": () => spawnSync("/bin/sh", [script, "PreToolUse"], { cwd: project, env: base, input: locked }),
  };
  const work = {
    "sh -c :": () => spawnSync("sh", ["-c", ":"]),
    "node -e 0": () => spawnSync(process.execPath, ["-e", "0"]),
    ...hooks,
    "ia-tmux hook pre-tool-use: free": () => cli(["hook", "pre-tool-use"], agent("bob"), edit),
    "ia-tmux hook pre-tool-use: locked": () => cli(["hook", "pre-tool-use"], agent("bob"), locked),
    "ia-tmux hook stop": () => cli(["hook", "stop"], agent("bob"), "{}"),
    "ia-tmux hook session-start": () => cli(["hook", "session-start"], agent("bob"), "{}"),
    "ia-tmux lock": () => cli(["lock", `f${++serial}`], agent("bob")),
    "ia-tmux send": () => cli(["send", "--to", "operator", "x"], agent("bob")),
    "ia-tmux claim-next": () => cli(["claim-next"], agent("bob")),
    "ia-tmux inbox": () => cli(["inbox"], agent("bob")),
    "call: message.send (durable)": () => bob.call("message.send", { to: "operator", body: "x" }),
    "call: message.inbox": () => bob.call("message.inbox", {}),
    "call: task.create (durable)": () => operator.call("task.create", { title: `t${++serial}` }),
    "call: task.claim-next (durable)": () => bob.call("task.claim-next", {}),
    "call: lock.acquire (durable)": () => bob.call("lock.acquire", { path: `g${++serial}` }),
    "call: status.set (durable)": () => bob.call("status.set", { text: `s${++serial}` }),
  };
  const times = Object.fromEntries(Object.keys(work).map((name) => [name, []]));
  for (let run = 0; run < runs; run++) for (const [name, job] of Object.entries(work)) times[name].push(await timed(job));
  const width = Math.max(...Object.keys(work).map((name) => name.length));
  console.log(`${"ms".padEnd(width)}  median     min`);
  for (const [name, all] of Object.entries(times))
    console.log(`${name.padEnd(width)}  ${median(all).toFixed(1).padStart(6)}  ${Math.min(...all).toFixed(1).padStart(6)}`);
  console.log(`${runs} runs each, interleaved. For comparison: agent-sync 0.3.0 hook pre-tool-use 61 (python 27), interagent send_message 1.1.`);
  bob.end();
  operator.end();
} finally {
  cli(["down", "--yes"]);
  rmSync(dir, { recursive: true, force: true });
}

/** The script that a pane's agent runs for its hooks; null where none is found. */
function hookScript() {
  const panes = join(base.IA_TMUX_STATE_DIR, "panes");
  if (!existsSync(panes)) return null;
  const found = readdirSync(panes, { recursive: true }).find((path) => path.endsWith("hook.sh"));
  return found === undefined ? null : join(panes, found);
}
