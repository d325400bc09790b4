// P16: after `down` nothing is left of the panes but what took pains to leave them, and that is somebody else's from then on.
import { readFileSync, readdirSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/processes.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
afterEach(() => workspace.close());

const deaf = (name: string) => `trap '' HUP TERM INT QUIT; echo $$ > ${name}.pid; while :; do sleep 1; done`;
const PANES = {
  "a pane that ignores every polite signal": deaf("leader"),
  "its child, while itself goes": `sh -c ${JSON.stringify(deaf("child"))} & wait`,
  "a job in a group of its own": `set -m; sh -c ${JSON.stringify(deaf("job"))}`,
  "a stopped program": `sh -c 'echo $$ > stopped.pid; kill -STOP $$'; sleep 600`,
};

test.runIf(process.platform === "linux")(
  "nobody in a pane outlives it by ignoring signals, and no zombie stays",
  async () => {
    const panes = Object.values(PANES).map(
      (script) => `      - command: ${JSON.stringify(["sh", "-c", script])}\n`,
    );
    workspace = await openWorkspace({
      layout: `name: rig\nwindows:\n  - name: main\n    panes:\n${panes.join("")}`,
    });
    const pids = await Promise.all(
      ["leader", "child", "job", "stopped"].map((name) =>
        eventually(`${name} runs`, () => {
          try {
            return Number(readFileSync(`${workspace.project}/${name}.pid`, "utf8")) || null;
          } catch {
            return null;
          }
        }),
      ),
    );
    const host = (await workspace.withServer((server) => server.call("server.info", {}))).hostPid ?? 0;
    expect((await workspace.cli(["down", "--yes"])).exitCode).toBe(0);
    await eventually("all are gone", () => pids.every((pid) => !isAlive(pid)) && !isAlive(host), {
      describe: () => pids.filter(isAlive).join(" "),
    });
    await eventually("our own processes, too", () => workspace.processes().length === 0);
  },
);

test.runIf(process.platform === "linux")(
  "panes that come and go leave no zombie and no descriptor with the host",
  async () => {
    workspace = await openWorkspace({
      layout: "name: rig\nwindows:\n  - name: main\n    panes:\n      - command: [cat]\n",
    });
    const host = (await workspace.withServer((server) => server.call("server.info", {}))).hostPid ?? 0;
    const held = () => readdirSync(`/proc/${host}/fd`).length;
    const before = held();
    await workspace.withServer(async (server) => {
      for (let round = 0; round < 20; round++) {
        await server.call("window.new", { command: ["sh", "-c", "sleep 600 & exit 0"] });
      }
      const panes = await server.call("pane.list", {});
      for (const pane of panes.slice(1))
        await server.call("pane.kill", { target: pane.id, force: true }).catch(() => {});
    });
    await eventually("descriptors are given back", () => held() <= before, {
      describe: () => `${before} before, ${held()} now`,
    });
    const zombies = () =>
      readdirSync("/proc").filter((name) => {
        try {
          const stat = readFileSync(`/proc/${name}/stat`, "latin1");
          const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
          return state === "Z" && Number(parent) === host;
        } catch {
          return false;
        }
      });
    await eventually("no zombie is left", () => zombies().length === 0, {
      describe: () => zombies().join(" "),
    });
    // What such a shell left in the background is nobody's pane any more; it is this test's to end.
    for (const { pid, command } of workspace.processes())
      if (command === "sleep 600") process.kill(pid, "SIGKILL");
  },
);
