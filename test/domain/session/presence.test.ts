// What a board shows for an agent: the pane's own state where there is one, else how long it has been silent.
import { expect, test } from "vitest";
import type { AgentState } from "../../../src/domain/agent/state.ts";
import { OFFLINE_AFTER_MS, presenceOf, STALE_AFTER_MS } from "../../../src/domain/session/presence.ts";

const inPane = (name: AgentState["name"] | null, silentMs = 0) =>
  presenceOf({
    origin: "pane",
    paneId: "%1",
    state: name === null ? null : ({ name } as AgentState),
    silentMs,
  });
const outside = (silentMs: number) => presenceOf({ origin: "outside", paneId: null, state: null, silentMs });

test.each([
  ["working", "active"],
  ["blocked", "active"],
  ["idle", "idle"],
  ["starting", "idle"],
  [null, "idle"],
  ["unknown", "stale"],
  ["error", "stale"],
  ["exited", "offline"],
] as const)("in a pane that is %s an agent is %s, however long it has said nothing", (state, presence) => {
  expect(inPane(state)).toBe(presence);
  expect(inPane(state, 10 * OFFLINE_AFTER_MS)).toBe(presence);
});

test("outside the panes silence decides; an agent whose pane is gone is offline at once", () => {
  expect(outside(0)).toBe("active");
  expect(outside(STALE_AFTER_MS - 1)).toBe("active");
  expect(outside(STALE_AFTER_MS)).toBe("stale");
  expect(outside(OFFLINE_AFTER_MS)).toBe("offline");
  expect(presenceOf({ origin: "pane", paneId: null, state: null, silentMs: 0 })).toBe("offline");
});
