import { join } from "node:path";
import type { BenchAgent, Step } from "./model/types.ts";

/** The call by which this agent's model runs a command. */
export function shell(agent: BenchAgent, command: string): Step {
  // Codex's sandbox has no network, and so no sockets: a command that needs the server has to ask to leave it.
  return agent === "codex"
    ? {
        tool: "exec_command",
        input: { cmd: command, sandbox_permissions: "require_escalated", justification: "a test" },
      }
    : { tool: "Bash", input: { command, description: "a test" } };
}

/** The call by which this agent's model writes a file of one line. */
export function write(agent: BenchAgent, project: string, name: string, line: string): Step {
  switch (agent) {
    case "claude":
      return { tool: "Write", input: { file_path: join(project, name), content: `${line}\n` } };
    case "codex":
      return {
        custom: "apply_patch",
        input: `*** Begin Patch\n*** Add File: ${name}\n+${line}\n*** End Patch\n`,
      };
    case "kimi":
      return { tool: "Write", input: { path: name, content: `${line}\n` } };
  }
}
