import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createInputDecoder } from "../../../src/domain/keys/decode.ts";
import {
  encodeFocus,
  encodeKey,
  encodeMouse,
  encodePaste,
  type InputModes,
} from "../../../src/domain/keys/encode.ts";
import type { MouseEvent } from "../../../src/domain/keys/events.ts";
import { formatKey, NAMED_KEYS, parseKey } from "../../../src/domain/keys/key.ts";

const PLAIN: InputModes = {
  bracketedPaste: false,
  applicationCursor: false,
  mouse: "none",
  mouseSgr: false,
  focusEvents: false,
  kittyFlags: 0,
  modifyOtherKeys: 0,
};
const decoder = new TextDecoder();
const encoder = new TextEncoder();

function bytesOf(notation: string, modes: Partial<InputModes> = {}): string {
  const key = parseKey(notation);
  if (key === undefined) throw new Error(`no key ${notation}`);
  return decoder.decode(encodeKey(key, { ...PLAIN, ...modes }));
}

describe("a key for a program", () => {
  test.each([
    ["a", "a"],
    ["é", "é"],
    ["Space", " "],
    ["Enter", "\r"],
    ["BSpace", "\x7f"],
    ["Escape", "\x1b"],
    ["C-b", "\x02"],
    ["C-Space", "\0"],
    ["M-x", "\x1bx"],
    ["C-M-a", "\x1b\x01"],
    ["Up", "\x1b[A"],
    ["C-Up", "\x1b[1;5A"],
    ["F1", "\x1bOP"],
    ["S-F1", "\x1b[1;2P"],
    ["F5", "\x1b[15~"],
    ["PageUp", "\x1b[5~"],
    ["C-Delete", "\x1b[3;5~"],
    ["S-Tab", "\x1b[Z"],
    ["M-Enter", "\x1b\r"],
    ["C-_", "\x1f"],
    ["C-\\", "\x1c"],
  ])("%s is %j in the old coding", (notation, bytes) => {
    expect(bytesOf(notation)).toBe(bytes);
  });

  test("cursor keys follow the application mode", () => {
    expect(bytesOf("Up", { applicationCursor: true })).toBe("\x1bOA");
    expect(bytesOf("C-Up", { applicationCursor: true })).toBe("\x1b[1;5A");
  });

  test("Shift-Enter is itself for a kitty program, a new line for others", () => {
    expect(bytesOf("S-Enter", { kittyFlags: 1 })).toBe("\x1b[13;2u");
    expect(bytesOf("S-Enter", { modifyOtherKeys: 2 })).toBe("\x1b[27;2;13~");
    expect(bytesOf("S-Enter")).toBe("\n");
  });

  test.each([
    ["Escape", "\x1b[27u"],
    ["C-b", "\x1b[98;5u"],
    ["M-A", "\x1b[97;4u"],
    ["a", "a"],
    ["A", "A"],
    ["Enter", "\r"],
    ["C-Tab", "\x1b[9;5u"],
    ["Up", "\x1b[A"],
  ])("%s is %j for a kitty program", (notation, bytes) => {
    expect(bytesOf(notation, { kittyFlags: 1 })).toBe(bytes);
  });

  test("releases go only to a program that asked", () => {
    const release = {
      ...(parseKey("a") as NonNullable<ReturnType<typeof parseKey>>),
      action: "release" as const,
    };
    expect(encodeKey(release, PLAIN)).toHaveLength(0);
    expect(decoder.decode(encodeKey(release, { ...PLAIN, kittyFlags: 3 }))).toBe("\x1b[97;1:3u");
  });

  test.each([
    ["\x1b[1103:1071:122;6u", 5, "\x1b[1103:1071:122;6u"],
    ["\x1b[1103:1071:122;6u", 1, "\x1b[1103;6u"],
    ["\x1b[1103::122;5u", 5, "\x1b[1103::122;5u"],
    ["\x1b[97:65;2u", 13, "\x1b[97:65;2u"],
    ["A", 13, "\x1b[97:65;2u"],
    ["a", 13, "\x1b[97u"],
    ["\x1b[53:37;2u", 13, "\x1b[53:37;2u"],
    ["\x1b[53:37;2u", 0, "%"],
  ])("alternate keys: %j with flags %i is %j", (typed, kittyFlags, wanted) => {
    const events = createInputDecoder().feed(encoder.encode(typed));
    const bytes = events.map((event) =>
      event.type === "key" ? decoder.decode(encodeKey(event, { ...PLAIN, kittyFlags })) : "?",
    );
    expect(bytes.join("")).toBe(wanted);
  });

  test("what the user's terminal sent reaches a kitty program as the same key", () => {
    const names = fc.constantFrom(...NAMED_KEYS, "a", "z", "Q", "5", "%", "é", "漢");
    fc.assert(
      fc.property(
        names,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(1, 5, 9, 13),
        (name, ctrl, alt, shift, kittyFlags) => {
          // A key that makes text goes as that text, and Shift is in the text; a space has none to show.
          const saysShift = name.length > 1 && (name !== "Space" || ctrl || alt || (kittyFlags & 8) !== 0);
          const key = parseKey(formatKey({ name, ctrl, alt, shift: shift && saysShift }));
          if (key === undefined) throw new Error(name);
          const events = createInputDecoder().feed(encodeKey(key, { ...PLAIN, kittyFlags }));
          expect(events.map((event) => (event.type === "key" ? formatKey(event) : event.type))).toEqual([
            formatKey(key),
          ]);
        },
      ),
    );
  });
});

