// The names in a directory of the project, for Tab.
import { readdirSync } from "node:fs";
import { resolve } from "node:path";

/** More nobody goes through with Tab. */
const MAX_NAMES = 1_000;

/** Paths relative to `cwd`, directories with a slash behind; hidden ones left out. None of what cannot be read. */
export function listFiles(directory: string, cwd: string): readonly string[] {
  try {
    return readdirSync(resolve(cwd, directory), { withFileTypes: true })
      .filter(({ name }) => !name.startsWith("."))
      .map((entry) => `${directory}${entry.name}${entry.isDirectory() ? "/" : ""}`)
      .toSorted()
      .slice(0, MAX_NAMES);
  } catch {
    return [];
  }
}
