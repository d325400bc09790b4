// Everything a multiplexer does is to be had by key, by mouse (the menu), at the command line and at the `:` prompt.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMMANDS as CLI } from "../../src/cli/table.ts";
import { parseCommandLine as parseShell } from "../../src/cli/program.ts";
import { DEFAULT_SETTINGS_TEXT, SettingsSchema } from "../../src/config/settings.ts";
import { onlyReads } from "../../src/domain/commands/reading.ts";
import { foreignFlagHint, foreignHint } from "../../src/domain/commands/foreign.ts";
import { COMMANDS, findCommand, parseCommandLine } from "../../src/domain/commands/parse.ts";
import { DEFAULT_BINDINGS } from "../../src/domain/keys/bindings.ts";
import { type FakeServer, fakeServer, run } from "../cli/rig.ts";
import { keysTo } from "./support/keys.ts";
import { modelFor, picture, session } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

interface Verb {
  readonly what: string;
  /** As the binding writes it; none: there is no key of its own. */
  readonly key?: string;
  readonly line: string;
  readonly command: string;
  /** What is typed after the key, or after it was chosen from the menu. */
  readonly answer?: string;
  /** What is typed after the line. */
  readonly confirm?: string;
  /** How the screen stands before. */
  readonly given?: "marked" | "ended";
}

const VERBS: readonly Verb[] = [
  { what: "new window", key: "c", line: "new-window", command: "window new" },
  {
    what: "rename a window",
    key: ",",
    answer: "\x15logs\r",
    line: "rename-window logs",
    command: "window rename logs",
  },
  { what: "select a window by number", key: "2", line: "select-window -t 2", command: "window select 2" },
  { what: "next window", key: "n", line: "next-window", command: "window next" },
  { what: "window before", key: "p", line: "previous-window", command: "window previous" },
  { what: "last window", key: "Tab", line: "last-window", command: "window last" },
  { what: "move a window", key: ".", answer: "4\r", line: "move-window -t 4", command: "window move 4" },
  { what: "exchange two windows", line: "swap-window -t 2", command: "window move 2" },
  {
    what: "close a window",
    key: "&",
    answer: "y",
    line: "kill-window",
    confirm: "y",
    command: "window kill 1",
  },
  { what: "type into all panes", key: "E", line: "synchronize-panes", command: "window synchronize" },
  { what: "split side by side", key: "%", line: "split-window -h", command: "pane split" },
  { what: "split one above the other", key: '"', line: "split-window -v", command: "pane split --down" },
  { what: "split the whole window", line: "split-window -f", command: "split-window -f" },
  { what: "next pane", key: "o", line: "select-pane -n", command: "pane focus --next" },
  { what: "pane by direction", key: "Left", line: "select-pane -L", command: "select-pane -L" },
  { what: "pane by number", key: "q", answer: "2", line: "select-pane -t 2", command: "pane focus 2" },
  { what: "pane by agent", key: "w", answer: "j\r", line: "select-pane -t kimi", command: "pane focus kimi" },
  { what: "last pane", key: ";", line: "last-pane", command: "last-pane" },
  { what: "resize", key: "C-Left", line: "resize-pane -L 1", command: "pane resize left 1" },
  { what: "give a size", line: "resize-pane -x 80", command: "resize-pane -x 80" },
  { what: "zoom", key: "z", line: "resize-pane -Z", command: "resize-pane -Z" },
  { what: "swap with the next", key: "}", line: "swap-pane -D", command: "swap-pane -D" },
  { what: "swap with the one before", key: "{", line: "swap-pane -U", command: "swap-pane -U" },
  { what: "rotate", key: "C-o", line: "rotate-window", command: "pane rotate" },
  { what: "break out", key: "B", line: "break-pane", command: "pane break" },
  { what: "mark", key: "m", line: "select-pane -m", command: "pane mark" },
  { what: "join", key: "j", given: "marked", line: "join-pane", command: "pane join %3" },
  { what: "respawn", key: "R", given: "ended", line: "respawn-pane", command: "pane respawn" },
  {
    what: "end a program and start it again",
    line: "respawn-pane -k",
    confirm: "y",
    command: "pane respawn -k",
  },
  { what: "close a pane", key: "x", answer: "y", line: "kill-pane", confirm: "y", command: "pane kill %1" },
  { what: "undo closing", key: "u", line: "reopen-pane", command: "pane reopen" },
  { what: "a title for the pane", line: "select-pane -T logs", command: "pane rename logs" },
  { what: "next arrangement", key: "Space", line: "next-layout", command: "layout arrange next" },
  {
    what: "even-horizontal",
    key: "M-1",
    line: "select-layout even-horizontal",
    command: "layout arrange even-horizontal",
  },
  {
    what: "even-vertical",
    key: "M-2",
    line: "select-layout even-vertical",
    command: "layout arrange even-vertical",
  },
  {
    what: "main-horizontal",
    key: "M-3",
    line: "select-layout main-horizontal",
    command: "layout arrange main-horizontal",
  },
  {
    what: "main-vertical",
    key: "M-4",
    line: "select-layout main-vertical",
    command: "layout arrange main-vertical",
  },
  { what: "tiled", key: "M-5", line: "select-layout tiled", command: "layout arrange tiled" },
  { what: "equal shares", line: "select-layout -E", command: "layout arrange spread" },
  { what: "the arrangement before", line: "select-layout -o", command: "layout arrange undo" },
  {
    what: "save the layout",
    key: "W",
    answer: "mine\r",
    line: "layout-save mine",
    command: "layout save mine",
  },
  { what: "open a layout", line: "layout trio", command: "layout open trio" },
  { what: "copy mode", key: "[", line: "copy-mode", command: "copy-mode" },
  { what: "look back one page", key: "PageUp", line: "copy-mode -u", command: "copy-mode -u" },
  { what: "forget what was printed", line: "clear-history", command: "clear-history" },
  { what: "search", key: "/", line: "copy-mode -s", command: "copy-mode -s" },
  {
    what: "search over all panes",
    key: "f",
    answer: "needle\r",
    line: "find-window needle",
    command: "client command find-window needle",
  },
  { what: "choose from a tree", key: "w", line: "choose-tree", command: "choose-tree" },
  { what: "paste buffers", key: "=", line: "choose-buffer", command: "client command choose-buffer" },
  { what: "read the settings anew", key: "C-r", line: "reload-config", command: "config reload" },
  { what: "leave", key: "d", line: "detach-client", command: "detach" },
];

