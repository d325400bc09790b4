// The keys after the prefix, as one table: the help, the status line and the input all read it.
import type { Command } from "../commands/command.ts";
import { parseCommandLine } from "../commands/parse.ts";
import { onlyLooks, onlyReads, WATCHES_ONLY } from "../commands/reading.ts";
import { formatKey, parseKey } from "./key.ts";

export const DEFAULT_PREFIX = "C-b";

export type BindingGroup = "Your own" | "Work together" | "Panes" | "Windows" | "Look back" | "Workspace";
export const BINDING_GROUPS: readonly BindingGroup[] = [
  "Your own",
  "Work together",
  "Panes",
  "Windows",
  "Look back",
  "Workspace",
];

/** A key after the prefix and the command line that it stands for. */
export interface Binding {
  /** Key notation: `D`, `C-Left`, `Space`, `%`. */
  readonly key: string;
  readonly command: string;
  readonly description: string;
  readonly group: BindingGroup;
  /** May be pressed again without the prefix for half a second. */
  readonly repeats: boolean;
}

export const DEFAULT_BINDINGS: readonly Binding[] = [
  bind("Work together", "D", "delegate", "delegate a task to an agent"),
  bind("Work together", "!", "needs", "what needs me: questions, permissions, stuck deliveries"),
  bind("Work together", "i", "inbox", "inbox: read and reply"),
  bind("Work together", "t", "tasks", "tasks by status"),
  bind("Work together", "l", "locks", "locks: who holds what"),
  bind("Work together", "a", "agents", "agents and their states"),
  bind("Work together", "v", "deliveries", "deliveries and why they wait"),
  bind("Work together", "y", "activity", "activity: who did what"),
  bind("Work together", "s", "specs", "specifications"),
  bind("Work together", "S", "decisions", "decisions"),
  bind("Work together", "A", "archive", "archive: tasks, mail and questions that were put away"),
  bind("Work together", "M", "send", "write a message to an agent"),
  bind("Work together", "e", "explain", "why this agent counts as idle, working or blocked"),

  bind("Panes", "%", "split-window -h", "split side by side"),
  bind("Panes", '"', "split-window -v", "split one above the other"),
  bind("Panes", "o", "select-pane -n", "next pane"),
  bind("Panes", ";", "select-pane -l", "the pane I came from"),
  bind("Panes", "Up", "select-pane -U", "the pane above", true),
  bind("Panes", "Down", "select-pane -D", "the pane below", true),
  bind("Panes", "Left", "select-pane -L", "the pane to the left", true),
  bind("Panes", "Right", "select-pane -R", "the pane to the right", true),
  bind("Panes", "q", "display-panes", "show numbers; a digit goes there"),
  bind("Panes", "z", "resize-pane -Z", "zoom the pane, or back"),
  bind("Panes", "C-Up", "resize-pane -U 1", "border up", true),
  bind("Panes", "C-Down", "resize-pane -D 1", "border down", true),
  bind("Panes", "C-Left", "resize-pane -L 1", "border left", true),
  bind("Panes", "C-Right", "resize-pane -R 1", "border right", true),
  bind("Panes", "M-Up", "resize-pane -U 5", "border up by five", true),
  bind("Panes", "M-Down", "resize-pane -D 5", "border down by five", true),
  bind("Panes", "M-Left", "resize-pane -L 5", "border left by five", true),
  bind("Panes", "M-Right", "resize-pane -R 5", "border right by five", true),
  bind("Panes", "{", "swap-pane -U", "swap with the pane before"),
  bind("Panes", "}", "swap-pane -D", "swap with the pane after"),
  bind("Panes", "C-o", "rotate-window", "rotate the panes"),
  bind("Panes", "B", "break-pane", "pane into a window of its own"),
  bind("Panes", "m", "select-pane -m", "mark the pane, or unmark it"),
  bind("Panes", "j", "join-pane", "bring the marked pane here"),
  bind("Panes", "R", "respawn-pane", "start an ended pane's program again"),
  bind("Panes", "x", "kill-pane", "close the pane"),
  bind("Panes", "u", "reopen-pane", "bring back what was closed a moment ago"),
  bind("Panes", "M-j", "join-pane -v", "bring the marked pane here, below"),

  bind("Windows", "c", "new-window", "new window"),
  bind("Windows", "n", "next-window", "next window"),
  bind("Windows", "p", "previous-window", "window before"),
  bind("Windows", "Tab", "last-window", "the window I came from"),
  ...Array.from({ length: 10 }, (_, digit) =>
    bind(
      "Windows",
      String(digit),
      `select-window -t ${digit === 0 ? 10 : digit}`,
      `window ${digit === 0 ? 10 : digit}`,
    ),
  ),
  bind("Windows", "w", "choose-tree", "choose a window or a pane"),
  bind("Windows", ",", "rename-window", "rename the window"),
  bind("Windows", ".", "move-window", "give the window another number"),
  bind("Windows", "W", "layout-save", "save this arrangement as a layout"),
  bind("Windows", "&", "kill-window", "close the window"),
  bind("Windows", "Space", "next-layout", "next arrangement"),
  bind("Windows", "M-1", "select-layout even-horizontal", "all side by side"),
  bind("Windows", "M-2", "select-layout even-vertical", "all one above the other"),
  bind("Windows", "M-3", "select-layout main-horizontal", "one large above"),
  bind("Windows", "M-4", "select-layout main-vertical", "one large to the left"),
  bind("Windows", "M-5", "select-layout tiled", "tiles"),
  bind("Windows", "E", "synchronize-panes", "type into every pane at once, or stop"),

  bind("Look back", "[", "copy-mode", "look back, select, copy"),
  bind("Look back", "PageUp", "copy-mode -u", "look back one page"),
  bind("Look back", "/", "copy-mode -s", "search"),
  bind("Look back", "f", "find-window", "search all panes, scrollback and everything printed"),
  bind("Look back", "N", "next-match", "next hit in all panes", true),
  bind("Look back", "P", "next-match -p", "hit before in all panes", true),
  bind("Look back", "]", "paste-buffer", "paste what was copied"),
  bind("Look back", "=", "choose-buffer", "choose from what was copied"),

  bind("Workspace", ":", "command-prompt", "type a command"),
  bind("Workspace", "?", "list-keys", "this help"),
  bind("Workspace", "<", "display-menu", "menu of everything (right click on a border or the status line)"),
  bind("Workspace", "~", "show-messages", "what the status line said"),
  bind("Workspace", "r", "refresh-client", "draw the screen anew"),
  bind("Workspace", "C-r", "reload-config", "read the settings anew"),
  bind("Workspace", "d", "detach-client", "leave; everything goes on"),
  bind("Workspace", "C-b", "send-prefix", "send C-b itself to the pane"),
];

