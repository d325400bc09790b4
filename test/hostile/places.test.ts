// 76, 78: places that are none: something else where our socket goes, file systems that take no writes or run nothing, paths
// longer than the kernel takes, and no descriptors left.
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

const linux = process.platform === "linux";
const CAT = "name: rig\nwindows:\n  - name: main\n    panes:\n      - command: [cat]\n";

async function openIdle(): Promise<Workspace> {
  const workspace = await openWorkspace({ layout: CAT, up: false });
  onTestFinished(() => workspace.close());
  return workspace;
}

const up = (workspace: Workspace, more?: Parameters<Workspace["cli"]>[1]) =>
  workspace.cli(["up", "--headless", "--layout", "rig"], more);

describe("78: what stands where our socket goes", () => {
  const THINGS: Readonly<Record<string, (path: string) => void>> = {
    "a file": (path) => writeFileSync(path, "mine"),
    "a directory": (path) => mkdirSync(path),
    "a link": (path) => symlinkSync("/nowhere", path),
    "a FIFO": (path) => void execFileSync("mkfifo", [path]),
  };
  test.concurrent.for(Object.keys(THINGS))("%s is named and left as it is", async (what) => {
    const workspace = await openIdle();
    const run = join(workspace.dir, "run");
    mkdirSync(run, { mode: 0o700 });
    const path = join(run, "server.sock");
    THINGS[what]?.(path);
    const before = lstatSync(path);
    const ran = await up(workspace);
    expect([what, ran.exitCode]).toEqual([
      what,
      expect.toSatisfy((code) => [69, 73, 77].includes(code as number)),
    ]);
    expect(ran.stderr).toContain(path);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect([lstatSync(path).ino, lstatSync(path).mode]).toEqual([before.ino, before.mode]);
    await eventually("nothing was left running", () => workspace.processes().length === 0);
  });

  test.concurrent("a socket that nobody answers any more is replaced", async () => {
    const workspace = await openIdle();
    const run = join(workspace.dir, "run");
    mkdirSync(run, { mode: 0o700 });
    // Whoever is killed leaves the file of its socket behind.
    const script = `require("node:net").createServer().listen(${JSON.stringify(join(run, "server.sock"))}, () => process.kill(process.pid, "SIGKILL"))`;
    spawnSync(process.execPath, ["-e", script]);
    expect(lstatSync(join(run, "server.sock")).isSocket()).toBe(true);
    const ran = await up(workspace);
    expect([ran.exitCode, ran.stderr]).toEqual([0, ""]);
  });

  test.concurrent("a socket that another program answers at is left to it", async () => {
    const workspace = await openIdle();
    const run = join(workspace.dir, "run");
    mkdirSync(run, { mode: 0o700 });
    const visitors: Socket[] = [];
    const other = createServer((socket) => {
      visitors.push(socket);
      socket.on("error", () => {}).end("not ours\n");
    });
    await new Promise<void>((resolve) => other.listen(join(run, "server.sock"), resolve));
    const ran = await up(workspace);
    expect(ran.exitCode).toBe(69);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect(lstatSync(join(run, "server.sock")).isSocket()).toBe(true);
    other.close();
    for (const socket of visitors) socket.destroy();
  });
});

describe("paths at the kernel's limits", () => {
  test.concurrent("a project 3,000 characters down works, with its socket in a short place", async () => {
    const workspace = await openIdle();
    let deep = workspace.project;
    while (deep.length < 3_000) deep = join(deep, "d".repeat(200));
    mkdirSync(deep, { recursive: true });
    execFileSync("git", ["init", "-q", deep], { env: { PATH: process.env["PATH"], HOME: workspace.home } });
    const state = join(workspace.dir, "s".repeat(120));
    const env = { IA_TMUX_STATE_DIR: state, IA_TMUX_RUNTIME_DIR: undefined };
    const ran = await up(workspace, { cwd: deep, env });
    expect([ran.exitCode, ran.stderr]).toEqual([0, ""]);
    writeFileSync(join(deep, "a.ts"), "");
    const locked = await workspace.cli(["lock", "a.ts", "--json"], { cwd: deep, env });
    expect(JSON.parse(locked.stdout)).toMatchObject({ label: "a.ts" });
    expect((await workspace.cli(["down", "--yes"], { cwd: deep, env })).exitCode).toBe(0);
  });

  test.concurrent("a directory whose path is longer than the kernel takes is refused in one line", async () => {
    const workspace = await openIdle();
    // Only step by step can one get there.
    const name = "d".repeat(200);
    const script = `
      const { mkdirSync } = require("node:fs");
      for (let depth = 0; depth < 22; depth++) { mkdirSync("${name}"); process.chdir("${name}"); }
      const { status, stderr } = require("node:child_process").spawnSync(process.execPath, [process.argv[1], "status"]);
      console.log(JSON.stringify({ status, stderr: String(stderr) }));`;
    const { stdout } = spawnSync(process.execPath, ["-e", script, workspace.program], {
      cwd: workspace.project,
      env: workspace.env,
      encoding: "utf8",
    });
    execFileSync("rm", ["-rf", join(workspace.project, name)]);
    const ran = JSON.parse(stdout) as { status: number; stderr: string };
    expect(ran.status).not.toBe(0);
    expect(ran.stderr).toMatch(/^ia-tmux: /);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect(ran.stderr.trim().split("\n").length).toBeLessThanOrEqual(2);
  });
});

