import type { HookAnswer, HookReply } from "./call.ts";
import { SILENCE } from "./call.ts";

/** Events of `ia-tmux hook <event>`, for tools without an adapter of their own, as Claude Code names them. */
export const GENERIC_EVENTS: Readonly<Record<string, string>> = {
  "session-start": "SessionStart",
  "user-prompt-submit": "UserPromptSubmit",
  "pre-tool-use": "PreToolUse",
  "post-tool-use": "PostToolUse",
  stop: "Stop",
  "session-end": "SessionEnd",
};

/**
 * A reply in the plain form: refusals as exit 2 with the reason on stderr, what a session starts with as plain text,
 * the rest as Claude Code's JSON.
 */
export function genericAnswer(nativeEvent: string, reply: HookReply): HookAnswer {
  switch (reply.kind) {
    case "deny":
      return { stdout: "", stderr: `[ia-tmux] BLOCKED: ${reply.reason}\n`, exitCode: 2 };
    case "block-stop":
      return { ...SILENCE, stdout: JSON.stringify({ decision: "block", reason: reply.reason }) };
    case "add-context":
      return {
        ...SILENCE,
        stdout:
          nativeEvent === "SessionStart"
            ? `${reply.text}\n`
            : JSON.stringify({
                hookSpecificOutput: { hookEventName: nativeEvent, additionalContext: reply.text },
              }),
      };
    default:
      return SILENCE;
  }
}