const BYTES: Readonly<Record<string, string>> = {
  Tab: "\t",
  Space: " ",
  Left: "\x1b[D",
  PageUp: "\x1b[5~",
  "C-Left": "\x1b[1;5D",
  "C-o": "\x0f",
  "C-r": "\x12",
};
const bytesOf = (key: string) => BYTES[key] ?? (key.startsWith("M-") ? `\x1b${key.slice(2)}` : key);

/** What is asked of the server, what lies over the panes, and whether the screen leaves: the same by every face. */
function outcomeOf(typed: string, given?: Verb["given"]) {
  const view = trioView(120, 60);
  const ended = { exitCode: 0, signal: 0 };
  const panes = view.panes.map((pane) =>
    pane.focused && given === "ended" ? { ...pane, dead: ended } : pane,
  );
  const known = { lastPaneId: "%2", lastWindowId: "@2", markedPaneId: given === "marked" ? "%3" : null };
  const held = keysTo(session(modelFor({ ...view, panes }, known)), typed);
  const calls = held.effects.flatMap((effect) => (effect.type === "call" ? [effect] : []));
  return {
    changes: calls.filter(({ method, params }) => changes(method, params)).map(({ method }) => method),
    layers: held.model.layers.map((layer) => (layer.kind === "list" ? layer.list : layer.kind)),
    marked: held.model.markedPaneId,
    leaves: held.effects.some((effect) => effect.type === "exit"),
  };
}

function changes(method: string, params: Readonly<Record<string, unknown>>): boolean {
  return method !== "client.mode" && !onlyReads(method, params);
}

