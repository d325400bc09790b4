// Counts wrong cells through the whole path, beside tmux's; the check itself is TypeScript and is bundled here.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));

export async function measureFidelity({ workshop, log, quick }) {
  const outfile = join(workshop.dir, "program", "fidelity.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["test/bench/fidelity/main.ts"],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["node-pty"],
    banner: {
      js: 'import { createRequire as __r } from "node:module"; const require = __r(import.meta.url);',
    },
    logLevel: "warning",
  });
  const done = spawnSync(process.execPath, [outfile, workshop.main, workshop.dir, ...(quick ? ["--quick"] : [])], {
    cwd: workshop.dir,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  log(`fidelity ended with ${done.status}`);
  return JSON.parse(done.stdout || "[]");
}
