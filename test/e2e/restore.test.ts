// What comes back: of a server that was killed, and of a machine that was started again.
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SHAPE_SCHEMAS } from "../../src/cli/shape-schemas.ts";
import { says, type } from "./scenes.ts";
import { eventually } from "../support/eventually.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

const history = (workspace: Workspace, target: string) =>
  workspace.withServer(async (server) => {
    const { lines } = await server.call("pane.capture", { target, history: 100_000 });
    return lines.map((line) => line.trimEnd());
  });

/** The numbers in lines such as `line 17`, as they follow each other. */
const numbersIn = (lines: readonly string[]) =>
  lines.flatMap((line) => /^line (\d+)$/.exec(line)?.[1] ?? []).map(Number);

const upTo = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

const program = (code: string) => `[node, -e, ${JSON.stringify(code)}]`;

describe("a killed server", () => {
  const flood = `let all = ""; for (let i = 1; i <= 420000; i++) all += "line " + i + "\\n"; process.stdout.write(all); setInterval(() => {}, 1e9);`;
  const fullScreen = `
    const fs = require("node:fs"); let all = "";
    for (let i = 1; i <= 3000; i++) all += "line " + i + "\\n";
    all += "\\x1b[?1049h";
    for (let i = 0; i < 80000; i++) all += "\\x1b[" + (1 + i % 20) + ";1Hframe " + i + " " + "=".repeat(50);
    process.stdout.write(all + "\\x1b[2J\\x1b[3;3Hthe last frame");
    const timer = setInterval(() => { if (fs.existsSync("leave")) { clearInterval(timer); process.stdout.write("\\x1b[?1049lline 3001\\n"); } }, 20);
    setInterval(() => {}, 1e9);`;
  const endless = `let n = 0; const more = () => { let all = ""; for (let i = 0; i < 500; i++) all += "line " + ++n + "\\n"; process.stdout.write(all, () => setImmediate(more)); }; more();`;
  let workspace: Workspace;

  beforeAll(async () => {
    const panes = [flood, fullScreen, endless].map((code) => `      - command: ${program(code)}\n`).join("");
    const layout = `name: rig\nwindows:\n  - name: main\n    split: right\n    panes:\n${panes}`;
    workspace = await openWorkspace({ layout, size: "200x30" });
  });
  afterAll(() => workspace.close());

  test("comes back with the scrollback that it had: after five megabytes, under a full screen and in a flood", async () => {
    await eventually("all is printed", async () => (await history(workspace, "1")).includes("line 420000"), {
      timeoutMs: 60_000,
    });
    await eventually("the full screen stands", async () =>
      (await history(workspace, "2")).includes("  the last frame"),
    );
    const before = await history(workspace, "1");
    const screen = await history(workspace, "2");
    await workspace.killServer();
    await workspace.json(["server", "start"]);

    expect(await history(workspace, "1")).toEqual(before);
    expect(numbersIn(before)).toEqual(upTo(420_000 - before.length + 2, 420_000));
    // What the screen holds no more is read from the log, from there on without a seam.
    const further = await workspace.cli(["capture", "1", "--history", "30000"]);
    const numbers = numbersIn(further.stdout.split("\n"));
    expect(numbers).toEqual(upTo(420_000 - numbers.length + 1, 420_000));
    expect(numbers.length).toBeGreaterThan(30_000);
    expect(await history(workspace, "2")).toEqual(screen);
    // The last line may be there in part.
    const flooded = numbersIn(await history(workspace, "3")).slice(0, -1);
    expect(flooded.length).toBeGreaterThan(1_000);
    expect(flooded).toEqual(upTo(flooded[0]!, flooded.at(-1)!));
    writeFileSync(join(workspace.project, "leave"), "");
    await eventually("the full screen is left", async () =>
      (await history(workspace, "2")).includes("line 3001"),
    );
    const uncovered = numbersIn(await history(workspace, "2"));
    expect(uncovered).toEqual(upTo(3_001 - uncovered.length + 1, 3_001));
    expect(uncovered.length).toBeGreaterThan(1_900);
  });
});

