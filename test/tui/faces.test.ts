// Everything a multiplexer does is to be had by key, by mouse (the menu), at the command line and at the `:` prompt.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { COMMANDS as CLI } from "../../src/cli/table.ts";
import { parseCommandLine as parseShell } from "../../src/cli/program.ts";
import { DEFAULT_SETTINGS_TEXT, SettingsSchema } from "../../src/config/settings.ts";
import { foreignHint } from "../../src/domain/commands/foreign.ts";
import { findCommand, parseCommandLine } from "../../src/domain/commands/parse.ts";
import { DEFAULT_BINDINGS } from "../../src/domain/keys/bindings.ts";
import { keysTo } from "./support/keys.ts";
import { modelFor, picture, session } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

/** What it is, its key, its line at the prompt, its command. */
const VERBS: readonly (readonly [string, string, string, string])[] = [
  ["new window", "c", "new-window", "window new"],
  ["rename a window", ",", "rename-window logs", "window rename"],
  ["select a window by number", "2", "select-window -t 2", "window select"],
  ["next window", "n", "next-window", "window next"],
  ["window before", "p", "previous-window", "window previous"],
  ["last window", "Tab", "last-window", "window last"],
  ["move a window", ".", "move-window -t 4", "window move"],
  ["close a window", "&", "kill-window", "window kill"],
  ["type into all panes", "E", "synchronize-panes on", "window synchronize"],
  ["split side by side", "%", "split-window -h", "pane split"],
  ["split one above the other", '"', "split-window -v", "pane split"],
  ["next pane", "o", "select-pane -n", "pane focus"],
  ["pane by direction", "Left", "select-pane -L", "pane focus"],
  ["pane by number", "q", "select-pane -t 2", "pane focus"],
  ["pane by agent", "w", "select-pane -t kimi", "pane focus"],
  ["last pane", ";", "select-pane -l", "pane focus"],
  ["resize", "C-Left", "resize-pane -L 3", "pane resize"],
  ["zoom", "z", "resize-pane -Z", "pane zoom"],
  ["swap", "}", "swap-pane -t 2", "pane swap"],
  ["rotate", "C-o", "rotate-window", "pane rotate"],
  ["break out", "B", "break-pane", "pane break"],
  ["mark", "m", "select-pane -m", "pane join"],
  ["join", "j", "join-pane -s %2 -t %1", "pane join"],
  ["respawn", "R", "respawn-pane", "pane respawn"],
  ["close a pane", "x", "kill-pane", "pane kill"],
  ["undo closing", "u", "reopen-pane", "pane reopen"],
  ["next arrangement", "Space", "next-layout", "layout arrange"],
  ["even-horizontal", "M-1", "select-layout even-horizontal", "layout arrange"],
  ["even-vertical", "M-2", "select-layout even-vertical", "layout arrange"],
  ["main-horizontal", "M-3", "select-layout main-horizontal", "layout arrange"],
  ["main-vertical", "M-4", "select-layout main-vertical", "layout arrange"],
  ["tiled", "M-5", "select-layout tiled", "layout arrange"],
  ["equal shares", "Space", "select-layout -E", "layout arrange"],
  ["the arrangement before", "Space", "select-layout -o", "layout arrange"],
  ["a title for the pane", "m", "select-pane -T logs", "pane rename"],
  ["end a program and start it again", "R", "respawn-pane -k", "pane respawn"],
  ["close all other panes", "x", "kill-pane -a", "pane kill"],
  ["exchange two windows", ".", "swap-window -t 2", "window move"],
  ["copy mode", "[", "copy-mode", "pane capture"],
  ["search", "/", "copy-mode -s", "pane search"],
  ["search over all panes", "f", "find-window needle", "pane search"],
  ["paste", "]", "paste-buffer", "buffer paste"],
  ["paste buffers", "=", "choose-buffer", "buffer list"],
  ["save the layout", "W", "layout-save mine", "layout save"],
  ["choose from a tree", "w", "choose-tree", "window list"],
  ["read the settings anew", "C-r", "reload-config", "config reload"],
  ["leave", "d", "detach-client", "attach"],
];

