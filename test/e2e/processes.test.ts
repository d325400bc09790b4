// What outlives what: the screen, the server and the terminal come and go, the agents' programs go on.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { says, type } from "./scenes.ts";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/processes.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

/** What a terminal needs to be told when a full-screen program leaves it. */
const GIVEN_BACK = ["\x1b[?1049l", "\x1b[?2004l", "\x1b[?1002l", "\x1b[?1006l", "\x1b[?1004l", "\x1b[?25h"];
const SIZE = { cols: 120, rows: 40 };

const panePids = (workspace: Workspace) =>
  workspace.withServer(async (server) => (await server.call("pane.list", {})).map((pane) => pane.pid));

/** The main processes: the screens and commands that run. */
const screens = (workspace: Workspace) =>
  workspace.processes().filter(({ command }) => command.endsWith("/main.js"));

describe("a workspace of two demo agents", () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await openWorkspace();
    await workspace.recorded("ada", "ready");
    await workspace.recorded("ben", "ready");
  });
  afterEach(() => workspace.closeTuis());
  afterAll(() => workspace.close());

  test("a killed screen takes no agent along, and the next one shows the same", async () => {
    const first = workspace.attachTui(SIZE);
    await first.shows(/ben .* idle/);
    await type(workspace, "ada", "what stands here must still stand here");
    await first.shows("Try C-b D and give me a task");
    await first.until("the turn is over", () => {
      const all = first.screen().join("\n");
      return /ada .* idle .*ben .* idle/.test(all) && !all.includes("Thinking");
    });
    const pids = await panePids(workspace);
    // The last row is the status line, with the time of day.
    const before = first.screen().slice(0, -1).join("\n");
    first.signal("SIGKILL");
    await first.exited;

    expect(await panePids(workspace)).toEqual(pids);
    const second = workspace.attachTui(SIZE);
    const now = () => second.screen().slice(0, -1).join("\n");
    await second.until(`the screen is as it was:\n${before}\nbut is`, () => now() === before);
  });

  test.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)(
    "a screen that gets %s gives the terminal back, and the agents go on",
    async (signal) => {
      const pids = await panePids(workspace);
      const tui = workspace.attachTui(SIZE);
      await tui.shows(/ben .* idle/);
      tui.signal(signal);
      const { exitCode } = await tui.exited;
      expect(exitCode).toBe({ SIGTERM: 143, SIGHUP: 129, SIGINT: 130 }[signal]);
      for (const sequence of GIVEN_BACK) expect(tui.output()).toContain(sequence);
      expect(await panePids(workspace)).toEqual(pids);
    },
  );

  test.each(["detach by key", "SIGTERM"])("the terminal's modes are as they were after: %s", async (how) => {
    const shell = `stty -g; ${JSON.stringify(process.execPath)} ${JSON.stringify(workspace.program)}; echo ended $?; stty -g; stty -a >/dev/null && echo over`;
    const tui = workspace.attachTui({ ...SIZE, shell });
    await tui.shows(/ben .* idle/);
    const [screen, ...others] = screens(workspace);
    expect(others).toEqual([]);
    if (how === "SIGTERM") process.kill(screen!.pid, "SIGTERM");
    else tui.press("\x02d");
    await tui.exited;
    const modes = tui.output().match(/[0-9a-f]+(?::[0-9a-f]+){10,}|gfmt1:\S+/g);
    expect(modes).toHaveLength(2);
    expect(modes?.[1]).toBe(modes?.[0]);
    expect(tui.output()).toContain(how === "SIGTERM" ? "ended 143" : "ended 0");
  });

  test("a closed terminal ends its screen and leaves the agents", async () => {
    const pids = await panePids(workspace);
    const tui = workspace.attachTui(SIZE);
    await tui.shows(/ben .* idle/);
    tui.hangUp();
    await eventually("the screen's process is gone", () => !isAlive(tui.pid));
    expect(await panePids(workspace)).toEqual(pids);
    await workspace.withServer((server) =>
      eventually("no client is attached", async () => (await server.call("client.list", {})).length === 0),
    );
  });

  test("18: a screen too small says what it needs, and is back when there is room", async () => {
    const tui = workspace.attachTui(SIZE);
    await tui.shows(/ben .* idle/);
    for (const [cols, rows] of [
      [20, 3],
      [1, 1],
      [39, 9],
    ] as const) {
      tui.resize(cols, rows);
      if (cols > 10) await tui.shows(/needs|too small/);
    }
    tui.resize(SIZE.cols, SIZE.rows);
    await tui.shows(/ben .* idle/);
    tui.press("\x02d");
    expect((await tui.exited).exitCode).toBe(0);
  });

  test("keys that follow a change of focus reach the pane that it moved to, on a slow link too", async () => {
    const tui = workspace.attachTui({ ...SIZE, env: { IA_TMUX_LATENCY_MS: "150" } });
    await tui.shows(/ben .* idle/);
    const view = await workspace.withServer((server) => server.call("pane.list", {}));
    const other = view.find((pane) => !pane.focused)?.agent ?? "";
    const here = view.find((pane) => pane.focused)?.agent ?? "";
    const text = `only for the one on the other side`;
    tui.press(`\x02o${text}\r`);
    await workspace.recorded(other, "submit", (record) => record["text"] === text);
    expect(workspace.records(here).filter((record) => record["text"] === text)).toEqual([]);
  });

  test("a restarted server finds every program where it was", async () => {
    const [before, pids] = [await workspace.serverPid(), await panePids(workspace)];
    const ran = await workspace.cli(["server", "restart"]);
    expect(ran.stderr).toBe("");
    expect(ran.exitCode).toBe(0);
    expect(await workspace.serverPid()).not.toBe(before);
    expect(await panePids(workspace)).toEqual(pids);
    await type(workspace, "ben", "after the restart");
    await workspace.recorded("ben", "submit", (record) => record["text"] === "after the restart");
  });

  test("deliveries that were queued when the server was killed go on, each once", async () => {
    await type(workspace, "ben", says({ dialog: "make deploy" }));
    await workspace.recorded("ben", "dialog");
    const bodies = ["first of three", "second of three", "third of three"];
    const ids: string[] = [];
    for (const body of bodies) {
      const { delivery } = await workspace.json<{ delivery: { id: string } }>([
        "delegate",
        "--to",
        "ben",
        body,
      ]);
      ids.push(delivery.id);
    }
    await workspace.killServer();
    await workspace.json(["server", "start"]);
    await workspace.withServer((server) => server.call("pane.send-keys", { target: "ben", keys: ["n"] }));

    const deliveries = await workspace.settledDeliveries(3);
    for (const id of ids) {
      expect(deliveries.find((one) => one.id === id)).toMatchObject({ state: "confirmed", attempts: 1 });
      await workspace.recorded("ben", "prompt", (record) => String(record["text"]).includes(`${id}]`));
      const told = workspace
        .records("ben")
        .filter((record) => record.kind === "prompt" && String(record["text"]).includes(`${id}]`));
      expect(told).toHaveLength(1);
    }
    expect(workspace.records("ben").filter((record) => record.kind === "approved")).toEqual([]);
  });
});

