/**
 * Takes a terminal's input apart. A state machine over single bytes, so the events do not depend on how the bytes were
 * cut into reads. No timers: the caller flushes a lone ESC when nothing followed for 25 to 50 ms.
 */
import type { InputEvent, KeyEvent } from "./events.ts";
import { createPasteCollector } from "./paste.ts";
import { csiEvent, ss3Event, x10Mouse } from "./sequences.ts";

export interface InputDecoder {
  feed(bytes: Uint8Array): InputEvent[];
  /** Bytes are held that are a key if nothing follows soon: start a timer, then call `flushEscape`. */
  readonly isEscapePending: boolean;
  /** Nothing is held, and no sequence or paste is under way: the next byte begins anew. */
  readonly isAtRest: boolean;
  /** Nothing followed: ESC is the Escape key, ESC and a character is Alt. Longer beginnings go on waiting. */
  flushEscape(): InputEvent[];
}

/** Longer answers are dropped up to their end, as one unknown event of the first so many bytes. */
export const MAX_SEQUENCE_BYTES = 65_536;
const MAX_CSI_BYTES = 256;

const ESC = 0x1b;
const BEL = 0x07;
const PASTE_START = "200";

type State =
  | "ground"
  | "escape"
  | "escape-escape"
  | "csi"
  | "csi-overflow"
  | "ss3"
  | "linux-function-key"
  | "x10-mouse"
  | "string"
  | "string-escape"
  | "string-overflow"
  | "string-overflow-escape"
  | "utf8"
  | "paste";

type StringKind = "osc" | "dcs" | "apc";
/** An answer's first byte; anything else shows that a person pressed Alt and a key. */
const STRING_STARTS: Readonly<Record<StringKind, RegExp>> = { osc: /[0-9]/, dcs: /[0-9>$+!|=]/, apc: /G/ };

