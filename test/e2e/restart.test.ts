// The server is replaced on purpose, as after an upgrade: attached screens come back by themselves.
import { afterEach, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
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
  await isBack();
  tui.press("clear; echo again-$held\r");
  await tui.shows("again-kept-42");
  tui.press("\x02:restart-server\r");
  await tui.shows("The server restarts");
  await eventually("another server runs", async () => {
    const { exitCode, stdout } = await open!.cliHere(["server", "status", "--json"]);
    return exitCode === 0 && (JSON.parse(stdout) as { pid: number }).pid !== second;
  });
  await isBack();
  tui.press("clear; echo third-$held\r");
  await tui.shows("third-kept-42");

  /** The server that runs now has the screen, and the screen the server. */
  async function isBack(): Promise<void> {
    await open!.withServer((server) =>
      eventually("the screen is attached", async () => (await server.call("client.list", {})).length === 1),
    );
    await tui.until("it is connected again", () => !tui.screen().join("\n").includes("server gone"));
  }
});

test("`server stop` still sends attached screens away, and says so", async () => {
  open = await openWorkspace({ layout: SHELL, size: "90x24" });
  const tui = open.attachTui({ cols: 90, rows: 24 });
  await tui.shows("1:main*");
  expect((await open.cli(["server", "stop"])).exitCode).toBe(0);
  expect(await tui.exited).toMatchObject({ exitCode: 0 });
  expect(tui.output()).toContain("[ia-tmux: the server was stopped]");
});
