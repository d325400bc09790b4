// A workspace as a user has it: the built program, a real server and PTY host of its own in directories of its own, the
// real command line, the real TUI. Nothing is faked but the agents, which are the demo agents that come with it.
import { execFile, execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openConnection, type Connection } from "../../src/client/connection.ts";
import type { DeliveryView } from "../../src/protocol/views.ts";
import { VERSION } from "../../src/version.ts";
import { commandHere } from "./command-here.ts";
import { eventually } from "./eventually.ts";
import { isAlive, processesOf } from "./processes.ts";
import { builtProgram } from "./program.ts";
import { openTui, type TuiProcess } from "./tui-process.ts";

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/** A line of the demo agents' log. */
export interface DemoRecord {
  readonly kind: string;
  readonly agent: string;
  readonly [field: string]: unknown;
}

export interface WorkspaceOptions {
  /** A layout's YAML. Default: two demo agents side by side, ada (principal) and ben, that do not wait in their stories. */
  readonly layout?: string | ((log: string) => string);
  /** Whether it is opened at once. Default true: `up --headless`. */
  readonly up?: boolean;
  readonly size?: string;
}

export type Workspace = Awaited<ReturnType<typeof openWorkspace>>;

/** A layout of demo agents, one column each, the first the principal. Their log is `log`. */
export function demoLayout(agents: readonly string[], log: string, args: readonly string[] = []): string {
  const panes = agents.map((name, index) =>
    [
      `      - profile: demo`,
      `        name: ${name}`,
      `        role: ${index === 0 ? "principal" : "delegate"}`,
      `        env: { IA_TMUX_DEMO_LOG: ${JSON.stringify(log)}, IA_TMUX_DEMO_PACE: "0" }`,
      ...args,
    ].join("\n"),
  );
  return `name: rig\nwindows:\n  - name: main\n    split: right\n    panes:\n${panes.join("\n")}\n`;
}

