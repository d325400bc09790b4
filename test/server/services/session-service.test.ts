import { describe, expect, test } from "vitest";
import { agentActor } from "../../../src/domain/session/actor.ts";
import { OFFLINE_AFTER_MS, presenceOf } from "../../../src/domain/session/presence.ts";
import { mayDelegate, orderAgents } from "../../../src/domain/session/rules.ts";
import { ROLES } from "../../../src/domain/session/session.ts";
import { outsideAgent } from "../../../src/server/outside-agents.ts";
import { MAX_AGENTS } from "../../../src/server/services/agent-room.ts";
import { claude, createHandClock, openCoordination, operator, refusal, tempDir } from "./coordination.ts";

const rolesOf = (session: { all(): readonly { name: string; role: string }[] }) =>
  Object.fromEntries(session.all().map(({ name, role }) => [name, role]));

describe("setting up", () => {
  test("vector 24: two agents are principal and delegate, three are principal and collaborators", async () => {
    const one = await openCoordination();
    await one.session.init(operator, {});
    expect(rolesOf(one.session)).toEqual({ claude: "principal", kimi: "delegate" });
    const two = await openCoordination();
    await two.session.init(operator, { principal: "gemini", agents: ["claude", "kimi"] });
    expect(rolesOf(two.session)).toEqual({
      gemini: "principal",
      claude: "collaborator",
      kimi: "collaborator",
    });
  });

  test("vector 24: a second setting up is refused, by force it keeps what there is; bad names are refused", async () => {
    const { session, tasks, messages } = await openCoordination();
    await session.init(operator, {});
    expect((await refusal(session.init(operator, {}))).code).toBe("conflict");
    await tasks.quick(claude, { to: "kimi", text: "x" });
    await messages.send(claude, { to: "kimi", body: "x" });
    await session.init(operator, { force: true, mode: "peer", principal: "kimi" });
    expect([session.mode(), session.principal(), rolesOf(session)]).toEqual([
      "peer",
      "kimi",
      { claude: "delegate", kimi: "principal" },
    ]);
    expect([tasks.list().length, messages.unreadCount("kimi")]).toEqual([1, 1]);
    expect((await refusal(session.init(operator, { force: true, agents: ["a b"] }))).message).toBe(
      'Invalid agent name "a b"',
    );
    expect((await refusal(session.init(claude, { force: true }))).code).toBe("permission-denied");
  });

  test("without setting up, the first agent leads", async () => {
    const { session, join } = await openCoordination();
    await join("codex", "kimi");
    expect([session.principal(), rolesOf(session)]).toEqual([
      "codex",
      { codex: "principal", kimi: "delegate" },
    ]);
    await join("claude");
    expect(rolesOf(session)).toEqual({ codex: "principal", kimi: "collaborator", claude: "collaborator" });
  });

  test("a role that a layout gives stays", async () => {
    const { session } = await openCoordination();
    await session.register(operator, {
      name: "kimi",
      profile: "kimi",
      role: "reviewer",
      origin: "pane",
      paneId: "%1",
    });
    await session.register(operator, {
      name: "claude",
      profile: "claude",
      role: "principal",
      origin: "pane",
      paneId: "%2",
    });
    await session.register(operator, { name: "codex", profile: "codex", origin: "pane", paneId: "%3" });
    expect([session.principal(), rolesOf(session)]).toEqual([
      "claude",
      { kimi: "reviewer", claude: "principal", codex: "collaborator" },
    ]);
    expect(orderAgents("Claude", ["kimi", "claude", "KIMI"])).toEqual(["Claude", "kimi"]);
  });

  test("the principal's role moves with the principal", async () => {
    const { session, join } = await openCoordination();
    await join("claude", "kimi", "codex");
    await session.setRole(operator, "kimi", { role: "principal" });
    expect(rolesOf(session)).toEqual({ claude: "collaborator", kimi: "principal", codex: "collaborator" });
    expect((await refusal(session.setRole(operator, "kimi", { role: "delegate" }))).code).toBe("conflict");
    expect((await refusal(session.setRole(claude, "claude", { role: "principal" }))).code).toBe(
      "permission-denied",
    );
    expect((await refusal(session.set(operator, { principal: "nobody" }))).message).toBe('no agent "nobody"');
  });
});

