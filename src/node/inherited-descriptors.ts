import { closeSync, readdirSync, readFileSync } from "node:fs";

/** O_CLOEXEC, as /proc tells it: octal. */
const CLOSE_ON_EXEC = 0o2000000;

/**
 * Closes what the starter of this process left open for it above descriptor `highest`. A process that stays would keep it
 * for as long as it lives: a script's `flock`, or the pipe whose end its reader waits for. Node marks
 * what it inherits only up to the first hole above 15; what it opens itself is marked and stays. Does nothing without /proc.
 */
export function closeInheritedDescriptors(highest: number): void {
  for (const descriptor of openDescriptors()) {
    if (descriptor > highest && isInherited(descriptor)) closeSync(descriptor);
  }
}

function openDescriptors(): number[] {
  try {
    return readdirSync("/proc/self/fd").map(Number);
  } catch {
    return [];
  }
}

function isInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    // the one that read the folder
    return false;
  }
}
