import { mkdirSync, readFileSync } from "node:fs";
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

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
