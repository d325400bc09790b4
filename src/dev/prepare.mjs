// Installs and builds only what is out of date, so that `npm start` and `npm test` are each one command.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Installs the locked packages when the lock file differs from what was installed last. */
export function ensureInstalled() {
  requireNode();
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules", ".ia-tmux-installed");
  if (read(stamp) === lock) return;
  process.stderr.write("ia-tmux: installing packages (first run only)\n");
  // No package here needs an install script: node-pty ships prebuilds, esbuild its own binary.
  const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (npm.status !== 0) fail("npm ci failed; run it by hand to see why.");
  writeFileSync(stamp, lock);
}

/** Builds `dist/` when a source file or the lock changed since the last build. */
export async function ensureBuilt() {
  const stamp = join(root, "dist", ".built");
  const now = fingerprint();
  if (read(stamp) === now) return;
  const { build } = await import("./build.mjs");
  await build();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
}

function fingerprint() {
  const hash = createHash("sha256").update(process.version);
  for (const file of ["package.json", "package-lock.json"])
    hash.update(String(statSync(join(root, file)).mtimeMs));
  for (const path of walk(join(root, "src"))) {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  }
  return hash.digest("hex");
}

function* walk(dir) {
  for (const entry of readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else yield path;
  }
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`ia-tmux needs Node >= 20.19, this is ${process.version}. Install a newer Node and try again.`);
}

function read(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function fail(message) {
  process.stderr.write(`ia-tmux: ${message}\n`);
  process.exit(69);
}
