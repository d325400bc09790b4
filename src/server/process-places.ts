// What the system says of the programs in a pane: which one has the terminal, and where they are. Only Linux says;
// elsewhere, and of one that is gone, null.
import { hostname } from "node:os";
import { existsSync, readFileSync, readlinkSync } from "node:fs";

/** How the kernel marks a directory that was removed under a program. */
const DELETED = " (deleted)";

/** The name of the program that has the terminal of a pane's process. */
export function foregroundProgram(pid: number): string | null {
  const leader = foregroundLeader(pid);
  if (leader === null) return null;
  try {
    return readFileSync(`/proc/${leader}/comm`, "utf8").trim() || null;
  } catch {
    return null;
  }
}

/** The directory of the program that has the terminal of a pane's process; another user's is not to be seen. */
export function foregroundDirectory(pid: number): string | null {
  const leader = foregroundLeader(pid);
  return leader === null ? null : directoryOf(leader);
}

/** The directory that a process is in, also one that was removed since. */
export function directoryOf(pid: number): string | null {
  try {
    const path = readlinkSync(`/proc/${pid}/cwd`);
    return path.endsWith(DELETED) && !existsSync(path) ? path.slice(0, -DELETED.length) : path;
  } catch {
    return null;
  }
}

/** Whether a program means this machine: some name it, some say `localhost`, some say nothing. */
export function isHere(host: string): boolean {
  return ["", "localhost", hostname().toLowerCase()].includes(host.toLowerCase());
}

/** The first process of the group that has the terminal. */
function foregroundLeader(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may hold anything: behind it come state, parent, group, session, terminal, foreground group.
    const group = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[5]);
    return group > 0 ? group : null;
  } catch {
    return null;
  }
}
