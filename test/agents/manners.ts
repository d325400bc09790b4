// What differs between the agents: how their models write the calls of their tools.
import { join } from "node:path";
import type { ScriptedStep } from "./model/script.ts";
import type { BenchAgent, RecordedRequest, Step } from "./model/types.ts";

export const AGENTS = ["claude", "codex", "kimi"] as const satisfies readonly BenchAgent[];

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

/** The calls by which this agent's model changes the one line of a file that it may have to read first. */
export function edit(agent: BenchAgent, project: string, name: string, from: string, to: string): Step[] {
  switch (agent) {
    case "claude": {
      const path = join(project, name);
      return [
        { tool: "Read", input: { file_path: path } },
        { tool: "Edit", input: { file_path: path, old_string: from, new_string: to } },
      ];
    }
    case "codex":
      return [
        {
          custom: "apply_patch",
          input: `*** Begin Patch\n*** Update File: ${name}\n@@\n-${from}\n+${to}\n*** End Patch\n`,
        },
      ];
    case "kimi":
      return [
        { tool: "Read", input: { path: name } },
        { tool: "Edit", input: { path: name, old_string: from, new_string: to } },
      ];
  }
}

/** The calls by which this agent's model asks our MCP server who it is. */
export function callWhoami(agent: BenchAgent): readonly Step[] {
  switch (agent) {
    case "claude":
      return [
        { tool: "ToolSearch", input: { query: "select:mcp__ia-tmux__whoami", max_results: 1 } },
        { tool: "mcp__ia-tmux__whoami", input: {} },
      ];
    case "codex":
      return [{ tool: "whoami", namespace: "mcp__ia_tmux", input: {} }];
    case "kimi":
      return [{ tool: "mcp__ia-tmux__whoami", input: {} }];
  }
}

/** Does what the relay asks for: reports the task whose id it names. */
export function report(agent: BenchAgent, status: string, note: string, gate?: string): ScriptedStep {
  return (request) => ({
    ...shell(agent, `ia-tmux task update ${taskIdIn(request)} --status ${status} --note '${note}'`),
    ...(gate === undefined ? {} : { gate }),
  });
}

/** The task that was given last in what the model was told. */
function taskIdIn(request: RecordedRequest): string {
  const told = request.pieces.filter((piece) => piece.role === "user").map((piece) => piece.text);
  const ids = [...told.join("\n").matchAll(/gives you task (task-[a-z0-9]+)/gu)];
  return ids.at(-1)?.[1] ?? "task-not-found";
}

/** 40 lines and 2,000 characters: quotes, emoji, CJK, what opens menus. No TABs: two of the three expand them. */
export function longBody(name: string, lines = 40, characters = 2_000): string {
  const some = [
    `"double" 'single' \`tick\` $HOME $(touch owned) \\n \\\\`,
    "你好，世界 日本語 한국어 – é ü ß",
    "🎉 👩‍👩‍👧 🇩🇪 ❤️ and @package.json src/a/b.ts",
    "/exit !touch owned # no key & no mention; | > < *",
    "",
  ];
  const made = Array.from({ length: lines - 1 }, (_, line) =>
    `${line === 0 ? name : line + 1}: ${some[line % some.length]}`.trim(),
  );
  const rest = characters - made.join("\n").length - 1;
  return `${made.join("\n")}\n${"end of the body. ".repeat(200).slice(0, rest - 1)}.`;
}

/** A word for a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
