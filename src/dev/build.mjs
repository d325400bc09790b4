// Bundles the program into dist/: one file for each process loads much faster than many, and nothing is loaded later that a
// build meanwhile could have taken away.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { root } from "./prepare.mjs";

/** What is loaded at once, from compiled code: see src/loader. */
const BUNDLES = {
  main: "src/cli/run.ts",
  hook: "src/cli/hook.ts",
  host: "src/host/main.ts",
  server: "src/server/start.ts",
  "demo-agent": "src/demo/agent.ts",
};
/** The programs, each of which runs the bundle of its name. Where one's first code does more, it is small and stands here. */
const ENTRIES = { main: "src/main.ts", host: null, server: "src/server/main.ts", "demo-agent": null };

const COMMON = {
  absWorkingDir: root,
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20.19",
  // Names stay, so that a stack trace can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  write: false,
  logLevel: "warning",
  define: { "import.meta.url": "__bundle_url", "import.meta.dirname": "__dirname" },
};
const BUNDLE_URL = `const __bundle_url = require("node:url").pathToFileURL(__filename).href;`;

const RUN_ONLY = `import { here, runBundle } from "./src/loader/run-bundle.ts";
runBundle({ dir: here, file: BUNDLE, kind: "run" });`;

/** Writes dist/ (or another directory): nothing is left there of a build before. `clean` leaves out what only helps who works on it. */
export async function build({ clean = false, outdir = join(root, "dist") } = {}) {
  const { build: bundle } = await import("esbuild");
  mkdirSync(outdir, { recursive: true });
  // The package's own type is "module".
  const files = new Map([["package.json", `{ "type": "commonjs" }\n`]]);
  const bundled = await Promise.all(
    Object.entries(BUNDLES).map(async ([name, source]) => [
      name,
      await bundleOf(bundle, name, source, { clean, outdir }),
    ]),
  );
  const fileOf = {};
  for (const [name, { code, map }] of bundled) {
    const file = `${name}-${createHash("sha256").update(code).digest("hex").slice(0, 12)}.js`;
    if (map) files.set(`${file}.map`, map);
    files.set(file, map ? `${code}\n//# sourceMappingURL=${file}.map\n` : code);
    fileOf[name] = file;
  }
  for (const name of Object.keys(ENTRIES)) files.set(`${name}.js`, await entryOf(bundle, name, fileOf));
  files.set("profiles.json", await parsedProfiles(bundle, outdir));
  for (const [name, text] of files) writeFileSync(join(outdir, name), text);
  for (const name of readdirSync(outdir))
    if (!files.has(name) && name !== ".built") rmSync(join(outdir, name), { recursive: true, force: true });
}

async function bundleOf(bundle, name, source, { clean, outdir }) {
  const { outputFiles } = await bundle({
    ...COMMON,
    entryPoints: { [name]: source },
    outdir,
    // Of use to who works on it; half of what would be shipped.
    sourcemap: clean ? false : "external",
    sourcesContent: false,
    // node-pty is native; blessed requires its widgets by computed name.
    external: ["node-pty", "blessed"],
    // V8 keeps no compiled code for a script that imports.
    supported: { "dynamic-import": false },
    banner: { js: BUNDLE_URL },
  });
  const text = (ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text;
  return { code: asciiOnly(text(".js")), map: text(".js.map") };
}

/** What esbuild leaves unescaped stands in regular expressions. In ASCII a bundle is read faster, and takes half the memory. */
function asciiOnly(code) {
  // oxlint-disable-next-line no-control-regex
  return code.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

async function entryOf(bundle, name, fileOf) {
  const first = ENTRIES[name];
  const source = first ? { entryPoints: [first] } : { stdin: { resolveDir: root, contents: RUN_ONLY } };
  const { outputFiles } = await bundle({
    ...COMMON,
    ...source,
    outdir: "unused",
    define: {
      ...COMMON.define,
      BUNDLE: JSON.stringify(fileOf[name]),
      HOOK_BUNDLE: JSON.stringify(fileOf.hook),
    },
    banner: { js: `${name === "main" ? "#!/usr/bin/env node\n" : ""}${BUNDLE_URL}` },
  });
  return outputFiles[0].text;
}

/** The built-in profiles as the program parses them, by the hash of their files: a server then starts without YAML. */
async function parsedProfiles(bundle, outdir) {
  const parser = join(outdir, ".parse-profiles.cjs");
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
    return `${text}\n`;
  } finally {
    rmSync(parser, { force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outdir = process.argv.slice(2).find((arg) => !arg.startsWith("--"));
  await build({ clean: process.argv.includes("--clean"), ...(outdir === undefined ? {} : { outdir }) });
}
