// What hands used to tmux do without thinking, in the real program.
import { afterEach, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

const TWO_SHELLS =
  "name: rig\nwindows:\n  - name: main\n    split: right\n    panes:\n      - profile: shell\n      - profile: shell\n";
let open: Workspace | null = null;

afterEach(async () => {
  await open?.close();
  open = null;
});

test("titles stay, arrangements are undone, a running program is started again, shells go with a hand's exit", async () => {
  open = await openWorkspace({ layout: TWO_SHELLS });
  const tui = open.attachTui({ cols: 100, rows: 30 });
  const all = () => tui.screen().join("\n");
  await tui.shows("1:main*");

  tui.press("\x02:select-pane -T build\r");
  await tui.shows("1 build");
  tui.press("printf '\\033]0;from-the-program\\007'; echo said-$((1+1))\r");
  await tui.shows("said-2");
  expect(all()).toContain("1 build");
  tui.press("\x02:rename-pane\r");
  await tui.shows("1 from-the-program");
  expect((await open.cli(["pane", "rename", "tests", "-t", "2"])).exitCode).toBe(0);
  await tui.shows("2 tests");

  const stacked = () => tui.screen().findIndex((line) => line.includes("2 tests")) > 0;
  tui.press("\x02\x1b2");
  await tui.until("one above the other", stacked);
  tui.press("\x02:select-layout -o\r");
  await tui.until("side by side again", () => !stacked());
  expect((await open.cli(["layout", "arrange", "undo"])).exitCode).toBe(0);
  await tui.until("and back", stacked);

  tui.press("held=before; echo $held-it\r");
  await tui.shows("before-it");
  tui.press("\x02:respawn-pane -k\r");
  await tui.shows("and start it again?");
  tui.press("y");
  // What is typed at once is for the shell that comes.
  tui.press("echo fresh-$held-$((2+2))\r");
  await tui.shows("fresh--4");
  expect(all()).not.toContain("before-it");
  expect(all()).toContain("2 tests");

  tui.press("false\r");
  tui.press("exit 3\r");
  await tui.until("the pane went with its shell", () => !all().includes("fresh--4"));
  await tui.shows("1 tests");
});

test("remainOnExit: always keeps what ended, never takes it away", async () => {
  open = await openWorkspace({ layout: TWO_SHELLS });
  const { mkdirSync, writeFileSync } = await import("node:fs");
  const dir = `${open.home}/.config/ia-tmux`;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const tui = open.attachTui({ cols: 100, rows: 30 });
  await tui.shows("1:main*");
  writeFileSync(`${dir}/config.yaml`, "remainOnExit: always\nstatusRight: kept-%Y\n", { mode: 0o600 });
  await tui.shows(/kept-2\d\d\d/);
  tui.press("exit\r");
  await tui.shows("exited 0");
  await tui.endHints();
  await tui.shows("the program ended with 0");
  writeFileSync(`${dir}/config.yaml`, "remainOnExit: never\nstatusRight: gone-%Y\n", { mode: 0o600 });
  await tui.shows(/gone-2\d\d\d/);
  const { paneId } = await open.json<{ paneId: string }>(["window", "new", "sleep", "0.1"]);
  const panes = () => open!.json<{ id: string }[]>(["pane", "list"]);
  await eventually("it is gone", async () => !(await panes()).some(({ id }) => id === paneId));
});

test("a window that nobody named is called after what runs in it; a name that was given stays", async () => {
  open = await openWorkspace({ layout: TWO_SHELLS });
  const tui = open.attachTui({ cols: 100, rows: 30 });
  await tui.shows("1:main*");
  tui.press("\x02c");
  await tui.shows("2:sh");
  tui.press("sleep 30\r");
  await tui.shows("2:sleep*");
  tui.press("\x03");
  await tui.shows("2:sh*");
  tui.press("\x02:rename-window mine\r");
  await tui.shows("2:mine*");
  tui.press("\x02:select-window -t :1\r");
  await tui.shows("1:main*");
  tui.press("\x02:select-pane -t :2\r");
  await tui.shows("2:mine*");
  tui.press("sleep 30\r");
  await tui.shows("sleep 30");
  await expect(tui.shows("2:sleep*", 2_500)).rejects.toThrow("never came");
});
