// How fast the terminal takes what it is sent, learned from how long whole frames took to leave: nothing else tells.

export interface TerminalSpeed {
  /** Infinite as long as nothing was held up. */
  bytesPerMs(nowMs: number): number;
  /** A whole frame was sent: its bytes, how long it took to leave this process, and when that was over. */
  sent(bytes: number, tookMs: number, nowMs: number): void;
}

/** What takes longer was held up: the kernel's buffer was full. */
const HELD_UP_MS = 3;
/** It holds about this much: so much has left at once, however slow the terminal is. Less than half of it tells nothing. */
const KERNEL_BUFFER_BYTES = 8_192;
/** Nothing tells that a terminal has become faster, or that it only stopped for a moment: a whole frame is tried. */
const KNOWN_FOR_MS = 2_000;

export function createTerminalSpeed(): TerminalSpeed {
  let known = Number.POSITIVE_INFINITY;
  let knownUntil = 0;
  return {
    bytesPerMs: (nowMs) => (nowMs < knownUntil ? known : Number.POSITIVE_INFINITY),
    sent(bytes, tookMs, nowMs) {
      if (bytes < KERNEL_BUFFER_BYTES / 2) return;
      // A system that has much to do holds up as well: then less is sent for a while, and that does no harm.
      const heldUpBytes = Math.max(bytes - KERNEL_BUFFER_BYTES, bytes / 4);
      known = tookMs < HELD_UP_MS ? Number.POSITIVE_INFINITY : heldUpBytes / tookMs;
      knownUntil = nowMs + KNOWN_FOR_MS;
    },
  };
}
