import { describe, expect, test } from "vitest";
import { ALL_CAUGHT_UP } from "../../../src/domain/summary/summary.ts";
import { presenceOf } from "../../../src/domain/session/presence.ts";
import type { Delivery } from "../../../src/domain/relay/delivery.ts";
import type { AgentView } from "../../../src/protocol/views.ts";
import { createSummaryService } from "../../../src/server/services/summary-service.ts";
import { claude, kimi, openCoordination, operator } from "./coordination.ts";

/** The services with agents whose panes are idle unless said otherwise. */
async function openSummary() {
  const world = await openCoordination();
  const { session, tasks, messages, locks, questions, decisions, clock } = world;
  const blocked = new Set<string>();
  const deliveries: Delivery[] = [];
  const agents = (): AgentView[] =>
    session.all().map((agent) => {
      const state: AgentView["state"] = {
        name: blocked.has(agent.name) ? "blocked" : "idle",
        blockedOn: blocked.has(agent.name) ? "permission" : null,
        message: null,
        sinceMs: 0,
        because: "hook",
      };
      return {
        name: agent.name,
        profile: agent.profile,
        title: agent.name,
        role: agent.role,
        devRole: agent.devRole,
        paneId: agent.paneId,
        state,
        presence: presenceOf({
          origin: agent.origin,
          paneId: agent.paneId,
          state,
          silentMs: session.silentMs(agent.name),
        }),
        task: tasks.currentOf(agent.name),
        locks: locks.countOf(agent.name),
        unread: messages.unreadCount(agent.name),
        waiting: null,
        hasDraft: false,
        statusText: agent.statusText,
        statusAtMs: agent.statusAtMs,
        file: null,
        agentSessionId: null,
      };
    });
  const summary = createSummaryService({
    project: { name: "project", root: world.root },
    session,
    tasks,
    messages,
    locks,
    questions,
    decisions,
    agents,
    deliveries: () => deliveries,
    nowMs: () => clock.nowMs(),
  });
  return { ...world, summary, blocked, deliveries };
}

describe("summary", () => {
  test("with nothing to do it says so", async () => {
    const { summary, join } = await openSummary();
    await join("claude", "kimi");
    expect(summary.summary()).toMatchObject({
      mode: "hierarchical",
      principal: "claude",
      locks: 0,
      actionItems: [ALL_CAUGHT_UP],
    });
  });

  test("names what waits for whom", async () => {
    const { summary, join, tasks, messages, questions, session, blocked, locks } = await openSummary();
    await join("claude", "kimi", "codex");
    blocked.add("codex");
    const done = await tasks.quick(claude, { to: "kimi", text: "Build it" });
    await tasks.update(kimi, done.id, { status: "completed" });
    const stuck = await tasks.quick(claude, { to: "kimi", text: "Fix it" });
    await tasks.update(kimi, stuck.id, { status: "blocked", note: "no key" });
    await tasks.create(claude, { title: "Free" });
    await tasks.create(claude, { title: "Held up", dependsOn: [stuck.id] });
    const orphan = await tasks.quick(claude, { to: "codex", text: "Orphan" });
    await messages.send(claude, { to: "kimi", body: "hello" });
    await messages.send(kimi, { to: "operator", body: "help" });
    const asked = await questions.ask(kimi, { question: "Which key?" });
    await locks.acquire(kimi, { wishes: [{ path: "a" }] });
    await session.unbindPane("%3");
    const view = summary.summary();
    expect(view.tasks).toMatchObject({ completed: 1, blocked: 1, pending: 2, assigned: 1, approved: 0 });
    expect(view.locks).toBe(1);
    expect(view.actionItems).toEqual([
      "Look at codex: it waits for a permission",
      `Answer kimi: Which key? (ia-tmux answer ${asked.id} "…")`,
      "Read your inbox: 1 unread message (ia-tmux inbox)",
      `Tell claude to review "Build it" (${done.id})`,
      `Unblock "Fix it" (${stuck.id}): no key`,
      `Start codex or reassign "Orphan" (${orphan.id})`,
      "Tell kimi to check its inbox: 1 unread message",
      "1 task can be claimed (ia-tmux claim-next)",
    ]);
  });

  test("never asks the one who did the work to review it", async () => {
    const { summary, join, tasks, session } = await openSummary();
    await join("claude", "kimi");
    await session.set(operator, { mode: "review" });
    const own = await tasks.create(operator, { title: "T", assignee: "claude" });
    await tasks.update(claude, own.id, { status: "completed" });
    expect(summary.summary().actionItems).toEqual([`Please take up the review of "T" (${own.id})`]);
  });
});

