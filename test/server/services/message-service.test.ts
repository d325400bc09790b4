import { describe, expect, test } from "vitest";
import { agentActor } from "../../../src/domain/session/actor.ts";
import { MAX_UNREAD } from "../../../src/server/services/message-service.ts";
import {
  claude,
  codex,
  createHandClock,
  kimi,
  openCoordination,
  operator,
  refusal,
  tempDir,
} from "./coordination.ts";

describe("addressing", () => {
  test("a message to one, to a role, to all, to the principal and to the operator has a receipt for each recipient", async () => {
    const { messages, join, session } = await openCoordination();
    await join("claude", "kimi", "codex");
    await session.setRole(operator, "codex", { role: "reviewer", devRole: "qa_engineer" });
    const receivers = async (to: string) =>
      (await messages.send(kimi, { to, body: "x" })).receipts.map(({ agent }) => agent);
    expect(await receivers("CLAUDE")).toEqual(["claude"]);
    expect(await receivers("role:reviewer")).toEqual(["codex"]);
    expect(await receivers("qa_engineer")).toEqual(["codex"]);
    expect(await receivers("all")).toEqual(["claude", "codex"]);
    expect(await receivers("principal")).toEqual(["claude"]);
    expect(await receivers("operator")).toEqual(["operator"]);
  });

  test("an unknown recipient is refused with the known names, and nothing is stored", async () => {
    const { messages, join } = await openCoordination();
    await join("claude", "kimi");
    const error = await refusal(messages.send(claude, { to: "nobody", body: "x" }));
    expect([error.code, error.message, error.hint]).toEqual([
      "not-found",
      'no agent "nobody"',
      "Known agents: claude, kimi",
    ]);
    expect((await refusal(messages.send(claude, { to: "bob\u001b[2J", body: "x" }))).message).toBe(
      'no agent "bob\\x1b[2J"',
    );
    expect((await refusal(messages.send(claude, { to: "role:reviewer", body: "x" }))).message).toBe(
      'no agent with the role "reviewer"',
    );
    expect((await refusal(messages.send(claude, { to: "role:wizard", body: "x" }))).message).toBe(
      'no role "wizard"',
    );
    expect((await refusal(messages.send(claude, { to: "claude", body: "x" }))).code).toBe("usage");
    expect(messages.search(operator, "x")).toEqual([]);
  });

  test("to all with nobody there is refused", async () => {
    const { messages, join } = await openCoordination();
    expect((await refusal(messages.send(operator, { to: "all", body: "x" }))).message).toBe("no agents");
    await join("claude");
    expect((await refusal(messages.send(claude, { to: "all", body: "x" }))).message).toBe(
      "no agents but yourself",
    );
  });

  test("own broadcasts are not own mail, and who comes later does not get the history", async () => {
    const { messages, join } = await openCoordination();
    await join("claude", "kimi");
    await messages.send(claude, { to: "all", body: "hello all" });
    await join("codex");
    expect([
      messages.unreadCount("claude"),
      messages.unreadCount("kimi"),
      messages.unreadCount("codex"),
    ]).toEqual([0, 1, 0]);
  });

  test("vector 22: a directive to all is one direct message for each agent that is there", async () => {
    const { messages, join, session } = await openCoordination();
    await join("claude", "kimi", "codex");
    await session.unbindPane("%3");
    const sent = await messages.directive(operator, "all", "stop");
    expect(sent.map(({ to, from }) => [to, from])).toEqual([
      ["claude", "operator"],
      ["kimi", "operator"],
    ]);
    expect((await refusal(messages.directive(claude, "all", "stop"))).code).toBe("permission-denied");
  });
});

