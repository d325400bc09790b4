// Every feature of a multiplexer by its key, by its line at the `:` prompt, by its command and, where one would reach for it,
// by the mouse: in the real program, one after the other in one workspace. What is asserted is what the server then holds.
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PaneView } from "../../src/protocol/views.ts";
import { eventually } from "../support/eventually.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";
import type { TuiProcess } from "../support/tui-process.ts";

const PREFIX = "\x02";
const [COLS, ROWS] = [120, 40];
let workspace: Workspace;
let tui: TuiProcess;

beforeAll(async () => {
  workspace = await openWorkspace({
    layout: "name: rig\nwindows:\n  - name: home\n    panes:\n      - profile: shell\n",
    size: `${COLS}x${ROWS}`,
  });
  tui = workspace.attachTui({ cols: COLS, rows: ROWS });
  await tui.shows("1:home*");
  await tui.endHints();
}, 60_000);
afterAll(() => workspace?.close());

const panes = () => workspace.withServer((server) => server.call("pane.list", {}));
const shown = async () => (await panes()).filter((pane) => pane.outer !== null);
const focused = async () => (await panes()).find((pane) => pane.focused)!;
const status = () => tui.screen().at(-1)!;
const windowCount = async () => new Set((await panes()).map((pane) => pane.windowId)).size;

/** A key behind the prefix. */
const key = (keys: string) => tui.press(`${PREFIX}${keys}`);
/** A line at the `:` prompt. */
const line = (text: string) => tui.press(`${PREFIX}:${text}\r`);
async function command(...words: string[]) {
  expect(await workspace.cli(words)).toMatchObject({ exitCode: 0, stderr: "" });
}
const holds = (what: string, fact: () => boolean | Promise<boolean>) =>
  eventually(what, fact, { describe: () => tui.screen().join("\n") });
function mouse(button: number, x: number, y: number, end: "M" | "m" = "M") {
  tui.press(`\x1b[<${button};${x + 1};${y + 1}${end}`);
}
const click = (x: number, y: number) => {
  mouse(0, x, y);
  mouse(0, x, y, "m");
};

/** A window of its own with so many shells side by side; the first has the focus. Its panes, in their order. */
async function windowWith(count: number, name: string): Promise<string[]> {
  const ids: string[] = [];
  await workspace.withServer(async (server) => {
    ids.push((await server.call("window.new", { name })).paneId);
    for (let left = count - 1; left > 0; left--)
      ids.push((await server.call("pane.split", { target: ids.at(-1), direction: "right" })).paneId);
    await server.call("layout.preset", { name: "even-horizontal" }).catch(() => {});
    await server.call("pane.focus", { target: ids[0] });
  });
  const isDrawn = () =>
    status().includes(`:${name}*`) &&
    [...tui.screen()[0]!].filter((character) => character === "╭").length === count &&
    tui.cursor().x < COLS / count &&
    tui.cursor().y > 0;
  await holds(`${name} is on the screen, its first pane in focus`, isDrawn);
  return ids;
}
const ids = (all: readonly PaneView[]) => all.map((pane) => pane.id);
const same = (left: readonly unknown[], right: readonly unknown[]) =>
  JSON.stringify(left) === JSON.stringify(right);
const endWindow = () => workspace.withServer((server) => server.call("window.kill", { force: true }));

test("new window", async () => {
  const before = await windowCount();
  key("c");
  await holds("by key", async () => (await windowCount()) === before + 1);
  line("new-window -n made");
  await holds("by line", async () => (await windowCount()) === before + 2 && status().includes(":made*"));
  await command("window", "new");
  await holds("by command", async () => (await windowCount()) === before + 3);
  for (let left = 3; left > 0; left--) await endWindow();
});

test("rename window", async () => {
  await windowWith(1, "first");
  key(",");
  tui.press("\x15second\r");
  await holds("by key", () => status().includes(":second*"));
  line("rename-window third");
  await holds("by line", () => status().includes(":third*"));
  await command("window", "rename", "fourth");
  await holds("by command", () => status().includes(":fourth*"));
  await endWindow();
});

