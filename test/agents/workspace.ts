// The real agents in a real ia-tmux: the built program, a server and PTY host of its own, a throw-away home, the scripted
// model behind them. A human sits at an attached client, and what she presses goes the way a TUI's keys go.
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type Connection, openConnection } from "../../src/client/connection.ts";
import type { Delivery } from "../../src/domain/relay/delivery.ts";
import type { Params } from "../../src/protocol/methods.ts";
import { VERSION } from "../../src/version.ts";
import { eventually } from "../support/eventually.ts";
import { isAlive, processesOf } from "../support/processes.ts";
import { builtProgram, ROOT } from "../support/program.ts";
import { openTui, type TuiProcess } from "../support/tui-process.ts";
import { ASKING, seedHome } from "./homes.ts";
import { holds } from "./model/reading.ts";
import { startModelServer } from "./model-server.ts";
import { DIALOG_TAKES_MS, PATIENCE_MS } from "./patience.ts";
import type { BenchAgent, RecordedRequest } from "./model/types.ts";

export type AgentWorkspace = Awaited<ReturnType<typeof openAgentWorkspace>>;

/** The composer of each agent as it stands empty, and the dialogs it opens. */
export const DIALOGS: Record<BenchAgent, RegExp> = {
  claude: /Do you want to (?:proceed|make this edit)/u,
  codex: /Press enter to confirm or esc to cancel/u,
  kimi: /Run this command\?/u,
};

/** Below the home: where each agent writes its conversations down. */
export const SESSIONS: Record<BenchAgent, string> = {
  claude: ".claude/projects",
  codex: ".codex/sessions",
  kimi: ".kimi-code/sessions",
};

export interface AgentWorkspaceOptions {
  /** Profiles of the panes, side by side, the first the principal. An agent is named after its profile. */
  readonly agents?: readonly BenchAgent[];
}

