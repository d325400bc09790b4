// What is around us when we start: variables, masks, limits and directories that are not what one hopes for.
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

const linux = process.platform === "linux";

const shells = (...commands: readonly string[][]) =>
  `name: rig\nwindows:\n  - name: main\n    panes:\n${commands.map((command) => `      - command: ${JSON.stringify(command)}\n`).join("")}`;
const environmentOf = (pid: number) =>
  new Map(
    readFileSync(`/proc/${pid}/environ`, "utf8")
      .split("\0")
      .filter((entry) => entry.includes("="))
      .map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)] as const),
  );
/** Once they run their programs: between fork and exec a child still has what its parent had. */
const panePids = async (workspace: Workspace) => {
  const panes = await workspace.withServer((server) => server.call("pane.list", {}));
  const pids = panes.map((pane) => pane.pid ?? 0);
  if (linux)
    await eventually("every pane runs its program", () =>
      pids.every((pid) => !readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("host.js")),
    );
  return pids;
};
/** Its open files, by their descriptors. */
const descriptorsOf = (pid: number) =>
  readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [[fd, readlinkSync(`/proc/${pid}/fd/${fd}`)] as const];
    } catch {
      // Closed while we looked.
      return [];
    }
  });
/** A library that does no harm in any process. */
const preloaded = () => {
  const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: string[] };
  return sharedObjects.find((path) => /\/libm[.-]/.test(path)) ?? "";
};

describe.runIf(linux)("P17: what a pane is given", () => {
  test.concurrent("standard input, output and error, and nothing else, also among others that came and went", async ({
    onTestFinished,
  }) => {
    const workspace = await openWorkspace({
      layout: shells(["sleep", "600"], ["sleep", "601"], ["sleep", "602"]),
    });
    onTestFinished(() => workspace.close());
    await workspace.withServer(async (server) => {
      for (let at = 0; at < 3; at++)
        await server.call("pane.split", { direction: "down", command: ["sleep", "603"] });
      for (const target of ["%2", "%4"]) await server.call("pane.kill", { target, force: true });
      for (let at = 0; at < 3; at++)
        await server.call("pane.split", { direction: "down", command: ["sleep", "604"] });
    });
    const pids = await panePids(workspace);
    expect(pids.length).toBe(7);
    const held = () => pids.map(descriptorsOf);
    // A program has libraries open while it is being loaded; what it inherited it would keep.
    await eventually(
      "every program has three and no more",
      () => held().every((fds) => fds.map(([fd]) => fd).join() === "0,1,2"),
      { describe: () => JSON.stringify(held()) },
    );
    for (const fds of held()) {
      expect(new Set(fds.map(([, target]) => target)).size).toBe(1);
      expect(fds[0]?.[1]).toMatch(/^\/dev\/pts\/\d+$/);
    }
    const terminals = held().map((fds) => fds[0]?.[1] ?? "");
    expect(new Set(terminals).size).toBe(terminals.length);
    for (const terminal of terminals) expect(statSync(terminal).mode & 0o022 & ~0o020).toBe(0);
  });

  test.concurrent("100: the caller's environment with ours added; what is loaded into every process is kept out of the server", async ({
    onTestFinished,
  }) => {
    const workspace = await openWorkspace({ layout: shells(["sleep", "600"]), up: false });
    onTestFinished(() => workspace.close());
    const own = {
      NODE_OPTIONS: "--no-warnings",
      NODE_EXTRA_CA_CERTS: "/dev/null",
      LD_LIBRARY_PATH: "/nowhere",
      LD_PRELOAD: preloaded(),
      MINE: "kept",
      TMUX: "/tmp/tmux,1,0",
      CLAUDECODE: "1",
    };
    await workspace.json(["up", "--headless", "--layout", "rig"], { env: own });
    const server = environmentOf(await workspace.serverPid());
    for (const name of ["NODE_OPTIONS", "NODE_EXTRA_CA_CERTS", "LD_PRELOAD", "LD_LIBRARY_PATH"])
      expect(server.has(name)).toBe(false);
    const [pid] = await panePids(workspace);
    const pane = environmentOf(pid ?? 0);
    const caller: Record<string, string> = { ...workspace.env, ...own };
    const added = [...pane.keys()].filter((name) => pane.get(name) !== caller[name]).sort();
    expect(added).toEqual([
      "COLORTERM",
      "IA_TMUX_PANE",
      "IA_TMUX_SOCKET",
      "IA_TMUX_TOKEN",
      "PATH",
      "PWD",
      "TERM",
    ]);
    expect(pane.get("PATH")).toBe(`${join(workspace.dir, "state", "bin")}:${caller["PATH"]}`);
    const lost = Object.keys(caller)
      .filter((name) => !pane.has(name))
      .sort();
    expect(lost).toEqual(
      ["CLAUDECODE", "IA_TMUX_LOG", "IA_TMUX_RUNTIME_DIR", "IA_TMUX_STATE_DIR", "TMUX"].filter(
        (name) => name in caller,
      ),
    );
  });
});

