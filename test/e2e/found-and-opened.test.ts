// What one finds, copies and opens from the screen, and what the terminal may show: in the real program, in one workspace.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import type { TuiProcess } from "../support/tui-process.ts";
import { demoLayout, openWorkspace, type Workspace } from "../support/workspace.ts";

const PREFIX = "\x02";
const [COLS, ROWS] = [120, 30];
const CTRL = 16;
let workspace: Workspace;
let tui: TuiProcess;
let opened: string;

beforeAll(async () => {
  workspace = await openWorkspace({
    layout: (log) =>
      `${demoLayout(["ada", "ben"], log)}  - name: shells\n    split: right\n    panes:\n      - profile: shell\n      - profile: shell\n`,
    size: `${COLS}x${ROWS}`,
    up: false,
  });
  const bin = join(workspace.dir, "bin");
  opened = join(workspace.dir, "opened");
  mkdirSync(bin);
  for (const [name, script] of [
    ["xdg-open", `printf '%s' "$1" > ${opened}`],
    ["edits", 'echo "edits $*"; sleep 60'],
  ] as const) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  workspace.env["PATH"] = `${bin}:${workspace.env["PATH"]}`;
  await workspace.up();
  tui = workspace.attachTui({ cols: COLS, rows: ROWS, env: { EDITOR: "edits" } });
  await tui.shows("1:main");
  await tui.endHints();
}, 60_000);
afterAll(() => workspace?.close());

const panes = () => workspace.withServer((server) => server.call("pane.list", {}));
const focused = async () => (await panes()).find((pane) => pane.focused)!;
const holds = (what: string, fact: () => boolean | Promise<boolean>) =>
  eventually(what, fact, { describe: () => tui.screen().join("\n") });
const key = (keys: string) => tui.press(`${PREFIX}${keys}`);
const line = (text: string) => tui.press(`${PREFIX}:${text}\r`);
const click = (x: number, y: number, button = 0) =>
  tui.press(`\x1b[<${button};${x + 1};${y + 1}M\x1b[<${button};${x + 1};${y + 1}m`);
/** The first cell of these words, as a hand finds them. */
async function placeOf(words: string): Promise<{ x: number; y: number }> {
  await tui.shows(words);
  const y = tui.screen().findLastIndex((row) => row.includes(words));
  return { x: tui.screen()[y]!.indexOf(words), y };
}
const isLive = () => !/looking back|as it was then/.test(tui.screen().join("\n"));

test("select a pane by an agent's name: by line, by command, by key and list", async () => {
  const has = (agent: string) =>
    holds(`${agent} has the focus`, async () => (await focused()).agent === agent);
  line("select-pane -t ben");
  await has("ben");
  expect(await workspace.cli(["pane", "focus", "ada"])).toMatchObject({ exitCode: 0, stderr: "" });
  await has("ada");
  key("a");
  await tui.shows("─ Agents ─");
  tui.press("/ben\r");
  await tui.until("only ben is left", () => !/▸ .*ada/.test(tui.screen().join("\n")));
  tui.press("o");
  await has("ben");
});

test("jump from hit to hit across panes: C-b N, C-b P, M-n and M-p", async () => {
  line("select-window -t shells");
  await holds("the shells are shown", () => tui.screen().at(-1)!.includes("2:shells*"));
  const [left, right] = (await panes()).filter((pane) => pane.outer !== null);
  for (const [pane, letter] of [
    [left, "a"],
    [right, "b"],
  ] as const) {
    await workspace.withServer((server) => server.call("pane.focus", { target: pane!.id }));
    await holds("it has the focus", async () => (await focused()).id === pane!.id);
    await tui.until("its cursor is there", () => tui.cursor().x > 60 === (letter === "b"));
    tui.press(`printf 'need%s\\n' le-${letter}\r`);
    await tui.shows(`needle-${letter}`);
  }
  key("fneedle-\r");
  await tui.shows(/─ Search in all panes ─.* 2 ─/);
  tui.press("\r");
  const at = async (pane: typeof left, hit: string) => {
    await tui.shows(`${hit} of 2 hits`);
    await holds(`hit ${hit} is looked at`, async () => (await focused()).id === pane!.id);
    await tui.shows("looking back");
  };
  await tui.shows("1 of 2 hits");
  const [first, second] = (await focused()).id === left!.id ? [left, right] : [right, left];
  await at(first, "1");
  key("N");
  await at(second, "2");
  tui.press("\x1bn");
  await at(first, "1");
  tui.press("\x1bp");
  await at(second, "2");
  key("P");
  await at(first, "1");
  tui.press("q");
  await holds("live again", isLive);
});

test("search with a regular expression: in copy mode and by command", async () => {
  line("select-pane -L");
  await tui.until("the left pane has the focus", () => tui.cursor().x < 60);
  key("[");
  await tui.shows("looking back");
  tui.press("?\x12ne+d[a-z]+-[ab]");
  await tui.shows("regex up: ne+d[a-z]+-[ab]");
  tui.press("\r");
  await tui.shows("1 of 1: ne+d[a-z]+-[ab]");
  tui.press("q");
  await holds("live again", isLive);
  const found = await workspace.json<{ text: string }[]>(["pane", "search", "-E", "ne+d[a-z]+-[ab]$"]);
  expect(found.map(({ text }) => text.trim()).toSorted()).toEqual(["needle-a", "needle-b"]);
  const literal = await workspace.cli(["pane", "search", "ne+d"]);
  expect(literal.stdout).not.toContain("needle");
});

