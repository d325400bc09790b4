/** What a user's terminal sends, taken apart. `raw` is always the bytes as they came. */
import type { Key } from "./key.ts";

export type InputEvent = KeyEvent | PasteEvent | MouseEvent | FocusEvent | ReplyEvent | UnknownEvent;

export interface KeyEvent extends Key {
  readonly type: "key";
  /** What the key types into a text field; absent for keys that type nothing. */
  readonly text?: string;
  readonly action: "press" | "repeat" | "release";
  /** The key as a terminal with kitty's protocol named it, for a program that wants it so. */
  readonly kitty?: KittyCode;
  readonly raw: Uint8Array;
}

export interface KittyCode {
  /** The key without Shift, on the user's keyboard layout. */
  readonly code: number;
  /** What Shift makes of it. */
  readonly shifted?: number;
  /** The key at its place on a US keyboard, where that is another. */
  readonly base?: number;
  readonly shift: boolean;
}

export interface PasteEvent {
  readonly type: "paste";
  /** What was pasted, without the markers, whatever it holds. */
  readonly bytes: Uint8Array;
  readonly raw: Uint8Array;
}

export type MouseButton =
  | "left"
  | "middle"
  | "right"
  | "none"
  | "wheel-up"
  | "wheel-down"
  | "wheel-left"
  | "wheel-right"
  | "other";

export interface MouseEvent {
  readonly type: "mouse";
  /** Cell of the terminal, 0-based. */
  readonly x: number;
  readonly y: number;
  readonly button: MouseButton;
  /** "move" has no button down; the wheel only presses. */
  readonly action: "press" | "release" | "drag" | "move";
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly raw: Uint8Array;
}

export interface FocusEvent {
  readonly type: "focus";
  readonly focused: boolean;
  readonly raw: Uint8Array;
}

/** An answer of the terminal to a question: never typed as text. */
export interface ReplyEvent {
  readonly type: "reply";
  readonly kind: "csi" | "osc" | "dcs" | "apc";
  /** What stands between the introducer and the terminator; of a CSI with its final byte. */
  readonly data: string;
  readonly raw: Uint8Array;
}

/** A sequence or bytes that mean nothing here: dropped, never typed as text. */
export interface UnknownEvent {
  readonly type: "unknown";
  readonly raw: Uint8Array;
}
