import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchAgent } from "./model/types.ts";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const platform = `${process.platform}-${process.arch}`;

const CODEX_TARGETS: Record<string, string> = {
  "linux-x64": "x86_64-unknown-linux-musl",
  "linux-arm64": "aarch64-unknown-linux-musl",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
};

/** How one CLI is started: the program and the arguments that come before any of its own. */
export interface Cli {
  readonly file: string;
  readonly args: readonly string[];
}

/** The pinned CLIs, started by their platform binaries: npm's install scripts never run. */
export const CLIS: Record<BenchAgent, Cli> = {
  claude: { file: join(modules, `@anthropic-ai/claude-code-${platform}`, "claude"), args: [] },
  codex: {
    file: join(
      modules,
      `@openai/codex-${platform}`,
      "vendor",
      CODEX_TARGETS[platform] ?? platform,
      "bin",
      "codex",
    ),
    args: [],
  },
  kimi: { file: nodeForKimi(), args: [join(modules, "@moonshot-ai/kimi-code/dist/main.mjs")] },
};

/** Installs the locked CLIs when the lock differs from what was installed last; then checks that each is there. */
export function ensureClis(): void {
  const lock = createHash("sha256")
    .update(readFileSync(join(here, "package-lock.json")))
    .digest("hex");
  const stamp = join(modules, ".installed");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
    process.stderr.write(
      "Installing the pinned agent CLIs into test/agents (about 1 GB, only when the lock changes)\n",
    );
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: here,
      stdio: ["ignore", "ignore", "inherit"],
    });
    writeFileSync(stamp, lock);
  }
  for (const [agent, cli] of Object.entries(CLIS)) {
    for (const path of [cli.file, ...cli.args]) {
      if (!existsSync(path))
        throw new Error(`${agent}: ${path} is missing. Is ${platform} a platform of the bench?`);
    }
  }
}

/** Kimi Code needs Node >= 22.19: this process's own when it is new enough, else the one from npm. */
function nodeForKimi(): string {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 19)) return process.execPath;
  return join(modules, `node-${platform}`, "bin", "node");
}
