import type { HookKind, HookTool } from "./call.ts";
import { shellTokens } from "./shell-words.ts";

/**
 * What an agent may run without asking the human: talking to other agents, tasks, locks and records. Not here: whatever
 * starts a program, types into a pane, ends something or answers in the human's place. The server checks every call
 * against the pane's token besides.
 */
export const OWN_COMMANDS: readonly string[] = `
  ack activity append approve-task ask block-task cancel-task claim-next claim-task complete-task create-task decision decisions delegate deliveries delivery
  escalate explain get-spec help inbox list-specs lock locks log message msg publish-spec questions quick read-message
  reject-task relay reply revise-task send spec specs status summary task tasks unlock update-task wait whoami agents
  agent:explain agent:list agent:show needs:list question:ask question:escalate question:list session:show
`
  .trim()
  .split(/\s+/u)
  .map((command) => command.replace(":", " "));

/** The name under which our MCP server is entered with every agent. */
export const MCP_SERVER_NAME = "ia-tmux";

/** Whether a tool is one of our MCP server's. */
export function isOwnTool(tool: string): boolean {
  return (
    tool.startsWith(`mcp__${MCP_SERVER_NAME}__`) ||
    tool.startsWith(`mcp__${MCP_SERVER_NAME.replaceAll("-", "_")}__`)
  );
}

/** Whether a tool call is `ia-tmux` itself or a tool of our MCP server, and so needs nobody's permission. */
export function isOwnCall(tool: HookTool): boolean {
  return tool.use === "mcp" ? isOwnTool(tool.name) : tool.command !== null && isOwnCommand(tool.command);
}

/**
 * Whether a shell command is one call of `ia-tmux` with one of these commands and nothing else: no second command, no
 * expansion, no redirection. A text may come in quotes or as a here-document with a quoted delimiter.
 */
export function isOwnCommand(script: string): boolean {
  const tokens = shellTokens(script.trim());
  const words: string[] = [];
  let ended = false;
  for (const token of tokens) {
    // The line end in front of a here-document is the only operator that may follow the words.
    if (token.kind === "control" && token.text === "\n" && !ended) ended = true;
    else if (token.kind === "heredoc" && token.literal && ended) continue;
    else if (token.kind === "word" && token.known && !ended) words.push(token.text);
    else return false;
  }
  if (ended && !tokens.some((token) => token.kind === "heredoc")) return false;
  const [program, first = "", second = ""] = words;
  return (
    program === "ia-tmux" && (OWN_COMMANDS.includes(first) || OWN_COMMANDS.includes(`${first} ${second}`))
  );
}

/**
 * How an agent is told that a call of ours may run. Claude Code and Codex ask our hook. Kimi Code 2.1.0 asks nobody but
 * the human: its hook only reports the dialog, and the permission rules of its configuration are read but never used. So
 * the server presses the key itself, once the screen shows the dialog for this very command.
 */
export const OWN_CALL_APPROVAL: Readonly<
  Record<
    HookKind,
    { readonly by: "hook" } | { readonly by: "key"; readonly key: string; readonly option: string }
  >
> = {
  claude: { by: "hook" },
  codex: { by: "hook" },
  kimi: { by: "key", key: "1", option: "Approve once" },
};
