// The commands of windows and of how their panes are arranged, in tmux's words.
import { ARRANGEMENTS } from "../layout/words.ts";
import { call, local } from "./command.ts";
import { wholeNumber } from "./options.ts";
import { PROGRAM_OPTIONS, programOf } from "./program-options.ts";
import { type CommandSpec, fail, ok, plain, TARGET } from "./spec.ts";

export const WINDOW_COMMANDS: readonly CommandSpec[] = [
  {
    name: "new-window",
    aliases: ["neww"],
    usage: "[-n name] [-c directory] [--profile name [--auto-claim]] [command…]",
    summary: "Open a new window",
    options: PROGRAM_OPTIONS,
    complete: "none",
    wordsAreRest: true,
    build: (options) => ok(call("window.new", programOf(options))),
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
    name: "swap-window",
    aliases: ["swapw"],
    usage: "[-s window] -t number",
    summary: "Exchange the numbers of two windows",
    options: [
      { flag: "-s", value: "window" },
      { flag: "-t", value: "number" },
    ],
    complete: "window",
    build(options) {
      const index = Number(options.value("-t") ?? options.words[0]);
      return Number.isInteger(index) && index >= 1 && index <= 999
        ? ok(call("window.move", { index, target: options.value("-s") }))
        : fail("With which window? Give its number.");
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
      const target = options.value("-t") ?? options.words[0];
      // As for a pane: asked about is the one in sight.
      return ok(
        options.has("-f") || target !== undefined
          ? call("window.kill", { target, force: options.has("-f") || undefined })
          : local({ name: "kill-window" }),
      );
    },
  },
  plain("rotate-window", ["rotatew"], "Turn the panes round", call("pane.rotate")),
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
];
