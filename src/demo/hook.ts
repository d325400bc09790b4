import { spawn } from "node:child_process";

/** What a hook said: nothing, or an answer in Claude's form. Exit 2 with words on stderr is a denial. */
export interface HookReply {
  readonly denied: string | null;
  readonly allowed: boolean;
  /** A Stop hook's reason to go on. */
  readonly goOn: string | null;
  /** Words for the model beside the prompt. */
  readonly context: string | null;
}

export type HookEvent =
  | "SessionStart"
  | "UserPromptSubmit"
  | "PreToolUse"
  | "PostToolUse"
  | "PermissionRequest"
  | "Stop"
  | "SessionEnd";

const SILENT: HookReply = { denied: null, allowed: false, goOn: null, context: null };
const TIMEOUT_MS = 5_000;
const MAX_OUTPUT = 1_048_576;

/** Calls the script of IA_TMUX_HOOK as `sh <script> <event>`, the payload on its standard input. */
export function createHooks(script: string | undefined, common: Readonly<Record<string, unknown>>) {
  return async function call(
    event: HookEvent,
    fields: Readonly<Record<string, unknown>> = {},
  ): Promise<HookReply> {
    if (script === undefined || script === "") return SILENT;
    const { code, stdout, stderr } = await run(
      script,
      event,
      JSON.stringify({ ...common, hook_event_name: event, ...fields }),
    );
    if (code === 2)
      return event === "Stop" ? { ...SILENT, goOn: stderr.trim() } : { ...SILENT, denied: stderr.trim() };
    const reply = readReply(stdout);
    // Context at the end of a turn makes it go on.
    return event === "Stop" && reply.goOn === null ? { ...reply, goOn: reply.context, context: null } : reply;
  };
}

function run(
  script: string,
  event: string,
  payload: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn("sh", [script, event], {
      stdio: ["pipe", "pipe", "pipe"],
      timeout: TIMEOUT_MS,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout = (stdout + chunk.toString()).slice(0, MAX_OUTPUT)));
    child.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(0, MAX_OUTPUT)));
    child.on("error", () => resolve({ code: null, stdout: "", stderr: "" }));
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    // A hook that does not read its input must not end us.
    child.stdin.on("error", () => undefined);
    child.stdin.end(payload);
  });
}

function readReply(stdout: string): HookReply {
  if (stdout.trim() === "") return SILENT;
  try {
    const reply = JSON.parse(stdout) as {
      decision?: unknown;
      reason?: unknown;
      hookSpecificOutput?: {
        permissionDecision?: unknown;
        permissionDecisionReason?: unknown;
        additionalContext?: unknown;
        decision?: { behavior?: unknown };
      };
    };
    const specific = reply.hookSpecificOutput;
    const denied = specific?.permissionDecision === "deny";
    return {
      denied: denied ? words(specific?.permissionDecisionReason, "denied") : null,
      allowed: specific?.permissionDecision === "allow" || specific?.decision?.behavior === "allow",
      goOn: reply.decision === "block" ? words(reply.reason, "go on") : null,
      context: typeof specific?.additionalContext === "string" ? specific.additionalContext : null,
    };
  } catch {
    return SILENT;
  }
}

function words(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}
