// Who a command or a hook acts as.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { outsideIdentity, type OutsideIdentity } from "../protocol/outside.ts";

/** The operator's token lies in the state directory, readable by its owner only. Absent before the first start. */
export function operatorToken(paths: { readonly stateDir: string }): string | undefined {
  try {
    return readFileSync(join(paths.stateDir, "operator.token"), "utf8").trim();
  } catch {
    return undefined;
  }
}

/** The agent outside our panes that it belongs to; null when it is the operator's own. */
export function outsideAgentOf(env: NodeJS.ProcessEnv, sessionId: string | null): OutsideIdentity | null {
  return outsideIdentity(env, sessionId, (text) => createHash("sha1").update(text).digest("hex"));
}

/** Where the server listens: it says so in the state directory, since callers may differ in XDG_RUNTIME_DIR. */
export function serverSocketOf(paths: { readonly stateDir: string; readonly serverSocket: string }): string {
  if (existsSync(paths.serverSocket)) return paths.serverSocket;
  try {
    const recorded = join(readFileSync(join(paths.stateDir, "runtime-dir"), "utf8").trim(), "server.sock");
    return existsSync(recorded) ? recorded : paths.serverSocket;
  } catch {
    return paths.serverSocket;
  }
}
