// `npm test`, `npm run test:agents`, `npm run test:slow`, `npm run bench`: install and build if needed, then run the suite.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, root } from "./prepare.mjs";

const SUITES = ["agents", "slow", "bench"];
/** What loops longest: many kills, many clients, stores that have grown. Long forms, one after another: they fill the machine. */
const SLOW = ["--maxWorkers=1", "test/host/", "test/store/", "test/load/"];

const args = process.argv.slice(2);
const suite = SUITES.find((name) => args.includes(`--${name}`)) ?? "unit";
ensureInstalled();
await ensureBuilt();
const given = args.filter((arg) => arg !== `--${suite}`);
const run =
  suite === "bench"
    ? [join(root, "test", "bench", "main.mjs"), ...given]
    : [
        join(root, "node_modules", "vitest", "vitest.mjs"),
        "run",
        "--config",
        join(root, ".config", suite === "agents" ? "vitest.agents.config.ts" : "vitest.config.ts"),
        "--root",
        root,
        ...(suite === "slow" ? SLOW : []),
        ...given,
      ];
const env = suite === "slow" ? { ...process.env, IA_TMUX_SLOW: "1" } : process.env;
const done = spawnSync(process.execPath, run, { cwd: root, env, stdio: "inherit" });
process.exit(done.status ?? 1);
