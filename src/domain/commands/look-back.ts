// The commands of looking back, searching and copying, in tmux's words.
import { call, local } from "./command.ts";
import { type CommandSpec, fail, ok } from "./spec.ts";

const BUFFER = { flag: "-b", value: "buffer" } as const;

export const LOOK_BACK_COMMANDS: readonly CommandSpec[] = [
  {
    name: "copy-mode",
    aliases: [],
    usage: "[-u] [-s]",
    summary: "Look back, search and copy; -u one page up, -s search at once",
    options: [{ flag: "-u" }, { flag: "-s" }],
    complete: "none",
    build: (options) =>
      ok(local({ name: "copy-mode", pageUp: options.has("-u"), search: options.has("-s") })),
  },
  {
    name: "clear-history",
    aliases: ["clearhist"],
    usage: "[-t pane]",
    summary: "Throw away what the pane printed, but for its screen; also what is on disk of it",
    options: [{ flag: "-t", value: "pane" }],
    complete: "pane",
    build: (options) => ok(call("pane.clear-history", { target: options.value("-t") ?? options.words[0] })),
  },
  {
    name: "find-window",
    aliases: ["findw", "search-all"],
    usage: "[-r] [pattern]",
    summary: "Search all panes: screens, scrollback, everything printed; -r a regular expression",
    options: [{ flag: "-r" }],
    complete: "none",
    build: (options) =>
      ok(local({ name: "find", pattern: options.words.join(" "), regex: options.has("-r") })),
  },
  {
    name: "next-match",
    aliases: ["find-next"],
    usage: "[-p]",
    summary: "Go to the next hit of the search through all panes; -p to the one before",
    options: [{ flag: "-p" }],
    complete: "none",
    build: (options) => ok(local({ name: "find-step", step: options.has("-p") ? -1 : 1 })),
  },
  {
    name: "paste-buffer",
    aliases: ["pasteb"],
    usage: "[-b buffer]",
    summary: "Paste what was copied last, or a buffer",
    options: [BUFFER],
    complete: "none",
    build: (options) => ok(local({ name: "paste-buffer", buffer: options.value("-b") ?? null })),
  },
  {
    name: "choose-buffer",
    aliases: ["list-buffers", "lsb"],
    usage: "",
    summary: "Choose from what was copied",
    options: [],
    complete: "none",
    build: () => ok(local({ name: "open-list", list: "buffers" })),
  },
  {
    name: "set-buffer",
    aliases: ["setb"],
    usage: "[-a] [-b buffer] text…",
    summary: "Put a text into a paste buffer; -a behind what it holds",
    options: [{ flag: "-a" }, BUFFER],
    complete: "none",
    wordsAreRest: true,
    build(options) {
      const text = options.words.join(" ");
      if (text === "") return fail("Which text? From a file: `ia-tmux buffer set --file path`.");
      const append = options.has("-a") ? true : undefined;
      return ok(call("buffer.set", { text, name: options.value("-b"), append }));
    },
  },
  {
    name: "delete-buffer",
    aliases: ["deleteb"],
    usage: "[-b buffer]",
    summary: "Forget a paste buffer, the newest without a name",
    options: [BUFFER],
    complete: "none",
    build: (options) => ok(call("buffer.delete", { name: options.value("-b") ?? options.words[0] })),
  },
  {
    name: "mode-keys",
    aliases: [],
    usage: "vi|emacs",
    summary: "Whose keys copy mode has",
    options: [],
    complete: "none",
    build(options) {
      const [style] = options.words;
      return style === "vi" || style === "emacs"
        ? ok(local({ name: "copy-keys", style }))
        : fail("Say vi or emacs.");
    },
  },
];
