// The commands of a terminal multiplexer, in tmux's words.
import { ARRANGEMENTS, parseExtent } from "../layout/words.ts";
import { call, type Direction, local } from "./command.ts";
import type { OptionSpec, ParsedOptions } from "./options.ts";
import { type CommandSpec, fail, ok } from "./spec.ts";

const TARGET: OptionSpec = { flag: "-t", value: "target" };
const PROGRAM: readonly OptionSpec[] = [
  { flag: "-c", value: "directory" },
  { flag: "-n", value: "name" },
  { flag: "--profile", value: "profile" },
  { flag: "--auto-claim" },
];

export const MULTIPLEXER_COMMANDS: readonly CommandSpec[] = [
  {
    name: "split-window",
    aliases: ["splitw", "split"],
    usage: "[-h|-v] [-b] [-f] [-p percent] [-c directory] [--profile name [--auto-claim]] [command…]",
    summary: "Split the pane: -h side by side, -v one above the other; -b before it, -f the whole window",
    options: [
      { flag: "-h" },
      { flag: "-v" },
      { flag: "-b" },
      { flag: "-f" },
      { flag: "-p", value: "percent" },
      TARGET,
      ...PROGRAM,
    ],
    complete: "none",
    wordsAreRest: true,
    build(options) {
      const percent = wholeNumber(options.value("-p"), 1, 99);
      if (percent === null) return fail("-p needs a number from 1 to 99.");
      const direction = options.has("-h") ? "right" : "down";
      const before = options.has("-b") || undefined;
      const full = options.has("-f") || undefined;
      const target = options.value("-t");
      return ok(call("pane.split", { direction, percent, before, full, target, ...program(options) }));
    },
  },
  {
    name: "new-window",
    aliases: ["neww"],
    usage: "[-n name] [-c directory] [--profile name [--auto-claim]] [command…]",
    summary: "Open a new window",
    options: PROGRAM,
    complete: "none",
    wordsAreRest: true,
    build: (options) => ok(call("window.new", program(options))),
  },
  {
    name: "select-window",
    aliases: ["selectw"],
    usage: "[-n|-p|-l] [-t window]",
    summary: "Go to a window; -n next, -p previous, -l the one you came from",
    options: [{ flag: "-n" }, { flag: "-p" }, { flag: "-l" }, TARGET],
    complete: "window",
    build(options) {
      if (options.has("-n")) return ok(local({ name: "window-step", step: 1 }));
      if (options.has("-p")) return ok(local({ name: "window-step", step: -1 }));
      if (options.has("-l")) return ok(local({ name: "window-last" }));
      const target = options.value("-t") ?? options.words[0];
      return target === undefined
        ? fail("Which window? Give its number or name.")
        : ok(call("window.select", { target }));
    },
  },
  plain("next-window", ["next"], "Go to the next window", local({ name: "window-step", step: 1 })),
  plain("previous-window", ["prev"], "Go to the window before", local({ name: "window-step", step: -1 })),
  plain("last-window", ["last"], "Go back to the window you came from", local({ name: "window-last" })),
  {
    name: "rename-window",
    aliases: ["renamew"],
    usage: "[name]",
    summary: "Rename the window",
    options: [TARGET],
    complete: "none",
    build(options) {
      const name = options.words.join(" ").trim();
      if (name === "") return ok(local({ name: "rename-window" }));
      return ok(call("window.rename", { name: name.slice(0, 64), target: options.value("-t") }));
    },
  },
  {
    name: "move-window",
    aliases: ["movew"],
    usage: "[-s window] [-t number]",
    summary: "Give the window another number",
    options: [{ flag: "-s", value: "window" }, TARGET],
    complete: "none",
    build(options) {
      const given = options.value("-t") ?? options.words[0];
      if (given === undefined) return ok(local({ name: "command-prompt", initial: "move-window -t " }));
      const index = wholeNumber(given, 1, 999);
      return index === null || index === undefined
        ? fail("move-window needs a number from 1 to 999.")
        : ok(call("window.move", { index, target: options.value("-s") }));
    },
  },
  {
    name: "kill-window",
    aliases: ["killw"],
    usage: "[-f] [-t window]",
    summary: "Close the window and end what runs in it",
    options: [{ flag: "-f" }, TARGET],
    complete: "window",
    build(options) {
      const target = options.value("-t");
      // As for a pane: asked about is the one in sight.
      return ok(
        options.has("-f") || target !== undefined
          ? call("window.kill", { target, force: options.has("-f") || undefined })
          : local({ name: "kill-window" }),
      );
    },
  },
  {
    name: "kill-pane",
    aliases: ["killp"],
    usage: "[-a] [-f] [-t pane]",
    summary: "Close the pane and end what runs in it; -a all others of the window",
    options: [{ flag: "-a" }, { flag: "-f" }, TARGET],
    complete: "pane",
    build(options) {
      if (options.has("-a")) return ok(local({ name: "kill-others" }));
      const target = options.value("-t");
      // Asked about is the pane in sight; one that is named is closed unless an agent works in it.
      return ok(
        options.has("-f") || target !== undefined
          ? call("pane.kill", { target, force: options.has("-f") || undefined })
          : local({ name: "kill-pane" }),
      );
    },
  },
  {
    name: "select-pane",
    aliases: ["selectp"],
    usage: "[-L|-R|-U|-D] [-l] [-n] [-m] [-T title] [-t pane]",
    summary: "Go to a pane: by direction, number or agent; -m marks it, -T gives it a title",
    options: [
      ...directionFlags(),
      { flag: "-l" },
      { flag: "-n" },
      { flag: "-m" },
      { flag: "-T", value: "title" },
      TARGET,
    ],
    complete: "pane",
    build(options) {
      const title = options.value("-T");
      if (title !== undefined)
        return ok(call("pane.rename", { target: options.value("-t"), title: title.slice(0, 64) }));
      if (options.has("-m"))
        return ok(local({ name: "mark-pane", target: options.value("-t") ?? options.words[0] ?? null }));
      if (options.has("-l")) return ok(local({ name: "focus-last" }));
      if (options.has("-n")) return ok(local({ name: "focus-next" }));
      const target = options.value("-t") ?? options.words[0];
      const direction = directionOf(options);
      if (!direction && target === undefined)
        return fail("Which pane? Give a direction, a number or an agent.");
      return ok(call("pane.focus", { target, direction }));
    },
  },
  {
    name: "resize-pane",
    aliases: ["resizep"],
    usage: "[-Z] [-L|-R|-U|-D] [cells] [-x columns] [-y rows]",
    summary: "Make the pane larger or smaller; -x and -y give it a size, also as 50%; -Z zooms it",
    options: [
      ...directionFlags(),
      { flag: "-Z" },
      { flag: "-x", value: "columns" },
      { flag: "-y", value: "rows" },
      TARGET,
    ],
    complete: "none",
    build(options) {
      const target = options.value("-t");
      if (options.has("-Z")) return ok(call("pane.zoom", { target }));
      const [cols, rows] = [options.value("-x"), options.value("-y")].map((given) =>
        given === undefined ? undefined : parseExtent(given),
      );
      if (cols === null || rows === null)
        return fail("-x and -y need a number of cells, or a part such as 50%.");
      if (cols !== undefined || rows !== undefined) return ok(call("pane.size", { target, cols, rows }));
      const direction = directionOf(options);
      if (!direction) return fail("Which way? -L, -R, -U or -D; or a size: -x 80.");
      const cells = wholeNumber(options.words[0] ?? "1", 1, 10_000);
      return cells === null
        ? fail("The number of cells must be 1 or more.")
        : ok(call("pane.resize", { target, direction, cells }));
    },
  },
  {
    name: "swap-pane",
    aliases: ["swapp"],
    usage: "[-U|-D] [-s pane] [-t pane]",
    summary: "Exchange two panes; without a pane: with the marked one",
    options: [{ flag: "-U" }, { flag: "-D" }, { flag: "-s", value: "pane" }, TARGET],
    complete: "pane",
    build(options) {
      if (options.has("-U")) return ok(local({ name: "swap-step", step: -1 }));
      if (options.has("-D")) return ok(local({ name: "swap-step", step: 1 }));
      const other = options.value("-t") ?? options.words[0];
      return ok(
        other === undefined
          ? local({ name: "swap-marked" })
          : call("pane.swap", { target: options.value("-s"), with: other }),
      );
    },
  },
  plain("rotate-window", ["rotatew"], "Turn the panes round", call("pane.rotate")),
  {
    name: "break-pane",
    aliases: ["breakp"],
    usage: "[-t pane]",
    summary: "Move the pane into a window of its own",
    options: [TARGET],
    complete: "pane",
    build: (options) => ok(call("pane.break", { target: options.value("-t") })),
  },
  {
    name: "join-pane",
    aliases: ["joinp", "move-pane", "movep"],
    usage: "[-h|-v] [-s pane] [-t pane]",
    summary: "Bring a pane here; without one: the marked pane",
    options: [{ flag: "-h" }, { flag: "-v" }, { flag: "-s", value: "pane" }, TARGET],
    complete: "pane",
    build(options) {
      const direction = options.has("-v") ? "down" : "right";
      const into = options.value("-t");
      if (options.value("-s") === undefined && into === undefined)
        return ok(local({ name: "join-marked", direction }));
      if (into === undefined && options.words[0] !== undefined)
        return fail("join-pane takes panes as -s and -t.");
      return ok(call("pane.join", { target: options.value("-s"), into: into ?? "", direction }));
    },
  },
  {
    name: "respawn-pane",
    aliases: ["respawnp"],
    usage: "[-k] [-t pane]",
    summary: "Start the program of an ended pane again; -k ends a running one first",
    options: [{ flag: "-k" }, TARGET],
    complete: "pane",
    build: (options) =>
      ok(
        options.value("-t") === undefined
          ? local({ name: "respawn", kill: options.has("-k") })
          : call("pane.respawn", { target: options.value("-t"), kill: options.has("-k") || undefined }),
      ),
  },
  {
    name: "select-layout",
    aliases: ["selectl"],
    usage: `[-n] [-o] [-E] ${ARRANGEMENTS.join("|")}`,
    summary: "Arrange the panes; -o as they were before, -E with equal shares",
    options: [{ flag: "-n" }, { flag: "-o" }, { flag: "-E" }],
    complete: "preset",
    build(options) {
      if (options.has("-o")) return ok(call("layout.preset", { name: "undo" }));
      if (options.has("-E")) return ok(call("layout.preset", { name: "spread" }));
      const name = options.words[0] ?? "next";
      return (ARRANGEMENTS as readonly string[]).includes(name)
        ? ok(call("layout.preset", { name }))
        : fail(`There is no arrangement ${name}.`, ARRANGEMENTS.join(", "));
    },
  },
  plain("next-layout", ["nextl"], "Arrange the panes the next way", call("layout.preset", { name: "next" })),
  {
    name: "synchronize-panes",
    aliases: ["sync"],
    usage: "[on|off]",
    summary: "Type into every pane of the window at once",
    options: [],
    complete: "none",
    build(options) {
      const word = options.words[0];
      if (word !== undefined && word !== "on" && word !== "off") return fail("Say on or off.");
      return ok(call("window.synchronize", { on: word === undefined ? undefined : word === "on" }));
    },
  },
  {
    name: "send-keys",
    aliases: ["send-key"],
    usage: "[-l] [-t pane] keys…",
    summary: "Send keys to a pane; -l takes them literally",
    options: [{ flag: "-l" }, TARGET],
    complete: "none",
    wordsAreRest: true,
    build: (options) =>
      options.words.length === 0
        ? fail("Which keys? Such as: send-keys C-c")
        : ok(
            call("pane.send-keys", {
              target: options.value("-t"),
              keys: options.words,
              literal: options.has("-l"),
            }),
          ),
  },
  plain("send-prefix", [], "Send the prefix key itself to the pane", local({ name: "send-prefix" })),
  plain(
    "display-panes",
    ["displayp"],
    "Show the panes' numbers; a digit goes there",
    local({ name: "display-panes" }),
  ),
  plain(
    "choose-tree",
    ["choose-window"],
    "Choose a window or a pane from a list",
    local({ name: "open-list", list: "tree" }),
  ),
  {
    name: "command-prompt",
    aliases: [],
    usage: "[text]",
    summary: "Type a command",
    options: [],
    complete: "none",
    build: (options) => ok(local({ name: "command-prompt", initial: options.words.join(" ") })),
  },
  plain("list-keys", ["help", "?"], "Show every key", local({ name: "help" })),
  plain(
    "show-messages",
    ["messages"],
    "Show what the status line said",
    local({ name: "open-list", list: "messages" }),
  ),
  plain(
    "reopen-pane",
    ["undo-close"],
    "Bring back what was closed in the last ten seconds",
    call("pane.reopen"),
  ),
  plain("reload-config", ["source-file"], "Read the settings file anew", call("settings.reload")),
  plain(
    "display-menu",
    ["menu"],
    "Everything that a key does, to choose from",
    local({ name: "open-list", list: "menu" }),
  ),
  plain("refresh-client", ["redraw"], "Draw the screen anew", local({ name: "redraw" })),
  plain(
    "detach-client",
    ["detach", "quit", "exit", "q"],
    "Leave; everything goes on running",
    local({ name: "detach" }),
  ),
];

/** A command without options. */
function plain(
  name: string,
  aliases: readonly string[],
  summary: string,
  command: ReturnType<typeof local>,
): CommandSpec {
  return { name, aliases, usage: "", summary, options: [], complete: "none", build: () => ok(command) };
}

function program(options: ParsedOptions) {
  return {
    cwd: options.value("-c"),
    name: options.value("-n"),
    profile: options.value("--profile"),
    ...(options.has("--auto-claim") ? { autoClaim: true } : {}),
    command: options.words.length > 0 ? options.words : undefined,
  };
}

function directionFlags(): readonly OptionSpec[] {
  return [{ flag: "-L" }, { flag: "-R" }, { flag: "-U" }, { flag: "-D" }];
}

function directionOf(options: ParsedOptions): Direction | undefined {
  if (options.has("-L")) return "left";
  if (options.has("-R")) return "right";
  if (options.has("-U")) return "up";
  return options.has("-D") ? "down" : undefined;
}

/** Undefined stays undefined, what is no number in the range is null. */
function wholeNumber(text: string | undefined, min: number, max: number): number | undefined | null {
  if (text === undefined) return undefined;
  const value = Number(text);
  return Number.isInteger(value) && value >= min && value <= max ? value : null;
}
