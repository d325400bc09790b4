// Finds the project's server, starts it once when asked, and connects.
import type { Connection } from "./connection.ts";

/** What `connectToProject` needs to know of the caller. */
export interface ConnectOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly client: "tui" | "cli" | "mcp" | "hook" | "test";
  /** Start a server when none runs. Commands that only read do not. */
  readonly autostart: boolean;
}

export type ConnectToProject = (options: ConnectOptions) => Promise<Connection>;
