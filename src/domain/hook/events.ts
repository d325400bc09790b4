import type { HookEvent, HookKind } from "./call.ts";

/**
 * The events we register with each agent, by its own names. Recorded with Claude Code 2.1.329, Codex 0.169.0 and
 * Kimi Code 2.1.0; what an agent does not know makes it refuse its configuration, so nothing is registered on suspicion.
 */
export const HOOK_EVENTS: Readonly<Record<HookKind, Readonly<Record<string, HookEvent>>>> = {
  claude: {
    SessionStart: "session-start",
    UserPromptSubmit: "prompt-submitted",
    PreToolUse: "tool-before",
    PostToolUse: "tool-after",
    PostToolUseFailure: "tool-after",
    PermissionRequest: "permission-requested",
    Notification: "notification",
    Stop: "stopped",
    StopFailure: "stop-failed",
    PreCompact: "compacting",
    PostCompact: "compacted",
    SessionEnd: "session-ended",
  },
  codex: {
    SessionStart: "session-start",
    UserPromptSubmit: "prompt-submitted",
    PreToolUse: "tool-before",
    PostToolUse: "tool-after",
    PermissionRequest: "permission-requested",
    Stop: "stopped",
    Interrupt: "interrupted",
    PreCompact: "compacting",
    PostCompact: "compacted",
    SessionEnd: "session-ended",
  },
  kimi: {
    SessionStart: "session-start",
    UserPromptSubmit: "prompt-submitted",
    TurnStarted: "turn-started",
    PreToolUse: "tool-before",
    PostToolUse: "tool-after",
    PostToolUseFailure: "tool-after",
    PermissionRequest: "permission-requested",
    PermissionResult: "permission-resolved",
    Stop: "stopped",
    StopFailure: "stop-failed",
    Interrupt: "interrupted",
    PreCompact: "compacting",
    PostCompact: "compacted",
    SessionEnd: "session-ended",
  },
};

/** Whether the agent says of its own edits that they were made. Kimi Code 2.1.0 says so of MCP tools and questions only. */
export const tellsAfterEdits = (kind: HookKind): boolean => kind !== "kimi";

/** The neutral name of an agent's event; `unknown` for everything else. */
export function hookEventOf(kind: HookKind, nativeEvent: string): HookEvent {
  const events = HOOK_EVENTS[kind];
  return Object.hasOwn(events, nativeEvent) ? (events[nativeEvent] ?? "unknown") : "unknown";
}

const BETWEEN_TURNS: ReadonlySet<HookEvent> = new Set([
  "session-start",
  "prompt-submitted",
  "stopped",
  "stop-failed",
  "interrupted",
  "session-ended",
]);

/** A turn is over or a new one begins: no tool of the agent runs now. */
export function isBetweenTurns(event: HookEvent): boolean {
  return BETWEEN_TURNS.has(event);
}
