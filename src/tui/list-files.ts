// The names in a directory of the project, for Tab.
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** More nobody goes through with Tab. */
const MAX_NAMES = 1_000;

/** Paths relative to `cwd`, directories with a slash behind; hidden ones left out. None of what cannot be read. */
export function listFiles(directory: string, cwd: string): readonly string[] {
  try {
    return readdirSync(join(cwd, directory), { withFileTypes: true })
      .filter(({ name }) => !name.startsWith("."))
      .slice(0, MAX_NAMES)
      .map((entry) => `${directory}${entry.name}${entry.isDirectory() ? "/" : ""}`)
      .toSorted();
  } catch {
    return [];
  }
}
