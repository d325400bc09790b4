// A disk that fills up under a running workspace: what is told is true, reading goes on, and so does work when there is room.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
let mounted: string | null = null;

/** Mounting takes root, on Linux. */
function mountSmallDisk(path: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", path], { stdio: "ignore" });
    mounted = path;
    return true;
  } catch {
    return false;
  }
}

beforeAll(async () => {
  workspace = await openWorkspace({
    layout: "name: rig\nwindows:\n  - name: main\n    panes:\n      - command: [cat]\n",
    up: false,
  });
  const state = join(workspace.dir, "state");
  mkdirSync(state, { mode: 0o700 });
  if (process.platform === "linux" && process.getuid?.() === 0 && mountSmallDisk(state)) await workspace.up();
});
afterAll(async () => {
  try {
    await workspace.cli(["down", "--yes"]);
    if (mounted !== null) await eventually("nothing runs", () => workspace.processes().length === 0);
  } finally {
    if (mounted !== null) execFileSync("umount", ["-l", mounted]);
    await workspace.close();
  }
});

test("the command line says disk, path and reason and ends 74, the screen has a banner, reading works; with room it goes on", async (context) => {
  if (mounted === null) {
    process.stdout.write("SKIP a full disk: a small disk can only be mounted by root on Linux\n");
    return context.skip();
  }
  const before = await workspace.serverPid();
  await workspace.json(["task", "create", "kept"]);
  const tui = workspace.attachTui({ cols: 120, rows: 40 });
  await tui.shows("1");
  const filler = join(mounted, "filler");
  const free = () => statfsSync(mounted as string).bavail * statfsSync(mounted as string).bsize;
  fill();
  let taken = 0;
  const refused = await eventually("a write is refused", async () => {
    const ran = await workspace.cli(["task", "create", "x".repeat(200), "--description", "y".repeat(20_000)]);
    if (ran.exitCode === 0) taken++;
    return ran.exitCode === 0 ? null : ran;
  });
  expect(refused.exitCode).toBe(74);
  expect(refused.stderr).toMatch(/disk/i);
  expect(refused.stderr).toContain(mounted);
  expect(refused.stderr).toContain("ENOSPC");
  await tui.shows(/read.?only|disk/i);
  const tasks = await workspace.json<{ title: string }[]>(["task", "list"]);
  expect(tasks.map((task) => task.title)).toContain("kept");
  await workspace.withServer(async (server) => {
    await server.call("pane.send-keys", { target: "%1", keys: ["panes go on\r"], literal: true });
    await eventually("the pane answers", async () =>
      (await server.call("pane.capture", { target: "%1" })).lines.includes("panes go on"),
    );
  });

  rmSync(filler);
  await eventually(
    "writing works again",
    async () => (await workspace.cli(["task", "create", "after"])).exitCode === 0,
  );
  expect(await workspace.serverPid()).toBe(before);
  await workspace.json(["server", "restart"]);
  const titles = (await workspace.json<{ title: string }[]>(["task", "list"])).map((task) => task.title);
  expect(titles).toEqual(expect.arrayContaining(["kept", "after"]));
  // What was refused never was.
  expect(titles.filter((title) => title.startsWith("xxx"))).toHaveLength(taken);

  function fill(): void {
    writeFileSync(filler, Buffer.alloc(Math.max(0, free() - 4_096)));
  }
});
