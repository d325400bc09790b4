// Commands of tmux that there are not here: what does the same, or why nothing does.

const OPTIONS =
  "Settings stand in config.yaml: `ia-tmux config init` writes it with every default, changes take effect at once.";
const KEYS =
  "Keys stand in config.yaml under `keys:`; C-b ? lists them, `ia-tmux config init` writes the file.";
const ONE = "Each project has one workspace: `ia-tmux` in another directory opens that one's.";
const RUN =
  "C-b : split-window or new-window run a command in a pane; in scripts every `ia-tmux` command works.";
const HOOKS = "`ia-tmux events --json` prints what happens as it happens, for a script to act on.";

const NAMES: Readonly<Record<string, readonly string[]>> = {
  [OPTIONS]: [
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
    "attach-session",
    "attach",
    "list-sessions",
    "ls",
    "choose-session",
    "link-window",
    "linkw",
    "unlink-window",
    "unlinkw",
  ],
  [RUN]: ["run-shell", "run", "if-shell", "if", "confirm-before", "confirm", "display-popup", "popup"],
  [HOOKS]: ["set-hook", "show-hooks"],
  "`ia-tmux debug record <pane>` writes everything that a pane prints to a file, `ia-tmux capture` what it shows.":
    ["pipe-pane", "pipep"],
  "C-b [ looks back and copies; `ia-tmux capture <pane> --history 1000 > file` writes it.": [
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