test("select window: by number, next, previous, last, by name, by a click on the status line", async () => {
  await windowWith(1, "aside");
  const current = (name: string) => holds(`${name} is current`, () => status().includes(`:${name}*`));
  key("1");
  await current("home");
  key("\t");
  await current("aside");
  key("n");
  await current("home");
  key("p");
  await current("aside");
  line("select-window -t home");
  await current("home");
  line("last-window");
  await current("aside");
  await command("window", "select", "1");
  await current("home");
  await command("window", "last");
  await current("aside");
  click(status().indexOf("1:home") + 2, ROWS - 1);
  await current("home");
  key("\t");
  await current("aside");
  await endWindow();
});

test("move window, and kill window", async () => {
  await windowWith(1, "wander");
  key(".");
  tui.press("7\r");
  await holds("by key", () => status().includes("7:wander*"));
  line("move-window -t 8");
  await holds("by line", () => status().includes("8:wander*"));
  await command("window", "move", "9");
  await holds("by command", () => status().includes("9:wander*"));
  const before = await windowCount();
  key("&");
  await tui.shows("Close window 9");
  tui.press("y");
  await holds("killed by key", async () => (await windowCount()) === before - 1);
  await windowWith(1, "gone");
  line("kill-window");
  await tui.shows("Close window");
  tui.press("y");
  await holds("killed by line", async () => (await windowCount()) === before - 1);
  await windowWith(1, "gone");
  await command("window", "kill", "gone", "--force");
  await holds("killed by command", async () => (await windowCount()) === before - 1);
});

test("splits both ways, behind and before", async () => {
  await windowWith(1, "splits");
  const rects = async () => (await shown()).map((pane) => pane.outer!);
  key("%");
  await holds(
    "side by side",
    async () => (await rects()).length === 2 && (await rects()).every(({ y }) => y === 0),
  );
  key('"');
  await holds(
    "one above the other",
    async () => (await rects()).length === 3 && (await rects()).some(({ y }) => y > 0),
  );
  line("split-window -h");
  await holds("by line", async () => (await rects()).length === 4);
  await command("pane", "split", "--down");
  await holds("by command", async () => (await rects()).length === 5);
  line("split-window -b -h");
  await holds("before", async () => {
    const all = await shown();
    const at = all.findIndex((pane) => pane.focused);
    return all.length === 6 && all[at]!.number > all[at + 1]!.number;
  });
  line("split-window -f -v");
  await holds("along the whole window, by line", async () => (await rects()).at(-1)!.cols === COLS);
  await command("split-window", "-f", "-b");
  await holds("the same by command", async () => (await rects())[0]!.rows === ROWS - 1);
  await endWindow();
});

test("resize: by key (again without the prefix), by line, by command, by dragging the border", async () => {
  await windowWith(2, "sizes");
  const width = async () => (await shown())[0]!.outer!.cols;
  const start = await width();
  key("\x1b[1;5D\x1b[1;5D");
  await holds("by key, twice", async () => (await width()) === start - 2);
  line("resize-pane -R 5");
  await holds("by line", async () => (await width()) === start + 3);
  await command("pane", "resize", "left", "3");
  await holds("by command", async () => (await width()) === start);
  // A hand is on what it sees.
  await tui.until("the border is drawn there", () => tui.screen()[0]!.slice(start - 1, start + 1) === "╮╭");
  mouse(0, start, 10);
  mouse(32, start + 4, 10);
  mouse(32, start + 8, 10);
  mouse(0, start + 8, 10, "m");
  await holds("by the mouse", async () => (await width()) === start + 8);
  const inner = async () => (await shown())[0]!.inner!.cols;
  line("resize-pane -x 30");
  await holds("to a size by line", async () => (await inner()) === 30);
  await command("resize-pane", "-t", (await focused()).id, "-x", "50%");
  await holds("to a part of the window by command", async () => (await inner()) === COLS / 2);
  await endWindow();
});

