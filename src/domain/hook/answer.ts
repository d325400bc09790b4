import { SILENCE } from "./call.ts";
import type { HookAnswer, HookCall, HookEvent, HookKind, HookReply } from "./call.ts";

type Speech = Exclude<HookReply["kind"], "nothing">;

/** Which replies an agent takes at which event. Everything else would be lost, so it is not even tried. */
const SPEECH: Readonly<Record<HookKind, Partial<Record<HookEvent, readonly Speech[]>>>> = {
  claude: {
    "session-start": ["add-context"],
    "prompt-submitted": ["add-context"],
    // Allowed here, the dialog does not even flash up.
    "tool-before": ["deny", "permission-allow", "add-context"],
    "tool-after": ["add-context"],
    "permission-requested": ["permission-allow", "deny"],
    stopped: ["block-stop"],
  },
  codex: {
    "session-start": ["add-context"],
    "prompt-submitted": ["add-context"],
    "tool-before": ["deny"],
    "tool-after": ["add-context"],
    "permission-requested": ["permission-allow", "deny"],
    stopped: ["block-stop"],
  },
  kimi: {
    "prompt-submitted": ["add-context"],
    "tool-before": ["deny"],
    // Once a turn: Kimi does not call its Stop hook again before the next prompt.
    stopped: ["block-stop"],
  },
};

/** Whether the agent listens to this kind of reply at this event. */
export function canReply(kind: HookKind, event: HookEvent, reply: HookReply["kind"]): boolean {
  return reply === "nothing" || (SPEECH[kind][event]?.includes(reply) ?? false);
}

/** Says a reply in the agent's own format. A reply that the agent would not hear becomes silence. */
export function answerHook(
  call: Pick<HookCall, "kind" | "event" | "nativeEvent">,
  reply: HookReply,
): HookAnswer {
  if (reply.kind === "nothing" || !canReply(call.kind, call.event, reply.kind)) return SILENCE;
  if (call.kind === "kimi") return kimiAnswer(reply);
  // Blocked, Claude Code 2.1 tells its model the reason twice: as feedback and as an error of the hook. This goes once.
  if (call.kind === "claude" && reply.kind === "block-stop") {
    return claudeAnswer(call.nativeEvent, { kind: "add-context", text: reply.reason });
  }
  return claudeAnswer(call.nativeEvent, reply);
}

/** Claude Code's format, which Codex shares. */
function claudeAnswer(hookEventName: string, reply: Exclude<HookReply, { kind: "nothing" }>): HookAnswer {
  switch (reply.kind) {
    case "deny":
      return hookEventName === "PermissionRequest"
        ? json({
            hookSpecificOutput: { hookEventName, decision: { behavior: "deny", message: reply.reason } },
          })
        : json({
            hookSpecificOutput: {
              hookEventName,
              permissionDecision: "deny",
              permissionDecisionReason: reply.reason,
            },
          });
    case "permission-allow":
      return hookEventName === "PermissionRequest"
        ? json({ hookSpecificOutput: { hookEventName, decision: { behavior: "allow" } } })
        : json({ hookSpecificOutput: { hookEventName, permissionDecision: "allow" } });
    case "add-context":
      return json({ hookSpecificOutput: { hookEventName, additionalContext: reply.text } });
    case "block-stop":
      return json({ decision: "block", reason: reply.reason });
  }
}

function kimiAnswer(reply: Exclude<HookReply, { kind: "nothing" }>): HookAnswer {
  switch (reply.kind) {
    case "deny":
      return json({
        hookSpecificOutput: { permissionDecision: "deny", permissionDecisionReason: reply.reason },
      });
    case "block-stop":
      return { stdout: "", stderr: reply.reason, exitCode: 2 };
    case "add-context":
      return { stdout: reply.text, stderr: "", exitCode: 0 };
    case "permission-allow":
      return SILENCE;
  }
}

function json(value: unknown): HookAnswer {
  return { stdout: JSON.stringify(value), stderr: "", exitCode: 0 };
}
