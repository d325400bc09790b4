import { HOOK_EVENTS } from "../../domain/hook/events.ts";
import { MCP_SERVER_NAME } from "../../domain/hook/own-command.ts";

const HOOK_TIMEOUT_SECONDS = 5;

/**
 * The user's config.toml with our hooks; `hook` gives the shell command for an event. The user's text stays as it is,
 * letter for letter: ours goes behind it, or into a list that stands there in brackets, because TOML does not let such a
 * list be added to.
 */
export function kimiConfig(userText: string, hook: (event: string) => string): string {
  const tables = Object.keys(HOOK_EVENTS.kimi).map((event) => [
    `event = ${JSON.stringify(event)}`,
    `command = ${JSON.stringify(hook(event))}`,
    `timeout = ${HOOK_TIMEOUT_SECONDS}`,
  ]);
  const bracket = hooksBracketOf(userText);
  if (bracket !== null) {
    const inline = tables.map((fields) => `{ ${fields.join(", ")} }, `).join("");
    return `${userText.slice(0, bracket)}\n  ${inline}${userText.slice(bracket)}`;
  }
  const blocks = tables.map((fields) => `\n[[hooks]]\n${fields.join("\n")}\n`).join("");
  return `${userText}${userText === "" || userText.endsWith("\n") ? "" : "\n"}${blocks}`;
}

/** The user's mcp.json with our server. A file that is no such JSON is left to Kimi to complain about. */
export function kimiMcp(userText: string | null, command: string, args: readonly string[]): string {
  const ours = { command, args };
  if (userText === null || userText.trim() === "") {
    return JSON.stringify({ mcpServers: { [MCP_SERVER_NAME]: ours } }, null, 2);
  }
  const parsed = parseObject(userText);
  if (parsed === null) return userText;
  const servers =
    typeof parsed.mcpServers === "object" && parsed.mcpServers !== null ? parsed.mcpServers : {};
  return JSON.stringify({ ...parsed, mcpServers: { ...servers, [MCP_SERVER_NAME]: ours } }, null, 2);
}

/** Where the content of `hooks = [` begins, before any table; null when there is none and tables may be appended. */
function hooksBracketOf(text: string): number | null {
  const firstTable = /^\s*\[/mu.exec(text)?.index ?? text.length;
  const list = /^[ \t]*(?:hooks|"hooks"|'hooks')[ \t]*=[ \t]*\[/mu.exec(text);
  return list === null || list.index > firstTable ? null : list.index + list[0].length;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
