// Whose words a hook call is: the agent's own, or a program's that the agent runs and that inherited its environment.
import { describe, expect, test } from "vitest";
import { silentLogger } from "../../src/base/log.ts";
import type { Delivery } from "../../src/domain/relay/delivery.ts";
import type { AgentStateName } from "../../src/domain/agent/state.ts";
import { createHookService, type HookDeps } from "../../src/server/services/hook-service.ts";
import { fakePane } from "./fake-pane.ts";

const LOCKED = { holder: "claude", id: "lck-1" };

const MAIL = [
  { id: "to all", kind: "message" },
  { id: "to ben", kind: "message" },
  { id: "a task", kind: "relay" },
] as Delivery[];

/** An agent `ben` in a pane, and what its hooks made others do. */
function world(options: { state: AgentStateName; knownSession: string | null; heard: string | null }) {
  const { pane } = fakePane({ agent: "ben" });
  pane.sessionHeard = options.heard;
  const agent = { name: "ben", agentSessionId: options.knownSession };
  const claims: string[] = [];
  const worked: string[] = [];
  /** What each hook that could carry mail would have taken. */
  const offered: string[][] = [];
  const takeForHook = async (_agent: string, _callId: string, accepts: (one: Delivery) => boolean) => {
    offered.push(MAIL.filter(accepts).map(({ id }) => id));
    return null;
  };
  const deps = {
    clock: { nowMs: () => 1, bootMs: () => 1, bootId: "b", after: () => () => {} },
    log: silentLogger,
    panes: { byToken: () => pane, type() {} },
    states: {
      of: () => ({ state: { name: options.state } }),
      lookNow: () => ({ detection: null }),
      hook: (_pane: unknown, claim: { state: string }) => void claims.push(claim.state),
    },
    session: {
      find: () => agent,
      touch() {},
      noteWork: async (name: string) => void worked.push(name),
      async setAgentSession(_name: string, id: string) {
        agent.agentSessionId = id;
      },
    },
    relay: { wentOn: async () => {}, promptSubmitted: async () => [], takeForHook },
    locks: { guard: () => [{ path: "a.ts", heldBy: LOCKED, text: "a.ts is locked by claude" }] },
    sessionText: () => "",
    toolUsed() {},
    toolHeard() {},
    isBroadcast: ({ id }: Delivery) => id === "to all",
    unanswered: () => [],
    inBackground: () => {},
  } as unknown as HookDeps;
  const service = createHookService(deps);
  const call = (event: string, body: Record<string, unknown>) =>
    service.handle({ token: "t", callId: "1", kind: "claude", event, body: JSON.stringify(body) });
  return { agent, pane, claims, worked, offered, call };
}

test("a turn is held up at its end for directed mail only; the next prompt takes what is for everybody, too", async () => {
  const { call, offered, worked } = world({ state: "working", knownSession: "own", heard: "own" });
  await call("Stop", { session_id: "own" });
  expect(worked).toEqual([]);
  await call("UserPromptSubmit", { session_id: "own", prompt: "go on" });
  expect(offered).toEqual([["to ben"], ["to all", "to ben"]]);
  expect(worked).toEqual(["ben"]);
  await call("Stop", { session_id: "own", stop_hook_active: true });
  expect(offered).toHaveLength(2);
});

describe("a hook call of another session", () => {
  test("in the middle of a turn is a child's: it changes neither the agent's state nor its session", async () => {
    const { agent, claims, call } = world({ state: "working", knownSession: "own", heard: "own" });
    await call("Stop", { session_id: "childs" });
    expect({ session: agent.agentSessionId, claims }).toEqual({ session: "own", claims: [] });
  });

  test("is bound by the locks all the same", async () => {
    const { call } = world({ state: "working", knownSession: "own", heard: "own" });
    const answer = await call("PreToolUse", {
      session_id: "childs",
      cwd: "/project",
      tool_name: "Write",
      tool_input: { file_path: "/project/a.ts" },
    });
    expect(answer.stdout).toContain("locked by claude");
  });

  test("between turns is the agent's own, begun anew", async () => {
    const { agent, call } = world({ state: "idle", knownSession: "old", heard: "old" });
    await call("UserPromptSubmit", { session_id: "new", prompt: "hello" });
    expect(agent.agentSessionId).toBe("new");
  });

  test("is the agent's own when it is the first of a run, also if the screen shows work already", async () => {
    const { agent, pane, claims, call } = world({
      state: "working",
      knownSession: "earlier run",
      heard: null,
    });
    await call("UserPromptSubmit", { session_id: "this run", prompt: "hello" });
    expect({ session: agent.agentSessionId, heard: pane.sessionHeard, claims }).toEqual({
      session: "this run",
      heard: "this run",
      claims: ["working"],
    });
  });
});
