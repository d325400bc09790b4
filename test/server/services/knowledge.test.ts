import { describe, expect, test } from "vitest";
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

describe("specs", () => {
  test("every version is kept with its author, and the difference can be read", async () => {
    const { specs, join } = await openCoordination();
    await join("claude", "kimi");
    await specs.publish(claude, { name: "api/login", content: "# Login\n\nPOST /login\n" });
    const second = await specs.publish(kimi, { name: "API/login", content: "# Login\n\nPOST /session\n" });
    expect(second).toMatchObject({ name: "api/login", version: 2, author: "kimi", versions: 2 });
    expect(specs.show("api/login", 1)).toMatchObject({
      author: "claude",
      content: "# Login\n\nPOST /login\n",
    });
    expect(specs.diff("api/login")).toBe(
      "--- api/login version 1\n+++ api/login version 2\n@@ -1,4 +1,4 @@\n # Login\n \n-POST /login\n+POST /session\n ",
    );
    expect(specs.list().map(({ name, version }) => [name, version])).toEqual([["api/login", 2]]);
    expect(specs.history("api/login")).toHaveLength(2);
  });

  test("the same text again makes no version, and a stale base is refused", async () => {
    const { specs, join } = await openCoordination();
    await join("claude");
    await specs.publish(claude, { name: "a", content: "one" });
    expect((await specs.publish(claude, { name: "a", content: "one" })).version).toBe(1);
    expect(
      (await refusal(specs.publish(claude, { name: "a", content: "two", baseVersion: 0 }))).message,
    ).toBe("Spec a is at version 1, not 0");
    expect((await specs.publish(claude, { name: "a", content: "two", baseVersion: 1 })).version).toBe(2);
  });

  test("two who publish at once make two versions", async () => {
    const { specs, join } = await openCoordination();
    await join("claude", "kimi");
    const both = await Promise.all([
      specs.publish(claude, { name: "a", content: "one" }),
      specs.publish(kimi, { name: "a", content: "two" }),
    ]);
    expect(both.map(({ version }) => version)).toEqual([1, 2]);
  });

  test("subscribers and earlier authors are told, the author is not", async () => {
    const { specs, join, factsOf } = await openCoordination();
    await join("claude", "kimi", "codex");
    await specs.publish(claude, { name: "a", content: "1" });
    await specs.subscribe(codex, "A");
    await specs.subscribe(codex, "a");
    await specs.publish(kimi, { name: "a", content: "2" });
    expect(factsOf("spec.published").at(-1)?.subscribers).toEqual(["codex", "claude"]);
    await specs.unsubscribe(codex, "a");
    await specs.publish(claude, { name: "a", content: "3" });
    expect(factsOf("spec.published").at(-1)?.subscribers).toEqual(["kimi"]);
  });

  test("vector 30: a name is never a path", async () => {
    const { specs, join } = await openCoordination();
    await join("claude");
    for (const name of ["../../x", "..", "a/../b", "/etc/passwd", "a//b", "", "a\0", "a/", "x".repeat(101)]) {
      expect((await refusal(specs.publish(claude, { name, content: "x" }))).code).toBe("usage");
    }
    expect((await refusal(() => specs.show("../messages/x"))).message).toBe('no spec "../messages/x"');
    expect((await refusal(specs.publish(claude, { name: "a", content: " " }))).message).toBe(
      "The spec is empty",
    );
  });
});

describe("decisions", () => {
  test("are listed, searched and superseded, and none is lost", async () => {
    const dir = tempDir();
    const clock = createHandClock();
    const first = await openCoordination({ dir, clock });
    await first.join("claude", "kimi");
    const rest = await first.decisions.record(claude, { text: "We use REST" });
    const graph = await first.decisions.record(kimi, {
      text: "We use GraphQL",
      supersedes: rest.id.slice(0, 8),
    });
    expect(first.decisions.list().map(({ text, supersededBy }) => [text, supersededBy])).toEqual([
      ["We use REST", graph.id],
      ["We use GraphQL", null],
    ]);
    expect(first.decisions.list({ current: true, query: "USE kimi" }).map(({ id }) => id)).toEqual([
      graph.id,
    ]);
    const error = await refusal(first.decisions.record(claude, { text: "SOAP", supersedes: rest.id }));
    expect([error.code, error.hint.includes(graph.id)]).toEqual(["conflict", true]);
    await first.close();
    const second = await openCoordination({ dir, clock });
    expect(second.decisions.show(rest.id)).toMatchObject({ by: "claude", supersededBy: graph.id });
  });

  test("an empty one and an unknown reference are refused", async () => {
    const { decisions, join } = await openCoordination();
    await join("claude");
    expect((await refusal(decisions.record(claude, { text: " " }))).code).toBe("usage");
    expect((await refusal(decisions.record(claude, { text: "x", supersedes: "dec-none" }))).message).toBe(
      'no decision "dec-none"',
    );
    expect(decisions.list()).toEqual([]);
  });
});