describe("status board", () => {
  test("shows what an agent says, and how old that is", async () => {
    const { summary, join, session, clock } = await openSummary();
    await join("claude", "kimi");
    await session.setRole(operator, "claude", { devRole: "tech_lead" });
    await session.setStatus(claude, "  refactoring\n auth ");
    clock.advance(5 * 60_000);
    expect(summary.board()).toEqual([
      {
        agent: "claude",
        role: "principal",
        devRole: "tech_lead",
        presence: "idle",
        status: { text: "refactoring auth", ageMs: 300_000 },
        task: null,
        file: null,
        unread: 0,
      },
      expect.objectContaining({
        agent: "kimi",
        role: "delegate",
        presence: "idle",
        status: null,
        task: null,
      }),
    ]);
  });

  test("an agent sets only its own status", async () => {
    const { join, session } = await openSummary();
    await join("claude", "kimi");
    await expect(session.setStatus(kimi, "x", "claude")).rejects.toMatchObject({ code: "permission-denied" });
    expect((await session.setStatus(operator, "x", "claude")).statusText).toBe("x");
  });
});

describe("compact state", () => {
  test("its own locks come first and whole, those of others with their number; its part is said", async () => {
    const { summary, join, locks, session } = await openSummary();
    await join("claude", "kimi");
    await session.setRole(operator, "kimi", { devRole: "qa_engineer" });
    for (let number = 0; number < 12; number++)
      await locks.acquire(claude, { wishes: [{ path: `their-${number}` }] });
    for (const path of ["mine-1", "mine-2"]) await locks.acquire(kimi, { wishes: [{ path }] });
    const lines = summary.compact("kimi").split("\n");
    expect(lines[0]).toMatch(/^you: kimi \(delegate, qa_engineer\) .* locks: 14 /);
    expect(lines).toContain("- your part: finds out what does not work before users do");
    expect(lines).toContain("- you hold: mine-1, mine-2");
    expect(lines.find((line) => line.startsWith("- locked: "))).toMatch(/their-9 → claude \(\+2 more\)$/);
  });

  test("tells a starting agent who it is, what is open and what is held", async () => {
    const { summary, join, tasks, locks, decisions } = await openSummary();
    await join("claude", "kimi");
    const task = await tasks.quick(claude, { to: "kimi", text: "Build it\nwith care" });
    const free = await tasks.create(claude, { title: "Free" });
    await locks.acquire(claude, { wishes: [{ path: "src/" }] });
    await decisions.record(claude, { text: "Use REST" });
    expect(summary.compact("kimi")).toBe(
      [
        "you: kimi (delegate, backend_dev) | active agents: 2 | open tasks: 2 | locks: 1 | unread: 0",
        "- your part: builds services, data access and their interfaces",
        "- other agents: claude",
        `- your tasks: ${task.id} "Build it with care" [assigned]`,
        "- locked: src/ → claude",
        `- free to claim: ${free.id} "Free"`,
        "- decided: Use REST",
      ].join("\n"),
    );
  });

  test("the operator, who is no agent, reads the same without a part and a role", async () => {
    const { summary, join, locks } = await openSummary();
    expect(summary.compact("operator")).toBe(
      "active agents: 0 | open tasks: 0 | locks: 0 | unread: 0\n- no active agents",
    );
    await join("claude", "kimi");
    await locks.acquire(claude, { wishes: [{ path: "src/" }] });
    await locks.acquire(operator, { wishes: [{ path: "docs/" }] });
    expect(summary.compact("operator")).toBe(
      [
        "active agents: 2 | open tasks: 0 | locks: 2 | unread: 0",
        "- agents: claude, kimi",
        "- you hold: docs/",
        "- locked: src/ → claude",
      ].join("\n"),
    );
    expect(() => summary.compact("nobody")).toThrow('no agent "nobody"');
  });
});