export async function openAgentWorkspace(options: AgentWorkspaceOptions = {}) {
  const agents = options.agents ?? (["claude", "codex", "kimi"] as const);
  const model = await startModelServer();
  const seeded = seedHome(model.url);
  const { root, project, home } = seeded;
  const stateDir = join(root, "state");
  const program = builtProgram();
  const env: Record<string, string> = {
    ...seeded.env,
    IA_TMUX_STATE_DIR: stateDir,
    IA_TMUX_RUNTIME_DIR: join(root, "run"),
    IA_TMUX_LOG: "debug",
  };
  execFileSync("git", ["init", "-q", project], { env });
  writeConfig(join(home, ".config", "ia-tmux"), agents);
  const globalsBefore = globals(home);
  const tuis: TuiProcess[] = [];
  let human: Connection | null = null;

  function cli(args: readonly string[], as: "operator" | BenchAgent = "operator"): Promise<string> {
    const identity = as === "operator" ? {} : { IA_TMUX_AGENT: as };
    return new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [program, ...args],
        { cwd: project, env: { ...env, ...identity }, maxBuffer: 1 << 26 },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(`ia-tmux ${args.join(" ")}: ${stderr}${stdout}`));
        },
      ).stdin?.end();
    });
  }

  async function connect(): Promise<Connection> {
    const connection = await openConnection({
      socketPath: join(root, "run", "server.sock"),
      client: "test",
      version: VERSION,
      token: readFileSync(join(stateDir, "operator.token"), "utf8").trim(),
    });
    await connection.call("client.attach", { cols: 180 * agents.length, rows: 50 });
    // A client that shows nothing still has to take its frames.
    connection.onGrid((sequence) => connection.ackGrid(sequence));
    return connection;
  }

  /** The human's connection; the one to the next server after a crash. */
  async function server(): Promise<Connection> {
    if (human === null) {
      const opened = await connect();
      opened.onClose(() => {
        if (human === opened) human = null;
      });
      human = opened;
    }
    return human;
  }

  const wait = async (what: Params<"wait.for">) =>
    (await server()).call(
      "wait.for",
      { ...what, timeoutMs: PATIENCE_MS },
      { timeoutMs: PATIENCE_MS + 5_000 },
    );
  const screen = async (agent: BenchAgent) =>
    (await (await server()).call("pane.capture", { target: agent })).lines.join("\n");

  /** Bytes as the human's terminal sends them, through the attached client into an agent's pane. */
  async function type(agent: BenchAgent, keys: string): Promise<void> {
    const connection = await server();
    const pane = (await connection.call("pane.list", {})).find((one) => one.agent === agent);
    if (pane === undefined) throw new Error(`no pane runs ${agent}`);
    connection.sendInput(pane.number, new TextEncoder().encode(keys));
  }

  async function shows(agent: BenchAgent, text: string | RegExp): Promise<void> {
    let seen = "";
    await eventually(
      `${agent}'s screen shows ${String(text)}`,
      async () => {
        seen = await screen(agent);
        return typeof text === "string" ? seen.includes(text) : text.test(seen);
      },
      { timeoutMs: PATIENCE_MS, describe: () => seen },
    );
  }

  const idle = (agent: BenchAgent) => wait({ agent, state: "idle" });

  /** The human pastes a prompt into an agent that waits for one, and presses Enter. */
  async function prompt(agent: BenchAgent, text: string): Promise<void> {
    await idle(agent);
    await type(agent, `\x1b[200~${text}\x1b[201~\r`);
  }

  /** Presses a key until the dialog is gone, as a human does: some ignore keys in a dialog's first moments. */
  async function answerDialog(agent: BenchAgent, key = "\r"): Promise<void> {
    await shows(agent, DIALOGS[agent]);
    for (let press = 0; press < 40; press += 1) {
      await type(agent, key);
      const gone = eventually(
        "the end of the dialog",
        async () => !DIALOGS[agent].test(await screen(agent)),
        { timeoutMs: DIALOG_TAKES_MS },
      );
      if (await gone.catch(() => false)) return;
    }
    throw new Error(`the dialog does not close:\n${await screen(agent)}`);
  }

  const deliveries = async (): Promise<Delivery[]> => {
    const connection = await server();
    const listed = await connection.call("delivery.list", {});
    return Promise.all(listed.map(({ id }) => connection.call("delivery.show", { delivery: id })));
  };

  /** The one delivery that fits, as soon as there is one. */
  async function delivery(fits: (delivery: Delivery) => boolean, what = "the delivery"): Promise<Delivery> {
    let seen: Delivery[] = [];
    return eventually(
      `${what} exists`,
      async () => {
        seen = await deliveries();
        return seen.find(fits);
      },
      { timeoutMs: PATIENCE_MS, describe: () => JSON.stringify(seen, null, 1) },
    );
  }

  /** Waits until the delivery is in this state. Says its history when it never is. */
  async function reaches(id: string, state: Delivery["state"]): Promise<Delivery> {
    let seen: Delivery | null = null;
    return eventually(
      `${id} is ${state}`,
      async () => {
        seen = await (await server()).call("delivery.show", { delivery: id });
        return seen.state === state ? seen : null;
      },
      { timeoutMs: PATIENCE_MS, describe: () => JSON.stringify(seen, null, 1) },
    );
  }

  /** Delegates as the operator, and returns the relay's delivery. */
  async function delegate(to: BenchAgent, text: string, as: "operator" | BenchAgent = "operator") {
    const made = JSON.parse(await cli(["delegate", "--to", to, "--json", "--", text], as));
    return (await server()).call("delivery.show", { delivery: made.delivery.id as string });
  }

  /** Why a delivery waits, as people are told. */
  const waitsBecause = (id: string, reason: RegExp) => {
    let seen = "";
    return eventually(
      `${id} waits because ${String(reason)}`,
      async () => {
        const all = await (await server()).call("delivery.list", {});
        const found = all.find((one) => one.id === id);
        seen = `${found?.state}: ${found?.reason}`;
        return found?.state === "queued" && reason.test(found.reason);
      },
      { timeoutMs: PATIENCE_MS, describe: () => seen },
    );
  };

  let talks = 0;
  /** The whole conversation as the agent's model has it, told by the request of one more prompt. */
  async function conversation(agent: BenchAgent): Promise<RecordedRequest> {
    const words = `that was all, number ${++talks}`;
    model.script({ agent, when: words, steps: [{ text: "Good." }] });
    await prompt(agent, words);
    const request = await model.waitForRequest(holds(agent, "user", words), { timeoutMs: PATIENCE_MS });
    await idle(agent);
    return request;
  }

  /** The requests of an agent's conversation so far. */
  const turns = (agent: BenchAgent): RecordedRequest[] =>
    model.requests.filter((request) => request.agent === agent && request.kind === "turn");

  const serverPid = async () => (await (await server()).call("server.info", {})).pid;

  /** Waits until a killed server is gone; the next call goes to the next one. */
  async function gone(pid: number): Promise<void> {
    await eventually("the killed server is gone", () => !isAlive(pid));
    human = null;
  }

  /** Ends the server as a crash does, and returns when it is gone. The agents go on. */
  async function killServer(): Promise<void> {
    const pid = await serverPid();
    process.kill(pid, "SIGKILL");
    await gone(pid);
  }

  /**
   * Waits until the agent has this text of its conversation on disk. Only that outlives a kill: Kimi Code writes one
   * record behind the other with a sync each, turns go on meanwhile, and at a signal it ends without writing the rest.
   */
  const keeps = (agent: BenchAgent, text: string) =>
    eventually(
      `${agent} has "${text}" on disk`,
      () => {
        const sessions = join(home, SESSIONS[agent]);
        return filesBelow(sessions).some((path) => textOf(join(sessions, path)).includes(text));
      },
      { timeoutMs: PATIENCE_MS },
    );

  /** Ends an agent's program as its user's kill does; its pane stays. */
  async function endProgram(agent: BenchAgent): Promise<void> {
    const connection = await server();
    const pidNow = async () =>
      (await connection.call("pane.list", {})).find((one) => one.agent === agent)?.pid ?? null;
    const pid = await pidNow();
    if (pid === null) throw new Error(`${agent} does not run`);
    process.kill(pid, "SIGTERM");
    await wait({ agent, state: "exited" });
    // Some say goodbye on the screen, and are counted as gone, a moment before they are.
    await eventually(`${agent}'s program ended`, async () => (await pidNow()) === null);
  }

  function attachTui(size: { cols: number; rows: number }): TuiProcess {
    const tui = openTui({ program, cwd: project, env, ...size });
    tuis.push(tui);
    return tui;
  }

  async function close(): Promise<void> {
    const trouble: string[] = [];
    for (const tui of tuis) await tui.close();
    human?.close();
    if (processesOf(root).length > 0) {
      // A test may have killed the server: the one that ends the host's panes has to be started first.
      for (const args of [
        ["server", "start"],
        ["down", "--yes"],
      ])
        await cli(args).catch((thrown: Error) => trouble.push(thrown.message));
    }
    await eventually("nothing runs", () => processesOf(root).length === 0).catch(() => {});
    const left = processesOf(root);
    trouble.push(...left.map(({ pid, command }) => `left running: ${pid} ${command.slice(0, 200)}`));
    for (const { pid } of left) process.kill(pid, "SIGKILL");
    await model.close();
    if (process.env["IA_TMUX_KEEP"] === undefined) seeded.dispose();
    if (trouble.length > 0) throw new Error(trouble.join("\n"));
  }

  const workspace = {
    model,
    ...seeded,
    agents,
    stateDir,
    env,
    cli,
    server,
    wait,
    idle,
    screen,
    shows,
    type,
    prompt,
    answerDialog,
    deliveries,
    delivery,
    reaches,
    delegate,
    waitsBecause,
    conversation,
    turns,
    serverPid,
    gone,
    killServer,
    keeps,
    endProgram,
    attachTui,
    /** The user's own files that differ from how they were before anything started, with what stands in them now. */
    changedGlobals: () => differences(globalsBefore, globals(home)),
    serverLog: () => readFileSync(join(stateDir, "logs", "server.log"), "utf8"),
    close,
  };
  try {
    await cli(["up", "--headless", "--layout", "bench", "--size", `${180 * agents.length}x50`]);
    for (const agent of agents) await idle(agent);
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return workspace;
}