test("a killed server loses not one line of what its panes print, and the screen brings it back by itself", async () => {
  const program = `
    const fs = require("node:fs"); let n = 0;
    const timer = setInterval(() => {
      if (fs.existsSync("stop")) { clearInterval(timer); console.log("printed " + n + " in all"); setInterval(() => {}, 1e9); return; }
      for (let i = 0; i < 4; i++) console.log("line " + ++n + " 日本");
    }, 8);`;
  const layout = `name: rig\nwindows:\n  - name: main\n    panes:\n      - command: [node, -e, ${JSON.stringify(program)}]\n`;
  const workspace = await openWorkspace({ layout, size: "80x24", up: false });
  try {
    // A slow machine takes its time for each start, and all that is printed meanwhile is looked at.
    const settings = join(workspace.home, ".config", "ia-tmux", "config.yaml");
    writeFileSync(settings, "scrollback: 100000\n", { mode: 0o600 });
    await workspace.up();
    const tui = workspace.attachTui({ cols: 80, rows: 24 });
    const lastSeen = () =>
      Math.max(
        0,
        ...[
          ...tui
            .screen()
            .join("\n")
            .matchAll(/line (\d+)/g),
        ].map((m) => Number(m[1])),
      );
    const pids = await panePids(workspace);
    for (let kills = 0; kills < 3; kills++) {
      const seen = lastSeen();
      await tui.until("new lines come", () => lastSeen() > seen + 40);
      await workspace.killServer();
      // Lines that were on their way say nothing of the next one.
      await eventually(
        "the screen brought another up",
        async () => (await workspace.cliHere(["server", "status"])).exitCode === 0,
      );
    }
    const seen = lastSeen();
    await tui.until("the screen has come back and lines go on", () => lastSeen() > seen + 40);
    writeFileSync(join(workspace.project, "stop"), "");
    await tui.shows(/printed \d+ in all/);
    expect(await panePids(workspace)).toEqual(pids);

    const lines = await workspace.withServer(
      async (server) => (await server.call("pane.capture", { history: 100_000 })).lines,
    );
    const numbers = lines.flatMap((line) => /^line (\d+) 日本$/.exec(line.trimEnd())?.[1] ?? []).map(Number);
    const total = Number(/printed (\d+) in all/.exec(lines.join("\n"))?.[1]);
    expect(numbers).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  } finally {
    await workspace.close();
  }
});

test("sixteen starts at once make one server, one host and one layout", async () => {
  const workspace = await openWorkspace({ up: false });
  try {
    const started = await Promise.all(
      Array.from({ length: 16 }, () =>
        workspace.json<{ serverPid: number; panes: unknown[] }>(["up", "--headless", "--layout", "rig"]),
      ),
    );
    expect(new Set(started.map((one) => one.serverPid)).size).toBe(1);
    const running = () =>
      workspace
        .processes()
        .map(({ command }) => /dist\/(\w+)(?:-agent)?\.js/.exec(command)?.[1])
        .filter((name) => ["server", "host", "demo"].includes(name ?? ""))
        .toSorted()
        .join(" ");
    // A pane's process is called as the host until it runs its program.
    await eventually("nothing else runs", () => running() === "demo demo host server", { describe: running });
  } finally {
    await workspace.close();
  }
});

test("`down` ends programs that ignore every polite signal, and leaves no process", async () => {
  const layout = `name: rig\nwindows:\n  - name: main\n    panes:\n      - command: [sh, -c, "trap '' HUP TERM INT; touch stubborn; while :; do sleep 1 & wait; done"]\n`;
  const workspace = await openWorkspace({ layout });
  try {
    await eventually("it is stubborn", () => existsSync(join(workspace.project, "stubborn")));
    const ran = await workspace.cli(["down", "--yes"]);
    expect(ran.exitCode).toBe(0);
    await eventually("every process is gone", () => workspace.processes().length === 0, {
      describe: () => JSON.stringify(workspace.processes()),
    });
  } finally {
    await workspace.close();
  }
});
