import type { Clock } from "../../base/clock.ts";

/** The file that each agent wrote last: what it has in hand. In memory only. */
export interface TouchedFiles {
  note(agent: string, path: string): void;
  of(agent: string): { readonly path: string; readonly ageMs: number } | null;
}

export function createTouchedFiles(clock: Clock): TouchedFiles {
  const last = new Map<string, { path: string; bootMs: number }>();
  return {
    note: (agent, path) => void last.set(agent.toLowerCase(), { path, bootMs: clock.bootMs() }),
    of(agent) {
      const found = last.get(agent.toLowerCase());
      return found === undefined
        ? null
        : { path: found.path, ageMs: Math.max(0, clock.bootMs() - found.bootMs) };
    },
  };
}
