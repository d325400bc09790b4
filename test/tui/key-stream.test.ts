import { expect, test } from "vitest";
import { createKeyStream } from "../../src/tui/key-stream.ts";

/** A stream on a clock that stands still until it is told. */
function stream() {
  let nowMs = 0;
  const timers: { readonly atMs: number; readonly run: () => void }[] = [];
  const keys: string[] = [];
  const typed = createKeyStream({
    clock: {
      now: () => nowMs,
      after(ms, run) {
        const timer = { atMs: nowMs + ms, run };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer) >>> 0, 1);
      },
    },
    begin: () => () => {},
    take: (event) => keys.push(event.type === "key" ? event.name : event.type),
    takePlain: () => false,
  });
  return {
    keys,
    type: (text: string) => typed.feed(new TextEncoder().encode(text)),
    pass(ms: number) {
      nowMs += ms;
      for (const timer of timers.filter(({ atMs }) => atMs <= nowMs)) {
        timers.splice(timers.indexOf(timer), 1);
        timer.run();
      }
    },
    hold: () => typed.hold(),
  };
}

test("ESC alone is the Escape key after 25 to 50 ms, not before", () => {
  const { keys, type, pass } = stream();
  type("\x1b");
  pass(25);
  expect(keys).toEqual([]);
  pass(25);
  expect(keys).toEqual(["Escape"]);
});

test("ESC with more behind it in time is no Escape key, however it was cut", () => {
  const { keys, type, pass } = stream();
  type("\x1b");
  pass(20);
  type("[A");
  pass(100);
  expect(keys).toEqual(["Up"]);
});

test("keys wait while the focus moves, and come in their order", () => {
  const { keys, type, hold } = stream();
  const go = hold();
  type("ab");
  expect(keys).toEqual([]);
  go();
  type("c");
  expect(keys).toEqual(["a", "b", "c"]);
});