test("in nested splits the border under the pointer moves, and no other", async () => {
  // One above two; the border between the two is the innermost of the pane beside the one below it.
  const [above, , corner] = await windowWith(3, "nested");
  await workspace.withServer(async (server) => {
    await server.call("layout.preset", { name: "main-horizontal" });
    await server.call("pane.split", { target: corner, direction: "down" });
  });
  const rects = async () => (await shown()).map(({ id, outer }) => ({ id, ...outer! }));
  await holds("four panes", async () => (await rects()).length === 4);
  const before = await rects();
  const edge = before.find(({ id }) => id === above)!.rows;
  const left = before.find(({ x, y }) => x === 0 && y === edge)!;
  await tui.until("it is drawn", () => tui.screen()[edge - 1]!.startsWith("╰"));
  mouse(0, left.cols + 9, edge);
  mouse(32, left.cols + 9, edge - 4);
  mouse(0, left.cols + 9, edge - 4, "m");
  await holds(
    "all beside it follow",
    async () => (await rects()).find(({ id }) => id === above)!.rows === edge - 4,
  );
  const after = await rects();
  const bottoms = (all: typeof before) => all.map(({ x, y, rows }) => [x, y + rows]);
  const moved = bottoms(before).map(([x, end]) => [x, end === edge ? edge - 4 : end]);
  expect(bottoms(after)).toEqual(moved);
  await endWindow();
});

test("swap and rotate", async () => {
  const made = await windowWith(3, "places");
  const order = async (wanted: readonly (string | undefined)[]) =>
    holds(`the order is ${wanted.join(" ")}`, async () => same(ids(await shown()), wanted));
  const [a, b, c] = made;
  key("}");
  await order([b, a, c]);
  key("{");
  await order([a, b, c]);
  line(`swap-pane -t ${c}`);
  await order([c, b, a]);
  await command("pane", "swap", c!);
  await order([a, b, c]);
  await command("swap-pane", "-t", a!, "-D");
  await order([b, a, c]);
  await command("swap-pane", "-t", a!, "-U");
  await order([a, b, c]);
  key("\x0f");
  await holds("rotated by key", async () => !same(ids(await shown()), made));
  line("rotate-window");
  await holds("rotated by line", async () => new Set(ids(await shown())).size === 3);
  await command("pane", "rotate");
  await order([a, b, c]);
  await endWindow();
});

test("break out, mark and join", async () => {
  const [a, b, c] = await windowWith(3, "crowd");
  key("B");
  await holds("out by key", async () => same(ids(await shown()), [a]));
  key("m");
  await tui.shows("marked");
  line("select-window -t crowd");
  await holds("back", async () => same(ids(await shown()), [b, c]));
  key("j");
  await holds("in by key", async () => (await shown()).length === 3);
  line(`break-pane -t ${a}`);
  await holds("out by line", async () => same(ids(await shown()), [a]));
  line(`join-pane -s ${a} -t ${b}`);
  await holds("in by line", async () => (await shown()).length === 3);
  await command("pane", "break", a!);
  await holds("out by command", async () => same(ids(await shown()), [a]));
  await command("pane", "mark", b!);
  await tui.shows("Marked.");
  key("j");
  await holds("the one that was marked by command is here", async () => same(ids(await shown()), [a, b]));
  await command("pane", "join", c!, b!);
  await holds("in by command", async () => (await shown()).length === 3);
  await endWindow();
});

test("zoom", async () => {
  await windowWith(2, "large");
  const zoomed = (is: boolean) =>
    holds(
      `zoomed: ${is}`,
      async () => (await shown()).length === (is ? 1 : 2) && /:large\*Z/.test(status()) === is,
    );
  key("z");
  await zoomed(true);
  line("resize-pane -Z");
  await zoomed(false);
  await command("resize-pane", "-Z");
  await zoomed(true);
  key("z");
  await zoomed(false);
  await endWindow();
});

