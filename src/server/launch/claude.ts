import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { HOOK_EVENTS } from "../../domain/hook/events.ts";
import { MCP_SERVER_NAME } from "../../domain/hook/own-command.ts";
import { hasConversation } from "./conversation.ts";
import type { AgentAdditions, LaunchRequest } from "./contract.ts";
import { writePrivateFile } from "./files.ts";
import { writeHookScript } from "./hook-script.ts";

const HOOK_TIMEOUT_SECONDS = 5;
/** Options of the user's own that already say which session it is. */
const SESSION_OPTION = /^(?:--session-id|--resume|-r|--continue|-c|--from-pr)(?:=|$)/u;

/**
 * Claude Code takes everything by flags: settings with our hooks and the MCP server come on top of the user's own, and
 * the session's id is ours to choose.
 */
export function claudeAdditions(request: LaunchRequest): AgentAdditions {
  const hook = writeHookScript(request, "claude");
  const settings = join(request.paneDir, "claude-settings.json");
  const mcp = join(request.paneDir, "claude-mcp.json");
  const hooks = Object.keys(HOOK_EVENTS.claude).map((event) => [
    event,
    [{ hooks: [{ type: "command", command: hook(event), timeout: HOOK_TIMEOUT_SECONDS }] }],
  ]);
  writePrivateFile(settings, JSON.stringify({ hooks: Object.fromEntries(hooks) }, null, 2));
  writePrivateFile(
    mcp,
    JSON.stringify({
      mcpServers: { [MCP_SERVER_NAME]: { command: request.node, args: [request.mainScript, "mcp"] } },
    }),
  );
  const session = sessionOf(request);
  return {
    // One value each: `--mcp-config` would take every word up to the next option.
    args: [...session.args, `--mcp-config=${mcp}`, `--settings=${settings}`],
    env: {},
    sessionId: session.id,
  };
}

function sessionOf(request: LaunchRequest): { args: readonly string[]; id: string | null } {
  const id = request.resumeSessionId;
  // It refuses to resume a session without a prompt, which has no conversation yet.
  if (id !== null && hasConversation("claude", id, request.userEnv))
    return { args: resumeArgs(request, id), id };
  if (request.profile.command.some((word) => SESSION_OPTION.test(word))) return { args: [], id: null };
  const chosen = id ?? randomUUID();
  return { args: ["--session-id", chosen], id: chosen };
}

/** The profile's words for going on with a session. */
export function resumeArgs(request: LaunchRequest, sessionId: string): readonly string[] {
  return request.profile.resume.args.map((word) => word.replaceAll("{sessionId}", sessionId));
}
