// What a key or a line at the `:` prompt asks for: a call to the server, or something the screen does itself.

export type Direction = "left" | "right" | "up" | "down";

/** The lists that open over the panes. */
export const LIST_NAMES = [
  "needs",
  "inbox",
  "mail",
  "tasks",
  "locks",
  "agents",
  "activity",
  "specs",
  "decisions",
  "archive",
  "deliveries",
  "tree",
  "buffers",
  "messages",
  "menu",
] as const;
export type ListName = (typeof LIST_NAMES)[number];

/** What the screen does by itself; it may end in a call once the user has answered. */
export type LocalAction =
  | { readonly name: "open-list"; readonly list: ListName }
  | { readonly name: "delegate"; readonly to: string | null; readonly text: string }
  | { readonly name: "message"; readonly to: string | null; readonly text: string }
  | { readonly name: "help" }
  | { readonly name: "command-prompt"; readonly initial: string }
  | { readonly name: "rename-window" }
  | { readonly name: "detach" }
  | { readonly name: "copy-mode"; readonly pageUp: boolean; readonly search: boolean }
  /** Null: the newest. */
  | { readonly name: "paste-buffer"; readonly buffer: string | null }
  /** Search through all panes; an empty pattern asks for one. */
  | { readonly name: "find"; readonly pattern: string; readonly regex: boolean }
  | { readonly name: "find-step"; readonly step: 1 | -1 }
  | { readonly name: "copy-keys"; readonly style: "vi" | "emacs" }
  | { readonly name: "display-panes" }
  | { readonly name: "focus-next" }
  | { readonly name: "focus-last" }
  | { readonly name: "window-step"; readonly step: 1 | -1 }
  | { readonly name: "window-last" }
  | { readonly name: "swap-step"; readonly step: 1 | -1 }
  /** Null: the focused one. */
  | { readonly name: "mark-pane"; readonly target: string | null }
  | { readonly name: "join-marked"; readonly direction: "right" | "down" }
  | { readonly name: "swap-marked" }
  | { readonly name: "kill-pane" }
  /** All of the window but the focused one. */
  | { readonly name: "kill-others" }
  /** On this screen only; what tmux writes as `#W` is filled in. */
  | { readonly name: "say"; readonly text: string }
  | { readonly name: "kill-window" }
  | { readonly name: "respawn"; readonly kill: boolean }
  | { readonly name: "send-prefix" }
  | { readonly name: "redraw" }
  | { readonly name: "lock"; readonly path: string | null; readonly reason: string }
  /** `path`: relative to the project. */
  | { readonly name: "publish-spec"; readonly spec: string; readonly path: string }
  | { readonly name: "explain"; readonly target: string }
  | { readonly name: "summary" }
  | { readonly name: "stop-server" }
  | { readonly name: "install-retry" };

export type Command =
  | { readonly kind: "call"; readonly method: string; readonly params: Readonly<Record<string, unknown>> }
  | { readonly kind: "local"; readonly action: LocalAction };

export interface CommandError {
  readonly message: string;
  readonly hint: string;
}

export type ParsedCommand =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly error: CommandError };

/** Names that completion offers; all from the view that is on the screen. */
export interface CompletionContext {
  readonly agents: readonly string[];
  readonly windows: readonly string[];
  readonly panes: readonly string[];
  readonly layouts: readonly string[];
  readonly locks: readonly string[];
  readonly tasks: readonly string[];
  /** What lies in the directory that the word names so far; directories with a slash behind. */
  readonly files: readonly string[];
}

export function call(method: string, params: Readonly<Record<string, unknown>> = {}): Command {
  const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
  return { kind: "call", method, params: given };
}

export function local(action: LocalAction): Command {
  return { kind: "local", action };
}
