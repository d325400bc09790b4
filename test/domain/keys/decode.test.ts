import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createInputDecoder } from "../../../src/domain/keys/decode.ts";
import type { InputEvent } from "../../../src/domain/keys/events.ts";
import { formatKey } from "../../../src/domain/keys/key.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One word per event. */
function show(event: InputEvent): string {
  switch (event.type) {
    case "key": {
      const released = event.action === "press" ? "" : ` ${event.action}`;
      return `${formatKey(event)}${released}`;
    }
    case "paste":
      return `paste ${JSON.stringify(decoder.decode(event.bytes))}`;
    case "mouse":
      return `mouse ${event.button} ${event.action} ${event.x},${event.y}${event.shift ? " S" : ""}${event.ctrl ? " C" : ""}`;
    case "focus":
      return event.focused ? "focus in" : "focus out";
    case "reply":
      return `reply ${event.kind} ${event.data}`;
    case "unknown":
      return "unknown";
  }
}

function decode(input: string | Uint8Array): string[] {
  return createInputDecoder()
    .feed(typeof input === "string" ? encoder.encode(input) : input)
    .map(show);
}

describe("keys", () => {
  test.each([
    ["plain letters and Unicode", "aZ%é漢😀 ", ["a", "Z", "%", "é", "漢", "😀", "Space"]],
    [
      "control characters",
      "\x02\r\t\x7f\x00\n\x1f",
      ["C-b", "Enter", "Tab", "BSpace", "C-Space", "C-j", "C-_"],
    ],
    ["Alt", "\x1bx\x1b\r\x1bé\x1b\x7f\x1b\x02", ["M-x", "M-Enter", "M-é", "M-BSpace", "C-M-b"]],
    [
      "cursor keys in both modes",
      "\x1b[A\x1bOB\x1b[1;5C\x1b[1;2D\x1b[H\x1bOF",
      ["Up", "Down", "C-Right", "S-Left", "Home", "End"],
    ],
    ["function keys", "\x1bOP\x1b[15~\x1b[24;2~\x1b[[A\x1b[1;3P", ["F1", "F5", "S-F12", "F1", "M-F1"]],
    [
      "editing keys",
      "\x1b[3~\x1b[5~\x1b[6;5~\x1b[2~\x1b[Z",
      ["Delete", "PageUp", "C-PageDown", "Insert", "S-Tab"],
    ],
    ["ESC before a cursor key is Alt", "\x1b\x1b[A", ["M-Up"]],
    ["ESC before something else is Escape", "\x1b\x1bx\x1b\x1b\x1b[B", ["Escape", "M-x", "Escape", "M-Down"]],
    [
      "kitty keys",
      "\x1b[13;2u\x1b[97;5u\x1b[27u\x1b[97;6u\x1b[97;2u\x1b[57417u",
      ["S-Enter", "C-a", "Escape", "C-S-a", "A", "Left"],
    ],
    [
      "kitty keys with their alternates",
      "\x1b[1103:1071:122;6u\x1b[97:65;2u\x1b[53:37;2u",
      ["C-S-я", "A", "%"],
    ],
    ["kitty repeats and releases", "\x1b[97;1:3u\x1b[1;1:2A", ["a release", "Up repeat"]],
    ["modifyOtherKeys", "\x1b[27;5;9~\x1b[27;2;13~", ["C-Tab", "S-Enter"]],
    ["the application keypad", "\x1bOM\x1bOj\x1bOp", ["Enter", "*", "0"]],
  ])("%s", (_, input, events) => {
    expect(decode(input)).toEqual(events);
  });

  test("text is what a field would insert, and only that", () => {
    const events = createInputDecoder().feed(encoder.encode("aé \x01\x1bx\x1b[97:65;2;65u"));
    expect(events.map((event) => (event.type === "key" ? event.text : "?"))).toEqual([
      "a",
      "é",
      " ",
      undefined,
      undefined,
      "A",
    ]);
  });

  test("a lone ESC waits for its flush", () => {
    const input = createInputDecoder();
    expect(input.feed(encoder.encode("\x1b"))).toEqual([]);
    expect(input.isEscapePending).toBe(true);
    expect(input.flushEscape().map(show)).toEqual(["Escape"]);
    expect(input.isEscapePending).toBe(false);
    expect(input.feed(encoder.encode("[A")).map(show)).toEqual(["[", "A"]);
  });

  test.each([
    ["\x1b[", "M-["],
    ["\x1bO", "M-O"],
    ["\x1b]", "M-]"],
    ["\x1bP", "M-P"],
    ["\x1b\x1b", "M-Escape"],
  ])("%j alone is a key with Alt", (bytes, key) => {
    const input = createInputDecoder();
    expect(input.feed(encoder.encode(bytes))).toEqual([]);
    expect(input.flushEscape().map(show)).toEqual([key]);
  });

  test("a half sequence goes on waiting, so a slow line does not tear it", () => {
    const input = createInputDecoder();
    input.feed(encoder.encode("\x1b[1;"));
    expect(input.flushEscape()).toEqual([]);
    expect(input.feed(encoder.encode("5C")).map(show)).toEqual(["C-Right"]);
  });

  test("typing goes on after Alt and a key that begins a string", () => {
    expect(decode("\x1b]ls\r")).toEqual(["M-]", "l", "s", "Enter"]);
    expect(decode("\x1bPwd\r")).toEqual(["M-P", "w", "d", "Enter"]);
    expect(decode("\x1b]11;rgb\rls")).toEqual(["unknown", "Enter", "l", "s"]);
  });
});

