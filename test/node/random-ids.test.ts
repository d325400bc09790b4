import { expect, test } from "vitest";
import { createRandomIds } from "../../src/node/random-ids.ts";

test("ids carry their prefix, use the alphabet only and do not repeat", () => {
  const ids = createRandomIds();
  const seen = new Set(Array.from({ length: 5000 }, () => ids.next("task")));
  expect(seen.size).toBe(5000);
  for (const id of seen) expect(id).toMatch(/^task-[0-9abcdefghjkmnpqrstvwxyz]{10}$/);
});

test("a token is 128 bits of hex", () => {
  const ids = createRandomIds();
  expect(ids.token()).toMatch(/^[0-9a-f]{32}$/);
  expect(ids.token()).not.toBe(ids.token());
});
