// What a command loads before it does anything: packages there cost every call of every agent.
import { build, type Metafile } from "esbuild";
import { expect, test } from "vitest";
import { packageRoot } from "../../src/node/entry-paths.ts";

async function bundle(...entryPoints: string[]): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: packageRoot,
    entryPoints,
    outdir: "out",
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    external: ["node-pty", "blessed"],
    logLevel: "error",
  });
  return metafile;
}

/** Source files in the chunks that are loaded together with the one that holds `source`. */
function loadedWith(meta: Metafile, source: string): string[] {
  const start = Object.entries(meta.outputs).find(([, output]) => Object.hasOwn(output.inputs, source))?.[0];
  const open = [start as string];
  const seen = new Set<string>();
  for (let chunk = open.pop(); chunk !== undefined; chunk = open.pop()) {
    if (seen.has(chunk)) continue;
    seen.add(chunk);
    for (const { path, kind, external } of meta.outputs[chunk]?.imports ?? []) {
      if (kind !== "dynamic-import" && !external) open.push(path);
    }
  }
  return [...seen].flatMap((chunk) => Object.keys(meta.outputs[chunk]?.inputs ?? {}));
}

test("a command loads no package but commander, and the connection none at all", async () => {
  const meta = await bundle("src/main.ts", "src/cli/run.ts");
  const packages = (source: string) => [
    ...new Set(
      loadedWith(meta, source)
        .map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
        .filter((name) => name !== undefined),
    ),
  ];
  expect(packages("src/main.ts")).toEqual([]);
  expect(packages("src/cli/main.ts")).toEqual(["commander"]);
  expect(packages("src/client/connect.ts")).toEqual([]);
  expect(packages("src/cli/run-hook.ts")).toEqual([]);
  expect(loadedWith(meta, "src/cli/main.ts").length).toBeGreaterThan(20);
});
