// What was measured, and where.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type as osType } from "node:os";
import { tmuxVersion } from "./contenders.mjs";

export function machine() {
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: `${osType()} ${release()}`,
    node: process.version,
    tmux: tmuxVersion,
    program: programVersion(),
  };
}

/** The version that was measured, with the commit it was built from where that is known. */
function programVersion() {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const { status, stdout } = spawnSync("git", ["describe", "--always", "--dirty"], { cwd: import.meta.dirname, encoding: "utf8" });
  return `ia-tmux ${version}${status === 0 ? ` (${stdout.trim()})` : ""}`;
}