describe("a paste", () => {
  test("is framed for a program that asked, and cannot end its frame", () => {
    const bytes = encodePaste(encoder.encode("a\nb\x1b[201~!rm\x1b[20\x1b[201~1~\u009bx"), {
      bracketedPaste: true,
    });
    expect(decoder.decode(bytes)).toBe("\x1b[200~a\nb[201~!rm[20[201~1~x\x1b[201~");
  });
  test("is typed with Enter for line ends otherwise", () => {
    expect(decoder.decode(encodePaste(encoder.encode("a\nb\r\nc\rd"), PLAIN))).toBe("a\rb\rc\rd");
  });
});

describe("the mouse", () => {
  const area = { x: 10, y: 5, width: 20, height: 8 };
  const press: MouseEvent = {
    type: "mouse",
    x: 12,
    y: 6,
    button: "left",
    action: "press",
    ctrl: false,
    alt: false,
    shift: false,
    raw: new Uint8Array(),
  };
  const shown = (event: Partial<MouseEvent>, modes: Partial<InputModes>) => {
    const bytes = encodeMouse({ ...press, ...event }, { ...PLAIN, ...modes }, area);
    return bytes === undefined ? undefined : decoder.decode(bytes);
  };
  test("is told in the pane's own cells, only what the program asked for", () => {
    expect(shown({}, {})).toBeUndefined();
    expect(shown({}, { mouse: "vt200", mouseSgr: true })).toBe("\x1b[<0;3;2M");
    expect(shown({ action: "release" }, { mouse: "vt200", mouseSgr: true })).toBe("\x1b[<0;3;2m");
    expect(shown({ action: "drag" }, { mouse: "vt200", mouseSgr: true })).toBeUndefined();
    expect(shown({ action: "drag", ctrl: true }, { mouse: "drag", mouseSgr: true })).toBe("\x1b[<48;3;2M");
    expect(shown({ action: "move", button: "none" }, { mouse: "any", mouseSgr: true })).toBe("\x1b[<35;3;2M");
    expect(shown({ button: "wheel-up" }, { mouse: "vt200" })).toBe('\x1b[M`#"');
    expect(shown({ x: 9 }, { mouse: "any", mouseSgr: true })).toBeUndefined();
    expect(shown({ y: 13 }, { mouse: "any", mouseSgr: true })).toBeUndefined();
  });
  test("focus goes to a program that asked", () => {
    expect(decoder.decode(encodeFocus(true, { focusEvents: true }))).toBe("\x1b[I");
    expect(encodeFocus(true, PLAIN)).toHaveLength(0);
  });
});

describe("names of keys", () => {
  test.each([
    ["C-b", "C-b"],
    ["^b", "C-b"],
    ["C-B", "C-b"],
    ["M-Left", "M-Left"],
    ["A-Left", "M-Left"],
    ["S-Enter", "S-Enter"],
    ["%", "%"],
    ["pageup", "PageUp"],
    ["PPage", "PageUp"],
    ["BTab", "S-Tab"],
    ["esc", "Escape"],
    ["C-M-S-F5", "C-M-S-F5"],
    ["S-a", "A"],
    ["-", "-"],
    ["C--", "C--"],
    ["^", "^"],
  ])("%s is %s", (notation, name) => {
    const key = parseKey(notation);
    expect(key && formatKey(key)).toBe(name);
  });
  test.each(["", "C-", "Foo", "ab", "\x1b", "F25"])("%j is no key", (notation) => {
    expect(parseKey(notation)).toBeUndefined();
  });
});
