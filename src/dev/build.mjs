// Bundles the program into dist/: few files load much faster than many (a CLI command is paid for in start-up time).
import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
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
    // Names stay, so that a stack trace can be read.
    minifySyntax: true,
    minifyWhitespace: true,
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
  written.add(await writeParsedProfiles(bundle, outdir));
  for (const name of readdirSync(outdir)) {
    const path = join(outdir, name);
    if (written.has(name) || name.startsWith(".") || Date.now() - statSync(path).mtimeMs < KEEP_OLD_MS)
      continue;
    rmSync(path, { force: true });
  }
}

/** The built-in profiles as the program parses them, by the hash of their files: a server then starts without YAML. */
async function writeParsedProfiles(bundle, outdir) {
  const name = "profiles.json";
  const parser = join(outdir, ".parse-profiles.cjs");
  rmSync(join(outdir, name), { force: true });
  await bundle({
    absWorkingDir: root,
    stdin: {
      resolveDir: root,
      contents: `export { findFiles } from "./src/config/library.ts"; export { parseProfile } from "./src/config/profiles.ts";`,
    },
    outfile: parser,
    bundle: true,
    format: "cjs",
    platform: "node",
    logLevel: "warning",
  });
  try {
    const { findFiles, parseProfile } = createRequire(import.meta.url)(parser);
    const { files, errors } = findFiles(
      { builtIn: root, user: join(root, "none"), project: null },
      "profiles",
    );
    if (errors.length > 0) throw errors[0];
    const parsed = Object.fromEntries(files.map((file) => [file.sha256, parseProfile(file)]));
    const text = JSON.stringify(parsed);
    if (!isDeepStrictEqual(JSON.parse(text), parsed)) throw new Error("a built-in profile is more than JSON");
    writeFileSync(join(outdir, name), `${text}\n`);
  } finally {
    rmSync(parser, { force: true });
  }
  return name;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outdir = process.argv.slice(2).find((arg) => !arg.startsWith("--"));
  await build({ clean: process.argv.includes("--clean"), ...(outdir === undefined ? {} : { outdir }) });
}
