// Lists that the command line keeps for itself, so that it starts without loading the schemas: held equal to them here.
import { describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { BODY_LIMIT_BYTES } from "../../src/cli/body.ts";
import * as choices from "../../src/cli/choices.ts";
import { TTL_RANGE } from "../../src/cli/commands/lock.ts";
import { recipient } from "../../src/cli/names.ts";
import { AGENT_STATES } from "../../src/domain/agent/state.ts";
import { LOCK_TTL_MS } from "../../src/domain/lock/lease.ts";
import { MESSAGE_TYPES, RECEIPT_STATES } from "../../src/domain/message/message.ts";
import { AGENT_NAME_PATTERN, MAX_TEXT_BYTES } from "../../src/domain/record.ts";
import { DELIVERY_STATES } from "../../src/domain/relay/delivery.ts";
import { DEV_ROLES, MODES, ROLES } from "../../src/domain/session/session.ts";
import { PRIORITIES, TASK_STATUSES } from "../../src/domain/task/task.ts";
import { VERSION } from "../../src/version.ts";

describe("the command line knows the same words as the domain", () => {
  test.each([
    [choices.PRIORITY_CHOICES, PRIORITIES],
    [choices.STATUS_CHOICES, TASK_STATUSES],
    [choices.AGENT_STATE_CHOICES, AGENT_STATES],
    [choices.DELIVERY_STATE_CHOICES, DELIVERY_STATES],
    [choices.MESSAGE_TYPE_CHOICES, MESSAGE_TYPES],
    [choices.RECEIPT_CHOICES, RECEIPT_STATES],
    [choices.ROLE_CHOICES, ROLES],
    [choices.MODE_CHOICES, MODES],
    [choices.DEV_ROLE_CHOICES, DEV_ROLES],
  ] as const)("%s", (ours, theirs) => expect(ours).toEqual(theirs));

  test("and the same limits", () => {
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
