import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { resumeArgs } from "./claude.ts";
import type { AgentAdditions, LaunchRequest } from "./contract.ts";
import { writePrivateFile } from "./files.ts";
import { writeHookScript } from "./hook-script.ts";
import { kimiConfig, kimiMcp } from "./kimi-config.ts";

/** What is ours in the pane's home; everything else in it is the user's own, by links. */
const MERGED = new Set(["config.toml", "mcp.json"]);
/** What Kimi Code makes in a new home and must not lose with the pane: its sessions, its login. */
const SHARED_DIRECTORIES = ["credentials", "logs", "sessions", "user-history", "workspace-trust"];

/**
 * Kimi Code has no flags for hooks and MCP, only its home. So the pane gets a home of its own in which all is a link to
 * the user's, but for the two files that hold our entries besides the user's.
 */
export function kimiAdditions(request: LaunchRequest): AgentAdditions {
  const hook = writeHookScript(request, "kimi");
  const real = request.userEnv.KIMI_CODE_HOME || join(request.userEnv.HOME || homedir(), ".kimi-code");
  const home = join(request.paneDir, "kimi-home");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  for (const name of SHARED_DIRECTORIES) mkdirSync(join(real, name), { recursive: true, mode: 0o700 });
  rescueReplaced(home, real);
  linkAll(home, real);
  const config = kimiConfig(readOrNull(join(real, "config.toml")) ?? "", hook);
  writePrivateFile(join(home, "config.toml"), config);
  writePrivateFile(
    join(home, "mcp.json"),
    kimiMcp(readOrNull(join(real, "mcp.json")), request.node, [request.mainScript, "mcp"]),
  );
  const resumed = request.resumeSessionId;
  return {
    args: resumed === null ? [] : resumeArgs(request, resumed),
    env: { KIMI_CODE_HOME: home },
    sessionId: resumed,
  };
}

/** Kimi replaces a file by renaming a new one over it, and so over our link. Then the newer one is the user's. */
function rescueReplaced(home: string, real: string): void {
  for (const entry of readdirSync(home, { withFileTypes: true })) {
    if (!entry.isFile() || MERGED.has(entry.name) || entry.name.endsWith(".tmp")) continue;
    const [mine, theirs] = [join(home, entry.name), join(real, entry.name)];
    const known = statSync(theirs, { throwIfNoEntry: false });
    if (known === undefined || statSync(mine).mtimeMs > known.mtimeMs) copyFileSync(mine, theirs);
  }
}

function linkAll(home: string, real: string): void {
  const wanted = new Set(readdirSync(real).filter((name) => !MERGED.has(name)));
  wanted.add("session_index.jsonl");
  for (const name of readdirSync(home)) {
    if (!MERGED.has(name) && !wanted.has(name) && lstatSync(join(home, name)).isSymbolicLink())
      rmSync(join(home, name));
  }
  for (const name of wanted) {
    const [link, target] = [join(home, name), join(real, name)];
    const known = lstatSync(link, { throwIfNoEntry: false });
    if (known?.isSymbolicLink() === true && readlinkSync(link) === target) continue;
    // A directory that Kimi made here before the user's home had one is left alone: it may hold work.
    if (known?.isDirectory() === true) continue;
    rmSync(link, { force: true });
    symlinkSync(target, link);
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
