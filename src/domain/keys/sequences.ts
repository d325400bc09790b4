/** Meaning of one complete CSI or SS3 sequence from a terminal. */
import type { InputEvent, KeyEvent, KittyCode, MouseButton } from "./events.ts";

const CURSOR_KEYS: Readonly<Record<string, string>> = {
  A: "Up",
  B: "Down",
  C: "Right",
  D: "Left",
  F: "End",
  H: "Home",
  P: "F1",
  Q: "F2",
  R: "F3",
  S: "F4",
};

const TILDE_KEYS: Readonly<Record<number, string>> = {
  1: "Home",
  2: "Insert",
  3: "Delete",
  4: "End",
  5: "PageUp",
  6: "PageDown",
  7: "Home",
  8: "End",
  11: "F1",
  12: "F2",
  13: "F3",
  14: "F4",
  15: "F5",
  17: "F6",
  18: "F7",
  19: "F8",
  20: "F9",
  21: "F10",
  23: "F11",
  24: "F12",
};

/** Application keypad, by final byte of SS3. */
const KEYPAD = "jklmnopqrstuvwxy";
const KEYPAD_CHARACTERS = "*+,-./0123456789";

/** Kitty's numbers for keys of the keypad that have a plain twin. */
const KITTY_KEYPAD = [..."0123456789./*-+"];
const KITTY_KEYPAD_NAMES = [
  "Enter",
  "=",
  ",",
  "Left",
  "Right",
  "Up",
  "Down",
  "PageUp",
  "PageDown",
  "Home",
  "End",
  "Insert",
  "Delete",
];
const KITTY_KEYPAD_START = 57_399;
const KITTY_F13 = 57_376;

interface Modifiers {
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly action: KeyEvent["action"];
}

/** `parameters` with prefix and intermediates, then the final byte. `alt` when another ESC came before. */
export function csiEvent(parameters: string, final: string, alt: boolean, raw: Uint8Array): InputEvent {
  const prefix = /^[<=>?]/.test(parameters) ? (parameters[0] as string) : "";
  if (prefix === "<" && (final === "M" || final === "m"))
    return sgrMouse(parameters.slice(1), final, raw) ?? { type: "unknown", raw };
  if (prefix !== "" || /[ -/]/.test(parameters)) {
    return /[cnyupqtmS]/.test(final)
      ? { type: "reply", kind: "csi", data: parameters + final, raw }
      : { type: "unknown", raw };
  }
  if (!/^[0-9;:]*$/.test(parameters)) return { type: "unknown", raw };
  const fields = parameters
    .split(";")
    .map((field) => field.split(":").map((part) => (part === "" ? 0 : Number(part))));
  const first = fields[0]?.[0] ?? 0;
  const modifiers = modifiersOf(fields[1] ?? [], alt);
  if (parameters === "" && (final === "I" || final === "O"))
    return { type: "focus", focused: final === "I", raw };
  if (final === "u") return kittyKey(fields, modifiers, raw);
  if (final === "~") {
    if (first === 27 && fields.length === 3) return codeKey(fields[2]?.[0] ?? 0, modifiers, {}, raw);
    const name = TILDE_KEYS[first];
    return name === undefined ? { type: "unknown", raw } : named(name, modifiers, raw);
  }
  if (final === "Z") return named("Tab", { ...modifiers, shift: true }, raw);
  if (final === "n" || final === "t" || final === "c")
    return { type: "reply", kind: "csi", data: parameters + final, raw };
  // a cursor position report looks like F3 with modifiers when the cursor is in the first row
  if (final === "R" && parameters !== "" && (first !== 1 || (fields[1]?.[0] ?? 0) > 16)) {
    return { type: "reply", kind: "csi", data: parameters + final, raw };
  }
  const name = CURSOR_KEYS[final];
  if (name === undefined || first > 1) return { type: "unknown", raw };
  return named(name, modifiers, raw);
}

export function ss3Event(final: string, alt: boolean, raw: Uint8Array): InputEvent {
  const plain: Modifiers = { ctrl: false, alt, shift: false, action: "press" };
  const name = CURSOR_KEYS[final] ?? (final === "M" ? "Enter" : undefined);
  if (name !== undefined) return named(name, plain, raw);
  const keypad = KEYPAD_CHARACTERS[KEYPAD.indexOf(final)];
  if (KEYPAD.includes(final) && keypad !== undefined) return codeKey(keypad.charCodeAt(0), plain, {}, raw);
  return { type: "unknown", raw };
}

/** The three bytes after `CSI M` of the oldest mouse protocol. */
export function x10Mouse(bytes: Uint8Array, raw: Uint8Array): InputEvent {
  const [code, column, row] = bytes;
  if (
    code === undefined ||
    column === undefined ||
    row === undefined ||
    code < 32 ||
    column < 33 ||
    row < 33
  ) {
    return { type: "unknown", raw };
  }
  const isRelease = ((code - 32) & 0xc3) === 3;
  return mouse(isRelease ? (code - 32) & ~3 : code - 32, column - 33, row - 33, isRelease, raw);
}

