import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Where the program's own files are. Bundled, this module lies in `dist/`; run from source (tests), in `src/node/`,
 * and the processes are still started from the built `dist/`.
 */
const here = dirname(fileURLToPath(import.meta.url));
const isBundled = !here.endsWith(join("src", "node"));

/** Root of the installed package: has `profiles/`, `layouts/`, `package.json`. */
export const packageRoot = isBundled ? dirname(here) : join(here, "..", "..");

/** Path of a process entry, such as `server` for dist/server.js. */
export function entryPath(name: "main" | "host" | "server" | "demo-agent"): string {
  return join(packageRoot, "dist", `${name}.js`);
}