describe("what is said", () => {
  test("an empty message, one that is too long and a strange key are refused", async () => {
    const { messages, join } = await openCoordination();
    await join("claude", "kimi");
    for (const body of ["", "  \n ", "\u0007"]) {
      const error = await refusal(messages.send(claude, { to: "kimi", body }));
      expect([error.code, error.message]).toEqual(["usage", "The message is empty"]);
    }
    const long = await refusal(messages.send(claude, { to: "kimi", body: "é".repeat(32_768) + "x" }));
    expect([long.code, long.message]).toEqual(["too-large", "The message is 65537 bytes; limit 65536"]);
    expect((await messages.send(claude, { to: "kimi", body: "é".repeat(32_768) })).body).toHaveLength(32_768);
    expect((await refusal(messages.send(claude, { to: "kimi", body: "x", key: "../x" }))).code).toBe("usage");
  });

  test("text keeps what it says and loses what a terminal would obey", async () => {
    const { messages, join } = await openCoordination();
    await join("claude", "kimi");
    const sent = await messages.send(claude, {
      to: "kimi",
      subject: "two\nlines \u001b[31m",
      body: "a\u2028b\r\nc\u001b[201~d\u0000 !x",
    });
    expect(sent.subject).toBe("two lines [31m");
    expect(sent.body).toBe("a\nb\nc[201~d !x");
  });

  test("a recipient with a full box refuses more, aloud; a vanished one does not stop a broadcast", async () => {
    const { messages, join, session } = await openCoordination();
    await join("claude", "kimi", "codex");
    await Promise.all(
      Array.from({ length: MAX_UNREAD }, () => messages.send(claude, { to: "kimi", body: "x" })),
    );
    const error = await refusal(messages.send(claude, { to: "kimi", body: "x" }));
    expect([error.code, error.message]).toEqual(["busy", "kimi has 1000 unread messages already"]);
    expect((await refusal(messages.send(claude, { to: "all", body: "x" }))).code).toBe("busy");
    await session.unbindPane("%2");
    expect(
      (await messages.send(claude, { to: "all", body: "x" })).receipts.map(({ agent }) => agent),
    ).toEqual(["codex"]);
    await messages.mark(kimi, messages.inbox("kimi")[0]?.id ?? "", "read");
    await messages.send(claude, { to: "kimi", body: "x" });
  });

  test("an expired message waits for nobody but is not gone", async () => {
    const { messages, join, clock } = await openCoordination();
    await join("claude", "kimi");
    await messages.send(claude, { to: "kimi", body: "now or never", expiresInMs: 60_000 });
    expect(messages.unreadCount("kimi")).toBe(1);
    clock.advance(60_000);
    expect([
      messages.unreadCount("kimi"),
      messages.inbox("kimi").length,
      messages.inbox("kimi", { all: true }).length,
    ]).toEqual([0, 0, 1]);
  });
});