function sgrMouse(parameters: string, final: string, raw: Uint8Array): InputEvent | undefined {
  const match = /^(\d{1,5});(\d{1,5});(\d{1,5})$/.exec(parameters);
  if (match === null) return undefined;
  const [code, column, row] = match.slice(1).map(Number) as [number, number, number];
  if (column < 1 || row < 1) return undefined;
  return mouse(code, column - 1, row - 1, final === "m", raw);
}

function mouse(code: number, x: number, y: number, isRelease: boolean, raw: Uint8Array): InputEvent {
  const low = code & 3;
  const isWheel = (code & 0xc0) === 0x40;
  const isMotion = (code & 32) !== 0;
  const wheel = ["wheel-up", "wheel-down", "wheel-left", "wheel-right"] as const;
  const plain = ["left", "middle", "right", "none"] as const;
  const button: MouseButton = code & 0x80 ? "other" : ((isWheel ? wheel : plain)[low] as MouseButton);
  const action = isRelease
    ? "release"
    : isMotion && !isWheel
      ? button === "none"
        ? "move"
        : "drag"
      : "press";
  return {
    type: "mouse",
    x,
    y,
    button,
    action,
    shift: (code & 4) !== 0,
    alt: (code & 8) !== 0,
    ctrl: (code & 16) !== 0,
    raw,
  };
}

/** Bits of a modifier parameter, which is one more than they are: 1 shift, 2 alt, 4 ctrl, 32 meta. */
function modifiersOf(field: readonly number[], alt: boolean): Modifiers {
  const bits = Math.max(0, (field[0] ?? 1) - 1);
  const action = field[1] === 3 ? "release" : field[1] === 2 ? "repeat" : "press";
  return {
    shift: (bits & 1) !== 0,
    alt: alt || (bits & 2) !== 0 || (bits & 32) !== 0,
    ctrl: (bits & 4) !== 0,
    action,
  };
}

function named(name: string, modifiers: Modifiers, raw: Uint8Array): KeyEvent {
  return { type: "key", name, ...modifiers, raw };
}

function kittyKey(fields: readonly (readonly number[])[], modifiers: Modifiers, raw: Uint8Array): InputEvent {
  const shifted = nameOfCode(fields[0]?.[1] ?? 0);
  const typed = (fields[2] ?? []).filter((part) => nameOfCode(part) !== undefined && part !== 0x7f);
  const text = typed.length > 0 ? String.fromCodePoint(...typed.slice(0, 16)) : undefined;
  const event = codeKey(fields[0]?.[0] ?? 0, modifiers, { shifted, text }, raw);
  const kitty = kittyCode(fields[0] ?? [], modifiers.shift);
  return event.type === "key" && kitty !== undefined ? { ...event, kitty } : event;
}

/** Kept only where the key's name does not say all of it. */
function kittyCode(
  [code = 0, shifted = 0, base = 0]: readonly number[],
  shift: boolean,
): KittyCode | undefined {
  if ((shifted === 0 && base === 0) || nameOfCode(code) === undefined) return undefined;
  const isKey = (number: number) => number !== 0 && nameOfCode(number) !== undefined;
  return {
    code,
    ...(isKey(shifted) ? { shifted } : {}),
    ...(isKey(base) ? { base } : {}),
    shift,
  };
}

/** A key by its number: without Ctrl, Shift becomes part of the character as it does on older terminals. */
function codeKey(
  code: number,
  modifiers: Modifiers,
  known: { shifted?: string | undefined; text?: string | undefined },
  raw: Uint8Array,
): InputEvent {
  const name = nameOfCode(code);
  if (name === undefined) return { type: "unknown", raw };
  if ([...name].length !== 1 && name !== "Space") return named(name, modifiers, raw);
  const folds = modifiers.shift && !modifiers.ctrl && name !== "Space";
  const upper =
    known.shifted ??
    (known.text !== undefined && [...known.text].length === 1 ? known.text : name.toUpperCase());
  const shown = folds && [...upper].length === 1 ? upper : name;
  const types = !modifiers.ctrl && !modifiers.alt && modifiers.action !== "release";
  return {
    type: "key",
    ...modifiers,
    name: shown,
    shift: modifiers.shift && !folds,
    ...(types ? { text: known.text ?? (shown === "Space" ? " " : shown) } : {}),
    raw,
  };
}

function nameOfCode(code: number): string | undefined {
  switch (code) {
    case 9:
      return "Tab";
    case 13:
      return "Enter";
    case 27:
      return "Escape";
    case 8:
    case 127:
      return "BSpace";
    case 32:
      return "Space";
    default:
  }
  if (code >= KITTY_F13 && code < KITTY_F13 + 12) return `F${code - KITTY_F13 + 13}`;
  const keypad = code - KITTY_KEYPAD_START;
  if (keypad >= 0) {
    const name = KITTY_KEYPAD[keypad] ?? KITTY_KEYPAD_NAMES[keypad - KITTY_KEYPAD.length];
    if (name !== undefined) return name;
  }
  // kitty's private numbers: modifier and media keys on their own
  if (code < 32 || code > 0x10ffff || (code >= 0xd800 && code <= 0xf8ff) || (code >= 0x7f && code < 0xa0))
    return undefined;
  return String.fromCodePoint(code);
}
