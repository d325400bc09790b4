import type { LaunchRequest } from "./contract.ts";

/** Variables that speak of the terminal or the agent that ia-tmux itself was started from. In a pane they would be lies. */
const LEFT_BEHIND = new Set([
  "TMUX",
  "TMUX_PANE",
  "STY",
  "WINDOW",
  "TERM_PROGRAM",
  "TERM_PROGRAM_VERSION",
  "TERM_SESSION_ID",
  "TERMINFO",
  "LC_TERMINAL",
  "LC_TERMINAL_VERSION",
  "VTE_VERSION",
  "WT_SESSION",
  "WT_PROFILE_ID",
  "WINDOWID",
  "COLUMNS",
  "LINES",
  "INIT_CWD",
  "CLAUDECODE",
  "CLAUDE_PID",
  "CLAUDE_EFFORT",
  "CLAUDE_ENV_FILE",
  "CLAUDE_CODE_ENTRYPOINT",
  "CLAUDE_CODE_SESSION_ID",
  "CLAUDE_CODE_SESSION_ATTENDED",
  "CLAUDE_CODE_CHILD_SESSION",
  "CLAUDE_CODE_CHILD_NOTES_DIR",
  "CLAUDE_CODE_SSE_PORT",
  "CODEX_CI",
  "CODEX_SESSION_ID",
  "CODEX_THREAD_ID",
  "CODEX_TOOL_CALL_ID",
  "CODEX_PERMISSION_PROFILE",
]);
const LEFT_BEHIND_PREFIXES = [
  "IA_TMUX_",
  "npm_",
  "KITTY_",
  "WEZTERM_",
  "ITERM_",
  "ALACRITTY_",
  "GHOSTTY_",
  "KONSOLE_",
  "ZELLIJ",
  "CODEX_SANDBOX",
];

/** The environment of a pane: the user's, as our terminal is, with who the pane is and how to reach the server. */
export function paneEnvironment(request: LaunchRequest): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.userEnv)) {
    if (value !== undefined && !isLeftBehind(name)) env[name] = value;
  }
  const path = env.PATH ?? "/usr/local/bin:/usr/bin:/bin";
  return {
    ...env,
    ...request.profile.env,
    TERM: "xterm-256color",
    COLORTERM: "truecolor",
    PATH: path === "" ? request.binDir : `${request.binDir}:${path}`,
    IA_TMUX_PANE: request.paneId,
    IA_TMUX_TOKEN: request.token,
    IA_TMUX_SOCKET: request.hookSocket,
    ...(request.agentName === null ? {} : { IA_TMUX_AGENT: request.agentName }),
  };
}

function isLeftBehind(name: string): boolean {
  return LEFT_BEHIND.has(name) || LEFT_BEHIND_PREFIXES.some((prefix) => name.startsWith(prefix));
}
