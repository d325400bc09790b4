// Plain characters take a short way to the pane. It must lead to the same as the long one, and be open only where it does.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createInputDecoder } from "../../src/domain/keys/decode.ts";
import { encodeKey } from "../../src/domain/keys/encode.ts";
import { DEFAULT_MODES } from "../../src/protocol/cells.ts";
import type { Model } from "../../src/tui/model.ts";
import { isPlainText } from "../../src/domain/text/plain-text.ts";
import { plainTypingTargets } from "../../src/tui/plain-typing.ts";
import { keysTo } from "./support/keys.ts";
import { rowsOf } from "./support/rows.ts";
import { modelFor, session } from "./support/screen.ts";
import { trioView } from "./support/views.ts";

const VIEW = trioView(120, 40);
const plain = () => DEFAULT_MODES;

test("what is plain text is the same bytes when it goes through all of the keys", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0, max: 0xff })), {
        maxLength: 20,
      }),
      (list) => {
        const bytes = Uint8Array.from(list);
        const isPlain = list.length > 0 && list.every((byte) => byte >= 0x20 && byte <= 0x7e);
        expect(isPlainText(bytes)).toBe(isPlain);
        if (!isPlain) return;
        const decoder = createInputDecoder();
        const events = decoder.feed(bytes);
        expect(decoder.isAtRest).toBe(true);
        const sent = events.flatMap((event) =>
          event.type === "key" ? [...encodeKey(event, DEFAULT_MODES)] : [-1],
        );
        expect(sent).toEqual(list);
      },
    ),
  );
});

test("the decoder is at rest only between keys", () => {
  const decoder = createInputDecoder();
  for (const [bytes, isAtRest] of [
    ["a", true],
    ["\x1b", false],
    ["[A", true],
    ["\x1b[200~", false],
    ["pasted", false],
    ["\x1b[201~", true],
    ["\x1b]11;rgb:0/0", false],
    ["\x07", true],
  ] as const) {
    decoder.feed(new TextEncoder().encode(bytes));
    expect([bytes, decoder.isAtRest]).toEqual([bytes, isAtRest]);
  }
});

describe("the short way", () => {
  const ready = modelFor(VIEW);

  test("leads to the pane in focus, or to all of a synchronized window", () => {
    expect(plainTypingTargets(ready, plain)).toEqual([1]);
    const windows = VIEW.windows.map((window) => ({ ...window, synchronized: true }));
    expect(plainTypingTargets(modelFor({ ...VIEW, windows }), plain)).toHaveLength(3);
  });

  const closed: readonly (readonly [string, Partial<Model>])[] = [
    ["nobody may type", { readOnly: true }],
    ["the server is gone", { link: { kind: "lost", sinceMs: 0, attempt: 0, reason: "" } }],
    ["the prefix was pressed", { prefix: { kind: "armed" } }],
    ["a repeating key was pressed", { prefix: { kind: "repeat", untilMs: Number.MAX_SAFE_INTEGER } }],
    ["the prefix is a character itself", { prefixKey: "`" }],
    ["the prefix is the space bar", { prefixKey: "Space" }],
    ["there is nothing to type in", { view: null }],
    [
      "the program has ended",
      { view: { ...VIEW, panes: VIEW.panes.map((pane) => ({ ...pane, dead: { exitCode: 1, signal: 0 } })) } },
    ],
  ];
  test.each(closed)("is closed while %s", (_, more) => {
    expect(plainTypingTargets({ ...ready, ...more }, plain)).toBeNull();
  });

  test("is closed while anything lies over the panes", () => {
    for (const keys of ["\x02?", "\x02:", "\x02[", "\x02D"]) {
      const { model } = keysTo(session(ready), keys, { "pane.rows": rowsOf(["a"], 40) });
      expect(model.layers).toHaveLength(1);
      expect(plainTypingTargets(model, plain)).toBeNull();
    }
  });

  test("is closed to a program that asked for keys in another form", () => {
    expect(plainTypingTargets(ready, () => ({ ...DEFAULT_MODES, kittyFlags: 8 }))).toBeNull();
    expect(plainTypingTargets(ready, () => ({ ...DEFAULT_MODES, modifyOtherKeys: 2 }))).toBeNull();
  });
});
