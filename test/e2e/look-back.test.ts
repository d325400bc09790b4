// Looking back in the real program: real shell, real log on disk, keys and mouse as a terminal sends them.
import { afterEach, expect, test } from "vitest";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

const SHELL = "name: rig\nwindows:\n  - name: main\n    panes:\n      - profile: shell\n";
let open: Workspace | null = null;

afterEach(async () => {
  await open?.close();
  open = null;
});

test("search finds what scrolled away and what a full-screen program hid; copying joins wrapped lines; buffers paste", async () => {
  open = await openWorkspace({ layout: SHELL });
  const tui = open.attachTui({ cols: 60, rows: 20 });
  await tui.shows("1:main");
  tui.press(
    "printf '\\033[?1049h\\033[Ha %s on the other screen\\033[?1049l' needle; seq 1 4000; echo done-$((1+1))\r",
  );
  await tui.shows("done-2");
  tui.press("\x02fneedle on\r");
  await tui.shows("a needle on the other screen");
  await tui.shows("printed earlier");
  tui.press("\r");
  await tui.shows(/as it was then: \d+ below/);
  tui.press("q");
  await tui.until("the pane is live again", () => !tui.screen().join("\n").includes("as it was then"));
  await tui.shows(/done-2/);

  tui.press("clear; echo $(seq -s- 1 40)\r");
  await tui.shows(/-39-40/);
  // To the wrapped line, and copy it whole.
  tui.press("\x02[");
  await tui.shows("looking back");
  tui.press("?38-39");
  await tui.shows("search up: 38-39");
  tui.press("\r");
  tui.press("Vy");
  await tui.shows("Copied");
  const numbers = Array.from({ length: 40 }, (_, index) => index + 1).join("-");
  const shown = await open.cli(["buffer", "show"]);
  expect(shown.stdout.trimEnd()).toBe(numbers);

  expect((await open.cli(["buffer", "set", "echo pasted-$((3+4))"])).exitCode).toBe(0);
  tui.press("\x02]");
  await tui.shows("echo pasted-$((3+4))");
  tui.press("\r");
  await tui.shows("pasted-7");
  expect((await open.cli(["pane", "search", "--all", "needle on"])).exitCode).toBe(0);
}, 60_000);