test("an address opens in the desktop's browser: Ctrl and a click, and o in copy mode", async () => {
  tui.press("clear; printf 'see %s://example.org/a?b=1, now\\n' https\r");
  const { x, y } = await placeOf("https://example.org/a?b=1, now");
  click(x + 10, y, CTRL);
  await holds("it was opened", () => existsSync(opened));
  await holds("the address alone", () => readFileSync(opened, "utf8") === "https://example.org/a?b=1");
  await tui.shows("Opening https://example.org/a?b=1");
  writeFileSync(opened, "");
  key("[");
  await tui.shows("looking back");
  tui.press("?example\r");
  await tui.shows("1 of 1: example");
  tui.press("o");
  await holds("again", () => readFileSync(opened, "utf8") === "https://example.org/a?b=1");
  tui.press("q");
  await holds("live again", isLive);
});

test("a file:line opens in the human's editor, in a pane beside", async () => {
  writeFileSync(join(workspace.project, "notes.txt"), "one\ntwo\nthree\n");
  // What is typed must not look like what it prints: only that stays where it is.
  tui.press("clear; echo at ./notes''.txt:3:2 now\r");
  const { x, y } = await placeOf("at ./notes.txt:3:2 now");
  click(x + 6, y, CTRL);
  await tui.shows("edits +3 ");
  const editor = await focused();
  expect((await workspace.capture(editor.id)).join("")).toContain(join(workspace.project, "notes.txt"));
  await workspace.withServer((server) => server.call("pane.kill", { target: editor.id, force: true }));
  // The screen hears of it a moment after the server has answered: keys would go to the pane that is gone.
  await tui.until("the editor is gone", () => !tui.screen().join("\n").includes("edits +3"));
  tui.press("clear; echo no ./such''.txt:3 here\r");
  const missing = await placeOf("no ./such.txt:3 here");
  click(missing.x + 6, missing.y, CTRL);
  await tui.shows("./such.txt is no file in");
});

test("emacs' keys: search, mark, copy and paste", async () => {
  line("mode-keys emacs");
  await tui.shows("Copy mode has emacs's keys");
  tui.press("clear; echo emacs-$((40+2)) copies\r");
  await tui.shows("emacs-42 copies");
  key("[");
  await tui.shows("looking back");
  tui.press("\x12emacs-42\r");
  await tui.shows("1 of 1: emacs-42");
  tui.press("\x00\x05\x1bw");
  await tui.shows("Copied.");
  await holds("live again", isLive);
  expect((await workspace.cli(["buffer", "show"])).stdout.trimEnd()).toBe("emacs-42 copies");
  key("[");
  await tui.shows("looking back");
  tui.press("\x07");
  await holds("C-g leaves", isLive);
  line("mode-keys vi");
  await tui.shows("Copy mode has vi's keys");
});

test("the menu by the mouse: a right click on a border opens it, the wheel moves, a second click on a row does it", async () => {
  const before = (await panes()).length;
  click(4, 0, 2);
  await tui.shows("─ Menu ─");
  const split = await placeOf("split one above the other");
  click(split.x + 2, split.y);
  await tui.shows("▸ split one above the other");
  const chosen = await placeOf("▸ split one above the other");
  click(chosen.x + 4, chosen.y);
  await holds("it was split", async () => (await panes()).length === before + 1);
  click(4, 0, 2);
  await tui.shows("─ Menu ─");
  tui.press("\x1b[<65;60;10M");
  await tui.until("the second row is selected", () => /▸/.test(tui.screen()[3]!));
  click(4, 12);
  await tui.until("a click beside closes it", () => !tui.screen().join("\n").includes("─ Menu ─"));
});

/** The parameters of all SGR sequences, those that belong to one colour joined. */
function sgrOf(output: string): string[] {
  return [...output.matchAll(/\x1b\[([\d;:]*)m/g)].flatMap(([, parameters]) =>
    (parameters === "" ? "0" : (parameters as string)).split(";"),
  );
}
const isBasicColour = (code: string) => /^(3[0-79]|4[0-79]|9[0-7]|10[0-7])$/.test(code);
const isOtherColour = (code: string) => /^[345]8/.test(code);

test.each([
  ["NO_COLOR: not one colour goes to the terminal", { NO_COLOR: "1" }, { basic: false, other: false }],
  ["a terminal of 16 colours gets these and no others", { TERM: "xterm" }, { basic: true, other: false }],
  ["one that has them all gets them", { COLORTERM: "truecolor" }, { basic: true, other: true }],
])("%s", async (_, env, wanted) => {
  const other = workspace.attachTui({ cols: COLS, rows: ROWS, env });
  await other.shows("2:shells*");
  tui.press(
    "clear; printf '\\033[31mred\\033[0m \\033[48;5;99mindexed\\033[0m \\033[38;2;1;200;3mtrue-%s\\033[0m\\n' colour\r",
  );
  await other.shows("red indexed true-colour");
  other.press(`${PREFIX}?`);
  await other.shows("─ Keys ─");
  other.press("q");
  const codes = sgrOf(other.output());
  expect(codes.length).toBeGreaterThan(20);
  expect({ basic: codes.some(isBasicColour), other: codes.some(isOtherColour) }).toEqual(wanted);
  await other.close();
});
