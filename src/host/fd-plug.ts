import { closeSync, openSync, readdirSync } from "node:fs";

/**
 * Runs `job` while the table of file descriptors has no hole. node-pty's Linux prebuild marks descriptors close-on-exec from
 * 3 upward and stops at the first unused one above 15: with a hole, a new pane would inherit the masters of its neighbours.
 * Nothing in this process may close a descriptor in another thread (`fs.close`, `fs.promises`): that makes a hole meanwhile.
 */
export function withoutDescriptorHoles<T>(job: () => T): T {
  // macOS spawns through a helper with close-on-exec as the default.
  if (process.platform !== "linux") return job();
  const highest = Math.max(...readdirSync("/proc/self/fd").map(Number));
  const plugs: number[] = [];
  try {
    let plug: number;
    do {
      plug = openSync("/dev/null", "r");
      plugs.push(plug);
    } while (plug < highest);
    return job();
  } finally {
    for (const plug of plugs) closeSync(plug);
  }
}
