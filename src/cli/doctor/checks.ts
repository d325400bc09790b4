import { lstatSync, statSync } from "node:fs";
import { connect } from "node:net";
import { basename } from "node:path";
import { AppError, messageOf } from "../../base/errors.ts";
import { listLayouts } from "../../config/layouts.ts";
import { loadProfiles } from "../../config/profiles.ts";
import { loadSettings } from "../../config/settings.ts";
import type { LoadedProfile } from "../../config/profiles.ts";
import { privateDirProblem } from "../../node/private-dir.ts";
import type { ServerInfo } from "../../protocol/results.ts";
import { VERSION } from "../../version.ts";
import type { ConfigPlaces } from "../config-dirs.ts";
import type { World } from "../world.ts";
import { findProgram, firstLineOf } from "./find-program.ts";
import { bad, okay, warn, type Finding } from "./report.ts";

const NODE_FLOOR = [20, 19] as const;
const VERSION_TIMEOUT_MS = 10_000;
/** Kinds without a program of somebody else behind them. */
const OWN_KINDS = new Set(["demo", "shell"]);

export function checkRuntime(): Finding[] {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const recent = major > NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor >= NODE_FLOOR[1]);
  const findings = [
    recent
      ? okay("node", `Node ${process.versions.node}`)
      : bad("node", `Node ${process.versions.node}`, `Install Node ${NODE_FLOOR.join(".")} or later.`),
  ];
  findings.push(
    process.platform === "linux" || process.platform === "darwin"
      ? okay("platform", `${process.platform} ${process.arch}`)
      : bad("platform", process.platform, "Use Linux, macOS, or Linux in WSL."),
  );
  return findings;
}

export async function checkPty(): Promise<Finding> {
  try {
    await import("node-pty");
    return okay("pty", "node-pty loads");
  } catch (thrown) {
    return bad(
      "pty",
      `node-pty does not load: ${messageOf(thrown)}`,
      "Reinstall: npm ci, or npm i -g ia-tmux.",
    );
  }
}

export async function checkAgents(world: World, places: ConfigPlaces): Promise<Finding[]> {
  const { profiles } = loadProfiles(places.dirs, places.trust);
  const agents = [...profiles.values()].filter(({ profile }) => !OWN_KINDS.has(profile.kind));
  const found = await Promise.all(agents.map((loaded) => checkAgent(world, places.paths.root, loaded)));
  if (!found.some((finding) => finding.level === "ok")) {
    found.push(
      warn("agents", "no coding agent is installed", "The demo layout works without: `ia-tmux up -L demo`."),
    );
  }
  return found;
}

async function checkAgent(world: World, root: string, { profile }: LoadedProfile): Promise<Finding> {
  const program = profile.command[0] as string;
  const path = findProgram(program, world.env, root);
  if (path === null) return warn(profile.name, `${program} is not installed`, profile.install || undefined);
  const args = profile.version === null ? null : profile.version.slice(1);
  const version = args === null ? "" : await firstLineOf(path, args, world.env, VERSION_TIMEOUT_MS);
  if (version === null)
    return warn(profile.name, `${path} does not tell its version`, `Run ${profile.version?.join(" ")}.`);
  return okay(profile.name, `${version} (${path})`);
}

export function checkConfig(places: ConfigPlaces): Finding[] {
  const errors: AppError[] = [];
  const library = loadProfiles(places.dirs, places.trust);
  errors.push(...library.errors, ...listLayouts(places.dirs, places.paths.root).errors);
  try {
    loadSettings(places.dirs.user);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    errors.push(thrown);
  }
  const findings: Finding[] = errors.map((error) =>
    bad("config", error.message.split("\n")[0] ?? "", error.hint),
  );
  for (const file of library.untrusted) {
    findings.push(
      warn(
        "config",
        `${file.path} is not trusted: it would run ${file.commands.join("; ")}`,
        `ia-tmux trust ${file.sha256}`,
      ),
    );
  }
  return findings.length > 0 ? findings : [okay("config", "profiles, layouts and settings are readable")];
}

export function checkDirs(places: ConfigPlaces): Finding[] {
  return [places.paths.stateDir, places.paths.runtimeDir].map((dir) => {
    if (!lstatSync(dir, { throwIfNoEntry: false }))
      return okay("directory", `${dir} will be made at the first start`);
    const problem = privateDirProblem(dir);
    return problem === null
      ? okay("directory", `${dir} is private`)
      : bad("directory", `${dir}: ${problem}`, `chmod 700 ${dir}, and make it yours.`);
  });
}

export async function checkServer(world: World): Promise<Finding[]> {
  let info: ServerInfo;
  try {
    const connection = await world.connect({
      cwd: world.cwd,
      env: world.env,
      client: "cli",
      autostart: false,
    });
    try {
      info = await connection.call("server.info", {}, { timeoutMs: 3_000 });
    } finally {
      connection.close();
    }
  } catch (thrown) {
    const error = thrown instanceof AppError ? thrown : new AppError("internal", messageOf(thrown));
    if (error.code === "server-unreachable")
      return [okay("server", "none runs; the first command starts one")];
    return [bad("server", error.message, error.hint)];
  }
  const findings = [okay("server", `process ${info.pid}, ${info.panes} panes, ${info.clients} clients`)];
  if (info.version !== VERSION) {
    findings.push(warn("server", `it is ${info.version}, this is ${VERSION}`, "ia-tmux server restart"));
  }
  findings.push(
    info.hostPid === null
      ? warn("host", "no PTY host runs", "The first pane starts it.")
      : okay("host", `process ${info.hostPid}`),
  );
  if (info.readOnlyReason !== null) {
    findings.push(
      bad("store", `read-only: ${info.readOnlyReason}`, "Free disk space, then ia-tmux server restart."),
    );
  }
  for (const problem of info.storeProblems) findings.push(warn("store", problem));
  for (const problem of info.watchProblems ?? []) findings.push(warn("locks", problem));
  // The host's socket is not knocked at: whoever connects there takes the panes over.
  for (const path of [info.sockets.server, info.sockets.hook]) findings.push(await checkSocket(path));
  return findings;
}

async function checkSocket(path: string): Promise<Finding> {
  const name = basename(path);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return bad("socket", `${name} is missing`, "ia-tmux server restart");
  if ((stat.mode & 0o077) !== 0) return bad("socket", `${name} is open to others`, `chmod 600 ${path}`);
  return (await answers(path))
    ? okay("socket", `${name} answers`)
    : bad("socket", `${name} does not answer`, "ia-tmux server restart");
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const finish = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once("connect", () => finish(true));
    socket.once("error", () => finish(false));
    socket.setTimeout(1_000, () => finish(false));
  });
}

export function checkTerminal(world: World): Finding[] {
  const { env } = world;
  const term = env["TERM"] ?? "";
  if (world.stdout.isTTY !== true)
    return [warn("terminal", "stdout is not a terminal here: its abilities are not known")];
  if (term === "" || term === "dumb") {
    return [
      bad("terminal", `TERM is ${term === "" ? "not set" : term}`, "Set TERM, such as xterm-256color."),
    ];
  }
  const colours = /truecolor|24bit/.test(env["COLORTERM"] ?? "")
    ? "24-bit colour"
    : term.includes("256color")
      ? "256 colours"
      : "16 colours";
  const findings = [okay("terminal", `${term}, ${colours}`)];
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  if (!/utf-?8/i.test(locale)) {
    findings.push(
      warn("locale", `${locale || "none"} is not UTF-8`, "Set LANG, such as C.UTF-8, or IA_TMUX_ASCII=1."),
    );
  }
  return findings;
}
