/** The agents whose hooks we speak. Gemini CLI's hooks were never seen at work, so it is not here. */
export const HOOK_KINDS = ["claude", "codex", "kimi"] as const;
export type HookKind = (typeof HOOK_KINDS)[number];

/** What happened in the agent, in one vocabulary for all of them. */
export type HookEvent =
  | "session-start"
  | "prompt-submitted"
  | "turn-started"
  | "tool-before"
  | "tool-after"
  | "permission-requested"
  | "permission-resolved"
  | "notification"
  | "stopped"
  | "stop-failed"
  | "interrupted"
  | "compacting"
  | "compacted"
  | "session-ended"
  /** Nothing we know, or a payload that makes no sense. It is never answered. */
  | "unknown";

/** A file the tool is about to write, move or delete. */
export interface TouchedPath {
  /** Absolute, or relative when the payload named no directory. Not normalised: links and `..` are for the disk to say. */
  readonly path: string;
  /** When `path` turns out to be a directory, this name inside it is meant (`cp a.ts src`). */
  readonly ifDirectory?: string;
}

export interface HookTool {
  /** The agent's own name for it. */
  readonly name: string;
  readonly use: "edit" | "shell" | "question" | "mcp" | "other";
  readonly paths: readonly TouchedPath[];
  /** The paths were guessed from a shell command: more may be touched. */
  readonly bestEffort: boolean;
  /** The shell command, when it is one. */
  readonly command: string | null;
}

/** One call of an agent's hook. */
export interface HookCall {
  readonly kind: HookKind;
  readonly event: HookEvent;
  /** The agent's own name of the event. */
  readonly nativeEvent: string;
  readonly sessionId: string | null;
  readonly cwd: string | null;
  /** Of `prompt-submitted` and `turn-started`: what the model is about to read. */
  readonly prompt: string | null;
  readonly tool: HookTool | null;
  /** The turn goes on only because a stop hook said so. */
  readonly stopHookActive: boolean;
  /** Of stops, failures and notifications: the agent's words. */
  readonly message: string | null;
  /** Of `permission-resolved`: whether it was granted. */
  readonly granted: boolean | null;
}

/** What we say to it. */
export type HookReply =
  | { readonly kind: "nothing" }
  /** The tool does not run; the model reads why. */
  | { readonly kind: "deny"; readonly reason: string }
  /** The turn goes on, with this text as its next message. */
  | { readonly kind: "block-stop"; readonly reason: string }
  /** The model reads this beside what it reads anyway. */
  | { readonly kind: "add-context"; readonly text: string }
  /** The dialog does not open and the tool runs. */
  | { readonly kind: "permission-allow" };

/** What the hook's process does: its output, its error output, its exit status. 2 means "blocked" and nothing else. */
export interface HookAnswer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: 0 | 2;
}

export const NOTHING: HookReply = { kind: "nothing" };
export const SILENCE: HookAnswer = { stdout: "", stderr: "", exitCode: 0 };
