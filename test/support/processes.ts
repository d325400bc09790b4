// Which processes of a workspace are alive, found by what only they have: its directory in their arguments or variables.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

/** Every process (but this one) that names `dir` in its arguments or its environment. Zombies are dead. */
export function processesOf(dir: string): FoundProcess[] {
  return process.platform === "linux" ? fromProc(dir) : fromPs(dir);
}

function fromProc(dir: string): FoundProcess[] {
  const found: FoundProcess[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
      if (command === "") continue;
      if (command.includes(dir) || readFileSync(`/proc/${name}/environ`, "utf8").includes(dir))
        found.push({ pid: Number(name), command: command.replaceAll("\0", " ").trim() });
    } catch {
      // It ended while we looked, or is another user's.
    }
  }
  return found;
}

function fromPs(dir: string): FoundProcess[] {
  return execFileSync("ps", ["-E", "-axww", "-o", "pid=,command="], { encoding: "utf8", maxBuffer: 1 << 26 })
    .split("\n")
    .filter((line) => line.includes(dir))
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim() }))
    .filter(({ pid }) => pid !== process.pid);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== "linux") return true;
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
