import { readFileSync } from "node:fs";

/**
 * Milliseconds of processor time that this thread uses from now on. What is computed here takes as much of it however
 * busy the machine is: a bound on it tells an algorithm from a worse one, and no load from another. Where the system does
 * not tell of threads it is the whole process's, with what collects its garbage beside it.
 */
export function startCpuTime(): () => number {
  const before = usedMs();
  return () => usedMs() - before;
}

function usedMs(): number {
  try {
    const [onProcessorNs] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ");
    if (Number(onProcessorNs) > 0) return Number(onProcessorNs) / 1e6;
  } catch {
    // Not Linux.
  }
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Milliseconds of processor time that a process has used so far, to the hundredth of a second. Linux. */
export function cpuTimeOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
