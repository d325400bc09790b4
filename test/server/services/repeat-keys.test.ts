// A call with a key of the caller's own can be made again, and never makes a second record.
import { describe, expect, test } from "vitest";
import { claude, kimi, openCoordination, operator, refusal } from "./coordination.ts";

const HELLO = { to: "kimi", body: "hello", key: "greeting-1" };

describe("a key", () => {
  test("finds what the first call made, under an id of ours, also when both come at once", async () => {
    const { messages, tasks, join, factsOf } = await openCoordination();
    await join("claude", "kimi");
    const [first, second] = await Promise.all([messages.send(claude, HELLO), messages.send(claude, HELLO)]);
    expect(second).toEqual(first);
    expect(first.id).toMatch(/^msg-/);
    expect(factsOf("message.sent")).toHaveLength(1);

    const order = { to: "kimi", text: "x", key: "constructor" };
    const task = await tasks.quick(claude, order);
    await tasks.update(kimi, task.id, { status: "in_progress" });
    expect(await tasks.quick(claude, order)).toMatchObject({ id: task.id, status: "in_progress" });
    const made = await tasks.create(claude, { title: "y", key: "made" });
    expect((await tasks.create(claude, { title: "y", key: "made" })).id).toBe(made.id);
  });

  test("is the author's and the kind's own: another's call with it is another call", async () => {
    const { messages, tasks, join } = await openCoordination();
    await join("claude", "kimi");
    const ids = [
      (await messages.send(claude, HELLO)).id,
      (await messages.send(operator, HELLO)).id,
      (await tasks.create(claude, { title: "hello", key: HELLO.key })).id,
    ];
    expect(new Set(ids).size).toBe(3);
  });

  test("is refused, by a code of its own, when the call says something else", async () => {
    const { messages, tasks, join } = await openCoordination();
    await join("claude", "kimi");
    const { id } = await messages.send(claude, HELLO);
    const other = await refusal(messages.send(claude, { ...HELLO, body: "good-bye" }));
    expect(other).toMatchObject({
      code: "key-reused",
      message: `The key greeting-1 is that of another message, ${id}`,
    });
    await tasks.create(claude, { title: "x", key: "t" });
    expect((await refusal(tasks.quick(claude, { to: "kimi", text: "x", key: "t" }))).code).toBe("key-reused");
    expect((await refusal(tasks.create(claude, { title: "x", key: "../../x" }))).code).toBe("usage");
    expect(messages.unreadCount("kimi")).toBe(1);
  });

  test("of a reply finds the reply, and settles the original all the same", async () => {
    const { messages, join } = await openCoordination();
    await join("claude", "kimi");
    const asked = await messages.send(claude, HELLO);
    const answer = () => messages.reply(kimi, asked.id, { body: "yes", key: "r", complete: true });
    expect((await answer()).id).toBe((await answer()).id);
    expect(messages.show(claude, asked.id).receipts).toMatchObject([{ agent: "kimi", state: "completed" }]);
    expect(messages.inbox("claude")).toHaveLength(1);
  });

  test("of a reply finds the reply when the original is in the archive by now", async () => {
    const { messages, join, factsOf } = await openCoordination();
    await join("claude", "kimi");
    const asked = await messages.send(claude, HELLO);
    const answer = () => messages.reply(kimi, asked.id, { body: "yes", key: "r" });
    const first = await answer();
    await messages.forget(operator, [messages.show(claude, asked.id)]);
    expect(await answer()).toEqual(first);
    expect(factsOf("message.sent")).toHaveLength(2);
    const other = messages.reply(kimi, asked.id, { body: "no", key: "r" });
    expect((await refusal(other)).code).toBe("key-reused");
    expect((await refusal(messages.reply(kimi, asked.id, { body: "yes" }))).code).toBe("not-found");
  });

  test("holds after a restart and in the project that imported the records, as long as the record is there", async () => {
    const before = await openCoordination();
    await before.join("claude", "kimi");
    const { id } = await before.messages.send(claude, HELLO);
    const task = await before.tasks.create(claude, { title: "x", key: "t" });
    const lines: string[] = [];
    for await (const line of before.store.exportLines()) lines.push(line);
    await before.close();

    const after = await openCoordination({ dir: before.dir });
    expect((await after.messages.send(claude, HELLO)).id).toBe(id);
    await after.tasks.forget(operator, [task]);
    expect((await after.tasks.create(claude, { title: "x", key: "t" })).id).not.toBe(task.id);

    const there = await openCoordination();
    await there.messages.send(operator, { ...HELLO, to: "operator" });
    await there.store.importLines(lines);
    there.messages.reload();
    expect((await there.messages.send(claude, HELLO)).id).toBe(id);
  });
});
