// `npm test`, `npm run test:agents`, `npm run bench`: install and build if needed, then run the suite.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, root } from "./prepare.mjs";

const args = process.argv.slice(2);
const suite = args.includes("--agents") ? "agents" : args.includes("--bench") ? "bench" : "unit";
ensureInstalled();
await ensureBuilt();
const given = args.filter((arg) => arg !== "--agents" && arg !== "--bench");
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
        ...given,
      ];
const done = spawnSync(process.execPath, run, { cwd: root, stdio: "inherit" });
process.exit(done.status ?? 1);
