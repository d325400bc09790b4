import type { InputEvent } from "../../../src/domain/keys/events.ts";
import { createInputDecoder } from "../../../src/domain/keys/decode.ts";
import type { Session } from "./screen.ts";

/** The results of calls by their methods; a function is asked with the call's parameters. */
export type Answers = Readonly<Record<string, unknown>>;

/** What a terminal sends for these bytes. */
export function eventsOf(bytes: string): readonly InputEvent[] {
  const decoder = createInputDecoder();
  return [...decoder.feed(new TextEncoder().encode(bytes)), ...decoder.flushEscape()];
}

/** Answers the calls that were made since effect `from`, and those that follow from the answers. */
export function answerFrom(held: Session, from: number, answers: Answers): void {
  for (let at = from; at < held.effects.length; at++) {
    const effect = held.effects[at]!;
    if (effect.type !== "call" || !(effect.method in answers)) continue;
    const answer = answers[effect.method];
    const result = typeof answer === "function" ? answer(effect.params) : answer;
    held.send({ type: "answered", reply: effect.reply, result });
  }
}

/** Types bytes as a terminal sends them. Calls whose method has an answer get it at once. */
export function keysTo(held: Session, bytes: string, answers: Answers = {}): Session {
  for (const event of eventsOf(bytes)) {
    const before = held.effects.length;
    held.send({ type: "input", event });
    answerFrom(held, before, answers);
  }
  return held;
}