describe("receipts", () => {
  test("each recipient reads for himself, and a mark never goes back", async () => {
    const { messages, join } = await openCoordination();
    await join("claude", "kimi", "codex");
    const sent = await messages.send(claude, { to: "all", body: "x" });
    await messages.mark(kimi, sent.id, "read");
    expect([messages.unreadCount("kimi"), messages.unreadCount("codex")]).toEqual([0, 1]);
    await messages.mark(kimi, sent.id, "completed");
    await messages.mark(kimi, sent.id, "acknowledged");
    expect(messages.show(claude, sent.id).receipts.map(({ state }) => state)).toEqual([
      "completed",
      "unread",
    ]);
    expect(messages.inbox("kimi", { state: "completed" })).toHaveLength(1);
    await messages.mark(kimi, sent.id, "archived");
    expect(messages.inbox("kimi", { state: "archived" })).toHaveLength(1);
  });

  test("only sender, recipients and operator see a message, and only recipients mark it", async () => {
    const { messages, join } = await openCoordination();
    await join("claude", "kimi", "codex");
    const sent = await messages.send(claude, { to: "kimi", body: "secret plan" });
    expect((await refusal(() => messages.show(codex, sent.id))).code).toBe("permission-denied");
    expect((await refusal(messages.mark(codex, sent.id, "read"))).code).toBe("permission-denied");
    expect((await refusal(messages.mark(claude, sent.id, "read"))).code).toBe("permission-denied");
    expect(messages.search(codex, "secret")).toEqual([]);
    expect(messages.search(kimi, "PLAN secret")).toHaveLength(1);
    expect(messages.show(operator, sent.id.slice(0, 9)).id).toBe(sent.id);
  });

  test("unknown references are not found", async () => {
    const { messages, join } = await openCoordination();
    await join("claude");
    for (const reference of ["msg-none", "../messages/x", "", "__proto__"]) {
      const error = await refusal(() => messages.show(claude, reference));
      expect([error.code, error.message.startsWith("no message")]).toEqual(["not-found", true]);
    }
    expect((await refusal(messages.reply(claude, "gone-1", { body: "x" }))).message).toBe(
      'no message "gone-1"',
    );
  });

  test("vector 29: a reply goes to the sender in the same thread and can complete the original", async () => {
    const { messages, join, tasks } = await openCoordination();
    await join("a", "b");
    const [a, b] = [agentActor("a"), agentActor("b")];
    const task = await tasks.create(a, { title: "T" });
    const sent = await messages.send(a, {
      to: "b",
      subject: "API",
      body: "?",
      taskId: "t" === task.id ? "" : task.id,
    });
    const reply = await messages.reply(b, sent.id, { body: "!", complete: true });
    expect(reply).toMatchObject({
      to: "a",
      subject: "Re: API",
      replyTo: sent.id,
      threadId: sent.id,
      taskId: task.id,
    });
    expect(messages.show(a, sent.id).receipts[0]?.state).toBe("completed");
    expect(messages.unreadCount("a")).toBe(1);
    const back = await messages.reply(a, reply.id, { body: "thanks" });
    expect(back).toMatchObject({ to: "b", subject: "Re: API" });
    expect(messages.thread(operator, back.id).map(({ id }) => id)).toEqual([sent.id, reply.id, back.id]);
    const again = await messages.reply(a, sent.id, { body: "and this" });
    expect(again.to).toBe("b");
  });

  test("a reply to the operator reaches the operator's inbox", async () => {
    const { messages, join } = await openCoordination();
    await join("claude");
    const [sent] = await messages.directive(operator, "claude", "stop");
    await messages.reply(claude, sent?.id ?? "", { body: "stopped" });
    expect(messages.inbox("operator").map(({ body }) => body)).toEqual(["stopped"]);
  });

  test("everything is there again after a restart", async () => {
    const dir = tempDir();
    const clock = createHandClock();
    const first = await openCoordination({ dir, clock });
    await first.join("claude", "kimi");
    const one = await first.messages.send(claude, { to: "kimi", body: "one" });
    await first.messages.send(claude, { to: "kimi", body: "two" });
    await first.messages.mark(kimi, one.id, "read");
    await first.close();
    const second = await openCoordination({ dir, clock });
    expect(second.messages.inbox("kimi").map(({ body }) => body)).toEqual(["two"]);
    expect(second.messages.inbox("KIMI", { all: true })).toHaveLength(2);
  });

  test("the operator archives what is old and done; unread mail stays", async () => {
    const { messages, join, clock } = await openCoordination();
    await join("claude", "kimi");
    const one = await messages.send(claude, { to: "kimi", body: "one" });
    await messages.send(claude, { to: "kimi", body: "two" });
    await messages.mark(kimi, one.id, "read");
    clock.advance(1_000);
    expect(await messages.archiveBefore(operator, clock.nowMs())).toBe(1);
    expect(messages.inbox("kimi").map(({ body }) => body)).toEqual(["two"]);
    expect((await refusal(messages.archiveBefore(claude, clock.nowMs()))).code).toBe("permission-denied");
  });

  test("the operator puts away what was not read: the own part of it, which is there to be found", async () => {
    const { messages, join, factsOf } = await openCoordination();
    await join("claude", "kimi");
    const both = await messages.send(claude, { to: "everyone", body: "to all" });
    await messages.send(claude, { to: "operator", body: "to one" });
    const read = await messages.send(claude, { to: "operator", body: "seen" });
    await messages.mark(operator, read.id, "read");
    const own = messages.unreadCount("operator");
    expect((await refusal(messages.archiveUnread(claude))).code).toBe("permission-denied");
    expect(await messages.archiveUnread(operator)).toBe(own);
    expect(await messages.archiveUnread(operator)).toBe(0);
    expect([messages.unreadCount("operator"), messages.unreadCount("kimi")]).toEqual([0, 1]);
    expect(messages.show(kimi, both.id).receipts.find(({ agent }) => agent === "kimi")?.state).toBe("unread");
    expect(messages.inbox("operator", { state: "read" }).map(({ body }) => body)).toEqual(["seen"]);
    expect(messages.search(operator, "to one")).toHaveLength(1);
    expect(factsOf("inbox.archived")).toMatchObject([{ by: "operator", messages: own }]);
  });
});
