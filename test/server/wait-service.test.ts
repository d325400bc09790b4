import { expect, test } from "vitest";
import { AppError } from "../../src/base/errors.ts";
import { createWaitService } from "../../src/server/services/wait-service.ts";
import { createHandClock } from "./services/coordination.ts";

const about = { what: "ben is idle", standing: () => "working" };

test("what holds already is answered at once, and nothing waits", async () => {
  const wait = createWaitService(createHandClock());
  expect(await wait.until({ ...about, check: () => 7, timeoutMs: 1 })).toBe(7);
  expect(wait.isWaiting).toBe(false);
});

test("a wait ends when it is told of a change after which it holds", async () => {
  const wait = createWaitService(createHandClock());
  let idle = false;
  const answer = wait.until({ ...about, check: () => idle || null, timeoutMs: 1_000 });
  wait.changed();
  expect(wait.isWaiting).toBe(true);
  idle = true;
  wait.changed();
  expect(await answer).toBe(true);
  expect(wait.isWaiting).toBe(false);
});

test("time up says what was awaited and how things stand", async () => {
  const clock = createHandClock();
  const wait = createWaitService(clock);
  const answer = wait.until({ ...about, check: () => null, timeoutMs: 1_000 });
  clock.advance(1_000);
  await expect(answer).rejects.toMatchObject({
    code: "timeout",
    message: expect.stringMatching(/ben is idle.*working/),
  });
  expect(wait.isWaiting).toBe(false);
});

test("a waiter that goes away, or a check that can never hold, ends the wait", async () => {
  const wait = createWaitService(createHandClock());
  let leave = () => {};
  const left = wait.until({
    ...about,
    check: () => null,
    timeoutMs: 1_000,
    onGone: (giveUp) => (leave = giveUp),
  });
  leave();
  await expect(left).rejects.toMatchObject({ code: "interrupted" });
  let failed = false;
  const check = () => {
    if (failed) throw new AppError("failed", "it ended");
    return null;
  };
  const broken = wait.until({ ...about, check, timeoutMs: 1_000 });
  failed = true;
  wait.changed();
  await expect(broken).rejects.toMatchObject({ code: "failed" });
  expect(wait.isWaiting).toBe(false);
});

test("one wait over the bound is refused, and the others go on", async () => {
  const wait = createWaitService(createHandClock());
  let holds = false;
  const request = { ...about, check: () => holds || null, timeoutMs: 1_000 };
  const open = Array.from({ length: 1_000 }, () => wait.until(request));
  await expect(wait.until(request)).rejects.toMatchObject({ code: "busy" });
  holds = true;
  wait.changed();
  expect((await Promise.all(open)).every(Boolean)).toBe(true);
});