test.concurrent("a directory that was deleted meanwhile is said to be gone", async () => {
  const workspace = await openIdle();
  const gone = join(workspace.dir, "gone");
  mkdirSync(gone);
  const script = 'rmdir "$2"; exec "$0" "$1" status';
  const ran = spawnSync("/bin/sh", ["-c", script, process.execPath, workspace.program, gone], {
    cwd: gone,
    env: workspace.env,
    encoding: "utf8",
  });
  expect([ran.status, ran.stderr]).toEqual([
    66,
    "ia-tmux: The current directory was deleted.\nhint: Change to another directory: cd ~\n",
  ]);
});

const canMount = linux && process.getuid?.() === 0 && spawnSync("mount", ["--version"]).status === 0;
if (!canMount) process.stdout.write("SKIP file systems with options: only root on Linux mounts them\n");

/** A small file system at the path until the test is over; null where the system does not let us. */
function mount(workspace: Workspace, path: string, options: string): boolean {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const ran = spawnSync("mount", ["-t", "tmpfs", "-o", `size=8m,mode=700,${options}`, "tmpfs", path]);
  if (ran.status === 0)
    onTestFinished(async () => {
      await workspace.cli(["down", "--yes"]);
      execFileSync("umount", ["-l", path]);
    });
  return ran.status === 0;
}

describe.runIf(canMount)("file systems with options", () => {
  test.concurrent.for(["state", "run"])(
    "%s where nothing can be written is named, with the reason",
    async (name) => {
      const workspace = await openIdle();
      const path = join(workspace.dir, name);
      if (!mount(workspace, path, "ro")) return;
      const ran = await up(workspace);
      expect([name, ran.exitCode]).toEqual([
        name,
        expect.toSatisfy((code) => [69, 73, 74].includes(code as number)),
      ]);
      expect(ran.stderr).toContain(path);
      expect(ran.stderr).toMatch(/EROFS|read-only/i);
      expect(ran.stderr).not.toMatch(/\n\s+at /);
    },
  );

  test.concurrent("a state directory that runs no programs is good enough: panes, commands in them, sockets", async () => {
    const workspace = await openIdle();
    if (!mount(workspace, join(workspace.dir, "state"), "noexec")) return;
    const ran = await up(workspace);
    expect([ran.exitCode, ran.stderr]).toEqual([0, ""]);
    await workspace.withServer(async (server) => {
      await server.call("pane.split", {
        direction: "down",
        command: ["sh", "-c", "ia-tmux whoami; sleep 600"],
      });
      await eventually("the command answers in its pane", async () =>
        (await server.call("pane.capture", { target: "%2" })).lines.some((line) => line.includes("operator")),
      );
    });
  });
});

/** Connections that say nothing, as many as are taken. */
async function openMany(path: string, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let at = 0; at < count; at++) {
    const socket = connect(path);
    socket.on("error", () => {});
    sockets.push(socket);
    await new Promise<void>((resolve) => {
      socket.once("connect", () => resolve());
      socket.once("close", () => resolve());
    });
  }
  return sockets;
}

test.runIf(linux)(
  "76: when descriptors run out, who is connected goes on, and who comes later is served",
  async () => {
    const workspace = await openIdle();
    // Whoever started us may have left descriptors open, and they count.
    const highest = Math.max(...readdirSync("/proc/self/fd").map(Number));
    execFileSync(
      "/bin/sh",
      [
        "-c",
        `ulimit -n ${highest + 60}; exec "$0" "$1" up --headless --layout rig`,
        process.execPath,
        workspace.program,
      ],
      { cwd: workspace.project, env: workspace.env },
    );
    const here = await workspace.connect();
    const pid = (await here.call("server.info", {})).pid;
    const limit = Number(/Max open files\s+(\d+)/.exec(readFileSync(`/proc/${pid}/limits`, "utf8"))?.[1]);
    const idle = await openMany(workspace.socketPath, limit + 20);
    const used = () => readdirSync(`/proc/${pid}/fd`).length;
    await eventually(
      "the server has none left, or closed some",
      () => used() >= limit - 8 || idle.some((one) => one.destroyed),
    );
    for (let at = 0; at < 5; at++) await here.call("task.create", { title: `under pressure ${at}` });
    await here.call("pane.send-keys", { target: "%1", keys: ["still here\r"], literal: true });
    await eventually("the pane answers", async () =>
      (await here.call("pane.capture", { target: "%1" })).lines.includes("still here"),
    );
    for (const socket of idle) socket.destroy();
    await eventually("a new client is served", async () => (await workspace.cli(["ls"])).exitCode === 0);
    expect((await here.call("server.info", {})).pid).toBe(pid);
    const titles = (await workspace.json<{ title: string }[]>(["tasks"])).map((task) => task.title);
    expect(titles.filter((title) => title.startsWith("under pressure"))).toHaveLength(5);
    expect(existsSync(join(workspace.dir, "state", "store"))).toBe(true);
  },
);
