/** Turns input into the bytes that a pane's program expects in the modes it has set. */
import type { KeyEvent, MouseEvent } from "./events.ts";
import type { Key } from "./key.ts";

/** The modes that matter here; a pane's modes have this shape. */
export interface InputModes {
  readonly bracketedPaste: boolean;
  readonly applicationCursor: boolean;
  readonly mouse: "none" | "x10" | "vt200" | "drag" | "any";
  readonly mouseSgr: boolean;
  readonly focusEvents: boolean;
  readonly kittyFlags: number;
  readonly modifyOtherKeys: number;
}

const KITTY_DISAMBIGUATE = 1;
export const KITTY_EVENT_TYPES = 2;
const KITTY_ALTERNATES = 4;
const KITTY_ALL_KEYS = 8;
const KITTY_ASSOCIATED_TEXT = 16;

const CURSOR_FINALS: Readonly<Record<string, string>> = {
  Up: "A",
  Down: "B",
  Right: "C",
  Left: "D",
  Home: "H",
  End: "F",
};
const FUNCTION_FINALS: Readonly<Record<string, string>> = { F1: "P", F2: "Q", F3: "R", F4: "S" };
const TILDE_NUMBERS: Readonly<Record<string, number>> = {
  Insert: 2,
  Delete: 3,
  PageUp: 5,
  PageDown: 6,
  F5: 15,
  F6: 17,
  F7: 18,
  F8: 19,
  F9: 20,
  F10: 21,
  F11: 23,
  F12: 24,
};
/** Keys that are one control character. */
const CODES: Readonly<Record<string, number>> = { Enter: 13, Tab: 9, BSpace: 127, Escape: 27, Space: 32 };
const KITTY_F13 = 57_376;

const encoder = new TextEncoder();

/** The bytes of a key, none when the program did not ask for such events (a release). */
export function encodeKey(key: Key & Partial<KeyEvent>, modes: InputModes): Uint8Array {
  const action = key.action ?? "press";
  if (action === "release" && (modes.kittyFlags & KITTY_EVENT_TYPES) === 0) return new Uint8Array(0);
  return encoder.encode(sequenceOf(key, action, modes));
}

function sequenceOf(key: Key & Partial<KeyEvent>, action: KeyEvent["action"], modes: InputModes): string {
  const bits = (key.shift ? 1 : 0) | (key.alt ? 2 : 0) | (key.ctrl ? 4 : 0);
  const event =
    modes.kittyFlags & KITTY_EVENT_TYPES ? { press: "", repeat: ":2", release: ":3" }[action] : "";
  const modifier = bits > 0 || event !== "" ? `${bits + 1}${event}` : "";
  const cursor = CURSOR_FINALS[key.name] ?? FUNCTION_FINALS[key.name];
  if (cursor !== undefined) {
    if (key.name === "F3" && modes.kittyFlags > 0) return `\x1b[13${modifier === "" ? "" : `;${modifier}`}~`;
    if (modifier !== "") return `\x1b[1;${modifier}${cursor}`;
    return modes.applicationCursor || key.name in FUNCTION_FINALS ? `\x1bO${cursor}` : `\x1b[${cursor}`;
  }
  const tilde = TILDE_NUMBERS[key.name];
  if (tilde !== undefined) return `\x1b[${tilde}${modifier === "" ? "" : `;${modifier}`}~`;
  const functionNumber = /^F(\d+)$/.exec(key.name)?.[1];
  if (functionNumber !== undefined)
    return `\x1b[${KITTY_F13 + Number(functionNumber) - 13}${modifier === "" ? "" : `;${modifier}`}u`;
  const code = CODES[key.name] ?? key.name.codePointAt(0) ?? 0;
  if (wantsKitty(key, bits, event, modes)) return kittySequence(key, code, bits, event, modes);
  if (modes.modifyOtherKeys > 0 && wantsModifyOtherKeys(key, bits, modes))
    return `\x1b[27;${bits + 1};${code}~`;
  return legacySequence(key, code);
}

/** Which keys the program gets as `CSI code u`: those that the old coding cannot tell apart, or all. */
function wantsKitty(key: Key, bits: number, event: string, modes: InputModes): boolean {
  const { kittyFlags } = modes;
  if (kittyFlags & KITTY_ALL_KEYS) return true;
  if ((kittyFlags & KITTY_DISAMBIGUATE) === 0) return event === ":3";
  if (key.name === "Escape") return true;
  if (key.name === "Enter" || key.name === "Tab" || key.name === "BSpace") return bits > 0;
  return key.ctrl || key.alt || event === ":3";
}

/** Kitty names a key by its character without Shift, and says the Shift. */
function kittySequence(
  key: Key & Partial<KeyEvent>,
  code: number,
  bits: number,
  event: string,
  modes: InputModes,
): string {
  const lower = key.name in CODES ? key.name : key.name.toLowerCase();
  const isUpper = lower !== key.name && [...lower].length === 1;
  const shownBits = isUpper || key.kitty?.shift ? bits | 1 : bits;
  const shownCode = key.kitty?.code ?? (isUpper ? (lower.codePointAt(0) as number) : code);
  const shifted = key.kitty?.shifted ?? (isUpper ? code : undefined);
  const alternates =
    modes.kittyFlags & KITTY_ALTERNATES ? alternateCodes(shifted, key.kitty?.base, shownBits) : "";
  const text =
    modes.kittyFlags & KITTY_ASSOCIATED_TEXT && key.text !== undefined ? `;${codePoints(key.text)}` : "";
  const modifier = shownBits > 0 || event !== "" || text !== "" ? `;${shownBits + 1}${event}` : "";
  return `\x1b[${shownCode}${alternates}${modifier}${text}u`;
}

