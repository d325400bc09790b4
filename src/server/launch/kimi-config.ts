import { HOOK_EVENTS } from "../../domain/hook/events.ts";
import { MCP_SERVER_NAME, ownCommandGlobs } from "../../domain/hook/own-command.ts";

const HOOK_TIMEOUT_SECONDS = 5;

export interface KimiConfigOptions {
  /** The shell command for an event. */
  readonly hook: (event: string) => string;
  readonly autoApprove: boolean;
}

/**
 * The user's config.toml with our hooks, and rules that let our own command and tools through. The user's text stays as
 * it is, letter for letter: ours goes behind it, or into a list that stands there in brackets, because TOML does not
 * let such a list be added to.
 */
export function kimiConfig(userText: string, options: KimiConfigOptions): string {
  const hooks = Object.keys(HOOK_EVENTS.kimi).map((event) => ({
    event: toml(event),
    command: toml(options.hook(event)),
    timeout: String(HOOK_TIMEOUT_SECONDS),
  }));
  const patterns = [`mcp__${MCP_SERVER_NAME}__*`, ...ownCommandGlobs().map((glob) => `Bash(${glob})`)];
  const rules = patterns.map((pattern) => ({ decision: toml("allow"), pattern: toml(pattern) }));
  const withHooks = addTables(userText, "hooks", hooks);
  return options.autoApprove ? addTables(withHooks, "permission.rules", rules) : withHooks;
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

type Table = Readonly<Record<string, string>>;

function addTables(text: string, key: string, tables: readonly Table[]): string {
  const bracket = openBracketOf(text, key);
  if (bracket === "impossible") return text;
  if (bracket !== null) {
    const inline = tables.map((table) => `{ ${fields(table).join(", ")} }, `).join("");
    return `${text.slice(0, bracket)}\n  ${inline}${text.slice(bracket)}`;
  }
  const blocks = tables.map((table) => `\n[[${key}]]\n${fields(table).join("\n")}\n`).join("");
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${blocks}`;
}

/**
 * Where a list in brackets (`hooks = [`) begins its content; null when there is none and tables may be appended. Inside a
 * table that is written in braces nothing can be added.
 */
function openBracketOf(text: string, key: string): number | "impossible" | null {
  const [parent, name] = key.includes(".") ? (key.split(".") as [string, string]) : [null, key];
  let section = "";
  let offset = 0;
  for (const line of text.split("\n")) {
    const header = /^\s*\[\[?\s*(?<name>[^\]]+?)\s*\]\]?/u.exec(line)?.groups?.name;
    if (header !== undefined) section = header;
    const assignment = /^\s*(?<left>[\w.\-"' ]+?)\s*=\s*(?<open>[[{]?)/u.exec(line);
    const left = assignment?.groups?.left?.replaceAll(/["' ]/gu, "");
    const full = left === undefined ? undefined : section === "" ? left : `${section}.${left}`;
    if (full === key && assignment?.groups?.open === "[")
      return offset + (assignment.index + assignment[0].length);
    if (parent !== null && full === parent && assignment?.groups?.open === "{") return "impossible";
    if (full === key && name !== undefined) return "impossible";
    offset += line.length + 1;
  }
  return null;
}

function fields(table: Table): string[] {
  return Object.entries(table).map(([name, value]) => `${name} = ${value}`);
}

function toml(text: string): string {
  return JSON.stringify(text);
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
