// The server is replaced on purpose, as after an upgrade: attached screens come back by themselves.
import { afterEach, expect, test } from "vitest";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

const SHELL = "name: rig\nwindows:\n  - name: main\n    panes:\n      - profile: shell\n";
let open: Workspace | null = null;

afterEach(async () => {
  await open?.close();
  open = null;
});

test("`server restart` and `:restart-server`: attached screens wait for the next server, and the programs go on", async () => {
  open = await openWorkspace({ layout: SHELL, size: "90x24" });
  const tui = open.attachTui({ cols: 90, rows: 24 });
  await tui.shows("1:main*");
  tui.press("held=kept-$((40+2)); echo $held\r");
  await tui.shows("kept-42");
  const first = await open.serverPid();
  expect((await open.cli(["server", "restart"])).exitCode).toBe(0);
  const second = await open.serverPid();
  expect(second).not.toBe(first);
  await tui.until("it is connected again", () => !tui.screen().join("\n").includes("server gone"));
  tui.press("clear; echo again-$held\r");
  await tui.shows("again-kept-42");
  tui.press("\x02:restart-server\r");
  await tui.shows("The server restarts");
  await tui.until(
    "the next one answers",
    () => !/server gone|server restarts/.test(tui.screen().join("\n")),
    20_000,
  );
  tui.press("clear; echo third-$held\r");
  await tui.shows("third-kept-42");
  expect(await open.serverPid()).not.toBe(second);
});

test("`server stop` still sends attached screens away, and says so", async () => {
  open = await openWorkspace({ layout: SHELL, size: "90x24" });
  const tui = open.attachTui({ cols: 90, rows: 24 });
  await tui.shows("1:main*");
  expect((await open.cli(["server", "stop"])).exitCode).toBe(0);
  expect(await tui.exited).toMatchObject({ exitCode: 0 });
  expect(tui.output()).toContain("[ia-tmux: the server was stopped]");
});