describe("what is not a key", () => {
  test("a paste is opaque, whatever it holds", () => {
    const body = "a\nb\x1b[<0;1;1M\x1b[201 ~\x1b[200~\x1b\x03";
    expect(decode(`x\x1b[200~${body}\x1b[201~y`)).toEqual(["x", `paste ${JSON.stringify(body)}`, "y"]);
  });

  test("mouse, focus and keys come apart", () => {
    expect(decode("ab\x1b[<0;10;5Mcd\x1b[<0;10;5m\x1b[Ix\x1b[O")).toEqual([
      "a",
      "b",
      "mouse left press 9,4",
      "c",
      "d",
      "mouse left release 9,4",
      "focus in",
      "x",
      "focus out",
    ]);
    expect(decode("\x1b[<65;1;1M\x1b[<36;3;4M\x1b[<35;3;4M\x1b[M !!\x1b[M#!!")).toEqual([
      "mouse wheel-down press 0,0",
      "mouse left drag 2,3 S",
      "mouse move 2,3".replace("move", "none move"),
      "mouse left press 0,0",
      "mouse left release 0,0",
    ]);
  });

  test("answers of the terminal are not typed", () => {
    expect(
      decode(
        "\x1b[?62;22c\x1b]11;rgb:00/00/00\x1b\\\x1b[5;7R\x1b[?2026;2$y\x1bP>|kitty\x1b\\\x1b]7501;?\x07\x1b[?1u",
      ),
    ).toEqual([
      "reply csi ?62;22c",
      "reply osc 11;rgb:00/00/00",
      "reply csi 5;7R",
      "reply csi ?2026;2$y",
      "reply dcs >|kitty",
      "reply osc 7501;?",
      "reply csi ?1u",
    ]);
  });

  test("bytes that are no UTF-8 are dropped and the next key lives", () => {
    expect(decode(Uint8Array.of(0xff, 0x61, 0xc3, 0x62, 0xed, 0xa0, 0x80, 0x63))).toEqual([
      "unknown",
      "a",
      "unknown",
      "b",
      "unknown",
      "c",
    ]);
  });

  test("a sequence without end is dropped, not typed", () => {
    expect(decode(`\x1b[${"1;".repeat(1_000)}Xa`)).toEqual(["unknown", "a"]);
    expect(decode(`\x1b]52;${"x".repeat(100_000)}\x1b\\a`)).toEqual(["unknown", "a"]);
  });
});

