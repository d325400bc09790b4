import * as z from "zod";
import { HOOK_KINDS } from "./call.ts";
import type { HookCall, HookKind } from "./call.ts";
import { hookEventOf } from "./events.ts";
import { readTool } from "./tool.ts";

/** A field of the wrong type counts as absent: a hook is let through rather than refused for its form. */
const text = z.string().nullish().catch(null);

const PayloadSchema = z.looseObject({
  session_id: text,
  cwd: text,
  prompt: z.unknown().optional(),
  tool_name: text,
  tool_input: z.record(z.string(), z.unknown()).nullish().catch(null),
  stop_hook_active: z.boolean().nullish().catch(null),
  last_assistant_message: text,
  message: text,
  error_message: text,
  error: text,
  decision: text,
});

export function isHookKind(kind: string): kind is HookKind {
  return (HOOK_KINDS as readonly string[]).includes(kind);
}

/**
 * Reads what an agent wrote to its hook's standard input. `nativeEvent` is the event the hook was registered for; it is
 * believed over the payload. Anything that is no such payload gives the event `unknown`, never an exception.
 */
export function readHookCall(kind: HookKind, nativeEvent: string, body: string): HookCall {
  const payload = PayloadSchema.safeParse(parseJson(body));
  if (!payload.success) return { ...emptyCall(kind, nativeEvent), event: "unknown" };
  const { data } = payload;
  const cwd = data.cwd ?? null;
  const call = emptyCall(kind, nativeEvent);
  return {
    ...call,
    sessionId: data.session_id ?? null,
    cwd,
    prompt: promptText(data.prompt),
    tool: data.tool_name ? readTool(kind, data.tool_name, data.tool_input ?? {}, cwd) : null,
    stopHookActive: data.stop_hook_active ?? false,
    message: data.last_assistant_message ?? data.message ?? data.error_message ?? data.error ?? null,
    granted: call.event === "permission-resolved" ? data.decision === "approved" : null,
  };
}

function emptyCall(kind: HookKind, nativeEvent: string): HookCall {
  return {
    kind,
    event: hookEventOf(kind, nativeEvent),
    nativeEvent,
    sessionId: null,
    cwd: null,
    prompt: null,
    tool: null,
    stopHookActive: false,
    message: null,
    granted: null,
  };
}

/** Claude and Codex send a string, Kimi a list of parts of which only the text counts. */
function promptText(prompt: unknown): string | null {
  if (typeof prompt === "string") return prompt;
  if (!Array.isArray(prompt)) return null;
  return prompt
    .map((part: unknown) => z.object({ type: z.literal("text"), text: z.string() }).safeParse(part))
    .flatMap((part) => (part.success ? [part.data.text] : []))
    .join("");
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
