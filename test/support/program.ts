// A build of the sources as they are now, apart from dist/: whoever rebuilds that meanwhile takes nothing away from us.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");
/** Below node_modules, so that the packages left out of the bundle are found. */
const CACHE = join(ROOT, "node_modules", ".cache", "ia-tmux-test");
const KEPT_MS = 3_600_000;

/** Builds the program once for each state of its sources. Returns the path of its main script. */
export function builtProgram(): string {
  const hash = createHash("sha256");
  for (const dir of ["src", "profiles", "layouts"]) {
    for (const path of filesBelow(join(ROOT, dir))) hash.update(path).update(readFileSync(path));
  }
  const target = join(CACHE, `program-${hash.digest("hex").slice(0, 16)}`);
  if (!existsSync(target)) build(target);
  return join(target, "dist", "main.js");
}

function build(target: string): void {
  mkdirSync(CACHE, { recursive: true });
  removeOldBuilds();
  const fresh = `${target}.${process.pid}`;
  execFileSync(process.execPath, [join(ROOT, "src", "dev", "build.mjs"), join(fresh, "dist")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  for (const name of ["profiles", "layouts", "package.json"])
    cpSync(join(ROOT, name), join(fresh, name), { recursive: true });
  try {
    renameSync(fresh, target);
  } catch (thrown) {
    // Another test process was as quick with the same sources.
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(target)) throw thrown;
  }
}

function removeOldBuilds(): void {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    // Another test process may have removed it meanwhile.
    const stat = name.startsWith("program-") ? statSync(path, { throwIfNoEntry: false }) : undefined;
    if (stat !== undefined && Date.now() - stat.mtimeMs > KEPT_MS)
      rmSync(path, { recursive: true, force: true });
  }
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