test("preset layouts, the next one, equal shares and undo", async () => {
  await windowWith(4, "presets");
  const shape = async () => (await shown()).map(({ outer }) => `${outer!.x},${outer!.y}`).join(" ");
  const seen = new Map<string, string>();
  const names = ["even-horizontal", "even-vertical", "main-horizontal", "main-vertical", "tiled"];
  for (const [index, name] of names.entries()) {
    const before = await shape();
    line(`select-layout ${name}`);
    if (index > 0) await holds(name, async () => (await shape()) !== before);
    seen.set(name, await shape());
  }
  expect(new Set(seen.values()).size).toBe(5);
  for (const [index, name] of names.entries()) {
    key(`\x1b${index + 1}`);
    await holds(`${name} by key`, async () => (await shape()) === seen.get(name));
  }
  for (const name of names) {
    await command("layout", "arrange", name);
    await holds(`${name} by command`, async () => (await shape()) === seen.get(name));
  }
  key(" ");
  await holds("the next", async () => (await shape()) === seen.get("even-horizontal"));
  line("select-layout -o");
  await holds("undone", async () => (await shape()) === seen.get("tiled"));
  await endWindow();
});

test("layout save NAME writes a file that opens the same again", async () => {
  await workspace.withServer(async (server) => {
    for (const pane of await server.call("pane.list", {}))
      if (pane.windowId !== "@1") await server.call("pane.kill", { target: pane.id, force: true });
  });
  await windowWith(3, "saved");
  await workspace.withServer((server) => server.call("layout.preset", { name: "main-vertical" }));
  await workspace.withServer((server) => server.call("pane.resize", { direction: "right", cells: 7 }));
  const rects = async () => (await shown()).map(({ outer }) => outer);
  await holds("as wanted", async () => (await rects())[1]!.y === 0);
  const before = await rects();
  line("layout-save mine");
  await tui.shows("Layout saved");
  await command("layout", "save", "yours");
  key("W");
  tui.press("ours\r");
  await holds("all three are listed", async () => {
    const { stdout } = await workspace.cli(["layout", "list"]);
    return ["mine", "yours", "ours"].every((name) => stdout.includes(name));
  });
  await command("layout", "open", "mine");
  await holds("it is open", async () => (await windowCount()) === 4);
  await holds("the same again", async () => same(await rects(), before));
  await workspace.withServer(async (server) => {
    for (const pane of await server.call("pane.list", {}))
      if (pane.windowId !== "@1") await server.call("pane.kill", { target: pane.id, force: true });
  });
  await holds("one window is left", async () => (await windowCount()) === 1);
});

test("go to a pane: last, next, by direction, by number, by name, by a click", async () => {
  const [a, b, c] = await windowWith(3, "going");
  const at = (id: string | undefined) =>
    holds(`${id} has the focus`, async () => (await focused()).id === id);
  key("\x1b[C");
  await at(b);
  key("o");
  await at(c);
  key(";");
  await at(b);
  key("q");
  await holds(
    "the numbers are shown",
    () => tui.screen().some((row) => /  1  /.test(row)) || tui.screen().join("").includes(" 3 "),
  );
  tui.press("1");
  await at(a);
  await command("pane", "rename", "tests", "-t", c!);
  line("select-pane -t tests");
  await at(c);
  line("select-pane -L");
  await at(b);
  line("last-pane");
  await at(c);
  await command("pane", "focus", a!);
  await at(a);
  await command("pane", "focus", "--direction", "right");
  await at(b);
  await command("last-pane");
  await at(a);
  await command("select-pane", "-R");
  await at(b);
  const { inner } = (await shown())[2]!;
  click(inner!.x + 3, inner!.y + 3);
  await at(c);
  await endWindow();
});

