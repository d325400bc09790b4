// Bundles the program into dist/: few files load much faster than many (a CLI command is paid for in start-up time).
import { readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./prepare.mjs";

/** A server that runs may still load a chunk of the build before; after so long it has all it needs. */
const KEEP_OLD_MS = 24 * 60 * 60 * 1000;

/**
 * Writes dist/ (or another directory). Entries are the processes of the program; shared code lands in chunks that are named by their contents,
 * so that those of a build before can stay beside them. `clean` leaves nothing but this build.
 */
export async function build({ clean = false, outdir = join(root, "dist") } = {}) {
  const { build: bundle } = await import("esbuild");
  if (clean) rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await bundle({
    absWorkingDir: root,
    entryPoints: {
      main: "src/main.ts",
      host: "src/host/main.ts",
      server: "src/server/main.ts",
      "demo-agent": "src/demo/agent.ts",
    },
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    minifySyntax: true,
    // Of use to who works on it; half of what would be shipped.
    sourcemap: clean ? false : "linked",
    sourcesContent: false,
    legalComments: "none",
    metafile: true,
    // node-pty is native; blessed requires its widgets by computed name.
    external: ["node-pty", "blessed"],
    banner: {
      js: `import { createRequire as __ia_require } from "node:module"; const require = __ia_require(import.meta.url);`,
    },
    logLevel: "warning",
  });
  const written = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  for (const name of readdirSync(outdir)) {
    const path = join(outdir, name);
    if (written.has(name) || name.startsWith(".") || Date.now() - statSync(path).mtimeMs < KEEP_OLD_MS)
      continue;
    rmSync(path, { force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outdir = process.argv.slice(2).find((arg) => !arg.startsWith("--"));
  await build({ clean: process.argv.includes("--clean"), ...(outdir === undefined ? {} : { outdir }) });
}