/** The shifted key is told only while Shift is down. */
function alternateCodes(shifted: number | undefined, base: number | undefined, bits: number): string {
  const shown = shifted !== undefined && (bits & 1) !== 0 ? `:${shifted}` : "";
  return base === undefined ? shown : `${shown === "" ? ":" : shown}:${base}`;
}

function codePoints(text: string): string {
  return [...text].map((character) => character.codePointAt(0)).join(":");
}

function wantsModifyOtherKeys(key: Key, bits: number, modes: InputModes): boolean {
  if (bits === 0) return false;
  if (key.name === "Enter" || key.name === "Tab") return !(key.name === "Tab" && bits === 1);
  if (modes.modifyOtherKeys < 2) return false;
  return key.ctrl || key.alt || (key.shift && key.name === "Space");
}

function legacySequence(key: Key & Partial<KeyEvent>, code: number): string {
  if (key.name === "Tab" && key.shift) return `${key.alt ? "\x1b" : ""}\x1b[Z`;
  // Ctrl-J: a new line in every agent's composer, and Enter in every shell
  if (key.name === "Enter" && (key.shift || key.ctrl) && !key.alt) return "\n";
  const text = key.ctrl ? controlCharacter(key.name, code) : (key.text ?? String.fromCodePoint(code));
  return key.alt ? `\x1b${text}` : text;
}

function controlCharacter(name: string, code: number): string {
  if (name === "Space" || name === "2" || name === "@") return "\0";
  if (name === "BSpace") return "\b";
  if (name === "/" || name === "7" || name === "-") return "\x1f";
  if (name === "8" || name === "?") return "\x7f";
  if (/^[3-6]$/.test(name)) return String.fromCharCode(0x1b + Number(name) - 3);
  const upper = name.length === 1 ? name.toUpperCase().charCodeAt(0) : 0;
  if (upper >= 0x41 && upper <= 0x5f) return String.fromCharCode(upper & 0x1f);
  return String.fromCodePoint(code);
}

const PASTE_START = encoder.encode("\x1b[200~");
const PASTE_END = encoder.encode("\x1b[201~");

/**
 * A paste by a person: bracketed when the program asked for it, else typed with Enter for every line end. ESC and the
 * C1 form of CSI are left out: they could end the paste and turn the rest of it into keys.
 */
export function encodePaste(bytes: Uint8Array, modes: Pick<InputModes, "bracketedPaste">): Uint8Array {
  const body = new Uint8Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte === 0x1b) continue;
    if (byte === 0xc2 && bytes[i + 1] === 0x9b) {
      i++;
      continue;
    }
    if (!modes.bracketedPaste && byte === 0x0a) {
      if (bytes[i - 1] !== 0x0d) body[length++] = 0x0d;
      continue;
    }
    body[length++] = byte;
  }
  if (!modes.bracketedPaste) return body.slice(0, length);
  const framed = new Uint8Array(PASTE_START.length + length + PASTE_END.length);
  framed.set(PASTE_START);
  framed.set(body.subarray(0, length), PASTE_START.length);
  framed.set(PASTE_END, PASTE_START.length + length);
  return framed;
}

/** Where a pane's cells lie in the terminal. */
export interface PaneArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A mouse event in the pane's own cells; undefined when it is outside or the program did not ask for such events. */
export function encodeMouse(event: MouseEvent, modes: InputModes, area: PaneArea): Uint8Array | undefined {
  const x = event.x - area.x;
  const y = event.y - area.y;
  if (x < 0 || y < 0 || x >= area.width || y >= area.height || !wantsMouse(event, modes)) return undefined;
  const code =
    buttonCode(event) | (modes.mouse === "x10" ? 0 : modifierCode(event)) | (isMotion(event) ? 32 : 0);
  if (modes.mouseSgr)
    return encoder.encode(`\x1b[<${code};${x + 1};${y + 1}${event.action === "release" ? "m" : "M"}`);
  if (x > 222 || y > 222) return undefined;
  const plainCode = event.action === "release" ? (code & ~3) | 3 : code;
  return Uint8Array.of(0x1b, 0x5b, 0x4d, 32 + plainCode, 33 + x, 33 + y);
}

function isMotion(event: MouseEvent): boolean {
  return event.action === "drag" || event.action === "move";
}

function wantsMouse(event: MouseEvent, modes: InputModes): boolean {
  if (event.button === "other") return false;
  switch (modes.mouse) {
    case "none":
      return false;
    case "x10":
      return event.action === "press" && !event.button.startsWith("wheel");
    case "vt200":
      return !isMotion(event);
    case "drag":
      return event.action !== "move";
    case "any":
      return true;
  }
}

const BUTTON_CODES: Readonly<Record<MouseEvent["button"], number>> = {
  left: 0,
  middle: 1,
  right: 2,
  none: 3,
  "wheel-up": 64,
  "wheel-down": 65,
  "wheel-left": 66,
  "wheel-right": 67,
  other: 3,
};

function buttonCode(event: MouseEvent): number {
  return BUTTON_CODES[event.button];
}

function modifierCode(event: MouseEvent): number {
  return (event.shift ? 4 : 0) | (event.alt ? 8 : 0) | (event.ctrl ? 16 : 0);
}

/** Nothing when the program did not ask for focus events. */
export function encodeFocus(focused: boolean, modes: Pick<InputModes, "focusEvents">): Uint8Array {
  return modes.focusEvents ? encoder.encode(focused ? "\x1b[I" : "\x1b[O") : new Uint8Array(0);
}