describe("names", () => {
  test("row 97: what is no name, or means somebody else, is refused", async () => {
    const { session } = await openCoordination();
    for (const name of [
      "",
      "all",
      "Operator",
      "x".repeat(33),
      "a/b",
      "..",
      "-x",
      "🦊",
      "b\u043eb",
      "a b",
      "principal",
      "role:x",
      "a\u001b[2J",
    ]) {
      const error = await refusal(session.register(operator, { name, profile: "x", origin: "pane" }));
      expect([name, error.code]).toEqual([name, "usage"]);
      expect(error.hint).not.toBe("");
    }
    await session.register(operator, { name: "alice.claude", profile: "claude", origin: "pane" });
  });

  test("names are one whatever their case, and a running one is taken", async () => {
    const { session } = await openCoordination();
    await session.register(operator, { name: "Bob", profile: "claude", origin: "pane", paneId: "%1" });
    const error = await refusal(
      session.register(operator, { name: "bob", profile: "kimi", origin: "pane", paneId: "%2" }),
    );
    expect([error.code, error.message, error.hint]).toEqual([
      "conflict",
      'The name "Bob" is in use by the agent in pane %1',
      "Take another name, such as Bob-2.",
    ]);
    await session.unbindPane("%1");
    expect(
      (await session.register(operator, { name: "bob", profile: "kimi", origin: "pane", paneId: "%2" })).name,
    ).toBe("Bob");
    expect([session.freeName("bob"), session.freeName("new")]).toEqual(["bob-2", "new"]);
  });

  test("vector 29: ten that register at once are ten", async () => {
    const { session } = await openCoordination();
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        session.register(agentActor(`a${n}`), { name: `a${n}`, profile: "x", origin: "outside" }),
      ),
    );
    expect(session.all()).toHaveLength(10);
    expect(session.all().filter(({ role }) => role === "principal")).toHaveLength(1);
  });

  test("two that register the same name at once are one", async () => {
    const { session } = await openCoordination();
    const both = ["%1", "%2"].map((paneId) =>
      session.register(operator, { name: "kimi", profile: "kimi", origin: "pane", paneId }),
    );
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(session.all()).toHaveLength(1);
  });
});

describe("panes", () => {
  test("an agent outlives its pane, and the server", async () => {
    const dir = tempDir();
    const clock = createHandClock();
    const first = await openCoordination({ dir, clock });
    await first.join("claude", "kimi");
    await first.session.setAgentSession("claude", "abc");
    expect((await first.session.unbindPane("%1"))?.name).toBe("claude");
    expect(await first.session.unbindPane("%1")).toBeNull();
    expect([first.session.isGone("claude"), first.session.isGone("kimi")]).toEqual([true, false]);
    await first.close();
    const second = await openCoordination({ dir, clock });
    expect(second.session.find("CLAUDE")).toMatchObject({
      paneId: null,
      agentSessionId: "abc",
      role: "principal",
    });
    await second.session.bindPane("claude", "%9");
    expect(second.session.byPane("%9")?.name).toBe("claude");
    expect((await refusal(second.session.bindPane("claude", "%10"))).code).toBe("conflict");
    expect(second.factsOf("session.created")).toEqual([]);
  });
});

test("an agent's session holds work from its first prompt on, and a session begun anew holds none", async () => {
  const { session, join } = await openCoordination({});
  await join("kimi");
  const hasWorked = () => session.find("kimi")?.hasWorked;
  expect(hasWorked()).toBe(false);
  await session.noteWork("kimi");
  // It names its session with its first prompt: that is the one that it works in.
  await session.setAgentSession("kimi", "first");
  expect(hasWorked()).toBe(true);
  await session.setAgentSession("kimi", "first");
  expect(hasWorked()).toBe(true);
  await session.setAgentSession("kimi", "second");
  expect(hasWorked()).toBe(false);
  await session.noteWork("kimi");
  await session.setAgentSession("kimi", null);
  expect(session.find("kimi")).toMatchObject({ agentSessionId: null, hasWorked: false });
});