function bind(
  group: BindingGroup,
  key: string,
  command: string,
  description: string,
  repeats = false,
): Binding {
  return { group, key, command, description, repeats };
}

/** The user's own keys, and what is wrong with those that cannot be had. */
export function customBindings(keys: Readonly<Record<string, string | null>>): {
  readonly bindings: readonly Binding[];
  readonly removed: ReadonlySet<string>;
  readonly problems: readonly { readonly key: string; readonly message: string }[];
} {
  const bindings: Binding[] = [];
  const removed = new Set<string>();
  const problems: { key: string; message: string }[] = [];
  for (const [notation, command] of Object.entries(keys)) {
    const key = parseKey(notation);
    if (!key) {
      problems.push({ key: notation, message: `"${notation}" is not a key` });
      continue;
    }
    const name = formatKey(key);
    removed.add(name);
    if (command === null) continue;
    const parsed = parseCommandLine(command);
    if (parsed.ok) bindings.push(bind("Your own", name, command, command));
    else problems.push({ key: notation, message: parsed.error.message || "a command is missing" });
  }
  return { bindings, removed, problems };
}

/** The table for a prefix and the user's own keys, which come before ours. Keys that cannot be had are left out. */
export function bindingsFor(
  prefix: string,
  keys: Readonly<Record<string, string | null>> = {},
): readonly Binding[] {
  const own = customBindings(keys);
  const ours = DEFAULT_BINDINGS.map((binding) =>
    binding.command === "send-prefix"
      ? { ...binding, key: prefix, description: `send ${prefix} itself to the pane` }
      : binding,
  );
  return [...own.bindings, ...ours.filter((binding) => !own.removed.has(binding.key))];
}

/** Our own words name keys with the default prefix; the user may have another one. */
export function withPrefix(text: string, prefix: string): string {
  return prefix === DEFAULT_PREFIX ? text : text.replace(/\bC-b(?= \S)/g, () => prefix);
}

