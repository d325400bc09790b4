// Asks the kernel who has a file open for writing. Linux only: elsewhere nobody is known to.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** More processes than this are not looked through: it would keep the server too long. */
const MAX_PROCESSES = 2_000;
/** Descriptors looked at in one go. */
const MAX_DESCRIPTORS = 4_000;

export interface PaneProcess {
  readonly paneId: string;
  readonly pid: number;
}

export interface FoundWriter {
  readonly paneId: string;
  /** The program's name as the kernel shortens it. */
  readonly program: string;
  /** Absolute. */
  readonly path: string;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly program: string;
}

/**
 * The files below `root` that processes of the panes have open for writing now. A process is of a pane when it
 * descends from the pane's program, or is still in its session after its parent went away.
 */
export function findOpenWriters(
  panes: readonly PaneProcess[],
  root: string,
  proc = "/proc",
): readonly FoundWriter[] {
  if (panes.length === 0) return [];
  const processes = readProcesses(proc);
  const paneOf = assignPanes(processes, panes);
  const prefix = root.endsWith("/") ? root : `${root}/`;
  const found: FoundWriter[] = [];
  let left = MAX_DESCRIPTORS;
  for (const process of processes) {
    const paneId = paneOf.get(process.pid);
    if (paneId === undefined) continue;
    const descriptors = list(`${proc}/${process.pid}/fd`);
    left -= descriptors.length;
    if (left < 0) break;
    for (const descriptor of descriptors) {
      const path = linkOf(`${proc}/${process.pid}/fd/${descriptor}`);
      if (path === null || !path.startsWith(prefix)) continue;
      if (isWriting(`${proc}/${process.pid}/fdinfo/${descriptor}`))
        found.push({ paneId, program: process.program, path });
    }
  }
  return found;
}

function readProcesses(proc: string): readonly Process[] {
  const pids = list(proc).filter((name) => /^\d+$/.test(name));
  if (pids.length > MAX_PROCESSES) return [];
  const processes: Process[] = [];
  for (const pid of pids) {
    const text = read(`${proc}/${pid}/stat`);
    // pid (program, with any characters) state parent group session …
    const parsed = text === null ? null : /^\d+ \(([\s\S]*)\) \S (\d+) \d+ (\d+) /.exec(text);
    if (parsed === null) continue;
    const [, program = "", parent, session] = parsed;
    processes.push({ pid: Number(pid), parent: Number(parent), session: Number(session), program });
  }
  return processes;
}

function assignPanes(
  processes: readonly Process[],
  panes: readonly PaneProcess[],
): ReadonlyMap<number, string> {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const owners = new Map(panes.map(({ pid, paneId }) => [pid, paneId]));
  const paneOf = new Map<number, string>();
  for (const process of processes) {
    let paneId = owners.get(process.session);
    // The way up ends at process 1, or where a process went away meanwhile; the bound stops a loop made of reused ids.
    let at: Process | undefined = process;
    for (let steps = 0; paneId === undefined && at !== undefined && steps < 100; steps++) {
      paneId = owners.get(at.pid);
      at = byPid.get(at.parent);
    }
    if (paneId !== undefined) paneOf.set(process.pid, paneId);
  }
  return paneOf;
}

function isWriting(fdinfo: string): boolean {
  const flags = /^flags:\s*([0-7]+)/m.exec(read(fdinfo) ?? "")?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & 0o3) !== 0;
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