/** The user's own profiles, which make the agents ask before they act, and a layout with them side by side. */
function writeConfig(dir: string, agents: readonly BenchAgent[]): void {
  for (const made of ["profiles", "layouts"]) mkdirSync(join(dir, made), { recursive: true });
  for (const agent of agents) {
    const profile = parse(readFileSync(join(ROOT, "profiles", `${agent}.yaml`), "utf8"));
    const asking = { ...profile, command: [...profile.command, ...ASKING[agent]] };
    writeFileSync(join(dir, "profiles", `${agent}.yaml`), stringify(asking));
  }
  const panes = agents.map((profile, index) => ({ profile, role: index === 0 ? "principal" : "delegate" }));
  const layout = { name: "bench", windows: [{ name: "main", split: "right", panes }] };
  writeFileSync(join(dir, "layouts", "bench.yaml"), stringify(layout));
}

/** The files by which the user configures the agents. What agents keep about their own sessions is not among them. */
const GLOBALS = [
  ".claude/settings.json",
  ".claude/settings.local.json",
  ".claude/CLAUDE.md",
  ".codex/config.toml",
  ".codex/hooks.json",
  ".codex/AGENTS.md",
  ".kimi-code/config.toml",
  ".kimi-code/mcp.json",
  ".kimi-code/tui.toml",
];

function globals(home: string): Map<string, string> {
  const found = new Map<string, string>();
  const paths = [...GLOBALS, ...filesBelow(join(home, ".config")).map((path) => join(".config", path))];
  for (const path of paths) {
    const whole = join(home, path);
    found.set(path, existsSync(whole) ? readFileSync(whole, "utf8") : "");
  }
  return found;
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => `${path} became:\n${after.get(path) ?? "(gone)"}`);
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
}

/** What stands in a file; nothing, when its agent renamed or removed it since its folder was read. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw thrown;
  }
}
