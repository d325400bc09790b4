// Looking back in the real program: real shell, real log on disk, keys and mouse as a terminal sends them.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
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
});

test("a middle click pastes what was copied; a double click has copied it", async () => {
  open = await openWorkspace({ layout: SHELL });
  const tui = open.attachTui({ cols: 60, rows: 20 });
  await tui.shows("1:main");
  tui.press("clear; echo copied-by-click\r");
  await tui.until("it is printed", () => tui.screen().some((line) => /^\W*copied-by-click\b/.test(line)));
  const y = tui.screen().findIndex((line) => /^\W*copied-by-click\b/.test(line)) + 1;
  const x = tui.screen()[y - 1]!.indexOf("by-click") + 1;
  const click = (button: number) => `\x1b[<${button};${x};${y}M\x1b[<${button};${x};${y}m`;
  tui.press(click(0) + click(0));
  await tui.shows("Copied.");
  const { text } = await open.withServer((server) => server.call("buffer.show", {}));
  expect("copied-by-click").toContain(text);
  tui.press("echo got-");
  tui.press(click(1));
  tui.press("\r");
  await tui.shows(`echo got-${text}`);
  await tui.until("it ran", () => tui.screen().some((line) => new RegExp(`^\\W*got-${text}\\b`).test(line)));
});

test("a buffer of one MiB comes from a file, is pasted whole into a program, and more is refused with a hint", async () => {
  open = await openWorkspace({ layout: SHELL });
  const text = Array.from({ length: 16_384 }, (_, index) => `line ${String(index).padStart(58, "0")}`).join(
    "\n",
  );
  expect(text.length).toBeGreaterThan(1_048_500);
  const set = await open.cli(["buffer", "set", "-", "--name", "long"], { stdin: text });
  expect(set).toMatchObject({ exitCode: 0, stderr: "" });
  expect((await open.cli(["buffer", "show", "long"])).stdout.trimEnd()).toBe(text);
  const more = await open.cli(["buffer", "set", "-"], { stdin: `${text}${"x".repeat(100)}` });
  expect(more.exitCode).toBe(65);
  expect(more.stderr).toContain("limit 1048576");
  writeFileSync(
    join(open.project, "take.sh"),
    `stty raw -echo; printf ready; head -c ${text.length} > pasted; sleep 60`,
  );
  const pane = await open.json<{ paneId: string }>(["window", "new", "sh", "take.sh"]);
  await eventually("the program reads", async () =>
    (await open!.capture(pane.paneId)).join("").includes("ready"),
  );
  expect(await open.cli(["buffer", "paste", "long", "-t", pane.paneId])).toMatchObject({
    exitCode: 0,
    stderr: "",
  });
  const path = join(open.project, "pasted");
  await eventually(
    "all has arrived",
    () => statSync(path, { throwIfNoEntry: false })?.size === Buffer.byteLength(text),
  );
  // A newline is Return to a program that is typed to.
  expect(readFileSync(path, "utf8").replaceAll("\r", "\n")).toBe(text);
});

test("copy mode stays in its pane while the other one is used, and holds its place", async () => {
  open = await openWorkspace({
    layout:
      "name: rig\nwindows:\n  - name: main\n    split: right\n    panes:\n      - profile: shell\n      - profile: shell\n",
  });
  const tui = open.attachTui({ cols: 100, rows: 20 });
  await tui.shows("1:main");
  tui.press("seq 1 20000; echo done-$((1+1))\r");
  await tui.shows("done-2");
  // Far above the rows that the screen holds, and with all of them back to the end.
  tui.press("\x02[gVGy");
  await tui.shows("Copied");
  const { text } = await eventually("all of it is in the buffer", async () => {
    const buffer = await open!.withServer((server) => server.call("buffer.show", {}));
    return buffer.text.includes("\n20000\n") ? buffer : null;
  });
  const numbers = (lines: string) => lines.split("\n").filter((line) => /^\d+$/.test(line));
  const all = Array.from({ length: 20_000 }, (_, index) => String(index + 1));
  expect(numbers(text)).toEqual(all);
  expect(numbers((await open.cli(["capture", "1", "-S", "-"])).stdout)).toEqual(all);
  expect(numbers((await open.cli(["capture", "1", "-S", "-19000"])).stdout).length).toBeGreaterThan(18_900);
  tui.press("\x02[g");
  await tui.shows(/looking back: \d+ below, 0 above/);
  tui.press("\x02\x1b[C");
  await tui.until("the right pane has the focus", () => tui.cursor().x > 50);
  tui.press("echo typed-here-$((1+1))\r");
  await tui.shows("typed-here-2");
  expect(tui.screen().join("\n")).toContain("looking back: ");
  tui.press("\x02;");
  await tui.until("the left pane has the focus", () => tui.cursor().x < 50);
  tui.press("q");
  await tui.until("the left pane is live", () => !tui.screen().join("\n").includes("looking back"));
  expect(tui.screen().join("\n")).toContain("done-2");
  // Cleared in between: at each width every line stands there once, from the first that was left.
  tui.press("seq 1 900; printf '\\033[H\\033[2J\\033[3J'; seq 901 9000; echo done-$((1+2))\r");
  await tui.shows("done-3");
  for (const [size, cols] of [
    [40, 19],
    [30, 14],
    [120, 59],
  ] as const) {
    tui.resize(size, 20);
    await eventually("the pane has its share of the width", async () => {
      const { cols: now } = await open!.withServer((server) => server.call("pane.capture", { target: "1" }));
      return now <= cols && now > cols - 3;
    });
    expect(numbers((await open.cli(["capture", "1", "-S", "-"])).stdout)).toEqual(all.slice(900, 9_000));
  }
  tui.press("\x02[g");
  await tui.until("the first line that is left is on top", () => /^\W*901\b/.test(tui.screen()[1] ?? ""));
});
