import { join } from "node:path";
import { resumeArgs } from "./claude.ts";
import type { AgentAdditions, LaunchRequest } from "./contract.ts";
import { writeHookScript } from "./hook-script.ts";

/** The demo agents call the same hook script as the real ones, in Claude Code's format. */
export function demoAdditions(request: LaunchRequest): AgentAdditions {
  writeHookScript(request, "claude");
  const resumed = request.resumeSessionId;
  return {
    args: resumed === null ? [] : resumeArgs(request, resumed),
    env: { IA_TMUX_HOOK: join(request.paneDir, "hook.sh") },
    sessionId: resumed,
  };
}
