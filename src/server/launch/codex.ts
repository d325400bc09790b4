import { createHash } from "node:crypto";
import { HOOK_EVENTS } from "../../domain/hook/events.ts";
import { MCP_SERVER_NAME } from "../../domain/hook/own-command.ts";
import { resumeArgs } from "./claude.ts";
import type { AgentAdditions, LaunchRequest } from "./contract.ts";
import { writeHookScript } from "./hook-script.ts";

/** Codex cuts longer ones of SessionEnd and Interrupt to this anyway. */
const HOOK_TIMEOUT_SECONDS = 3;
/** What Codex's own processes may not hide from our MCP server: its environment is cut down otherwise. */
const PASSED_ON = ["IA_TMUX_PANE", "IA_TMUX_AGENT", "IA_TMUX_TOKEN", "IA_TMUX_SOCKET"];

/**
 * Codex takes everything as `-c key=value`, which counts as a configuration layer of its own: the user's hooks and MCP
 * servers stay. `--no-daemon`, because two processes of Codex would outlive the pane otherwise.
 */
export function codexAdditions(request: LaunchRequest): AgentAdditions {
  const hook = writeHookScript(request, "codex");
  const set = (key: string, value: string) => ["-c", `${key}=${value}`];
  const server = `mcp_servers.${MCP_SERVER_NAME}`;
  const resumed = request.resumeSessionId;
  const args = [
    ...(resumed === null ? [] : resumeArgs(request, resumed)),
    ...(request.profile.command.includes("--no-daemon") ? [] : ["--no-daemon"]),
    ...set(`${server}.command`, toml(request.node)),
    ...set(`${server}.args`, toml([request.mainScript, "mcp"])),
    ...set(`${server}.env_vars`, toml(PASSED_ON)),
    ...(request.profile.autoApproveOwnTools
      ? set(`${server}.default_tools_approval_mode`, toml("approve"))
      : []),
    // A login shell starts with a PATH of its own, without our `ia-tmux`. The pane's environment is the user's already.
    ...set("allow_login_shell", "false"),
  ];
  const trusted: Record<string, { trusted_hash: string }> = {};
  for (const event of Object.keys(HOOK_EVENTS.codex)) {
    const command = hook(event);
    const handler = `{type="command",command=${toml(command)},timeout=${HOOK_TIMEOUT_SECONDS}}`;
    args.push(...set(`hooks.${event}`, `[{hooks=[${handler}]}]`));
    trusted[`/<session-flags>/config.toml:${snakeCase(event)}:0:0`] = {
      trusted_hash: hookHash(snakeCase(event), command),
    };
  }
  const states = Object.entries(trusted).map(
    ([key, { trusted_hash: hash }]) => `${toml(key)}={trusted_hash=${toml(hash)}}`,
  );
  return { args: [...args, ...set("hooks.state", `{${states.join(",")}}`)], env: {}, sessionId: resumed };
}

/**
 * What Codex 0.169 compares a hook with before it runs it unasked: so only ours are trusted, and a hook that a cloned
 * repository brings still has to be reviewed. Should a later version count differently, it asks once more.
 */
function hookHash(event: string, command: string): string {
  const identity = {
    event_name: event,
    hooks: [{ async: false, command, timeout: HOOK_TIMEOUT_SECONDS, type: "command" }],
  };
  return `sha256:${createHash("sha256").update(JSON.stringify(identity)).digest("hex")}`;
}

function snakeCase(event: string): string {
  return event.replaceAll(/(?<=[a-z])[A-Z]/gu, "_$&").toLowerCase();
}

/** JSON's strings and lists of strings are TOML's too. */
function toml(value: string | readonly string[]): string {
  return JSON.stringify(value);
}