test("choose-tree with preview", async () => {
  await windowWith(1, "forest");
  tui.press("echo leaf-$((5+5))\r");
  await tui.shows("leaf-10");
  key("1");
  await holds("elsewhere", () => status().includes(":home*"));
  key("w");
  await tui.shows("Windows and panes");
  tui.press("G");
  await tui.shows("leaf-10");
  tui.press("\r");
  await holds("there", () => status().includes(":forest*"));
  for (const again of [() => line("choose-tree"), () => command("choose-tree")]) {
    await again();
    await tui.shows("Windows and panes");
    tui.press("q");
    await holds("closed", () => !tui.screen().join("\n").includes("Windows and panes"));
  }
  await endWindow();
});

test("synchronized typing, with a clear sign", async () => {
  const made = await windowWith(3, "choir");
  key("E");
  await tui.shows("ALL PANES typed into");
  tui.press("echo sung-$((3+3))\r");
  for (const id of made)
    await holds(`${id} got it`, async () =>
      (await workspace.capture(id)).some((text) => text.includes("sung-6")),
    );
  line("synchronize-panes off");
  await holds("off by line", () => !status().includes("ALL PANES"));
  await command("window", "synchronize", "on");
  await tui.shows("ALL PANES typed into");
  click(status().indexOf("ALL PANES") + 2, ROWS - 1);
  await holds("off by a click", () => !status().includes("ALL PANES"));
  await endWindow();
});

test("a bell and news in another window are marks in the status line, gone once one looks", async () => {
  const [id] = await windowWith(1, "noisy");
  tui.press("until [ -e ring ]; do sleep 0.02; done; printf '\\a'; echo news\r");
  key("1");
  await holds("elsewhere", () => status().includes(":home*"));
  writeFileSync(join(workspace.project, "ring"), "");
  await holds("marked", () => /\d:noisy[^ ]+ /.test(status()));
  await command("window", "select", "noisy");
  await holds("no mark any more", () => /\d:noisy\* /.test(status()));
  expect((await focused()).id).toBe(id);
  await endWindow();
});

test("respawn a dead pane: by key, by line, by command", async () => {
  const { paneId } = await workspace.withServer((server) =>
    server.call("window.new", { command: ["sh", "-c", "echo ran-$$; exit 3"], name: "once" }),
  );
  const ended = async () => {
    await holds("it ended", async () => (await focused()).dead?.exitCode === 3);
    await tui.shows("the program ended with 3");
  };
  // What ran before may still stand above.
  const words = async () =>
    (await workspace.capture(paneId))
      .join("\n")
      .match(/ran-\d+/g)
      ?.at(-1);
  await ended();
  let before = await words();
  for (const again of [
    () => key("R"),
    () => line("respawn-pane"),
    () => tui.press("r"),
    () => command("pane", "respawn", paneId),
  ]) {
    await again();
    await holds("another run", async () => {
      const now = await words();
      return now !== undefined && now !== before;
    });
    before = await words();
    await tui.shows(before!);
    await ended();
  }
  await endWindow();
});

test("who waited for an agent's end can start it again at once, though it says goodbye earlier", async () => {
  const profiles = join(workspace.home, ".config", "ia-tmux", "profiles");
  mkdirSync(profiles, { recursive: true });
  const script = "echo Bye!; sleep 0.5; exit 3";
  const rule = "{ name: exited, state: exited, all: ['^Bye!'], region: 4 }";
  writeFileSync(
    join(profiles, "polite.yaml"),
    `name: polite\ntitle: Polite\nkind: demo\ncommand: [sh, -c, '${script}']\ndetect:\n  rules:\n    - ${rule}\ninject: { manner: composer }\n`,
  );
  // A new server reads it.
  expect(await workspace.cli(["server", "restart"])).toMatchObject({ exitCode: 0 });
  await command("wait", "--screen", "#", "--pane", (await focused()).id);
  expect(await workspace.cli(["agent", "start", "polite"])).toMatchObject({ exitCode: 0 });
  await command("wait", "--agent", "polite", "--state", "exited");
  await command("pane", "respawn", "polite");
  await endWindow();
});

