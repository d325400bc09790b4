// Gives the emulator whole characters only. Its own decoder loses one that was cut behind a byte 0x80: "…", a dash, a joiner.

const NONE = new Uint8Array(0);

export interface WholeCharacters {
  /** What can be parsed now: what was held before and these bytes, up to the last whole character. */
  take(bytes: Uint8Array): Uint8Array;
  /** The beginning of a character is held. */
  readonly isInCharacter: boolean;
  reset(): void;
}

export function createWholeCharacters(): WholeCharacters {
  let held: Uint8Array = NONE;
  return {
    take(bytes) {
      const all = held.length === 0 ? bytes : joined(held, bytes);
      const rest = unfinishedBytes(all);
      if (rest === 0) {
        held = NONE;
        return all;
      }
      const end = all.length - rest;
      // A copy: the memory is the caller's.
      held = new Uint8Array(all.subarray(end));
      return all.subarray(0, end);
    },
    get isInCharacter() {
      return held.length > 0;
    },
    reset() {
      held = NONE;
    },
  };
}

/** Bytes at the end that begin a UTF-8 character of which more must come: 0 to 3. */
export function unfinishedBytes(bytes: Uint8Array): number {
  const from = Math.max(0, bytes.length - 3);
  for (let at = bytes.length - 1; at >= from; at--) {
    const byte = bytes[at] as number;
    if (byte < 0x80 || byte > 0xf4) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    const here = bytes.length - at;
    return here < length ? here : 0;
  }
  return 0;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
