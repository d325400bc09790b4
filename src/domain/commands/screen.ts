// The commands of the screen itself: what it shows beside the panes, its prompt, its settings, leaving it.
import { SETTINGS_HINT } from "./foreign.ts";
import { call, local } from "./command.ts";
import { type CommandSpec, fail, ok, plain } from "./spec.ts";

export const SCREEN_COMMANDS: readonly CommandSpec[] = [
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
    name: "list-windows",
    aliases: ["lsw", "list-panes", "lsp"],
    usage: "",
    summary: "The windows and their panes",
    options: [],
    complete: "none",
    build: () => ok(local({ name: "open-list", list: "tree" })),
  },
  {
    name: "command-prompt",
    aliases: [],
    usage: "[text]",
    summary: "Type a command",
    options: [],
    complete: "none",
    build: (options) => ok(local({ name: "command-prompt", initial: options.words.join(" ") })),
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
  plain("list-keys", ["help", "?", "lsk"], "Show every key", local({ name: "help" })),
  plain(
    "show-messages",
    ["messages", "showmsgs"],
    "Show what the status line said",
    local({ name: "open-list", list: "messages" }),
  ),
  {
    name: "reload-config",
    aliases: ["source-file", "source"],
    usage: "",
    summary: "Read the settings file anew",
    options: [],
    complete: "none",
    build: ({ words: [file] }) =>
      file === undefined
        ? ok(call("settings.reload"))
        : fail(`${file} is not read here.`, `${SETTINGS_HINT} reload-config alone reads that file anew.`),
  },
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