/** Empty for a file that has gone meanwhile: the server replaces some by renaming. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

test("clear-history: gone from the scrollback, from searches, from the disk, and after a crash of the server", async () => {
  const [id] = await windowWith(1, "private");
  const print = async (word: string) => {
    tui.press(`echo my-${word}-$((40+2)); seq 60\r`);
    const has = (lines: readonly string[]) => lines.some((text) => text.includes(`my-${word}-42`));
    await holds(
      "it has scrolled away",
      async () => has(await workspace.capture(id!, 500)) && !has(await workspace.capture(id!)),
    );
  };
  const found = async (word: string) =>
    (await workspace.cli(["pane", "search", "--all", `my-${word}-42`])).exitCode === 0;
  const onDisk = (word: string) => {
    const dir = join(workspace.dir, "state");
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    return files.some((file) => textOf(join(file.parentPath, file.name)).includes(`my-${word}-42`));
  };
  await print("secret");
  await holds("it is on disk", () => onDisk("secret"));
  expect(await found("secret")).toBe(true);
  line("clear-history");
  await holds("gone by line", async () => !(await found("secret")));
  await holds("gone from the disk", () => !onDisk("secret"));
  await print("token");
  await command("clear-history", id!);
  expect([onDisk("token"), await found("token")]).toEqual([false, false]);
  await print("later");
  await workspace.killServer();
  await holds("a new server is there", async () => found("later"));
  const left = (await workspace.capture(id!, 5_000)).join("\n");
  expect(left).toContain("my-later-42");
  expect(left).not.toMatch(/my-(secret|token)-42/);
  expect(onDisk("secret") || onDisk("token")).toBe(false);
  await tui.until("the screen is back", () => status().includes(":private*"));
  await endWindow();
});

test("detach and attach", async () => {
  key("d");
  expect(await tui.exited).toMatchObject({ exitCode: 0 });
  tui = workspace.attachTui({ cols: COLS, rows: ROWS, args: ["attach"] });
  await tui.shows("1:home*");
  line("detach-client");
  expect(await tui.exited).toMatchObject({ exitCode: 0 });
  tui = workspace.attachTui({ cols: COLS, rows: ROWS });
  await tui.shows("1:home*");
  await command("detach-client");
  expect(await tui.exited).toMatchObject({ exitCode: 0 });
  expect(await workspace.cli(["detach"])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("No screen is attached."),
  });
  tui = workspace.attachTui({ cols: COLS, rows: ROWS });
  await tui.shows("1:home*");
});

test("read-only attach: keys, clicks, drags and `y` change nothing for the others, and looking back works", async () => {
  await windowWith(2, "seen");
  const watcher = workspace.attachTui({ cols: COLS, rows: ROWS, args: ["attach", "--read-only"] });
  await watcher.shows("watching only");
  await watcher.shows(":seen*");
  const state = async () =>
    JSON.stringify(
      (await panes()).map(({ id, focused: has, outer, windowId }) => ({ id, has, outer, windowId })),
    );
  const before = await state();
  const [left, right] = await shown();
  const border = left!.outer!.cols;
  const at = (button: number, x: number, y: number) => `\x1b[<${button};${x + 1};${y + 1}M`;
  const clickThere = at(0, right!.inner!.x + 3, right!.inner!.y + 3);
  const attempts = [
    "typed",
    `${PREFIX}o`,
    `${PREFIX}z`,
    `${PREFIX}%`,
    clickThere,
    at(0, border, 9) + at(32, border + 9, 9),
  ];
  for (const [index, tried] of attempts.entries()) {
    watcher.press(tried);
    await watcher.shows("read-only: this client only watches");
    watcher.press(`${PREFIX}:display-message tried-${index}\r`);
    await watcher.shows(`tried-${index}`);
  }
  // The server has answered this watcher after all of that.
  watcher.press(`${PREFIX}[`);
  await watcher.shows("looking back");
  expect(await state()).toBe(before);
  const asked = join(workspace.project, ".ia-tmux", "layouts");
  mkdirSync(asked, { recursive: true });
  writeFileSync(
    join(asked, "asks.yaml"),
    "name: asks\nwindows:\n  - name: w\n    panes:\n      - command: [touch, ran]\n",
  );
  await command("layout", "open", "asks");
  await tui.shows("Do you trust");
  await watcher.shows("who works here is asked to trust");
  watcher.press(`y${PREFIX}[`);
  await watcher.shows("looking back");
  expect(existsSync(join(workspace.project, "ran"))).toBe(false);
  tui.press("n");
  await holds("answered by who works here", () => !tui.screen().join("\n").includes("Do you trust"));
  await command("window", "kill", "w", "--force");
  await workspace.withServer(async (server) => {
    await server.call("client.attach", { cols: 80, rows: 24, readOnly: true });
    await expect(server.call("pane.zoom", {})).rejects.toMatchObject({ code: "read-only" });
    await expect(server.call("pane.list", {})).resolves.toHaveLength(JSON.parse(before).length);
  });
  await watcher.close();
  await endWindow();
});

test("an agent that needs the human is told of by OSC 9 or 777 while nobody looks at the terminal", async () => {
  const iterm = workspace.attachTui({ cols: 100, rows: 30, env: { TERM_PROGRAM: "iTerm.app" } });
  const gnome = workspace.attachTui({ cols: 100, rows: 30, env: { VTE_VERSION: "7600" } });
  for (const terminal of [iterm, gnome]) {
    await terminal.shows("1:home*");
    // What stands behind it is seen once it was read.
    terminal.press(`\x1b[O${PREFIX}:display-message nobody-looks\r`);
    await terminal.shows("nobody-looks");
  }
  await workspace.json(["ask", "Which database?"], { env: { IA_TMUX_AGENT: "outsider" } });
  await holds("OSC 9", () => iterm.output().includes("\x1b]9;"));
  await holds("OSC 777", () => gnome.output().includes("\x1b]777;notify;"));
  await iterm.close();
  await gnome.close();
});

test("a saved layout brings back directories, a layout's variables, focus and zoom: saved again it is the same", async () => {
  const layouts = join(workspace.home, ".config", "ia-tmux", "layouts");
  mkdirSync(join(workspace.project, "sub"));
  const shells =
    "{ profile: shell, env: { COLOUR: teal } }, { profile: shell }, { profile: shell, cwd: sub }";
  writeFileSync(
    join(layouts, "given.yaml"),
    `name: given\nwindows:\n  - panes: [{ profile: shell }]\n  - name: second\n    split: right\n    panes: [${shells}]\n`,
  );
  /** Opens the layout in place of everything that is open, and answers its panes. */
  const only = async (name: string) => {
    const before = ids(await panes());
    await command("layout", "open", name);
    await workspace.withServer(async (server) => {
      for (const target of before) await server.call("pane.kill", { target, force: true });
    });
    return await panes();
  };
  const second = (await only("given"))[2]!;
  await command("pane", "focus", second.id);
  await command("send-keys", second.id, "cd /usr", "Enter");
  await holds("it is there", async () => readlinkSync(`/proc/${second.pid}/cwd`) === "/usr");
  await command("pane", "rename", "the tools");
  await command("pane", "zoom");
  await command("layout", "save", "one");
  const saved = () => readFileSync(join(layouts, "one.yaml"), "utf8");
  const first = saved();
  for (const line of [
    "COLOUR: teal",
    "cwd: /usr",
    "cwd: sub",
    "zoom: true",
    "focus: true",
    "title: the tools",
  ])
    expect(first).toContain(line);
  expect(first).not.toMatch(/PATH|HOME|IA_TMUX/);
  const opened = await only("one");
  expect(opened.map(({ focused: has }) => has)).toEqual([false, false, true, false]);
  expect((await shown()).map(({ cwd }) => cwd)).toEqual(["/usr"]);
  await command("send-keys", opened[1]!.id, "echo its-$COLOUR", "Enter");
  await holds("its variable", async () =>
    (await workspace.capture(opened[1]!.id)).join("\n").includes("its-teal"),
  );
  await command("layout", "save", "one");
  expect(saved()).toBe(first);
});