export function createInputDecoder(): InputDecoder {
  const textDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let state: State = "ground";
  let held: number[] = [];
  let alt = false;
  let utf8Length = 0;
  let stringKind: StringKind = "osc";
  const paste = createPasteCollector();
  let events: InputEvent[] = [];

  const emit = (event: InputEvent) => void events.push(event);
  const take = (): Uint8Array => {
    const raw = Uint8Array.from(held);
    held = [];
    state = "ground";
    return raw;
  };
  const emitUnknown = () => emit({ type: "unknown", raw: take() });

  /** ESC and the byte after it were Alt and a key. */
  const emitAltKey = () => {
    const raw = take();
    emit(byteKey(raw.at(-1) as number, true, raw));
  };

  const ground = (byte: number) => {
    held.push(byte);
    if (byte === ESC) {
      alt = false;
      state = "escape";
    } else if (byte < 0x80) emit(byteKey(byte, false, take()));
    else startUtf8(byte);
  };

  const startUtf8 = (byte: number) => {
    utf8Length = held.length - 1 + (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2);
    if (byte < 0xc2 || byte > 0xf4) emitUnknown();
    else state = "utf8";
  };

  const escape = (byte: number) => {
    if (byte === ESC) {
      if (state === "escape") {
        state = "escape-escape";
      } else emitFirstEscape();
      held.push(byte);
      return;
    }
    if (state === "escape-escape") {
      // only a cursor or function key takes an ESC more as Alt; else the first was the Escape key
      if (byte === 0x5b || byte === 0x4f) alt = true;
      else emitFirstEscape();
    }
    held.push(byte);
    if (byte === 0x5b) state = "csi";
    else if (byte === 0x4f) state = "ss3";
    else if (byte === 0x5d) startString("osc");
    else if (byte === 0x50) startString("dcs");
    else if (byte === 0x5f) startString("apc");
    else if (byte < 0x80) emitAltKey();
    else startUtf8(byte);
  };

  /** Of two ESC the first was the key, the second still waits. */
  const emitFirstEscape = () => {
    emit(byteKey(ESC, false, Uint8Array.of(ESC)));
    held = held.slice(1);
  };

  const startString = (kind: StringKind) => {
    stringKind = kind;
    state = "string";
  };

  const csi = (byte: number) => {
    if (byte < 0x20 || byte >= 0x7f) return abandon(byte);
    held.push(byte);
    if (byte < 0x40) {
      if (held.length < MAX_CSI_BYTES) return;
      emitUnknown();
      state = "csi-overflow";
      return;
    }
    const start = alt ? 3 : 2;
    const parameters = String.fromCharCode(...held.slice(start, -1));
    const final = String.fromCharCode(byte);
    if (final === "~" && parameters === PASTE_START) startPaste();
    else if (final === "M" && parameters === "") state = "x10-mouse";
    else if (final === "[" && parameters === "") state = "linux-function-key";
    else emit(csiEvent(parameters, final, alt, take()));
  };

  /** A byte that cannot belong to the sequence: that one is dropped, the byte counts anew. */
  const abandon = (byte: number) => {
    emitUnknown();
    step(byte);
  };

  const startPaste = () => {
    paste.start(take());
    state = "paste";
  };

  const string = (byte: number) => {
    const isFirst = held.length === 2;
    if (byte === ESC && !isFirst) {
      state = "string-escape";
      return;
    }
    if (isFirst && !STRING_STARTS[stringKind].test(String.fromCharCode(byte))) {
      emitAltKey();
      step(byte);
      return;
    }
    if (byte === BEL) {
      held.push(byte);
      endString(1);
    } else if (byte < 0x20) abandon(byte);
    else {
      held.push(byte);
      if (held.length >= MAX_SEQUENCE_BYTES) {
        emitUnknown();
        state = "string-overflow";
      }
    }
  };

  const stringEscape = (byte: number) => {
    if (byte === 0x5c) {
      held.push(ESC, byte);
      endString(2);
      return;
    }
    emitUnknown();
    step(ESC);
    step(byte);
  };

  const endString = (terminatorLength: number) => {
    const raw = take();
    const data = String.fromCharCode(...raw.subarray(2, Math.min(raw.length - terminatorLength, 4_096)));
    emit({ type: "reply", kind: stringKind, data, raw });
  };

  const stringOverflow = (byte: number) => {
    if (state === "string-overflow-escape") {
      state = "ground";
      if (byte === 0x5c) return;
      step(ESC);
      step(byte);
    } else if (byte === ESC) state = "string-overflow-escape";
    else if (byte < 0x20) {
      state = "ground";
      if (byte !== BEL) step(byte);
    }
  };

  const utf8 = (byte: number) => {
    if ((byte & 0xc0) !== 0x80) return abandon(byte);
    held.push(byte);
    if (held.length < utf8Length) return;
    const isAlt = held[0] === ESC;
    const raw = take();
    try {
      const text = textDecoder.decode(isAlt ? raw.subarray(1) : raw);
      const base = {
        type: "key",
        name: text,
        ctrl: false,
        alt: isAlt,
        shift: false,
        action: "press",
        raw,
      } as const;
      emit(isAlt ? base : { ...base, text });
    } catch {
      emit({ type: "unknown", raw });
    }
  };

  const step = (byte: number): void => {
    switch (state) {
      case "ground":
        return ground(byte);
      case "escape":
      case "escape-escape":
        return escape(byte);
      case "csi":
        return csi(byte);
      case "csi-overflow":
        if (byte >= 0x20 && byte < 0x40) return;
        state = "ground";
        if (byte < 0x20) step(byte);
        return;
      case "ss3":
        if (byte < 0x20 || byte >= 0x7f) return abandon(byte);
        held.push(byte);
        return emit(ss3Event(String.fromCharCode(byte), alt, take()));
      case "linux-function-key":
        if (byte < 0x41 || byte > 0x45) return abandon(byte);
        held.push(byte);
        return emit({ ...plainKey(`F${byte - 0x40}`, take()), alt });
      case "x10-mouse":
        held.push(byte);
        if (held.length === (alt ? 7 : 6)) emit(x10Mouse(Uint8Array.from(held.slice(-3)), take()));
        return;
      case "string":
        return string(byte);
      case "string-escape":
        state = "string";
        return stringEscape(byte);
      case "string-overflow":
      case "string-overflow-escape":
        return stringOverflow(byte);
      case "utf8":
        return utf8(byte);
      case "paste":
        return;
    }
  };

  const drain = (): InputEvent[] => {
    const drained = events;
    events = [];
    return drained;
  };

  return {
    feed(bytes) {
      let at = 0;
      while (at < bytes.length) {
        if (state !== "paste") {
          step(bytes[at++] as number);
          continue;
        }
        const { next, event, isOver } = paste.feed(bytes, at);
        at = next;
        if (event !== undefined) emit(event);
        if (isOver) state = "ground";
      }
      return drain();
    },
    get isAtRest() {
      return state === "ground";
    },
    get isEscapePending() {
      if (state === "escape" || state === "escape-escape") return true;
      // the introducer alone: Alt and "[", "O", "]", "P" or "_"
      return (state === "csi" || state === "ss3" || state === "string") && held.length === (alt ? 3 : 2);
    },
    flushEscape() {
      if (state === "escape-escape") emit({ ...plainKey("Escape", take()), alt: true });
      else if (state === "escape") emit(byteKey(ESC, false, take()));
      else if (this.isEscapePending) emitAltKey();
      return drain();
    },
  };
}

function plainKey(name: string, raw: Uint8Array): KeyEvent {
  return { type: "key", name, ctrl: false, alt: false, shift: false, action: "press", raw };
}

/** A key that comes as one byte below 0x80, or as ESC and that byte. */
function byteKey(byte: number, alt: boolean, raw: Uint8Array): KeyEvent {
  const key = { ...plainKey("", raw), alt };
  if (byte === 0x0d) return { ...key, name: "Enter" };
  if (byte === 0x09) return { ...key, name: "Tab" };
  if (byte === ESC) return { ...key, name: "Escape" };
  if (byte === 0x7f) return { ...key, name: "BSpace" };
  if (byte === 0x00) return { ...key, name: "Space", ctrl: true };
  if (byte < 0x20) return { ...key, name: String.fromCharCode(byte + 0x40).toLowerCase(), ctrl: true };
  const character = String.fromCharCode(byte);
  const name = byte === 0x20 ? "Space" : character;
  return alt ? { ...key, name } : { ...key, name, text: character };
}