describe("a machine that was started again", () => {
  /** Ends server, host and, by that, every program. */
  async function reboot(workspace: Workspace): Promise<void> {
    const info = await workspace.withServer((server) => server.call("server.info", {}));
    // The screen would bring a server back at once.
    await workspace.closeTuis();
    for (const pid of [info.pid, info.hostPid!]) process.kill(pid, "SIGKILL");
    await eventually("nothing runs", () => workspace.processes().length === 0, {
      describe: () => JSON.stringify(workspace.processes()),
    });
  }

  const twin = `name: twin\ntitle: Twin\nkind: demo\ncommand: ["{node}", "{demoAgent}", --resume, twin-session]\nresume: { how: reported-id, args: [] }\n`;
  const mute = `name: mute\ntitle: Mute agent\nkind: demo\ncommand: ["{node}", "{demoAgent}"]\nresume: { how: none }\n`;
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = await openWorkspace({
      up: false,
      size: "200x50",
      layout(log) {
        const agent = (profile: string, name: string) =>
          `      - { profile: ${profile}, name: ${name}, env: { IA_TMUX_DEMO_LOG: ${JSON.stringify(log)}, IA_TMUX_DEMO_PACE: "0" } }\n`;
        const agents = [
          agent("demo", "ada"),
          agent("demo", "new"),
          agent("mute", "mia"),
          agent("twin", "tim"),
          agent("twin", "tom"),
        ];
        const rest = `  - name: shells\n    split: right\n    panes:\n      - profile: shell\n      - command: [sh, -c, "echo watched since; cat"]\n`;
        return `name: rig\nwindows:\n  - name: agents\n    layout: tiled\n    panes:\n${agents.join("")}${rest}`;
      },
    });
    writeFileSync(join(workspace.home, ".config", "ia-tmux", "config.yaml"), "layout: rig\n");
    const profiles = join(workspace.home, ".config", "ia-tmux", "profiles");
    mkdirSync(profiles, { recursive: true });
    writeFileSync(join(profiles, "twin.yaml"), twin);
    writeFileSync(join(profiles, "mute.yaml"), mute);
    mkdirSync(join(workspace.project, "deep", "er"), { recursive: true });
    await workspace.up();
    for (const name of ["ada", "new", "mia", "tim", "tom"]) await workspace.recorded(name, "ready");
  });
  afterAll(() => workspace.close());

  const panes = () => workspace.withServer((server) => server.call("pane.list", {}));
  const paneOf = async (agent: string) => (await panes()).find((pane) => pane.agent === agent)!;
  const shell = async () => (await panes()).find((pane) => pane.profile === "shell" && pane.agent === null)!;

  test("has its agents in their sessions, none twice and none fresh unasked; its shells where they were; all with what they printed", async () => {
    for (const name of ["ada", "mia", "tim", "tom"]) {
      await type(workspace, name, says({ say: `${name} was here` }));
      await workspace.recorded(name, "turn");
    }
    const { id } = await shell();
    await workspace.withServer((server) =>
      server.call("pane.send-keys", {
        target: id,
        keys: ["cd deep/er; echo before-$((40+2))\r"],
        literal: true,
      }),
    );
    await eventually("the shell has moved", async () => (await shell()).cwd.endsWith("/deep/er"));
    await eventually("it is stored", () =>
      readFileSync(join(workspace.dir, "state", "store", "panes.db"), "utf8").includes("/deep/er"),
    );
    await workspace.logged("before-42");
    const session = workspace.records("ada")[0]?.["session"];
    await reboot(workspace);
    appendFileSync(join(workspace.dir, "demo.jsonl"), `${JSON.stringify({ kind: "reboot", agent: "" })}\n`);
    const tui = workspace.attachTui({ cols: 200, rows: 50 });

    const sinceReboot = (agent: string) => {
      const all = workspace.records();
      return all.slice(all.findIndex((one) => one.kind === "reboot")).filter((one) => one.agent === agent);
    };
    await tui.shows("Bring back what ran here before?");
    for (const line of [
      "ada (Demo agent): goes on with its session",
      "new (Demo agent): begins anew",
      "Shell in deep/er",
      "cat: waits for Enter",
    ])
      await tui.shows(line);
    expect(sinceReboot("")).toHaveLength(1);
    expect(workspace.records().at(-1)).toMatchObject({ kind: "reboot" });
    expect((await paneOf("ada")).message).toMatch(
      /^Was running before: ada \(Demo agent\)\nEnter brings it back/,
    );
    tui.press("\r");
    await tui.shows("Resumed: ada, new, tim. Started: 1 shell. Waiting for Enter: mia, t");
    expect(await eventually("ada is back", () => sinceReboot("ada")[0])).toMatchObject({
      kind: "ready",
      session,
      resumed: true,
    });
    // Nothing was said to it: there is nothing to lose.
    expect(await eventually("new is back", () => sinceReboot("new")[0])).toMatchObject({ kind: "ready" });
    expect(await eventually("tim is back", () => sinceReboot("tim")[0])).toMatchObject({ resumed: true });
    expect(sinceReboot("mia")).toEqual([]);
    expect(sinceReboot("tom")).toEqual([]);
    await tui.shows("mia's conversation does not come back: ia-tmux cannot resume");
    await tui.shows("tom was in the same session as tim");

    for (const name of ["ada", "mia", "tim", "tom"])
      expect((await history(workspace, name)).join("\n")).toContain(`${name} was here`);
    const again = await shell();
    expect(again.cwd).toBe(join(workspace.project, "deep", "er"));
    const printed = (await history(workspace, again.id)).join("\n");
    expect(printed).toMatch(/before-42[^]*started again; above is what was printed before/);
    const command = (await panes()).find((pane) => pane.message?.includes("Was running before: sh -c"))!;
    expect(await history(workspace, command.id)).toContain("watched since");

    // By hand: a fresh conversation for the one, and the command runs again below what it printed.
    await workspace.cli(["pane", "respawn", "mia"]);
    await workspace.cli(["pane", "respawn", command.id]);
    expect(await eventually("mia begins", () => sinceReboot("mia")[0])).toMatchObject({ resumed: false });
    await eventually(
      "the command runs again",
      async () =>
        (await history(workspace, command.id)).filter((line) => line === "watched since").length === 2,
    );
    expect((await paneOf("mia")).message).toBeNull();
  });

  test("keeps all of it when it starts again once more, and a shell whose directory is gone begins above", async () => {
    rmSync(join(workspace.project, "deep", "er"), { recursive: true });
    await reboot(workspace);
    const done = SHAPE_SCHEMAS["restore-report"].parse(await workspace.json(["restore"]));
    expect(done.done).toMatch(/^Resumed: ada, new, tim\. Started: mia, 1 shell\. Waiting for Enter:/);
    expect((await workspace.cli(["restore"])).stderr).toContain("Nothing waits to be brought back.");
    const there = await eventually("the shell is back", async () => {
      const pane = await shell();
      return pane.pid === null ? null : pane;
    });
    // A process before it is a shell that waits: its prompt is the last that it prints by itself.
    const lines = await eventually("its prompt stands below what was", async () => {
      const all = await history(workspace, there.id);
      return /[#$]$/.test(all.findLast((line) => line !== "") ?? "") ? all : null;
    });
    const text = lines.join("\n");
    expect(text.match(/started again; above is what was printed before/g)).toHaveLength(2);
    expect(text).toContain("before-42");
    // In a narrow pane it is cut anywhere.
    const words = text.replaceAll(/\s/g, "");
    expect(words).toContain(`/deep/erisgone:thisis${join(workspace.project, "deep")}──`);
    // A server that is killed now finds the same: the log goes on over the ends of programs.
    await workspace.killServer();
    await workspace.json(["server", "start"]);
    expect(await history(workspace, there.id)).toEqual(lines);
    const whole = await workspace.cli(["capture", there.id, "-S", "-"]);
    expect(whole.stdout.trimEnd()).toBe(lines.join("\n").trimEnd());
    expect((await paneOf("tom")).message).toMatch(/^tom was in the same session as tim/);
  });

  test("is not asked for anything by a script, which brings back or begins afresh by a word", async () => {
    await reboot(workspace);
    const before = await workspace.cli(["up", "--headless"]);
    expect(before.stderr).toContain("`ia-tmux restore` brings it back");
    expect((await panes()).every((pane) => pane.pid === null)).toBe(true);
    expect((await workspace.cli(["up", "--headless", "--restore"])).stderr).toContain(
      "Resumed: ada, new, tim.",
    );
    expect((await paneOf("ada")).pid).not.toBeNull();
    await reboot(workspace);
    await workspace.json(["server", "start"]);
    const old = new Set((await panes()).map((pane) => pane.id));
    expect(await workspace.json(["restore", "--fresh"])).toEqual({ done: "Begun afresh." });
    const now = await panes();
    expect(now.filter((pane) => old.has(pane.id))).toEqual([]);
    expect(now.map((pane) => pane.agent)).toContain("ada");
    expect((await history(workspace, "ada")).join("\n")).not.toContain("ada was here");
  });
});