/** What the rules below need to know of the screen. */
export interface BindingContext {
  readonly connected: boolean;
  readonly readOnly: boolean;
  /** Panes of the current window. */
  readonly paneCount: number;
  readonly windowCount: number;
  readonly zoomed: boolean;
  readonly hasLastPane: boolean;
  readonly hasLastWindow: boolean;
  readonly windowIndexes: readonly number[];
  readonly focusedDead: boolean;
  readonly hasFocus: boolean;
  readonly focusedAgent: string | null;
  readonly agentCount: number;
  readonly hasMark: boolean;
  readonly markIsHere: boolean;
}

/** For a client that only watches. */
export const READ_ONLY_REASON = `${WATCHES_ONLY}; C-b d leaves.`;

/** Why the command can do nothing now, and what can be done instead; null when it can. */
export function disabledReason(command: Command, context: BindingContext): string | null {
  if (command.kind === "local") return localReason(command.action, context);
  if (!context.connected) return "The server is gone; reconnecting.";
  if (context.readOnly && !onlyReads(command.method, command.params)) return READ_ONLY_REASON;
  const alone = context.paneCount < 2;
  switch (command.method) {
    case "pane.focus":
      return alone && command.params["target"] === undefined
        ? "There is only one pane here; C-b % splits it."
        : null;
    case "pane.resize":
    case "pane.size":
      if (context.zoomed) return "The pane is zoomed; C-b z first.";
      return alone ? "There is only one pane here: it has no border to move." : null;
    case "pane.zoom":
      return alone && !context.zoomed
        ? "There is only one pane here: it has the whole window already."
        : null;
    case "pane.rotate":
    case "pane.swap":
      return alone ? "There is only one pane here; nothing to swap." : null;
    case "pane.break":
      return alone ? "The pane is alone in its window already." : null;
    case "layout.preset":
      return alone ? "There is only one pane here; nothing to arrange." : null;
    case "window.synchronize":
      return alone && command.params["on"] !== false
        ? "There is only one pane here; nothing to type into at once."
        : null;
    case "window.select": {
      const index = Number(command.params["target"]);
      if (!Number.isInteger(index)) return null;
      return context.windowIndexes.includes(index) ? null : `There is no window ${index}; C-b c opens one.`;
    }
    default:
      return null;
  }
}

function localReason(
  action: Extract<Command, { kind: "local" }>["action"],
  context: BindingContext,
): string | null {
  switch (action.name) {
    case "detach":
    case "help":
    case "redraw":
    case "command-prompt":
      return null;
    default:
  }
  if (!context.connected) return "The server is gone; reconnecting.";
  if (context.readOnly && !onlyLooks(action)) return READ_ONLY_REASON;
  switch (action.name) {
    case "delegate":
      return context.agentCount === 0 ? "No agent runs here; `:agent-start claude` starts one." : null;
    case "kill-pane":
      return context.hasFocus ? null : "There is no pane to close.";
    case "focus-next":
      return context.paneCount < 2 ? "There is only one pane here; C-b % splits it." : null;
    case "focus-last":
      return context.hasLastPane ? null : "You have been in no other pane yet.";
    case "window-step":
      return context.windowCount < 2 ? "There is only one window; C-b c opens another." : null;
    case "window-last":
      return context.hasLastWindow ? null : "You have been in no other window yet.";
    case "swap-step":
      return context.paneCount < 2 ? "There is only one pane here; nothing to swap." : null;
    case "join-marked":
    case "swap-marked":
      if (!context.hasMark) return "No pane is marked; C-b m marks the one you are in.";
      return context.markIsHere ? "This is the marked pane itself; go to another first." : null;
    case "respawn":
      return context.focusedDead || action.kill
        ? null
        : "The program in this pane still runs; `:respawn-pane -k` ends it first.";
    case "kill-others":
      return context.paneCount < 2 ? "There is no other pane here." : null;
    case "explain":
      return action.target === "" && context.focusedAgent === null ? "No agent runs in this pane." : null;
    case "copy-mode":
      return context.hasFocus ? null : "There is no pane to look back in.";
    default:
      return null;
  }
}

/** The command of a binding. Throws when the table holds a line that does not parse: a fault of ours, caught by a test. */
export function commandOf(binding: Binding): Command {
  const parsed = parseCommandLine(binding.command);
  if (!parsed.ok) throw new Error(`${binding.key}: ${parsed.error.message}`);
  return parsed.command;
}
