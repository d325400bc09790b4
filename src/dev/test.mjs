// `npm test`, `npm run test:agents`, `test:hostile`, `test:slow` and `bench`: install and build if needed, then run the suite.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, root } from "./prepare.mjs";

const SUITES = ["agents", "hostile", "slow", "bench"];

const args = process.argv.slice(2);
const suite = SUITES.find((name) => args.includes(`--${name}`));
ensureInstalled();
await ensureBuilt();
const given = args.filter((arg) => arg !== `--${suite}`);
const config = join(root, ".config", suite === undefined ? "vitest.config.ts" : `vitest.${suite}.config.ts`);
const run =
  suite === "bench"
    ? [join(root, "test", "bench", "main.mjs"), ...given]
    : [
        join(root, "node_modules", "vitest", "vitest.mjs"),
        "run",
        "--config",
        config,
        "--root",
        root,
        ...given,
      ];
const done = spawnSync(process.execPath, run, { cwd: root, stdio: "inherit" });
process.exit(done.status ?? 1);