export async function openWorkspace(options: WorkspaceOptions = {}) {
  const program = builtProgram();
  // Short, because a socket's path must be; real, because the server resolves links.
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "ia-e2e-")));
  const project = join(dir, "project");
  const home = join(dir, "home");
  const log = join(dir, "demo.jsonl");
  const layouts = join(home, ".config", "ia-tmux", "layouts");
  for (const made of [project, layouts]) mkdirSync(made, { recursive: true, mode: 0o700 });
  execFileSync("git", ["init", "-q", project], { env: { PATH: process.env["PATH"], HOME: home } });
  const layout = options.layout ?? ((path: string) => demoLayout(["ada", "ben"], path));
  writeFileSync(join(layouts, "rig.yaml"), typeof layout === "string" ? layout : layout(log));
  const env: Record<string, string> = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: home,
    LANG: "C.UTF-8",
    SHELL: "/bin/sh",
    IA_TMUX_STATE_DIR: join(dir, "state"),
    IA_TMUX_RUNTIME_DIR: join(dir, "run"),
    IA_TMUX_LOG: "debug",
  };
  const socketPath = join(dir, "run", "server.sock");
  const connections = new Set<Connection>();
  const tuis = new Set<TuiProcess>();

  function environment(more: CliOptions): Record<string, string> {
    const given: Record<string, string> = {};
    for (const [name, value] of Object.entries({ ...env, ...more.env }))
      if (value !== undefined) given[name] = value;
    return given;
  }

  function cli(args: readonly string[], more: CliOptions = {}): Promise<Ran> {
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [program, ...args],
        { cwd: more.cwd ?? project, env: environment(more), maxBuffer: 1 << 26 },
        (error, stdout, stderr) => {
          const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : 128;
          resolve({ exitCode, stdout, stderr });
        },
      );
      // A command that does not read its input closes it.
      child.stdin?.on("error", () => {});
      child.stdin?.end(more.stdin ?? "");
    });
  }

  /** The same without a process of its own, where a server answers. */
  async function cliHere(args: readonly string[], more: CliOptions = {}): Promise<Ran> {
    if (!existsSync(socketPath)) return cli(args, more);
    const given = { cwd: more.cwd ?? project, env: environment(more), stdin: more.stdin ?? "" };
    const ran = await commandHere(args, given);
    return ran.stderr.includes("server-unreachable") ? cli(args, more) : ran;
  }

  /** The command's `--json` value. Fails with its words when it does not end with 0. */
  async function json<T = Record<string, unknown>>(args: readonly string[], more?: CliOptions): Promise<T> {
    const ran = await cliHere([...args, "--json"], more);
    if (ran.exitCode !== 0)
      throw new Error(`ia-tmux ${args.join(" ")} ended ${ran.exitCode}: ${ran.stderr}${ran.stdout}`);
    return JSON.parse(ran.stdout) as T;
  }

  async function connect(as: { agent?: string; token?: string } = {}): Promise<Connection> {
    const token = as.token ?? readFileSync(join(dir, "state", "operator.token"), "utf8").trim();
    const connection = await openConnection({
      socketPath,
      client: "test",
      version: VERSION,
      token,
      agent: as.agent,
    });
    connections.add(connection);
    connection.onClose(() => connections.delete(connection));
    return connection;
  }

  /** A call over a connection of its own. */
  async function withServer<T>(use: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await connect();
    try {
      return await use(connection);
    } finally {
      connection.close();
    }
  }

  const up = () => json(["up", "--headless", "--layout", "rig", "--size", options.size ?? "160x48"]);

  function records(agent?: string): DemoRecord[] {
    let text: string;
    try {
      text = readFileSync(log, "utf8");
    } catch {
      return [];
    }
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    return whole
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as DemoRecord)
      .filter((record) => agent === undefined || record.agent === agent);
  }

  /** Waits for a line in the agent's log; answers the first that fits. */
  const recorded = (agent: string, kind: string, fits: (record: DemoRecord) => boolean = () => true) =>
    eventually(
      `${agent} records ${kind}`,
      () => records(agent).find((record) => record.kind === kind && fits(record)),
      {
        describe: () =>
          records()
            .map((record) => JSON.stringify(record))
            .join("\n"),
      },
    );

  /** Waits until what a pane printed is in its raw log: the host writes in batches. */
  const logged = (text: string) => {
    const logs = join(dir, "state", "panes");
    return eventually("what it printed is on the disk", () =>
      readdirSync(logs)
        .filter((name) => name.endsWith(".raw"))
        .some((name) => readFileSync(join(logs, name), "latin1").includes(text)),
    );
  };

  const serverPid = () => withServer(async (server) => (await server.call("server.info", {})).pid);

  /** Ends the server as a crash does, and returns when it is gone. */
  async function killServer(): Promise<void> {
    const pid = await serverPid();
    process.kill(pid, "SIGKILL");
    await eventually("the killed server is gone", () => !isAlive(pid));
  }

  /** Waits until no delivery is under way, and returns all. */
  const settledDeliveries = (count: number): Promise<readonly DeliveryView[]> =>
    withServer((server) => {
      let seen: readonly DeliveryView[] = [];
      return eventually(
        `${count} deliveries have settled`,
        async () => {
          seen = await server.call("delivery.list", {});
          const open = seen.filter((one) => ["queued", "writing", "written"].includes(one.state));
          return seen.length >= count && open.length === 0 ? seen : null;
        },
        { describe: () => JSON.stringify(seen, null, 1) },
      );
    });

  function attachTui(how: {
    readonly cols: number;
    readonly rows: number;
    readonly args?: readonly string[];
    readonly shell?: string;
    readonly env?: Readonly<Record<string, string>>;
  }): TuiProcess {
    const tui = openTui({ program, cwd: project, ...how, env: { ...env, ...how.env } });
    tuis.add(tui);
    return tui;
  }

  const capture = async (agent: string, history = 0) =>
    withServer(async (server) => (await server.call("pane.capture", { target: agent, history })).lines);

  /** What a failed test wants to see of the server. */
  const serverLog = () => readFileSync(join(dir, "state", "logs", "server.log"), "utf8");

  /** Ends every screen that is still open. */
  async function closeTuis(): Promise<void> {
    for (const tui of tuis) await tui.close();
    tuis.clear();
  }

  async function close(): Promise<void> {
    await closeTuis();
    for (const connection of connections) connection.close();
    if (processesOf(dir).length > 0) {
      // A test may have killed the server: the one that ends the host's panes has to be started first.
      await cli(["server", "start"]);
      await cli(["down", "--yes"]);
    }
    const left = await eventually("nothing runs", () => processesOf(dir).length === 0).then(
      () => [],
      () => processesOf(dir),
    );
    for (const { pid } of left) process.kill(pid, "SIGKILL");
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    if (left.length > 0)
      throw new Error(
        `left running after \`down\`: ${left.map(({ pid, command }) => `${pid} ${command}`).join("; ")}`,
      );
  }

  const workspace = {
    program,
    dir,
    project,
    home,
    env,
    socketPath,
    cli,
    cliHere,
    json,
    connect,
    withServer,
    up,
    records,
    recorded,
    logged,
    serverPid,
    killServer,
    settledDeliveries,
    attachTui,
    closeTuis,
    capture,
    serverLog,
    processes: () => processesOf(dir),
    close,
  };
  if (options.up ?? true) {
    try {
      await up();
    } catch (thrown) {
      // Why it did not come up matters more than what it left behind.
      await close().catch(() => {});
      throw thrown;
    }
  }
  return workspace;
}
