// Bundles the program into dist/: few files load much faster than many (a CLI command is paid for in start-up time).
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./prepare.mjs";

/** Writes dist/ (or another directory) anew. Entries are the processes of the program; shared code lands in chunks. */
export async function build(outdir = join(root, "dist")) {
  const { build: bundle } = await import("esbuild");
  rmSync(outdir, { recursive: true, force: true });
  await bundle({
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
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    // node-pty is native; blessed requires its widgets by computed name.
    external: ["node-pty", "blessed"],
    banner: { js: `import { createRequire as __ia_require } from "node:module"; const require = __ia_require(import.meta.url);` },
    logLevel: "warning",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(process.argv[2]);
