/** How an agent outside our panes is known, the first that is there. */
export const OUTSIDE_SOURCES = ["IA_TMUX_AGENT", "AGENT_SYNC_ID", "session id"] as const;
export type OutsideSource = (typeof OUTSIDE_SOURCES)[number];

export interface OutsideIdentity {
  readonly name: string;
  readonly from: OutsideSource;
}

/** Variables in which an agent's program tells the commands it runs which session they belong to. */
const SESSION_VARIABLES = ["CLAUDE_CODE_SESSION_ID", "CLAUDE_SESSION_ID", "CODEX_SESSION_ID"] as const;

/**
 * Who a command or a hook outside our panes acts as: `IA_TMUX_AGENT`, else `AGENT_SYNC_ID`, else a name made from the
 * agent's session: of the hook's payload when there is one, or of the environment. The directory plays no part, so
 * that one session is one agent wherever it is. Null: nobody but the operator. `sha1` gives hex digits.
 */
export function outsideIdentity(
  env: Readonly<Record<string, string | undefined>>,
  payloadSessionId: string | null,
  sha1: (text: string) => string,
): OutsideIdentity | null {
  for (const from of ["IA_TMUX_AGENT", "AGENT_SYNC_ID"] as const) {
    const name = env[from]?.trim();
    if (name) return { name, from };
  }
  const session =
    payloadSessionId || SESSION_VARIABLES.map((name) => env[name]).find((value) => value) || null;
  if (session === null) return null;
  return { name: `agent-${sha1(session).slice(0, 12)}`, from: "session id" };
}

/** Whether a variable says yes: 1, true, yes or on. */
export function isTruthy(value: string | undefined): boolean {
  return /^(?:1|true|yes|on)$/i.test(value?.trim() ?? "");
}
