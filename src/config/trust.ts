import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Project files a user has agreed to run commands from, by the SHA-256 of their content. */
export interface TrustStore {
  isTrusted(sha256: string): boolean;
  /** Remembers the agreement. `file` is written beside it for the human who looks into the store. */
  trust(sha256: string, file: string, nowMs: number): void;
}

interface TrustRecord {
  readonly file: string;
  readonly atMs: number;
}

const FILE = "trusted.json";
/** The oldest agreements are forgotten first. */
const MAX_RECORDS = 1_000;

/** Opens the store in the user's state directory. An unreadable store trusts nothing. */
export function createTrustStore(stateDir: string): TrustStore {
  const path = join(stateDir, FILE);
  return {
    isTrusted: (sha256) => load(path).has(sha256),
    trust(sha256, file, nowMs) {
      const records = load(path);
      records.delete(sha256);
      records.set(sha256, { file, atMs: nowMs });
      const kept = [...records].slice(-MAX_RECORDS);
      mkdirSync(stateDir, { recursive: true, mode: 0o700 });
      const temporary = `${path}.${process.pid}`;
      writeFileSync(temporary, `${JSON.stringify(Object.fromEntries(kept), null, 1)}\n`, { mode: 0o600 });
      renameSync(temporary, path);
    },
  };
}

function load(path: string): Map<string, TrustRecord> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof value !== "object" || value === null) return new Map();
    return new Map(Object.entries(value).filter(([hash]) => /^[0-9a-f]{64}$/.test(hash))) as Map<
      string,
      TrustRecord
    >;
  } catch {
    return new Map();
  }
}