describe("questions", () => {
  test("only the operator answers, by words or number, and the asker's question says so", async () => {
    const { questions, join, factsOf } = await openCoordination();
    await join("claude", "kimi");
    const asked = await questions.ask(claude, {
      question: "Which database?",
      options: ["Postgres", "SQLite"],
      default: "sqlite",
    });
    expect(asked).toMatchObject({ by: "claude", default: "SQLite", answer: null });
    expect((await refusal(questions.answer(kimi, asked.id, "1"))).code).toBe("permission-denied");
    expect((await questions.answer(operator, asked.id, "1")).answer).toBe("Postgres");
    expect((await questions.answer(operator, asked.id, "postgres")).answer).toBe("Postgres");
    expect((await refusal(questions.answer(operator, asked.id, "2"))).message).toContain(
      "is over: answered: Postgres",
    );
    expect(factsOf("question.answered")).toHaveLength(1);
    expect(questions.open()).toEqual([]);
  });

  test("at the deadline the default holds, also over a restart", async () => {
    const dir = tempDir();
    const clock = createHandClock();
    const first = await openCoordination({ dir, clock });
    await first.join("claude");
    const soon = await first.questions.ask(claude, { question: "a?", deadlineMs: 1_000, default: "yes" });
    const later = await first.questions.ask(claude, { question: "b?", deadlineMs: 60_000 });
    clock.advance(1_000);
    await first.questions.withdraw(claude, (await first.questions.ask(claude, { question: "c?" })).id);
    expect(first.questions.show(soon.id)).toMatchObject({ state: "lapsed", answer: "yes" });
    await first.close();
    const second = await openCoordination({ dir, clock });
    expect(second.questions.open().map(({ id }) => id)).toEqual([later.id]);
    clock.advance(60_000);
    expect(second.questions.show(later.id)).toMatchObject({ state: "lapsed", answer: null });
    expect((await refusal(second.questions.answer(operator, later.id, "x"))).message).toContain(
      "lapsed without an answer",
    );
  });

  test("vector 29: an escalated message reaches the human and stays in its inbox", async () => {
    const { questions, messages, tasks, join } = await openCoordination();
    await join("claude", "kimi", "codex");
    const sent = await messages.send(claude, { to: "kimi", body: "fix it" });
    const raised = await questions.escalate(kimi, { about: sent.id, reason: "I may not" });
    expect(raised).toMatchObject({ by: "kimi", question: "Message from claude: I may not" });
    expect((await questions.escalate(kimi, { about: sent.id, reason: "again" })).id).toBe(raised.id);
    expect(messages.unreadCount("kimi")).toBe(1);
    expect(questions.open()).toHaveLength(1);
    const task = await tasks.create(claude, { title: "T" });
    expect(
      await questions.escalate(kimi, { about: "t", reason: "stuck" }).catch((thrown) => thrown.code),
    ).toMatchObject({ question: 'Task "T": stuck' });
    expect(task.id).toBe(questions.open()[1]?.about);
    expect((await refusal(questions.escalate(codex, { about: sent.id, reason: "x" }))).code).toBe(
      "permission-denied",
    );
  });

  test("strange questions are refused", async () => {
    const { questions, join } = await openCoordination();
    await join("claude");
    for (const input of [
      { question: " " },
      { question: "x", options: ["a", "A "] },
      { question: "x", options: ["a", " "] },
      { question: "x", options: ["a", "b"], default: "c" },
    ]) {
      expect((await refusal(questions.ask(claude, input))).code).toBe("usage");
    }
    for (let n = 0; n < 100; n++) await questions.ask(claude, { question: `q${n}` });
    expect((await refusal(questions.ask(claude, { question: "one more" }))).code).toBe("busy");
  });
});
