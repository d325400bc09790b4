import { expect, test } from "vitest";
import { silentLogger } from "../../src/base/log.ts";
import type { Fact } from "../../src/domain/facts.ts";
import { createAgentStateService } from "../../src/server/services/agent-state-service.ts";
import { DIALOG, fakePane, IDLE } from "./fake-pane.ts";
import { createHandClock } from "./services/coordination.ts";

function world() {
  const clock = createHandClock();
  const facts: Fact[] = [];
  const states = createAgentStateService({
    catchUp: () => {},
    clock,
    log: silentLogger,
    announce: (fact) => void facts.push(fact),
  });
  const { pane, show } = fakePane({ nowMs: clock.nowMs() });
  const announced = () => facts.flatMap((fact) => (fact.kind === "agent.state" ? [fact.state.name] : []));
  return { clock, states, pane, announced, show };
}

test("an agent is starting until its composer stands on the screen, which is read when it has settled", () => {
  const { clock, states, pane, announced, show } = world();
  expect(states.of(pane).state.name).toBe("starting");
  show(IDLE);
  states.printed(pane);
  expect(announced()).toEqual([]);
  clock.advance(60);
  expect(announced()).toEqual(["idle"]);
  expect(states.of(pane).state.because).toBe("screen");
});

test("a screen that never settles is read all the same", () => {
  const { clock, states, pane, announced, show } = world();
  show(IDLE);
  for (let index = 0; index < 20; index++) {
    states.printed(pane);
    clock.advance(20);
  }
  expect(announced()).toEqual(["idle"]);
});

test("a decision to write looks at the screen of this very moment, not at the last one read", () => {
  const { clock, states, pane, show } = world();
  show(IDLE);
  states.printed(pane);
  clock.advance(60);
  show(DIALOG);
  expect(states.of(pane).detection?.state).toBe("idle");
  expect(states.lookNow(pane).detection).toMatchObject({ state: "blocked", blockedOn: "permission" });
});

test("a program that says idle under an open dialog is not believed", () => {
  const { clock, states, pane, show } = world();
  show(DIALOG);
  states.printed(pane);
  clock.advance(60);
  states.status(pane, { state: "idle" } as Parameters<typeof states.status>[1]);
  clock.advance(5_000);
  expect(["blocked", "unknown"]).toContain(states.lookNow(pane).state.name);
});

test("an announcement comes once for each change, and the end of the program is one", () => {
  const { clock, states, pane, announced, show } = world();
  show(IDLE);
  states.printed(pane);
  clock.advance(60);
  states.hook(pane, { state: "working", blockedOn: null, message: null, atMs: clock.nowMs() });
  states.hook(pane, { state: "working", blockedOn: null, message: null, atMs: clock.nowMs() });
  pane.dead = { exitCode: 3, signal: 0 };
  states.ended(pane);
  states.ended(pane);
  expect(announced()).toEqual(["idle", "working", "exited"]);
});

test("a program started again in the pane is judged anew", () => {
  const { clock, states, pane } = world();
  pane.dead = { exitCode: 3, signal: 0 };
  states.ended(pane);
  expect(states.of(pane).state.name).toBe("exited");
  clock.advance(1_000);
  pane.dead = null;
  (pane as { startedAtMs: number }).startedAtMs = clock.nowMs();
  states.printed(pane);
  clock.advance(60);
  expect(states.of(pane).state.name).toBe("starting");
});
