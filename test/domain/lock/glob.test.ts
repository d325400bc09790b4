import * as fc from "fast-check";
import picomatch from "picomatch/posix.js";
import { expect, test } from "vitest";
import { fixedPrefix, globsIntersect, looksLikeGlob } from "../../../src/domain/lock/glob.ts";
import { targetsOverlap } from "../../../src/domain/lock/overlap.ts";
import { startCpuTime } from "../../support/cpu-time.ts";

test("patterns meet when some path can match both", () => {
  const cases: [string, string, boolean][] = [
    ["src/*", "src/a.ts", true],
    ["src/*", "src/a/b.ts", false],
    ["src/**", "src/a/b.ts", true],
    ["**/*.ts", "src/**", true],
    ["*.ts", "*.js", false],
    ["a*b", "*ab*", true],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["{a,b}/x", "b/*", true],
    ["{a,b}/x", "c/*", false],
    ["a/**/b", "a/b", true],
    ["[ab].ts", "c.ts", true],
    ["x{1..9}", "x5", true],
    ["a\\*b", "a*b", true],
    ["a\\*b", "axb", false],
  ];
  for (const [left, right, meet] of cases) {
    expect([left, right, globsIntersect(left, right)]).toEqual([left, right, meet]);
    expect([right, left, globsIntersect(right, left)]).toEqual([right, left, meet]);
  }
});

test("a path that matches both patterns proves that they meet", () => {
  const segment = fc.constantFrom("a", "b", "ab", "*", "a*", "*b", "?", "**", "{a,b}", "[ab]");
  const pattern = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
  const path = fc
    .array(fc.constantFrom("a", "b", "ab", "ba"), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join("/"));
  fc.assert(
    fc.property(pattern, pattern, path, (left, right, name) => {
      const matches = (glob: string) => picomatch(glob, { dot: true })(name);
      if (matches(left) && matches(right)) expect(globsIntersect(left, right)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

test("patterns that would take for ever are answered at once", () => {
  const usedMs = startCpuTime();
  globsIntersect("*a".repeat(60), "*b".repeat(60));
  globsIntersect(
    Array.from({ length: 200 }, () => "**").join("/"),
    Array.from({ length: 200 }, () => "**/x").join("/"),
  );
  expect(globsIntersect("{a,b}".repeat(20), "x")).toBe(true);
  expect(usedMs()).toBeLessThan(500);
});

test("brackets alone make no pattern", () => {
  expect(["app/[id].tsx", "a{b}c", "a*", "a?", "{a,b}"].map(looksLikeGlob)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
  expect(fixedPrefix("src/api/*.ts")).toBe("src/api");
});

test("overlap is symmetric, also where case is ignored", () => {
  const name = fc.constantFrom("a", "A", "a/b", "a/B/c", "é", "e\u0301");
  const target = fc.oneof(
    fc.record({ kind: fc.constant("file" as const), path: name, inode: fc.constantFrom(null, "1:1") }),
    fc.record({ kind: fc.constant("directory" as const), path: name }),
    fc.record({ kind: fc.constant("glob" as const), pattern: fc.constantFrom("*", "a/*", "**", "A/**") }),
    fc.record({ kind: fc.constant("resource" as const), name }),
  );
  fc.assert(
    fc.property(target, target, fc.boolean(), (left, right, ignoreCase) => {
      expect(targetsOverlap(left, right, { ignoreCase })).toBe(targetsOverlap(right, left, { ignoreCase }));
      expect(targetsOverlap(left, left, { ignoreCase })).toBe(true);
    }),
    { numRuns: 1_000 },
  );
  const file = (path: string) => ({ kind: "file" as const, path, inode: null });
  expect(targetsOverlap(file("SRC/A.TS"), file("src/a.ts"), { ignoreCase: true })).toBe(true);
  expect(targetsOverlap(file("SRC/A.TS"), file("src/a.ts"), { ignoreCase: false })).toBe(false);
});

test.each([
  ["app/[user-id]/**", "app/[user-id]/page.tsx"],
  ["app/[...slug]/**", "app/[...slug]/page.tsx"],
  ["app/[post-id]/*.tsx", "app/[post-id]/view.tsx"],
  ["app/[slug]/*", "app/[slug]/page.tsx"],
  ["src/[ab].ts*", "src/a.tsx"],
])("a lock on %s binds %s", (pattern, path) => {
  const rules = { ignoreCase: false };
  expect(targetsOverlap({ kind: "glob", pattern }, { kind: "file", path, inode: null }, rules)).toBe(true);
  expect(
    targetsOverlap({ kind: "glob", pattern }, { kind: "file", path: "elsewhere/c.ts", inode: null }, rules),
  ).toBe(false);
});
