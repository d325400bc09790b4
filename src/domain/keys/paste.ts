/** Collects a bracketed paste, however it is cut into reads. */
import type { PasteEvent } from "./events.ts";

export interface PasteCollector {
  /** `marker` is the start marker as it came. */
  start(marker: Uint8Array): void;
  /** Takes bytes from `from` on; `next` is the first that does not belong to the paste. */
  feed(bytes: Uint8Array, from: number): { next: number; event?: PasteEvent; isOver: boolean };
}

/** A longer paste comes as several events. */
export const MAX_PASTE_BYTES = 16 * 1_048_576;

const ESC = 0x1b;
/** `ESC[201~`; ESC stands only at its start, so a mismatch can begin it anew at once. */
const END_MARKER = [ESC, 0x5b, 0x32, 0x30, 0x31, 0x7e];

export function createPasteCollector(): PasteCollector {
  let parts: Uint8Array[] = [];
  let length = 0;
  let matched = 0;

  const finish = (markerLength: number): PasteEvent => {
    const raw = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      raw.set(part, at);
      at += part.length;
    }
    const bytes = raw.subarray(raw.length - length, raw.length - markerLength);
    parts = [];
    length = 0;
    matched = 0;
    return { type: "paste", bytes, raw };
  };

  return {
    start(marker) {
      parts = [marker];
      length = 0;
      matched = 0;
    },
    feed(bytes, from) {
      let at = from;
      while (at < bytes.length) {
        const byte = bytes[at++] as number;
        if (byte === END_MARKER[matched]) matched++;
        else matched = byte === ESC ? 1 : 0;
        length++;
        const isOver = matched === END_MARKER.length;
        if (!isOver && (length < MAX_PASTE_BYTES || matched > 0)) continue;
        parts.push(bytes.slice(from, at));
        return { next: at, event: finish(isOver ? END_MARKER.length : 0), isOver };
      }
      parts.push(bytes.slice(from, at));
      return { next: at, isOver: false };
    },
  };
}
