import { readdirSync, readFileSync } from "node:fs";

/** The process groups that are "the pane": its leader's, and the one in the foreground of its terminal when it is being ended. */
export interface PaneGroups {
  /** Returns whether anything was there to signal; 0 only asks. */
  signal(name: NodeJS.Signals | 0, leaderReaped: boolean): boolean;
}

/**
 * A job-control shell gives each job a group of its own: a signal to the shell's group would miss the agent it runs. Jobs in
 * the background stay untouched, as in any terminal: `nohup` has to mean something.
 */
export function paneGroups(leaderPid: number): PaneGroups {
  const groups = new Set([leaderPid]);
  const leader = process.platform === "linux" ? readStat(leaderPid) : undefined;
  if (leader !== undefined && leader.foregroundGroup > 0) groups.add(leader.foregroundGroup);
  return {
    signal(name, leaderReaped) {
      // The kernel does not hand out a number that a living session or group still bears: a process with it is a stranger's.
      if (leaderReaped && signalOne(leaderPid, 0)) return false;
      const present = process.platform === "linux" ? groupsOfSession(leaderPid) : groups;
      let reached = false;
      for (const group of groups) if (present.has(group)) reached = signalOne(-group, name) || reached;
      return reached;
    },
  };
}

export function signalOne(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (thrown) {
    // EPERM: it is there, under another user (sudo in a pane).
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}

function groupsOfSession(sessionId: number): Set<number> {
  const groups = new Set<number>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = readStat(Number(entry));
    if (stat !== undefined && stat.session === sessionId && stat.state !== "Z") groups.add(stat.group);
  }
  return groups;
}

function readStat(pid: number):
  | {
      readonly state: string;
      readonly group: number;
      readonly session: number;
      readonly foregroundGroup: number;
    }
  | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // pid (command) state ppid pgrp session tty tpgid; the command may hold anything, so count from its closing parenthesis.
    const [state = "", , group, session, , foregroundGroup] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ");
    return {
      state,
      group: Number(group),
      session: Number(session),
      foregroundGroup: Number(foregroundGroup),
    };
  } catch {
    return undefined; // ended while we looked
  }
}
