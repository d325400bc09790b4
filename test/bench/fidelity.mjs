// Counts wrong cells through the whole path at three sizes, beside tmux's; the check itself is TypeScript and is bundled here.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { withoutQuestions } from "./payloads.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

export async function measureFidelity({ workshop, log, quick, tmux = true }) {
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
  const recordings = join(root, "test/fixtures/raw");
  const silent = join(workshop.dir, "recordings");
  mkdirSync(silent, { recursive: true });
  for (const name of readdirSync(recordings))
    writeFileSync(join(silent, name), withoutQuestions(readFileSync(join(recordings, name))));
  const flags = [...(quick ? ["--quick"] : []), ...(tmux ? [] : ["--no-tmux"])];
  const done = spawnSync(process.execPath, [outfile, workshop.main, workshop.dir, silent, ...flags], {
    cwd: workshop.dir,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    stdio: ["ignore", "pipe", "inherit"],
  });
  log(`fidelity ended with ${done.status}`);
  if (done.status !== 0) throw new Error("the cells could not be compared");
  return JSON.parse(done.stdout);
}
