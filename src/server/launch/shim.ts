import { accessSync, constants, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { shellQuoted, writePrivateFile } from "./files.ts";

/** Puts `ia-tmux` into a directory, however the workspace was started: npm, npx, a checkout. */
export function ensureShim(binDir: string, node: string, mainScript: string): void {
  const text = `#!/bin/sh\nexec ${shellQuoted(node)} ${shellQuoted(mainScript)} "$@"\n`;
  const path = join(binDir, "ia-tmux");
  if (readOrNull(path) === text) return;
  mkdirSync(binDir, { recursive: true, mode: 0o700 });
  writePrivateFile(path, text, 0o700);
}

/**
 * The first of the directories in which programs run once `ia-tmux` is in it: some systems mount homes so that none do.
 * The first of all when none will: the panes then go without the command.
 */
export function shimDir(
  candidates: readonly [string, ...string[]],
  node: string,
  mainScript: string,
): string {
  for (const dir of candidates) {
    try {
      ensureShim(dir, node, mainScript);
      accessSync(join(dir, "ia-tmux"), constants.X_OK);
      return dir;
    } catch {
      // the next one
    }
  }
  return candidates[0];
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
