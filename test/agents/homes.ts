import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { CLIS } from "./clis.ts";
import type { BenchAgent } from "./model/types.ts";

/** A throw-away home in which all three CLIs are past onboarding, trust the project and know only the scripted model. */
export interface SeededHome {
  readonly root: string;
  readonly home: string;
  readonly project: string;
  /** Holds `claude`, `codex` and `kimi` as a user would have them on PATH. */
  readonly bin: string;
  /** The whole environment of the user: nothing of this machine leaks in. */
  readonly env: Readonly<Record<string, string>>;
  dispose(): void;
}

/** Each agent's API key: the model server tells agents apart by path, people reading a recording by key. */
export const KEYS: Record<BenchAgent, string> = {
  claude: "sk-bench-claude",
  codex: "sk-bench-codex",
  kimi: "sk-bench-kimi",
};

/** Arguments that make an agent ask before it acts, so that dialogs can be tested. */
export const ASKING: Record<BenchAgent, readonly string[]> = {
  claude: ["--permission-mode", "manual"],
  codex: ["--no-daemon", "-a", "on-request"],
  kimi: [],
};

/** Codex gives a model its tools one by one, or, to newer ones, a single `exec` that runs JavaScript calling them. */
export const CODEX_MODELS = { plain: "gpt-5.5", code: "gpt-6.1-sol" };

/** Seeds a home under the system's temporary directory. `modelUrl` is the model server's `url`. */
export function seedHome(modelUrl: string, options: { codexModel?: string } = {}): SeededHome {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "ia-agents-")));
  const home = join(root, "home");
  const project = join(root, "project");
  const bin = join(root, "bin");
  for (const dir of [home, project, bin]) mkdirSync(dir, { recursive: true });
  seedClaude(home, project);
  seedCodex(home, project, modelUrl, options.codexModel ?? CODEX_MODELS.plain);
  seedKimi(home, project, modelUrl);
  for (const [agent, cli] of Object.entries(CLIS)) {
    const words = [cli.file, ...cli.args].map((word) => `'${word}'`).join(" ");
    writeFileSync(join(bin, agent), `#!/bin/sh\nexec ${words} "$@"\n`);
    chmodSync(join(bin, agent), 0o755);
  }
  return {
    root,
    home,
    project,
    bin,
    env: {
      HOME: home,
      PATH: [bin, dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":"),
      TERM: "xterm-256color",
      COLORTERM: "truecolor",
      LANG: "C.UTF-8",
      SHELL: "/bin/sh",
      ANTHROPIC_BASE_URL: modelUrl,
      ANTHROPIC_API_KEY: KEYS.claude,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      IS_SANDBOX: "1",
      BENCH_CODEX_KEY: KEYS.codex,
      KIMI_CODE_NO_AUTO_UPDATE: "1",
      KIMI_DISABLE_TELEMETRY: "1",
    },
    dispose: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function seedClaude(home: string, project: string): void {
  writeJson(join(home, ".claude.json"), {
    hasCompletedOnboarding: true,
    hasSeenAutoDefaultNotice: true,
    customApiKeyResponses: { approved: [KEYS.claude.slice(-20)], rejected: [] },
    projects: { [project]: { hasTrustDialogAccepted: true } },
  });
}

function seedCodex(home: string, project: string, modelUrl: string, model: string): void {
  writeText(
    join(home, ".codex", "config.toml"),
    `model = "${model}"
model_provider = "bench"
check_for_update_on_startup = false

[notice.model_migrations]
"gpt-5.5" = "gpt-6-sol"

[model_providers.bench]
name = "bench"
base_url = "${modelUrl}/v1"
wire_api = "responses"
env_key = "BENCH_CODEX_KEY"
request_max_retries = 1
stream_max_retries = 1

[projects."${project}"]
trust_level = "trusted"

# What Codex notes by itself at its first start: with it the file stays as it is.
[tui]
screen_reader_detection_done = true

[tui.model_availability_nux]
"gpt-6.1-sol" = 100
`,
  );
}

function seedKimi(home: string, project: string, modelUrl: string): void {
  const kimi = join(home, ".kimi-code");
  writeText(
    join(kimi, "config.toml"),
    `default_model = "bench"
telemetry = false

[providers.bench]
type = "kimi"
base_url = "${modelUrl}/v1"
api_key = "${KEYS.kimi}"

[models.bench]
provider = "bench"
model = "scripted-model"
max_context_size = 200000
capabilities = ["thinking", "tool_use"]
`,
  );
  const digest = createHash("sha256").update(project).digest("hex").slice(0, 12);
  writeJson(join(kimi, "workspace-trust", `wd_${basename(project)}_${digest}`), {
    root: project,
    trustedAt: 1_700_000_000_000,
  });
}

function writeJson(path: string, value: unknown): void {
  writeText(path, JSON.stringify(value, null, 2));
}

function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
