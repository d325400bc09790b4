// Commands that hands used to tmux type: short ways to what other commands do as well.
import { call, local } from "./command.ts";
import { type CommandSpec, fail, ok } from "./spec.ts";

export const TMUX_COMMANDS: readonly CommandSpec[] = [
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
    name: "list-windows",
    aliases: ["lsw", "list-panes", "lsp"],
    usage: "",
    summary: "The windows and their panes",
    options: [],
    complete: "none",
    build: () => ok(local({ name: "open-list", list: "tree" })),
  },
  {
    name: "display-message",
    aliases: ["display"],
    usage: "[text]",
    summary:
      "Say something on this screen: #W window, #I its number, #P pane, #T title, #A agent, #S project, %H:%M",
    options: [{ flag: "-p" }],
    complete: "none",
    build: (options) => ok(local({ name: "say", text: options.words.join(" ") })),
  },
];
