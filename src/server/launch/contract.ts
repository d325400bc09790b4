import type { Profile } from "../../domain/agent/profile.ts";

/** Everything a pane's program is started from. Paths are absolute. */
export interface LaunchRequest {
  readonly profile: Profile;
  /** Runs instead of the profile's own command; then nothing of the agent's is added. */
  readonly command: readonly string[] | null;
  readonly paneId: string;
  /** Null in a pane that is no agent's. */
  readonly agentName: string | null;
  /** What the pane's programs prove themselves with. It is never put on a command line. */
  readonly token: string;
  /** The session to go on with, when the agent named one earlier. */
  readonly resumeSessionId: string | null;
  readonly projectRoot: string;
  /** This pane's own generated files: settings, hook script, Kimi's home. Private, and may be thrown away after the pane. */
  readonly paneDir: string;
  readonly hookSocket: string;
  /** Where the locks stand for hooks to ask while no server answers. */
  readonly lockSnapshot: string;
  /** Holds our `ia-tmux`; comes first on the pane's PATH. */
  readonly binDir: string;
  /** How our own program is started: for the shim, for hooks without Perl and curl, for MCP. */
  readonly node: string;
  readonly mainScript: string;
  /** The environment of the user who opened the workspace. */
  readonly userEnv: Readonly<Record<string, string | undefined>>;
}

/** A program ready to be started in a PTY. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Known in advance only where we choose it (Claude Code) or resume; others report it by their hooks. */
  readonly sessionId: string | null;
}

/** Why a program cannot be started, and what to do: one line for the pane. */
export interface LaunchRefusal {
  readonly message: string;
}

/** What an adapter adds to an agent's command. */
export interface AgentAdditions {
  /** Behind the profile's own arguments. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly sessionId: string | null;
}