describe.runIf(linux)("what a server keeps of who started it", () => {
  test("no descriptor: a script's lock is free and its reader hears the end, while server and host go on", async ({
    onTestFinished,
  }) => {
    const workspace = await openWorkspace({ layout: shells(["sleep", "600"]), up: false });
    onTestFinished(() => workspace.close());
    const held = join(workspace.project, "held");
    // Node itself sees to those below the first hole.
    const script = 'exec 250>"$2" 251>&1; exec "$0" "$1" up --headless --layout rig';
    // Ends when nobody has the other end of its pipe any more, descriptor 251 included.
    const { status } = spawnSync("bash", ["-c", script, process.execPath, workspace.program, held], {
      cwd: workspace.project,
      env: workspace.env,
      timeout: 30_000,
    });
    expect(status).toBe(0);
    const { pid, hostPid } = await workspace.json<{ pid: number; hostPid: number }>(["server", "status"]);
    const targets = [pid, hostPid].flatMap((one) => descriptorsOf(one).map(([, target]) => target));
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter((target) => target === held)).toEqual([]);
  });
});

describe("P25, 103: what is written is its owner's alone", () => {
  test.concurrent.for(["000", "777"])("under umask %s", async (mask, { onTestFinished }) => {
    const workspace = await openWorkspace({ layout: shells(["sleep", "600"]), up: false });
    onTestFinished(() => workspace.close());
    const run = (args: string) =>
      execFileSync(
        "/bin/sh",
        ["-c", `umask ${mask}; exec "$0" "$1" ${args}`, process.execPath, workspace.program],
        {
          cwd: workspace.project,
          env: workspace.env,
          encoding: "utf8",
        },
      );
    run("up --headless --layout rig");
    run("task create 'a task'");
    const wrong: string[] = [];
    for (const top of ["state", "run"]) {
      for (const entry of [
        ".",
        ...readdirSync(join(workspace.dir, top), { recursive: true, encoding: "utf8" }),
      ]) {
        const path = join(workspace.dir, top, entry);
        // What is written under another name first may have its own by now.
        const stat = lstatSync(path, { throwIfNoEntry: false });
        if (stat === undefined) continue;
        const mode = stat.mode & 0o777;
        const right = stat.isDirectory() ? mode === 0o700 : mode === 0o600 || mode === 0o700;
        if (!right) wrong.push(`${entry} ${mode.toString(8)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(statSync(join(workspace.dir, "run", "server.sock")).mode & 0o777).toBe(0o600);
  });
});

/** The number of a user that is not us. Only root can be somebody else. */
const NOBODY = 65_534;
const asNobody = process.getuid?.() === 0 && existsSync("/usr/bin/setpriv");
if (!asNobody) process.stdout.write("SKIP another user's attempts: only root can be another user\n");

describe.runIf(asNobody)("P25: another user of the machine", () => {
  test.concurrent("reads nothing of ours and reaches no socket", async ({ onTestFinished }) => {
    const workspace = await openWorkspace({ layout: shells(["sleep", "600"]) });
    onTestFinished(() => workspace.close());
    // Whatever stands above may let them through; our own directories do not.
    chmodSync(workspace.dir, 0o755);
    const attempt = (script: string) =>
      spawnSync(
        "/usr/bin/setpriv",
        [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "sh", "-c", script],
        {
          encoding: "utf8",
        },
      ).status;
    expect(attempt(`ls ${workspace.dir}`)).toBe(0);
    const { dir } = workspace;
    for (const path of ["state", "state/store", "run", "state/operator.token", "state/logs/server.log"])
      expect([path, attempt(`ls ${dir}/${path} || cat ${dir}/${path}`)]).not.toEqual([path, 0]);
    expect(attempt(`touch ${dir}/run/x || touch ${dir}/state/x`)).not.toBe(0);
    if (existsSync("/usr/bin/curl"))
      expect(attempt(`curl -s -m 2 --unix-socket ${dir}/run/hook.sock http://x/`)).not.toBe(0);
    const [pid] = await panePids(workspace);
    const terminal = readlinkSync(`/proc/${pid}/fd/0`);
    expect(attempt(`: >> ${terminal}`)).not.toBe(0);
    expect(attempt(`: < ${terminal}`)).not.toBe(0);
  });

  test.concurrent("has made our directories before us: they are refused by name, and stay empty", async ({
    onTestFinished,
  }) => {
    const workspace = await openWorkspace({ layout: shells(["sleep", "600"]), up: false });
    onTestFinished(() => workspace.close());
    for (const name of ["state", "run"]) {
      const path = join(workspace.dir, name);
      mkdirSync(path, { mode: 0o700 });
      chownSync(path, NOBODY, NOBODY);
      const ran = await workspace.cli(["up", "--headless", "--layout", "rig"]);
      expect([ran.exitCode, ran.stderr]).toEqual([77, expect.stringContaining(path)]);
      expect(ran.stderr).toContain(`belongs to user ${NOBODY}`);
      expect(readdirSync(path)).toEqual([]);
      chownSync(path, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
    }
  });
});

describe("4H: places that are not there", () => {
  test.concurrent.for([
    { what: "no HOME at all", env: { HOME: undefined } },
    { what: "a HOME that is not there", env: { HOME: "/proc/nowhere" } },
  ])("98: $what does no harm when the state has its place", async ({ env }, { onTestFinished }) => {
    const workspace = await openWorkspace({ layout: shells(["sleep", "600"]), up: false });
    onTestFinished(() => workspace.close());
    const ran = await workspace.cli(["up", "--headless", "--layout", "solo"], { env });
    expect([ran.exitCode, ran.stderr]).toEqual([0, ""]);
  });

  test.concurrent("98: a HOME nobody can write to is named, with what to do", async ({ onTestFinished }) => {
    const workspace = await openWorkspace({ up: false });
    onTestFinished(() => workspace.close());
    const env = { HOME: "/proc/nowhere", IA_TMUX_STATE_DIR: undefined, IA_TMUX_RUNTIME_DIR: undefined };
    const ran = await workspace.cli(["up", "--headless", "--layout", "solo"], { env });
    expect(ran.exitCode).toBe(73);
    expect(ran.stderr).toMatch(/Cannot create \/proc\/nowhere/);
    expect(ran.stderr).toContain("HOME");
  });

  test.concurrent.for([
    ["that is not there", "/proc/nowhere"],
    ["that others can enter", "shared"],
    ["that is not absolute", "run"],
  ])("98: an XDG_RUNTIME_DIR %s is left alone", async ([, given], { onTestFinished }) => {
    const workspace = await openWorkspace({ layout: shells(["sleep", "600"]), up: false });
    onTestFinished(() => workspace.close());
    const shared = join(workspace.dir, "shared");
    mkdirSync(shared, { mode: 0o755 });
    const env = { IA_TMUX_RUNTIME_DIR: undefined, XDG_RUNTIME_DIR: given === "shared" ? shared : given };
    const up = await workspace.cli(["up", "--headless", "--layout", "rig"], { env });
    expect([up.exitCode, up.stderr]).toEqual([0, ""]);
    expect(existsSync(join(workspace.dir, "state", "run", "server.sock"))).toBe(true);
    expect(readdirSync(shared)).toEqual([]);
    expect((await workspace.cli(["down", "--yes"], { env })).exitCode).toBe(0);
  });

  test.concurrent("99: a socket of another user and a wrong token are refused as such", async ({
    onTestFinished,
  }) => {
    const workspace = await openWorkspace({ layout: shells(["sleep", "600"]) });
    onTestFinished(() => workspace.close());
    const wrong = { IA_TMUX_SOCKET: join(workspace.dir, "run", "hook.sock"), IA_TMUX_TOKEN: "garbage" };
    const refused = await workspace.cli(["ls"], { env: wrong });
    expect([refused.exitCode, refused.stderr]).toEqual([77, expect.stringMatching(/token/i)]);
    const nowhere = { ...wrong, IA_TMUX_SOCKET: "/proc/nowhere/hook.sock" };
    expect((await workspace.cli(["ls"], { env: nowhere })).exitCode).toBe(69);
  });

  test.concurrent("101: few descriptors are enough to begin, and panes go on when they run out", async ({
    onTestFinished,
  }) => {
    const workspace = await openWorkspace({ layout: shells(["cat"]), up: false });
    onTestFinished(() => workspace.close());
    // Whoever started us may have left descriptors open, and they count.
    const highest = linux ? Math.max(...readdirSync("/proc/self/fd").map(Number)) : 0;
    execFileSync(
      "/bin/sh",
      [
        "-c",
        `ulimit -n ${highest + 40}; exec "$0" "$1" up --headless --layout rig`,
        process.execPath,
        workspace.program,
      ],
      {
        cwd: workspace.project,
        env: workspace.env,
      },
    );
    await workspace.withServer(async (server) => {
      for (let at = 0; at < 50; at++)
        await server.call("window.new", { command: ["sleep", "600"] }).catch(() => {});
      await server.call("pane.send-keys", { target: "%1", keys: ["still here\r"], literal: true });
      await eventually("the first pane answers", async () =>
        (await server.call("pane.capture", { target: "%1" })).lines.includes("still here"),
      );
    });
  });

  test.concurrent.for([{ LANG: "C" }, { LANG: undefined, LC_ALL: "POSIX" }])(
    "102: %o prints UTF-8 all the same",
    async (env, { onTestFinished }) => {
      const workspace = await openWorkspace({
        layout: shells(["sh", "-c", "printf '日本語 ü👩‍💻\\n'; sleep 600"]),
        up: false,
      });
      onTestFinished(() => workspace.close());
      await workspace.json(["up", "--headless", "--layout", "rig"], { env });
      await eventually("the text is whole", async () => {
        const { stdout } = await workspace.cli(["capture", "%1"], { env });
        return stdout.includes("日本語 ü👩‍💻");
      });
    },
  );
});
