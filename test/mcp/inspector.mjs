// Holds the built program's MCP server against the official MCP inspector: `node test/mcp/inspector.mjs [report]`. The
// inspector is pinned in inspector/ and comes from the npm registry; nothing else is asked of any network.
// Prints each check; with a path as argument also writes a report in the shape of vitest's.
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureBuilt, ensureInstalled, root } from "../../src/dev/prepare.mjs";
import { createChecks, expect } from "../support/checks.mjs";

/** One run of the inspector starts it, our server, and asks one thing. */
const DEADLINE_MS = 30_000;
const INSTALL_DEADLINE_MS = 180_000;
const run = promisify(execFile);
const inspectorDir = join(import.meta.dirname, "inspector");
const inspector = join(inspectorDir, "node_modules", "@modelcontextprotocol", "inspector", "cli", "build", "cli.js");
const program = join(root, "dist", "main.js");
const dir = realpathSync(mkdtempSync(join(tmpdir(), "mcp-i-")));
const project = join(dir, "p");
const home = join(dir, "home");
/** Whatever runs knows nothing of this machine's user, nor of a workspace it may run in. */
const base = { PATH: process.env.PATH, HOME: home, LANG: "C.UTF-8", TMPDIR: tmpdir() };
const ours = { IA_TMUX_STATE_DIR: join(dir, "s"), IA_TMUX_RUNTIME_DIR: join(dir, "r") };
const { check, passed, writeReport } = createChecks("test/mcp/inspector.mjs", { needed: 2 });

ensureInstalled();
await ensureBuilt();
for (const made of [project, home]) mkdirSync(made, { recursive: true });
try {
  await check("the pinned inspector is installed", install);
  await check("a server is started", async () => {
    execFileSync("git", ["init", "-q", project], { env: base });
    await ia("server", "start");
  });
  await check("tools/list: each tool has a description and the schema of an object", async () => {
    const { tools } = await inspect("tools/list");
    expect(tools.length >= 30, `only ${tools.length} tools`);
    const poor = tools.filter((one) => !one.description || one.inputSchema.type !== "object");
    expect(poor.length === 0, `without: ${poor.map(({ name }) => name).join(" ")}`);
    return `${tools.length} tools`;
  });
  await check("resources/list: inbox, board, specs and decisions", async () => {
    const { resources } = await inspect("resources/list");
    const uris = resources.map(({ uri }) => uri).toSorted();
    const wanted = ["board", "decisions", "inbox", "specs"].map((name) => `ia-tmux://${name}`);
    expect(String(uris) === String(wanted), String(uris));
  });
  await check("tools/call: a tool knows who calls", async () => {
    const { content } = await tool("whoami");
    expect(content[0].text.startsWith("inspector (agent"), content[0].text);
  });
  await check("tools/call: what a tool makes is there", async () => {
    const { content } = await tool("create_task", { title: "from the inspector" });
    expect(content[0].text.includes("from the inspector"), content[0].text);
    const tasks = JSON.parse(await ia("tasks", "--json"));
    expect(tasks.length === 1 && tasks[0].title === "from the inspector", JSON.stringify(tasks));
  });
  await check("resources/read: the board names the caller", async () => {
    const { contents } = await inspect("resources/read", "--uri", "ia-tmux://board");
    expect(contents[0].text.includes("inspector"), contents[0].text);
  });
  await check("tools/call: what goes wrong is an error of the tool, with a way out", async () => {
    const { isError, content } = await tool("send_message", { to: "nobody", content: "x" });
    expect(isError === true && content[0].text.includes("hint:"), JSON.stringify(content));
  });
  await check("tools/call: a missing argument is an error that names it", async () => {
    const { isError, content } = await tool("send_message", { to: "nobody" });
    expect(isError === true && content[0].text.includes("content"), JSON.stringify(content));
  });
} finally {
  spawnSync(process.execPath, [program, "down", "--yes"], { cwd: project, env: { ...base, ...ours }, timeout: DEADLINE_MS });
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  if (process.argv[2]) writeReport(process.argv[2]);
}
process.exit(passed() ? 0 : 1);

/** As the lock file says, when it differs from what was installed last. */
async function install() {
  const lock = createHash("sha256").update(readFileSync(join(inspectorDir, "package-lock.json"))).digest("hex");
  const stamp = join(inspectorDir, "node_modules", ".installed");
  if (existsSync(inspector) && existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return "already";
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", args, { cwd: inspectorDir, timeout: INSTALL_DEADLINE_MS });
  writeFileSync(stamp, lock);
  return "from the registry";
}

/** The inspector's answer to one method. */
async function inspect(...args) {
  const given = Object.entries({ ...ours, IA_TMUX_AGENT: "inspector" });
  const { stdout } = await run(
    process.execPath,
    [inspector, "--cli", ...given.flatMap(([name, value]) => ["-e", `${name}=${value}`]), process.execPath, program, "mcp", "--method", ...args],
    { cwd: project, env: base, timeout: DEADLINE_MS },
  );
  return JSON.parse(stdout);
}

function tool(name, input = {}) {
  const given = Object.entries(input).flatMap(([key, value]) => ["--tool-arg", `${key}=${value}`]);
  return inspect("tools/call", "--tool-name", name, ...given);
}

async function ia(...args) {
  const { stdout } = await run(process.execPath, [program, ...args], {
    cwd: project,
    env: { ...base, ...ours },
    timeout: DEADLINE_MS,
  });
  return stdout;
}