test("an agent outside the panes is stale after a restart until it is heard of, and offline when it stays silent or had left", async () => {
  const dir = tempDir();
  const clock = createHandClock();
  const first = await openCoordination({ dir, clock });
  await first.session.register(agentActor("aider"), { name: "aider", profile: "aider", origin: "outside" });
  const presence = ({ session }: typeof first) =>
    presenceOf({
      origin: "outside",
      paneId: null,
      state: null,
      silentMs: session.silentMs("aider"),
    });
  expect(presence(first)).toBe("active");
  await first.close();
  const second = await openCoordination({ dir, clock });
  expect([presence(second), second.session.isGone("aider")]).toEqual(["stale", false]);
  clock.advance(OFFLINE_AFTER_MS);
  expect([presence(second), second.session.isGone("aider")]).toEqual(["offline", true]);
  second.session.touch("aider");
  expect(presence(second)).toBe("active");
  await second.session.leave("aider");
  await second.close();
  const third = await openCoordination({ dir, clock });
  expect([presence(third), third.session.isGone("aider")]).toEqual(["offline", true]);
  expect((await outsideAgent(third.session, "aider")).leftAtMs).toBeNull();
  await third.close();
  const fourth = await openCoordination({ dir, clock });
  expect(presence(fourth)).toBe("stale");
});

test("nobody hands work upward but in peer mode, and the operator hands to anyone", () => {
  for (const to of ROLES) {
    for (const mode of ["hierarchical", "peer", "review"] as const) {
      expect(mayDelegate(mode, null, to)).toBe(true);
      expect(mayDelegate(mode, "principal", to)).toBe(true);
    }
    for (const from of ROLES) expect(mayDelegate("peer", from, to)).toBe(true);
    expect(mayDelegate("hierarchical", "delegate", to)).toBe(to === "delegate");
    expect(mayDelegate("review", "reviewer", to)).toBe(to !== "principal");
  }
});

describe("leaving the roster", () => {
  const outside = (name: string) => ({ name, profile: "outside", origin: "outside" as const });

  test("the operator takes out whom no pane runs and who holds nothing", async () => {
    const { session, tasks, factsOf } = await openCoordination();
    await session.init(operator, { agents: ["claude", "kimi", "codex"] });
    expect((await refusal(session.remove(claude, "kimi"))).code).toBe("permission-denied");
    expect((await refusal(session.remove(operator, "claude"))).message).toContain("principal");
    await session.bindPane("codex", "%1");
    expect((await refusal(session.remove(operator, "codex"))).message).toContain("runs in pane %1");
    const task = await tasks.quick(claude, { to: "kimi", text: "x" });
    expect((await refusal(session.remove(operator, "kimi"))).message).toContain("open tasks");
    await tasks.update(operator, task.id, { status: "cancelled" });
    await session.remove(operator, "KIMI");
    expect(session.all().map(({ name }) => name)).toEqual(["claude", "codex"]);
    expect(factsOf("agent.removed")).toHaveLength(1);
  });

  test("when the roster is full, the oldest that is gone and holds nothing makes room; else it is full", async () => {
    const clock = createHandClock();
    const { session, tasks } = await openCoordination({ clock });
    await session.init(operator, {});
    for (let number = session.all().length; number < MAX_AGENTS; number++) {
      const name = `agent-${number}`;
      await session.register(agentActor(name), outside(name));
    }
    expect((await refusal(session.register(agentActor("late"), outside("late")))).code).toBe("busy");
    await tasks.quick(operator, { to: "agent-2", text: "unfinished" });
    clock.advance(OFFLINE_AFTER_MS);
    await session.register(agentActor("late"), outside("late"));
    expect(session.all()).toHaveLength(MAX_AGENTS);
    expect(session.find("agent-2")).toBeDefined();
    expect(session.find("agent-3")).toBeUndefined();
    expect(session.find("late")).toBeDefined();
  });
});