const piece = fc
  .oneof(
    fc.constantFrom(
      "\x1b[A",
      "\x1bOA",
      "\x1b[1;5C",
      "\x1b[13;2u",
      "\x1b[<0;5;6M",
      "\x1b[<0;5;6m",
      "\x1b[I",
      "\x1b[200~",
      "\x1b[201~",
      "\x1b",
      "\x1b\x1b",
      "\x1b[?62c",
      "\x1b]11;rgb:1/2/3\x1b\\",
      "\x1b]0;x\x07",
      "\x1bP>|v\x1b\\",
      "\x1b[M",
      "é",
      "漢",
      "😀",
      "\r",
      "\x02",
      "a",
      "[",
      "O",
      "]",
      "~",
    ),
    fc.string({ unit: "binary", maxLength: 6 }),
  )
  .map((text) => encoder.encode(text));
const stream = fc
  .array(fc.oneof(piece, fc.uint8Array({ maxLength: 5 })), { maxLength: 30 })
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

describe("a paste", () => {
  const END = "\x1b[201~";
  const noEnd = (text: string) => !`${text}${END}`.slice(0, -1).includes(END);

  test("is opaque, whatever it holds and however it is cut, its end marker too", () => {
    const body = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            "\x1b[201",
            "\x1b[20",
            "\x1b[",
            "\x1b",
            "\x1b\x1b[2",
            "\x1b[200~",
            "\x1b[<0;1;1M",
            "\x1b[c",
            "\x02",
            "漢",
          ),
          fc.string({ unit: "binary", maxLength: 8 }),
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join(""))
      .filter(noEnd);
    fc.assert(
      fc.property(body, fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 6 }), (text, cuts) => {
        const bytes = encoder.encode(`x\x1b[200~${text}${END}y`);
        const input = createInputDecoder();
        const events: InputEvent[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = 1 + cuts[turn % cuts.length]!;
          events.push(...input.feed(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(events.map((event) => event.type)).toEqual(["key", "paste", "key"]);
        expect(events[1]).toMatchObject({ bytes: encoder.encode(text) });
      }),
      { numRuns: 400 },
    );
  });

  test("of ten megabytes that nearly ends again and again is one, and byte for byte", () => {
    const body = encoder.encode("line 漢 \x1b[201 \x1b[20\x1b[201\r\n".repeat(400_000));
    expect(body.length).toBeGreaterThan(10_000_000);
    const whole = Buffer.concat([encoder.encode("\x1b[200~"), body, encoder.encode(`${END}z`)]);
    const input = createInputDecoder();
    const events: InputEvent[] = [];
    // Reads of a terminal, of which one ends inside the end marker.
    for (let at = 0; at < whole.length; at += 65_521)
      events.push(...input.feed(whole.subarray(at, at + 65_521)));
    expect(events.map((event) => event.type)).toEqual(["paste", "key"]);
    expect(Buffer.compare((events[0] as { bytes: Uint8Array }).bytes, body)).toBe(0);
  });
});

test("text in any script comes as it was typed, cut inside characters too", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), fc.nat({ max: 3 }), (text, cut) => {
      const typed = [...text].filter((character) => !/[\p{Cc}\p{Cs}]/u.test(character)).join("");
      const bytes = encoder.encode(typed);
      const input = createInputDecoder();
      let got = "";
      for (let at = 0; at < bytes.length; at += cut + 1)
        for (const event of input.feed(bytes.subarray(at, at + cut + 1)))
          got += event.type === "key" ? (event.text ?? "?") : "?";
      expect(got).toBe(typed);
    }),
    { numRuns: 300 },
  );
});

describe("any cut into reads", () => {
  test("gives the same events, and every byte in exactly one of them", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 10 }), (bytes, cuts) => {
        const whole = createInputDecoder().feed(bytes);
        const input = createInputDecoder();
        const parts: InputEvent[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = 1 + (cuts[i % cuts.length] as number);
          parts.push(...input.feed(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(parts).toEqual(whole);
        const raw = whole.flatMap((event) => [...event.raw]);
        expect(raw).toEqual([...bytes.subarray(0, raw.length)]);
      }),
      { numRuns: 500 },
    );
  });
});
