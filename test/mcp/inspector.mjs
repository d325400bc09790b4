// Holds the built program's MCP server against the official MCP inspector: `node test/mcp/inspector.mjs`.
// The inspector is fetched by npx for this check only; it is no dependency of ours.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const INSPECTOR = process.env.IA_TMUX_INSPECTOR ?? "@modelcontextprotocol/inspector@0.15.0";
const program = join(import.meta.dirname, "..", "..", "dist", "main.js");
const dir = realpathSync(mkdtempSync(join(tmpdir(), "mcp-i-")));
const project = join(dir, "p");
mkdirSync(project);
execFileSync("git", ["init", "-q", project]);
const ours = {
  IA_TMUX_STATE_DIR: join(dir, "s"),
  IA_TMUX_RUNTIME_DIR: join(dir, "r"),
  IA_TMUX_AGENT: "inspector",
};
const operator = { ...process.env, ...ours, IA_TMUX_AGENT: "" };

function inspect(...args) {
  const env = Object.entries(ours).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  const ran = spawnSync(
    "npx",
    ["--yes", INSPECTOR, "--cli", ...env, process.execPath, program, "mcp", "--method", ...args],
    { cwd: project, encoding: "utf8", timeout: 180_000 },
  );
  if (ran.status !== 0) throw new Error(`${args.join(" ")}: the inspector ended ${ran.status}\n${ran.stderr}`);
  return JSON.parse(ran.stdout);
}

let checks = 0;
function check(what, holds) {
  checks++;
  if (!holds) throw new Error(`not so: ${what}`);
  console.log(`ok  ${what}`);
}

const tool = (name, input = {}) =>
  inspect("tools/call", "--tool-name", name, ...Object.entries(input).flatMap(([key, value]) => ["--tool-arg", `${key}=${value}`]));

try {
  execFileSync(process.execPath, [program, "server", "start"], { cwd: project, env: operator, stdio: "ignore" });
  const { tools } = inspect("tools/list");
  check(`${tools.length} tools are listed, each with a description and a schema`, tools.length >= 30 && tools.every((one) => one.description && one.inputSchema.type === "object"));
  const { resources } = inspect("resources/list");
  check("inbox, board, specs and decisions are resources", resources.length === 4);
  check("a resource can be read", inspect("resources/read", "--uri", "ia-tmux://board").contents[0].text.includes("inspector"));
  check("a tool knows who calls", tool("whoami").content[0].text.startsWith("inspector (agent"));
  check("a tool works", tool("create_task", { title: "from the inspector" }).content[0].text.includes("from the inspector"));
  check("an error is the tool's, with a way out", tool("send_message", { to: "nobody", content: "x" }).isError === true);
  check("a missing argument is an error", tool("send_message", { to: "nobody" }).isError === true);
  console.log(`${checks} checks with ${INSPECTOR}`);
} finally {
  spawnSync(process.execPath, [program, "down", "--yes"], { cwd: project, env: operator });
  rmSync(dir, { recursive: true, force: true });
}
