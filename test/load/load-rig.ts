import type { Connection } from "../../src/client/connection.ts";
import { openWorkspace } from "../support/workspace.ts";

/** `IA_TMUX_SLOW=1`: the long forms, minutes instead of seconds. */
export const SLOW = process.env["IA_TMUX_SLOW"] === "1";

export type LoadRig = Awaited<ReturnType<typeof openLoadRig>>;

export async function openLoadRig() {
  const workspace = await openWorkspace({ up: false });
  await workspace.json(["server", "start"]);
  return {
    ...workspace,
    /** One connection for each agent, each agent its own. */
    clients: (names: readonly string[]): Promise<Connection[]> =>
      Promise.all(names.map((agent) => workspace.connect({ agent }))),
  };
}

export const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${n}`);

/** The value below which 95 of 100 stand. */
export function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? 0;
}
