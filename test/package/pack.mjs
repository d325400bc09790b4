// The package as a user gets it: packed, installed from the registry into a fresh prefix, used in a fresh home.
// Prints each check; with a path as argument also writes a report in the shape of vitest's.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ensureBuilt, ensureInstalled } from "../../src/dev/prepare.mjs";
import { createChecks, expect } from "../support/checks.mjs";

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const temp = realpathSync(mkdtempSync(join(tmpdir(), "iap-")));
const home = join(temp, "home");
const project = join(temp, "shop");
const prefix = join(temp, "prefix");
const bin = join(prefix, "bin", "ia-tmux");
const env = {
  PATH: `${join(prefix, "bin")}:${process.env.PATH}`,
  HOME: home,
  TERM: "xterm-256color",
  LANG: "C.UTF-8",
  TMPDIR: join(temp, "tmp"),
};
const { check, passed, writeReport } = createChecks("test/package/pack.mjs");
const version = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;

for (const dir of [home, project, prefix, env.TMPDIR]) mkdirSync(dir, { recursive: true });
let tarball = "";
let pids = [];
try {
  ensureInstalled();
  await ensureBuilt();
  await check("npm pack", async () => {
    // Its own copy of the build: a clean one, without what earlier builds left.
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", temp], { cwd: root });
    // What prepack prints stands before the JSON.
    const [pack] = JSON.parse(stdout.slice(stdout.indexOf("[\n")));
    tarball = join(temp, pack.filename);
    const files = pack.files.map((file) => file.path);
    for (const needed of ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "dist/main.js", "dist/host.js"]) {
      expect(files.includes(needed), `${needed} is not in the package`);
    }
    for (const needed of ["dist/server.js", "dist/demo-agent.js", "layouts/demo.yaml", "profiles/claude.yaml"]) {
      expect(files.includes(needed), `${needed} is not in the package`);
    }
    const surplus = files.filter((file) => /^(src|test|node_modules|\.)|\.map$|\.ts$/.test(file));
    expect(surplus.length === 0, `too much in the package: ${surplus.join(" ")}`);
    expect(pack.size < 2_000_000, `the package has ${pack.size} bytes`);
    return `${files.length} files, ${Math.round(pack.size / 1024)} kB packed`;
  });
  await check("npm i -g of the tarball, without install scripts", async () => {
    const args = ["i", "-g", "--prefix", prefix, "--ignore-scripts", "--no-audit", "--no-fund", tarball];
    await run("npm", args, { cwd: temp, env: { ...process.env, npm_config_cache: process.env.npm_config_cache } });
  });
  await check("ia-tmux --version", async () => {
    const { stdout } = await run(bin, ["--version"], { cwd: project, env });
    expect(stdout.trim() === version, `it says ${stdout.trim()}, package.json ${version}`);
  });
  await check("up --headless --layout demo", async () => {
    await run("git", ["init", "--quiet", project], { env });
    const up = await ia("up", "--headless", "--layout", "demo", "--json");
    expect(up.panes.length === 3, `${up.panes.length} panes`);
    const info = await ia("server", "status", "--json");
    pids = [info.pid, info.hostPid, ...(await ia("ls", "--json")).map((pane) => pane.pid)];
    expect(pids.every(isAlive), "a process is not there");
  });
  await check("the demo agents play their delegation to its end", async () => {
    await waitUntil("a completed task", async () =>
      (await ia("task", "list", "--json")).some((task) => task.status === "completed"),
    );
    for (const agent of ["ada", "ben", "cy"]) await ia("wait", "--agent", agent, "--state", "idle", "--timeout", "60s");
  });
  await check("a delegation of one's own is confirmed", async () => {
    const { task, delivery } = await ia("delegate", "--to", "cy", "--json", "Look at the schema");
    await ia("wait", "--delivery", delivery.id, "--state", "confirmed", "--timeout", "60s");
    await ia("wait", "--task", task.id, "--status", "completed", "--timeout", "60s");
  });
  await check("capture shows the pane", async () => {
    const { stdout } = await run(bin, ["capture", "cy"], { cwd: project, env });
    expect(stdout.includes("Look at the schema"), `the screen is:\n${stdout}`);
  });
  await check("capture --client --svg draws the workspace", async () => {
    const { stdout } = await run(bin, ["capture", "--client", "--svg"], { cwd: project, env, maxBuffer: 1 << 24 });
    expect(stdout.startsWith("<svg ") && /<\/svg>\s*$/.test(stdout), "it is no SVG");
    expect(stdout.includes("principal"), "no pane has its title");
  });
  await check("down leaves nothing running", async () => {
    await ia("down", "--yes", "--json");
    await waitUntil("the end of all processes", async () => !pids.some(isAlive));
  });
  await check("nothing was written outside of home, project and temporary files", async () => {
    const stray = readdirSync(temp).filter(
      (name) => !["home", "shop", "prefix", "tmp", basename(tarball)].includes(name),
    );
    expect(stray.length === 0, `left behind: ${stray.join(" ")}`);
    const inProject = readdirSync(project).filter((name) => ![".git", ".ia-tmux"].includes(name));
    expect(inProject.length === 0, `in the project: ${inProject.join(" ")}`);
    const inHome = readdirSync(home).filter((name) => ![".local", ".config", ".cache"].includes(name));
    expect(inHome.length === 0, `in the home: ${inHome.join(" ")}`);
  });
} finally {
  for (const pid of pids.filter(isAlive)) process.kill(pid, "SIGKILL");
  rmSync(temp, { recursive: true, force: true });
  if (process.argv[2]) writeReport(process.argv[2]);
}
process.exit(passed() ? 0 : 1);

async function ia(...args) {
  const { stdout } = await run(bin, args, { cwd: project, env, maxBuffer: 1 << 24 });
  return args.includes("--json") ? JSON.parse(stdout) : stdout;
}

async function waitUntil(what, isTrue) {
  const end = Date.now() + 60_000;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`waited 60 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
