import picomatch from "picomatch/posix.js";
import { escapeGlob, fixedPrefix, globBelow, globsIntersect } from "./glob.ts";
import type { LockTarget } from "./lease.ts";

/** How names compare in the tree the locks are about. */
export interface NameRules {
  /** True where `A.ts` and `a.ts` are one file. */
  readonly ignoreCase: boolean;
}

/** The form of a path or name under which equal ones are equal: NFC, and folded where the tree ignores case. */
export function foldName(name: string, rules: NameRules): string {
  const normal = name.normalize("NFC");
  return rules.ignoreCase ? normal.toLowerCase() : normal;
}

/**
 * Whether two targets could be about the same file or thing. Works both ways: a directory or glob covers what lies in
 * it, and nobody takes a directory while somebody holds a file below it.
 */
export function targetsOverlap(left: LockTarget, right: LockTarget, rules: NameRules): boolean {
  if (left.kind === "resource" || right.kind === "resource") {
    if (left.kind !== "resource" || right.kind !== "resource") return false;
    return foldName(left.name, rules) === foldName(right.name, rules);
  }
  if (left.kind === "glob") return globOverlaps(foldName(left.pattern, rules), right, rules);
  if (right.kind === "glob") return globOverlaps(foldName(right.pattern, rules), left, rules);
  const a = foldName(left.path, rules);
  const b = foldName(right.path, rules);
  if (a === b) return true;
  if (left.kind === "file" && right.kind === "file") return left.inode !== null && left.inode === right.inode;
  if (left.kind === "directory" && isBelow(b, a)) return true;
  return right.kind === "directory" && isBelow(a, b);
}

/** Whether both name exactly the same target: what `unlock` needs, where overlap is not enough. */
export function sameTarget(left: LockTarget, right: LockTarget, rules: NameRules): boolean {
  if (left.kind === "resource" || right.kind === "resource") {
    if (left.kind !== "resource" || right.kind !== "resource") return false;
    return foldName(left.name, rules) === foldName(right.name, rules);
  }
  if (left.kind === "glob" || right.kind === "glob") {
    if (left.kind !== "glob" || right.kind !== "glob") return false;
    return foldName(left.pattern, rules) === foldName(right.pattern, rules);
  }
  if (foldName(left.path, rules) === foldName(right.path, rules)) return true;
  return left.kind === "file" && right.kind === "file" && left.inode !== null && left.inode === right.inode;
}

/** Whether `outer` holds all of `inner`. Errs on the side of no: of two patterns only equal ones are told. */
export function targetCovers(outer: LockTarget, inner: LockTarget, rules: NameRules): boolean {
  if (sameTarget(outer, inner, rules)) return true;
  if (inner.kind === "resource" || outer.kind === "resource") return false;
  if (inner.kind === "file") return targetsOverlap(outer, inner, rules);
  const place = inner.kind === "glob" ? fixedPrefix(inner.pattern) : inner.path;
  return outer.kind === "directory" && isAtOrBelow(foldName(place, rules), foldName(outer.path, rules));
}

/** The target as a user would write it. */
export function targetLabel(target: LockTarget): string {
  switch (target.kind) {
    case "file":
      return target.path;
    case "directory":
      return `${target.path}/`;
    case "glob":
      return target.pattern;
    case "resource":
      return `resource ${target.name}`;
  }
}

function isAtOrBelow(path: string, directory: string): boolean {
  return path === directory || isBelow(path, directory);
}

function isBelow(path: string, directory: string): boolean {
  return directory === "" || path.startsWith(`${directory}/`);
}

function globOverlaps(
  pattern: string,
  other: Exclude<LockTarget, { kind: "resource" }>,
  rules: NameRules,
): boolean {
  switch (other.kind) {
    case "file":
      return matcherOf(pattern)(foldName(other.path, rules));
    case "directory": {
      const directory = foldName(other.path, rules);
      return globsIntersect(pattern, globBelow(directory)) || globsIntersect(pattern, escapeGlob(directory));
    }
    case "glob":
      return globsIntersect(pattern, foldName(other.pattern, rules));
  }
}

/** Compiled patterns. Bounded: when full it is emptied, which costs only time. */
const matchers = new Map<string, (path: string) => boolean>();
const MAX_MATCHERS = 500;

function matcherOf(pattern: string): (path: string) => boolean {
  const known = matchers.get(pattern);
  if (known !== undefined) return known;
  if (matchers.size >= MAX_MATCHERS) matchers.clear();
  // Frameworks name files `[user-id]` and `[...slug]`: as classes those match nothing, and a lock must bind what it names.
  const literal = pattern.replace(/(?<!\\)[[\]]/gu, "\\$&");
  const matches: (path: string) => boolean = picomatch(literal === pattern ? pattern : [pattern, literal], {
    dot: true,
  });
  matchers.set(pattern, matches);
  return matches;
}
