// The program on a newer Node than the oldest that it promises: the native package loads there, and a server, a host,
// screens and agents live and die as they do here. `node test/package/newer-node.mjs [report.json]`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBuilt, ensureInstalled } from "../../src/dev/prepare.mjs";

const VERSION = "24.21.0";
const SUITES = ["test/e2e/processes.test.ts", "test/host/pty-host.test.ts", "test/streams/quick-socket.test.ts"];

const root = fileURLToPath(new URL("../../", import.meta.url));
const [report] = process.argv.slice(2);
ensureInstalled();
await ensureBuilt();
const node = install();
const run = spawnSync(
  node,
  [
    join(root, "node_modules", "vitest", "vitest.mjs"),
    "run",
    "--config",
    join(root, ".config", "vitest.config.ts"),
    "--root",
    root,
    "--reporter=default",
    ...(report === undefined ? [] : ["--reporter=json", `--outputFile.json=${report}`]),
    ...SUITES,
  ],
  { cwd: root, stdio: "inherit" },
);
process.exit(run.status ?? 1);

/** The binary alone, from the registry; kept for the next run. */
function install() {
  const platform = process.platform === "darwin" ? "bin-darwin" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const dir = join(root, "node_modules", ".cache", `ia-tmux-node-${VERSION}`);
  const binary = join(dir, "node_modules", name, "bin", "node");
  if (!existsSync(binary)) {
    mkdirSync(dir, { recursive: true });
    const npm = spawnSync(
      "npm",
      ["install", "--prefix", dir, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", `${name}@${VERSION}`],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
    if (npm.status !== 0) throw new Error(`npm could not install ${name}@${VERSION}`);
  }
  const { stdout } = spawnSync(binary, ["--version"], { encoding: "utf8" });
  if (stdout?.trim() !== `v${VERSION}`) throw new Error(`${binary} is ${stdout?.trim() || "no program"}`);
  return binary;
}
