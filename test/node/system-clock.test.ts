import { expect, test } from "vitest";
import { createBootTime, createSystemClock, readBootId } from "../../src/node/system-clock.ts";

function fakeKernel() {
  const state = { trueBootMs: 1_000_007, suspendedMs: 400_000 };
  return {
    state,
    kernel: {
      monotonicMs: () => state.trueBootMs - state.suspendedMs,
      coarseBootMs: () => Math.floor(state.trueBootMs / 10) * 10,
    },
  };
}

test("boot time follows the coarse clock to within its rounding and never goes back", () => {
  const { state, kernel } = fakeKernel();
  const bootMs = createBootTime(kernel);
  let last = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < 2000; step++) {
    state.trueBootMs += (step * 7) % 31;
    const now = bootMs();
    expect(now).toBeGreaterThanOrEqual(last);
    expect(state.trueBootMs - now).toBeLessThan(10);
    expect(now).toBeLessThanOrEqual(state.trueBootMs);
    last = now;
  }
});

test("time spent in suspend counts", () => {
  const { state, kernel } = fakeKernel();
  const bootMs = createBootTime(kernel);
  const before = bootMs();
  state.trueBootMs += 3_600_000;
  state.suspendedMs += 3_600_000;
  state.trueBootMs += 300;
  expect(bootMs() - before).toBeGreaterThan(3_600_000 + 280);
});

test("a machine that does not tell its uptime still has a rising clock", () => {
  let nowMs = 5;
  const bootMs = createBootTime({ monotonicMs: () => nowMs, coarseBootMs: () => Number.NaN });
  expect(bootMs()).toBe(5);
  nowMs = 1005;
  expect(bootMs()).toBe(1005);
});

test("the real clock agrees with the kernel, and its timers can be called off", async () => {
  const clock = createSystemClock();
  expect(clock.bootId).toBe(readBootId());
  expect(clock.bootId).toMatch(/^[0-9a-zA-Z-]{8,}$/);
  expect(clock.bootMs()).toBeGreaterThan(0);
  expect(Math.abs(clock.nowMs() - Date.now())).toBeLessThan(1000);
  let calledOff = true;
  const cancel = clock.after(1, () => {
    calledOff = false;
  });
  cancel();
  await new Promise<void>((done) => clock.after(20, done));
  expect(calledOff).toBe(true);
});

test("a delay of more than 24.8 days does not fire at once", async () => {
  const clock = createSystemClock();
  let fired = false;
  const cancel = clock.after(2 ** 31 + 5000, () => {
    fired = true;
  });
  await new Promise<void>((done) => clock.after(30, done));
  cancel();
  expect(fired).toBe(false);
});
