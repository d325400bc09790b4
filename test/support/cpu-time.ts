/**
 * Milliseconds of processor time that this process uses from now on. What is computed here takes as much of it however
 * busy the machine is: a bound on it tells an algorithm from a worse one, and no load from another.
 */
export function startCpuTime(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
}
