import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Things the user has done once and for all, in every project. */
export interface UserMarks {
  has(mark: "coach-ended"): boolean;
  /** Says nothing when it cannot be written: then it is asked again. */
  set(mark: "coach-ended"): void;
}

/** One empty file for each mark in the user's state directory. */
export function createUserMarks(userStateDir: string): UserMarks {
  const known = new Set<string>();
  return {
    has: (mark) => known.has(mark) || existsSync(join(userStateDir, mark)),
    set(mark) {
      known.add(mark);
      try {
        mkdirSync(userStateDir, { recursive: true, mode: 0o700 });
        writeFileSync(join(userStateDir, mark), "", { mode: 0o600 });
      } catch {
        // Remembered as long as this server runs.
      }
    },
  };
}
