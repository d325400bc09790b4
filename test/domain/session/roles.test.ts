import { expect, test } from "vitest";
import { DEV_ROLE_DUTIES, defaultDevRole, ownRole, roleWords } from "../../../src/domain/session/roles.ts";
import { DEV_ROLES } from "../../../src/domain/session/words.ts";

test.each([
  ["delegate", { role: "delegate" }],
  [" Collaborator ", { role: "collaborator" }],
  ["qa_engineer", { devRole: "qa_engineer" }],
  ["QA engineer", { devRole: "qa_engineer" }],
  ["backend-dev", { devRole: "backend_dev" }],
  ["Backend, and a bit of SQL ", { role: "collaborator", says: "Backend, and a bit of SQL" }],
])("who registers as %j becomes %j", (words, expected) => {
  expect(ownRole(words, "ann", "collaborator")).toEqual(expected);
});

test.each(["principal", "reviewer", "Reviewer"])("nobody makes itself %s", (words) => {
  expect(() => ownRole(words, "ann", "collaborator")).toThrowError(
    expect.objectContaining({
      code: "permission-denied",
      hint: expect.stringContaining(`ia-tmux agent set ann --role ${words.toLowerCase()}`),
    }),
  );
});

test("whoever has a role may name it again", () => {
  expect(ownRole("reviewer", "ann", "reviewer")).toEqual({ role: "reviewer" });
});

test("each development role has its duty, and is said beside the role", () => {
  expect(Object.keys(DEV_ROLE_DUTIES)).toEqual([...DEV_ROLES]);
  expect(roleWords({ role: "delegate", devRole: defaultDevRole("kimi") })).toBe("delegate, backend_dev");
  expect(roleWords({ role: "delegate", devRole: defaultDevRole("toString") })).toBe("delegate");
});
