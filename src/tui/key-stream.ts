// From the bytes of the terminal to events, in order: a lone ESC is a key after a moment, and keys wait while the focus moves.
import { createInputDecoder } from "../domain/keys/decode.ts";
import type { InputEvent } from "../domain/keys/events.ts";
import { isPlainText } from "../domain/text/plain-text.ts";
import type { PaintClock } from "./pacer.ts";

/** A lone ESC is the Escape key when nothing follows for so long. */
const ESCAPE_MS = 30;
/** Keys that may wait for the focus to move; a paste is one. What comes on top of them is lost. */
const MAX_HELD_KEYS = 4_096;

export interface KeyStreamDeps {
  readonly clock: PaintClock;
  /** Something is under way until the answer is called. */
  readonly begin: () => () => void;
  readonly take: (event: InputEvent) => void;
  /** Bytes of plain characters that nothing has to look at; false: they are events like all others. */
  readonly takePlain: (bytes: Uint8Array) => boolean;
}

export interface KeyStream {
  /** The bytes are needed during the call only. */
  feed(bytes: Uint8Array): void;
  /** Until the answer is called keys wait, in order. */
  hold(): () => void;
  /** No Escape comes late any more. */
  stop(): void;
}

export function createKeyStream({ clock, begin, take, takePlain }: KeyStreamDeps): KeyStream {
  const decoder = createInputDecoder();
  const held: InputEvent[] = [];
  let holds = 0;
  let cancelEscape: (() => void) | null = null;

  function pass(event: InputEvent) {
    if (holds === 0) take(event);
    else if (held.length < MAX_HELD_KEYS) held.push(event);
  }

  return {
    feed(bytes) {
      if (holds === 0 && decoder.isAtRest && isPlainText(bytes) && takePlain(bytes)) return;
      cancelEscape?.();
      cancelEscape = null;
      // What is not ended stays with the decoder, and the bytes' memory is used again.
      for (const event of decoder.feed(bytes.slice())) pass(event);
      if (!decoder.isEscapePending) return;
      const over = begin();
      const cancel = clock.after(ESCAPE_MS, () => {
        cancelEscape = null;
        for (const event of decoder.flushEscape()) pass(event);
        over();
      });
      cancelEscape = () => {
        cancel();
        over();
      };
    },
    hold() {
      holds++;
      return () => {
        holds--;
        // One of them may move the focus again: then the rest go on waiting.
        const waiting = held.splice(0);
        for (const event of waiting) pass(event);
      };
    },
    stop() {
      cancelEscape?.();
    },
  };
}
