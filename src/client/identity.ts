// Who a command or a hook acts as.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { outsideIdentity, type OutsideIdentity } from "../domain/session/outside.ts";

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
