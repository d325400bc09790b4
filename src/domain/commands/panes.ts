// The commands of single panes, in tmux's words.
import { parseExtent } from "../layout/words.ts";
import { call, type Direction, local } from "./command.ts";
import { type OptionSpec, type ParsedOptions, wholeNumber } from "./options.ts";
import { PROGRAM_OPTIONS, programOf } from "./program-options.ts";
import { type CommandSpec, fail, ok, plain, TARGET } from "./spec.ts";

export const PANE_COMMANDS: readonly CommandSpec[] = [
  {
    name: "split-window",
    aliases: ["splitw", "split"],
    usage: "[-h|-v] [-b] [-f] [-l percent%] [-c directory] [--profile name [--auto-claim]] [command…]",
    summary: "Split the pane: -h side by side, -v one above the other; -b before it, -f the whole window",
    options: [
      { flag: "-h" },
      { flag: "-v" },
      { flag: "-b" },
      { flag: "-f" },
      { flag: "-l", value: "percent" },
      { flag: "-p", value: "percent" },
      TARGET,
      ...PROGRAM_OPTIONS,
    ],
    complete: "none",
    wordsAreRest: true,
    build(options) {
      const size = options.value("-l");
      if (size !== undefined && !size.endsWith("%"))
        return fail("-l needs a part such as 30%.", "In cells: resize-pane -x 80 (or -y 20), afterwards.");
      const percent = wholeNumber(size?.slice(0, -1) ?? options.value("-p"), 1, 99);
      if (percent === null) return fail("A part is a number from 1 to 99.");
      const direction = options.has("-h") ? "right" : "down";
      const before = options.has("-b") || undefined;
      const full = options.has("-f") || undefined;
      const target = options.value("-t");
      return ok(call("pane.split", { direction, percent, before, full, target, ...programOf(options) }));
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
      const target = options.value("-t") ?? options.words[0];
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
    name: "last-pane",
    aliases: ["lastp"],
    usage: "",
    summary: "Go back to the pane you came from",
    options: [],
    complete: "none",
    build: () => ok(local({ name: "focus-last" })),
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
  {
    name: "rename-pane",
    aliases: ["renamep"],
    usage: "[-t pane] [title]",
    summary: "Give the pane a title that stays; without one the program's own is shown again",
    options: [{ flag: "-t", value: "pane" }],
    complete: "none",
    build: (options) =>
      ok(call("pane.rename", { target: options.value("-t"), title: options.words.join(" ").slice(0, 64) })),
  },
  {
    name: "break-pane",
    aliases: ["breakp"],
    usage: "[-t pane]",
    summary: "Move the pane into a window of its own",
    options: [TARGET],
    complete: "pane",
    build: (options) => ok(call("pane.break", { target: options.value("-t") ?? options.words[0] })),
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
    build(options) {
      if (options.words.length > 1)
        return fail("respawn-pane starts what ran there before.", "split-window runs another command.");
      const target = options.value("-t") ?? options.words[0];
      return ok(
        target === undefined
          ? local({ name: "respawn", kill: options.has("-k") })
          : call("pane.respawn", { target, kill: options.has("-k") || undefined }),
      );
    },
  },
  plain(
    "reopen-pane",
    ["undo-close"],
    "Bring back what was closed in the last ten seconds",
    call("pane.reopen"),
  ),
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
];

function directionFlags(): readonly OptionSpec[] {
  return [{ flag: "-L" }, { flag: "-R" }, { flag: "-U" }, { flag: "-D" }];
}

function directionOf(options: ParsedOptions): Direction | undefined {
  if (options.has("-L")) return "left";
  if (options.has("-R")) return "right";
  if (options.has("-U")) return "up";
  return options.has("-D") ? "down" : undefined;
}
