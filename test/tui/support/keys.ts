import { createInputDecoder } from "../../../src/domain/keys/decode.ts";
import type { Session } from "./screen.ts";

/** Types bytes as a terminal sends them. Calls whose method has an answer get it at once. */
export function keysTo(
  held: Session,
  bytes: string,
  answers: Readonly<Record<string, unknown>> = {},
): Session {
  const decoder = createInputDecoder();
  for (const event of [...decoder.feed(new TextEncoder().encode(bytes)), ...decoder.flushEscape()]) {
    const before = held.effects.length;
    held.send({ type: "input", event });
    for (const effect of held.effects.slice(before)) {
      if (effect.type === "call" && effect.method in answers)
        held.send({ type: "answered", reply: effect.reply, result: answers[effect.method] });
    }
  }
  return held;
}