describe("by key, by mouse, by line and by command the same is asked for:", () => {
  let server: FakeServer;
  beforeAll(async () => {
    server = await fakeServer({});
  });
  afterAll(() => server.close());

  test.each(VERBS)("$what", async ({ key, answer = "", line, confirm = "", command, given }) => {
    const byLine = outcomeOf(`\x02:${line}\r${confirm}`, given);
    expect(byLine).not.toEqual(outcomeOf("", given));
    if (key !== undefined) {
      expect(outcomeOf(`\x02${bytesOf(key)}${answer}`, given)).toEqual(byLine);
      const { description } = DEFAULT_BINDINGS.find((each) => each.key === key)!;
      expect(outcomeOf(`\x02</${description}\r\r${answer}`, given)).toEqual(byLine);
    }
    server.calls.length = 0;
    await run(command.split(" "), { server });
    const [asked] = server.calls as { method: string; params: { line: string } }[];
    if (asked?.method === "client.command")
      expect(outcomeOf(`\x02:${asked.params.line}\r`, given)).toEqual(byLine);
    else expect([asked?.method]).toEqual(byLine.changes);
  });

  test("paste: into the pane that has the focus", async () => {
    server.calls.length = 0;
    await run(["buffer", "paste"], { server });
    expect(server.calls).toMatchObject([{ method: "buffer.paste" }]);
    for (const typed of ["\x02]", "\x02:paste-buffer\r", "\x02</paste what was copied\r\r"]) {
      const held = keysTo(session(modelFor(trioView(120, 60))), typed, { "buffer.show": { text: "kept" } });
      expect(held.effects).toContainEqual(expect.objectContaining({ type: "paste", paneNumbers: [1] }));
    }
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

/** All of tmux 3.3a, with the short forms. */
const OF_TMUX = (
  "attach-session attach bind-key bind break-pane breakp capture-pane capturep choose-buffer " +
  "choose-client choose-tree clear-history clearhist clear-prompt-history clearphist clock-mode " +
  "command-prompt confirm-before confirm copy-mode customize-mode delete-buffer deleteb " +
  "detach-client detach display-menu menu display-message display display-popup popup " +
  "display-panes displayp find-window findw has-session has if-shell if join-pane joinp kill-pane " +
  "killp kill-server kill-session kill-window killw last-pane lastp last-window last link-window " +
  "linkw list-buffers lsb list-clients lsc list-commands lscm list-keys lsk list-panes lsp " +
  "list-sessions ls list-windows lsw load-buffer loadb lock-client lockc lock-server lock " +
  "lock-session locks move-pane movep move-window movew new-session new new-window neww " +
  "next-layout nextl next-window next paste-buffer pasteb pipe-pane pipep previous-layout prevl " +
  "previous-window prev refresh-client refresh rename-session rename rename-window renamew " +
  "resize-pane resizep resize-window resizew respawn-pane respawnp respawn-window respawnw " +
  "rotate-window rotatew run-shell run save-buffer saveb select-layout selectl select-pane " +
  "selectp select-window selectw send-keys send send-prefix server-access set-buffer setb " +
  "set-environment setenv set-hook set-option set set-window-option setw show-buffer showb " +
  "show-environment showenv show-hooks show-messages showmsgs show-options show " +
  "show-prompt-history showphist show-window-options showw source-file source split-window splitw " +
  "start-server start suspend-client suspendc swap-pane swapp swap-window swapw switch-client " +
  "switchc unbind-key unbind unlink-window unlinkw wait-for wait "
)
  .trim()
  .split(" ");

test("each command of tmux is one here, or refused with what does the same, at the prompt and at the command line", async () => {
  for (const name of OF_TMUX) {
    const hint = foreignHint(name);
    expect("build" in findCommand(name), name).toBe(hint === null);
    if (hint === null) continue;
    const parsed = parseCommandLine(`${name} something`);
    expect(parsed, name).toMatchObject({ ok: false, error: { message: `${name} is not here.` } });
    expect(hint.length, name).toBeGreaterThan(20);
  }
  const hint = foreignHint("pipe-pane")!;
  expect(hint).toContain("debug record");
  expect(foreignHint("attach-session")).toContain("attach --read-only");
  expect(() => parseShell(["pipe-pane"], CLI)).toThrow(expect.objectContaining({ hint }));
  const held = keysTo(session(modelFor(trioView(120, 60))), "\x02:pipe-pane\r");
  expect((await picture(held.model)).lines.join("\n")).toContain("`ia-tmux debug record <pane>`");
});

test("an option that only tmux has is passed over where it changes nothing, else refused with what does the same", () => {
  for (const line of [
    "choose-tree -Zw",
    "list-panes -s",
    "last-pane -Z",
    "source-file -q",
    "paste-buffer -p",
  ])
    expect(parseCommandLine(line), line).toMatchObject({ ok: true });
  for (const [line, hint] of [
    ["detach-client -a", "ia-tmux detach --all"],
    ["new-window -d", "last-window"],
    ["split-window -l 20", "resize-pane -x"],
    ["send -t kimi C-c", "send-keys -t"],
    ["source-file ~/.tmux.conf", "config.yaml"],
    ["list-keys -x", "Show every key"],
  ] as const) {
    const parsed = parseCommandLine(line);
    expect(parsed.ok ? "" : parsed.error.hint, line).toContain(hint);
  }
});

test("no hint names a command of ours that does not exist", () => {
  const named = new Set(CLI.flatMap((each) => [each.name, ...(each.short ?? [])]));
  const switches = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const hints = [
    ...OF_TMUX.map(foreignHint),
    ...COMMANDS.flatMap(({ name }) => Array.from(switches, (letter) => foreignFlagHint(name, `-${letter}`))),
  ];
  for (const hint of hints)
    for (const [, command = ""] of (hint ?? "").matchAll(/`ia-tmux ([a-z]+(?: [a-z]+)?)/g))
      expect(named.has(command) || named.has(command.split(" ")[0]!), `${hint}: ${command}`).toBe(true);
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
