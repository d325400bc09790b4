// Commands of tmux that there are not here: what does the same, or why nothing does.

/** Where settings stand. */
export const SETTINGS_HINT =
  "Settings stand in config.yaml: `ia-tmux config init` writes it with every default, changes take effect at once.";
const KEYS =
  "Keys stand in config.yaml under `keys:`; C-b ? lists them, `ia-tmux config init` writes the file.";
const ONE = "Each project has one workspace: `ia-tmux` in another directory opens that one's.";
const RUN =
  "C-b : split-window or new-window run a command in a pane; in scripts every `ia-tmux` command works.";
const HOOKS = "`ia-tmux events --json` prints what happens as it happens, for a script to act on.";

const NAMES: Readonly<Record<string, readonly string[]>> = {
  [SETTINGS_HINT]: [
    "set-option",
    "set",
    "set-window-option",
    "setw",
    "show-options",
    "show",
    "show-window-options",
    "showw",
    "set-environment",
    "setenv",
    "show-environment",
    "showenv",
    "customize-mode",
  ],
  [KEYS]: ["bind-key", "bind", "unbind-key", "unbind"],
  [ONE]: [
    "new-session",
    "new",
    "switch-client",
    "switchc",
    "rename-session",
    "rename",
    "has-session",
    "has",
    "list-sessions",
    "ls",
    "choose-session",
    "link-window",
    "linkw",
    "unlink-window",
    "unlinkw",
  ],
  "`ia-tmux attach` in another terminal is another screen of this workspace, `ia-tmux attach --read-only` one that only watches.":
    ["attach-session", "attach"],
  [RUN]: ["run-shell", "run", "if-shell", "if", "confirm-before", "confirm", "display-popup", "popup"],
  [HOOKS]: ["set-hook", "show-hooks"],
  "`ia-tmux debug record <pane>` writes everything that a pane prints to a file, `ia-tmux capture` what it shows.":
    ["pipe-pane", "pipep"],
  "C-b [ looks back and copies; `ia-tmux capture <pane> -S - > file` writes all of it.": [
    "capture-pane",
    "capturep",
  ],
  "`ia-tmux wait` in a shell waits for an agent, a task, a delivery or a text on a screen.": [
    "wait-for",
    "wait",
  ],
  "`ia-tmux buffer show > file` writes a buffer, `ia-tmux buffer set --file path` reads one.": [
    "save-buffer",
    "saveb",
    "load-buffer",
    "loadb",
  ],
  "C-b = lists what was copied; `ia-tmux buffer show` prints it.": ["show-buffer", "showb"],
  "respawn-pane starts an ended program again, each pane by itself.": ["respawn-window", "respawnw"],
  "select-layout -o goes back to the arrangement before; next-layout goes through all.": [
    "previous-layout",
    "prevl",
  ],
  "Up in this line goes through what was typed before; a screen forgets it when it is left.": [
    "show-prompt-history",
    "showphist",
    "clear-prompt-history",
    "clearphist",
  ],
  "The sockets are yours alone: no other account of the machine can attach.": ["server-access"],
  "C-b : kill-server ends everything of this project, after asking.": ["kill-session"],
  "`ia-tmux client list` lists the attached screens.": ["list-clients", "lsc", "choose-client"],
  "A window has the size of the client that was used last.": ["resize-window", "resizew"],
  "C-b ? lists the keys; Tab in this line goes through the commands.": ["list-commands", "lscm"],
  "The clock stands in the status line: `statusRight:` in config.yaml.": ["clock-mode"],
  "C-b d leaves; `ia-tmux server stop` ends the screens of all clients and leaves the programs running.": [
    "suspend-client",
    "suspendc",
    "lock-client",
    "lockc",
    "lock-server",
    "lock-session",
  ],
  "`ia-tmux server start` starts it; `ia-tmux` alone does, too.": ["start-server"],
};

/** What to say of a command that only other multiplexers have; null when it is none of theirs. */
export function foreignHint(name: string): string | null {
  for (const [hint, names] of Object.entries(NAMES)) if (names.includes(name)) return hint;
  return null;
}

const KEYS_GO_ALONG = "What is opened gets the keys; last-pane or last-window goes back.";
const FORMATS = "`ia-tmux pane list --json` and `ia-tmux window list --json` print what scripts ask for.";
const IN_SIGHT = "It acts on the window in sight; select-window -t 2 goes to another first.";
const ENVIRONMENT = "It goes before the command: split-window env NAME=value sh";
const SCREENS = "`ia-tmux detach --all` sends every screen away, `ia-tmux detach c2` one.";

/** What to do instead of an option that a command has elsewhere and not here: by command, then by option. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "split-window": { "-d": KEYS_GO_ALONG, "-e": ENVIRONMENT, "-F": FORMATS, "-P": FORMATS },
  "new-window": {
    "-d": KEYS_GO_ALONG,
    "-e": ENVIRONMENT,
    "-F": FORMATS,
    "-P": FORMATS,
    "-t": "move-window -t 3 gives it that number afterwards.",
  },
  "break-pane": {
    "-d": KEYS_GO_ALONG,
    "-F": FORMATS,
    "-P": FORMATS,
    "-n": "rename-window names it afterwards.",
  },
  "join-pane": { "-d": KEYS_GO_ALONG, "-l": "resize-pane -x 30% gives it a size when it is here." },
  "list-windows": { "-F": FORMATS, "-f": FORMATS },
  "choose-tree": { "-F": FORMATS, "-f": "`/` filters the list." },
  "detach-client": { "-a": SCREENS, "-s": SCREENS, "-t": SCREENS, "-P": "It leaves; exit ends a shell." },
  "kill-window": { "-a": "C-b w lists the windows; x closes the one under the bar." },
  "select-layout": { "-t": IN_SIGHT, "-p": "-o goes back to the arrangement before." },
  "next-layout": { "-t": IN_SIGHT },
  "rotate-window": { "-t": IN_SIGHT },
  "display-message": { "-t": "It speaks of the pane in sight. In scripts: `ia-tmux pane list --json`." },
  "send-keys": { "-X": "copy-mode looks back; its keys are for hands." },
  send: { "-t": "This is a message: send --to kimi hello. Keys: send-keys -t kimi C-c" },
  "copy-mode": { "-t": "select-pane -t 2 goes to that pane first." },
};

/** What to say of an option that only other multiplexers have; null when nothing is known of it. */
export function foreignFlagHint(command: string, flag: string): string | null {
  return FLAGS[command]?.[flag] ?? null;
}

/** Switches that tmux needs for what happens here anyway, or that ask for what there is one of. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  "choose-tree": ["-s", "-w", "-Z", "-N", "-G"],
  "list-windows": ["-a", "-s"],
  "last-pane": ["-Z"],
  "select-pane": ["-Z"],
  "find-window": ["-Z", "-C"],
  "paste-buffer": ["-p"],
  "refresh-client": ["-S"],
  "reload-config": ["-q"],
};

/** Switches of tmux that change nothing here: taken, not offered. */
export function harmlessFlags(command: string): readonly string[] {
  return HARMLESS[command] ?? [];
}