describe.each(VERBS)("%s", (_what, key, line, command) => {
  test(`${key}, :${line} and \`ia-tmux ${command}\``, async () => {
    const binding = DEFAULT_BINDINGS.find((each) => each.key === key);
    expect(binding).toBeDefined();
    expect(parseCommandLine(line)).toMatchObject({ ok: true });
    expect("build" in findCommand(line.split(" ")[0]!)).toBe(true);
    expect(CLI.some((each) => each.name === command)).toBe(true);
    const held = keysTo(session(modelFor(trioView(120, 60))), `\x02</${binding!.description}\r`);
    expect((await picture(held.model)).lines.join("\n")).toContain(`▸ ${binding!.description.slice(0, 30)}`);
  });
});

test("the words of other multiplexers find their commands", () => {
  for (const name of [
    "splitw",
    "neww",
    "selectp",
    "swapp",
    "joinp",
    "breakp",
    "resizep",
    "killp",
    "source-file",
  ])
    expect("build" in findCommand(name), name).toBe(true);
  for (const name of ["split-window", "new-window", "select-pane", "swap-pane", "join-pane", "break-pane"])
    expect(
      CLI.some((each) => each.short?.includes(name)),
      name,
    ).toBe(true);
});

test("what only other multiplexers have is refused with what does the same here, at the prompt and at the command line", async () => {
  const words =
    "set-option setw bind-key new-session switch-client rename-session has-session run-shell if-shell wait-for pipe-pane capture-pane set-hook save-buffer load-buffer clear-history kill-session list-clients clock-mode display-popup lock-client list-commands";
  for (const name of words.split(" ")) {
    const parsed = parseCommandLine(`${name} something`);
    expect(parsed, name).toMatchObject({ ok: false, error: { message: `${name} is not here.` } });
    if (!parsed.ok) expect(parsed.error.hint.length, name).toBeGreaterThan(20);
  }
  const hint = foreignHint("pipe-pane")!;
  expect(hint).toContain("debug record");
  expect(() => parseShell(["pipe-pane"], CLI)).toThrow(expect.objectContaining({ hint }));
  const held = keysTo(session(modelFor(trioView(120, 60))), "\x02:pipe-pane\r");
  expect((await picture(held.model)).lines.join("\n")).toContain("`ia-tmux debug record <pane>`");
});

test("no hint names a command of ours that does not exist", () => {
  const named = new Set(CLI.flatMap((each) => [each.name, ...(each.short ?? [])]));
  for (const name of [
    "pipe-pane",
    "capture-pane",
    "wait-for",
    "save-buffer",
    "list-clients",
    "lock-client",
    "set-option",
    "set-hook",
  ]) {
    for (const [, command] of foreignHint(name)!.matchAll(/`ia-tmux ([a-z]+(?: [a-z]+)?)/g)) {
      const [first] = command!.split(" ");
      expect(named.has(command!) || named.has(first!), `${name}: ${command}`).toBe(true);
    }
  }
});

test("the table of the README names keys, lines and commands that there are", () => {
  const readme = readFileSync(join(import.meta.dirname, "..", "..", "README.md"), "utf8");
  const [, section = ""] = readme.split("What a multiplexer does");
  const rows = section
    .split("</details>")[0]!
    .split("\n")
    .filter((row) => /^\| [a-z]/.test(row))
    .map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!)),
    );
  expect(rows.length).toBeGreaterThan(15);
  const keys = new Set(DEFAULT_BINDINGS.map(({ key }) => key));
  const names = new Set(CLI.flatMap((each) => [each.name, ...(each.short ?? [])]));
  for (const [, bound = [], lines = [], commands = []] of rows) {
    for (const key of bound) expect(keys.has(key) || ["C-", "M-", "o"].includes(key), key).toBe(true);
    for (const text of lines)
      if (!text.startsWith("-")) expect(parseCommandLine(text), text).toMatchObject({ ok: true });
    for (const text of commands)
      if (!text.startsWith("-") && text !== "ia-tmux") {
        const [first, second] = text.split(" ");
        expect(names.has(`${first} ${second}`) || names.has(first!), text).toBe(true);
      }
  }
});

test("every setting stands in the README and in the file that `config init` writes", () => {
  const readme = readFileSync(join(import.meta.dirname, "..", "..", "README.md"), "utf8");
  for (const name of Object.keys(SettingsSchema.shape)) {
    expect(readme, name).toContain(`\`${name}\``);
    expect(DEFAULT_SETTINGS_TEXT, name).toContain(`# ${name}:`);
  }
});
