import type { LockTarget } from "./lease.ts";
import { foldName, type NameRules, targetsOverlap } from "./overlap.ts";
import { ancestorsOf } from "./watch-places.ts";

/** Finds the first lock that covers a path, among thousands: names are looked up, only patterns are tried one by one. */
export function createCoverage<Lock extends { readonly target: LockTarget }>(
  locks: readonly Lock[],
  rules: NameRules,
): (path: string) => Lock | undefined {
  const files = new Map<string, Lock>();
  const directories = new Map<string, Lock>();
  const globs: Lock[] = [];
  for (const lock of locks) {
    const { target } = lock;
    if (target.kind === "file") files.set(foldName(target.path, rules), lock);
    else if (target.kind === "directory") directories.set(foldName(target.path, rules), lock);
    else if (target.kind === "glob") globs.push(lock);
  }
  return (path) => {
    const name = foldName(path, rules);
    const file = files.get(name);
    if (file !== undefined) return file;
    for (const ancestor of ancestorsOf(name)) {
      const directory = directories.get(ancestor);
      if (directory !== undefined) return directory;
    }
    const wanted: LockTarget = { kind: "file", path, inode: null };
    return globs.find((lock) => targetsOverlap(lock.target, wanted, rules));
  };
}
