import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Message } from "../../../src/domain/message/message.ts";
import { claude, kimi, openCoordination, operator } from "./coordination.ts";

test("a search finds what reading every message finds, the youngest first, while messages come and go", async () => {
  const word = fc.constantFrom("auth", "AUTH", "login", "a", "ü", "日本", "x y", "claude");
  const body = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" "));
  await fc.assert(
    fc.asyncProperty(
      fc.array(body, { minLength: 1, maxLength: 12 }),
      fc.array(word, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (bodies, words, removes) => {
        const { messages, join, close } = await openCoordination();
        await join("claude", "kimi");
        const query = words.join(" ");
        const sent: Message[] = [];
        for (const [at, text] of bodies.entries()) {
          const actor = at % 2 === 0 ? claude : operator;
          sent.push(await messages.send(actor, { to: at % 3 === 0 ? "kimi" : "operator", body: text }));
          if (at === 2) messages.search(operator, query);
        }
        if (removes) {
          await messages.forget(operator, sent.slice(0, 2));
          sent.splice(0, 2);
        }
        const expected = (isWanted: (one: Message) => boolean) =>
          sent
            .filter((one) => {
              const text = `${one.id} ${one.from} ${one.to} ${one.subject} ${one.body}`.toLowerCase();
              return (
                isWanted(one) &&
                query
                  .toLowerCase()
                  .split(/\s+/)
                  .every((part) => text.includes(part))
              );
            })
            .map((one) => one.id)
            .toReversed();
        expect(messages.search(operator, query).map((one) => one.id)).toEqual(expected(() => true));
        expect(messages.search(kimi, query).map((one) => one.id)).toEqual(
          expected((one) => one.to === "kimi"),
        );
        await close();
      },
    ),
    { numRuns: 40 },
  );
});

test("at most 500 are found, the youngest, across all that there are", async () => {
  const { messages, join } = await openCoordination();
  await join("claude");
  const sent: { id: string; subject: string }[] = [];
  for (let number = 0; number < 1_300; number += 100) {
    const batch = Array.from({ length: 100 }, (_, more) =>
      messages.send(claude, { to: "operator", subject: `nth-${number + more}`, body: "same words" }),
    );
    for (const message of await Promise.all(batch)) {
      sent.push(message);
      await messages.mark(operator, message.id, "read");
    }
  }
  const ids = (found: readonly { id: string }[]) => found.map((one) => one.id);
  expect(ids(messages.search(operator, "words same"))).toEqual(ids(sent.toReversed().slice(0, 500)));
  expect(ids(messages.search(operator, "nth-7 same"))).toEqual(
    ids(sent.filter(({ subject }) => subject.startsWith("nth-7")).toReversed()),
  );
});
