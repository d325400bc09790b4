// What the command line keeps for itself, so that it starts without loading the schemas: held equal to them here.
import { describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { BODY_LIMIT_BYTES } from "../../src/cli/body.ts";
import { TTL_RANGE } from "../../src/cli/commands/lock.ts";
import { recipient } from "../../src/cli/names.ts";
import { LOCK_TTL_MS } from "../../src/domain/lock/lease.ts";
import { AGENT_NAME_PATTERN, MAX_TEXT_BYTES } from "../../src/domain/record.ts";
import { VERSION } from "../../src/version.ts";

describe("the command line keeps in step with the domain", () => {
  test("it has the same limits", () => {
    expect(BODY_LIMIT_BYTES).toBe(MAX_TEXT_BYTES);
    expect(TTL_RANGE).toEqual({ minMs: LOCK_TTL_MS.min, maxMs: LOCK_TTL_MS.max });
  });

  test("and the same names", () => {
    for (const name of ["a", "kimi-2", "A.b_c", "x".repeat(32)]) {
      expect(AGENT_NAME_PATTERN.test(name)).toBe(true);
      expect(recipient(name, "--to")).toBe(name);
    }
    for (const name of ["", "-a", "a b", "x".repeat(33), "../x", "ä"]) {
      expect(AGENT_NAME_PATTERN.test(name)).toBe(false);
      expect(() => recipient(name, "--to")).toThrow("is not a name");
    }
    expect(recipient("role:reviewer", "--to")).toBe("role:reviewer");
  });

  test("and the package's version", () => expect(VERSION).toBe(packageJson.version));
});
