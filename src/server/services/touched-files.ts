import type { Clock } from "../../base/clock.ts";

/** A file and when it was written, in milliseconds since 1970. */
export interface TouchedFile {
  readonly path: string;
  readonly atMs: number;
}

/** The file that each agent wrote last: what it has in hand. In memory only. */
export interface TouchedFiles {
  note(agent: string, path: string): void;
  of(agent: string): TouchedFile | null;
}

export function createTouchedFiles(clock: Clock): TouchedFiles {
  const last = new Map<string, TouchedFile>();
  return {
    note: (agent, path) => void last.set(agent.toLowerCase(), { path, atMs: clock.nowMs() }),
    of: (agent) => last.get(agent.toLowerCase()) ?? null,
  };
}
