// What a user of a multiplexer does, through the built program: settings, closing by mistake, clients of several sizes.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/processes.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

const SHELL_LAYOUT = `name: rig
windows:
  - name: main
    split: right
    panes:
      - command: [cat]
        name: left
      - profile: shell
        name: right
`;

let workspace: Workspace;
afterEach(async () => workspace?.close());

function settings(text: string) {
  const dir = join(workspace.home, ".config", "ia-tmux");
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(join(dir, "config.yaml"), text, { mode: 0o600 });
}

test("settings take effect while it runs: prefix, own keys, the status line; a mistake is said and changes nothing", async () => {
  workspace = await openWorkspace({ layout: SHELL_LAYOUT, size: "100x30" });
  const tui = workspace.attachTui({ cols: 100, rows: 30 });
  await tui.shows("C-b ? help");
  settings("prefix: C-a\nkeys: { g: new-window -n mine }\n");
  await tui.shows("C-a ? help");
  tui.press("\x01g");
  await tui.shows("2:mine*");
  settings("prefixx: C-x\n");
  await tui.shows("The settings are not used");
  expect(tui.screen().join("\n")).toContain("C-a ? help");
  settings("status: false\n");
  await tui.until("the status line is gone", () => !tui.screen().join("\n").includes("2:mine"));
  settings("");
  await tui.shows("C-b ? help");
});

test("shell and scrollback of the settings hold for new panes", async () => {
  workspace = await openWorkspace({ layout: SHELL_LAYOUT });
  settings("shell: /bin/echo\nscrollback: 50\n");
  await eventually("the settings are read", async () => {
    const shown = await workspace.withServer((server) => server.call("settings.show", {}));
    return shown.all["scrollback"] === 50;
  });
  const pane = await workspace.json<{ paneId: string }>(["window", "new", "seq", "1000"]);
  const lines = () => workspace.capture(pane.paneId, 5_000);
  await eventually("all is printed", async () => (await lines()).includes("1000"));
  const numbers = (await lines()).filter((line) => /^\d+$/.test(line));
  expect(numbers.length).toBeLessThan(120);
  expect(numbers.length).toBeGreaterThan(50);
});

test("a shell closed by mistake comes back to its place, with what it had printed and where it was", async () => {
  workspace = await openWorkspace({ layout: SHELL_LAYOUT, size: "100x30" });
  const tui = workspace.attachTui({ cols: 100, rows: 30 });
  await tui.shows("2 ");
  tui.press("\x02\x1b[C");
  await tui.until("the shell has the focus", () => tui.cursor().x > 50);
  tui.press("cd /usr; echo remember-$((40+2))\r");
  await tui.shows("remember-42");
  await workspace.logged("remember-42");
  tui.press("\x02xy");
  await tui.shows("u brings it back");
  tui.press("\x02u");
  await tui.shows("started again; above is what was");
  expect(tui.screen().join("\n")).toContain("remember-42");
  tui.press("pwd\r");
  await tui.until("it is where it was", () => tui.screen().some((line) => /│\/usr/.test(line)));
  tui.press("\x02u");
  await tui.shows("No pane was closed in the last ten seconds.");
});

test("a read-only client says so, refuses keys with the reason, and sees what is typed elsewhere", async () => {
  workspace = await openWorkspace({ layout: SHELL_LAYOUT, size: "100x30" });
  const writer = workspace.attachTui({ cols: 100, rows: 30 });
  await writer.shows("1:main*");
  const watcher = workspace.attachTui({ cols: 100, rows: 30, args: ["attach", "--read-only"] });
  await watcher.shows("watching only");
  watcher.press("x");
  await watcher.shows("read-only: this client only watches");
  writer.press("typed-by-the-writer\r");
  await watcher.shows("typed-by-the-writer");
});

test("a smaller client sees the part with the focus, a larger one has dots round it", async () => {
  workspace = await openWorkspace({ layout: SHELL_LAYOUT, size: "120x40" });
  const small = workspace.attachTui({ cols: 70, rows: 20 });
  await small.shows("1:main*");
  const large = workspace.attachTui({ cols: 140, rows: 40 });
  await large.shows("1:main*");
  large.press("\x02\x1b[C");
  await large.until("the right pane has the focus", () => large.cursor().x > 70);
  large.press("echo here-$((1+1))\r");
  await small.shows("here-2");
  expect(small.cursor().x).toBeLessThan(70);
  small.press("echo small-$((2+2))\r");
  await large.shows("small-4");
  await large.until("dots stand round the smaller workspace", () => /·{20}/.test(large.screen().join("\n")));
});

test("a screen that is too small says so and comes back; 200 resizes in two seconds end in the right picture, cell by cell", async () => {
  workspace = await openWorkspace({ layout: SHELL_LAYOUT, size: "100x30" });
  const tui = workspace.attachTui({ cols: 100, rows: 30 });
  await tui.shows("1:main*");
  await tui.endHints();
  tui.resize(30, 8);
  await tui.shows("30x8 is too small.");
  for (let step = 0; step < 200; step++) {
    tui.resize(45 + ((step * 7) % 100), 12 + ((step * 3) % 30));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  tui.resize(110, 32);
  await tui.until("the picture is whole again", () => {
    const lines = tui.screen();
    return (
      lines[31]!.includes("1:main*") && /^╭ 1 .*╮╭ 2 .*╮$/.test(lines[0]!) && /^╰.*╯╰.*╯$/.test(lines[30]!)
    );
  });
  tui.press("\x02o");
  await tui.until("the shell has the focus", () => tui.cursor().x > 55);
  tui.press("printf '\\033[1;35mstill-%s\\033[0m\\n' $((3+3))\r");
  await tui.shows("still-6");
  const fresh = workspace.attachTui({ cols: 110, rows: 32 });
  await fresh.shows("still-6");
  await tui.until(
    "every cell is as a terminal shows it that has seen none of this",
    () => JSON.stringify(tui.cells()) === JSON.stringify(fresh.cells()),
  );
});

test("hints of the first run end for good, also for the next server and the next project", async () => {
  workspace = await openWorkspace({ layout: SHELL_LAYOUT, size: "100x30" });
  const first = workspace.attachTui({ cols: 100, rows: 30 });
  await first.shows("1/5 Look around");
  await first.endHints();
  first.press("\x02d");
  await first.exited;
  await workspace.killServer();
  await workspace.cli(["server", "start"]);
  const second = workspace.attachTui({ cols: 100, rows: 30 });
  await second.shows("C-b ? help");
  expect(second.screen().join("\n")).not.toContain("1/5");
});

test("after the machine was off the screen offers what ran before and says what came back, and a command waits for Enter", async () => {
  workspace = await openWorkspace({ layout: SHELL_LAYOUT, size: "100x30" });
  const { hostPid, pid } = await workspace.withServer((server) => server.call("server.info", {}));
  for (const one of [pid, hostPid!]) process.kill(one, "SIGKILL");
  await eventually("both are gone", () => !isAlive(pid) && !isAlive(hostPid!));
  const tui = workspace.attachTui({ cols: 100, rows: 30 });
  await tui.shows("Bring back what ran here before?");
  await tui.shows("cat: waits for Enter");
  tui.press("\r");
  await tui.shows("Started: 1 shell. Waiting for Enter: 1 command.");
  await tui.shows("Was running before: cat");
  // What is typed before it runs is for it.
  tui.press("\r");
  tui.press("echoed-by-cat\r");
  await tui.until(
    "cat answers",
    () => tui.screen().filter((line) => line.includes("echoed-by-cat")).length >= 2,
  );
});
