import type { Screen } from "./screen.ts";

const ENTER_ALTERNATE = "\x1b[?1049h";
/** Soft reset, plain keys, wrapping, and nothing reported. */
const PLAIN_MODES = `\x1b[!p\x1b[?1l\x1b>\x1b[?7h${[2004, 1000, 1006, 1004, 2026, 2031].map((mode) => `\x1b[?${mode}l`).join("")}`;

/**
 * Bytes that make a fresh screen of the same size look and behave like this one: rows, cursor, modes, title. What
 * scrolled off is not in it. Take it only while `screen.isGround`: what follows would otherwise be cut in two.
 */
export function checkpointBytes(screen: Screen): Uint8Array {
  const modes = screen.modes();
  const cursor = screen.cursor();
  const on = (mode: number, set: boolean) => (set ? `\x1b[?${mode}h` : "");
  const rows = screen.ansi().map((row, y) => `\x1b[${y + 1};1H${row}\x1b[0m`);
  const mouse = { none: 0, x10: 9, vt200: 1000, drag: 1002, any: 1003 }[modes.mouse];
  const text = [
    modes.alternateScreen ? ENTER_ALTERNATE : "",
    // Rows are written with wrapping off, so that a full one does not scroll the next away.
    "\x1b[?7l",
    ...rows,
    "\x1b[?7h",
    `\x1b]2;${screen.title}\x1b\\`,
    on(1, modes.applicationCursor),
    modes.applicationKeypad ? "\x1b=" : "",
    on(2004, modes.bracketedPaste),
    mouse === 0 ? "" : on(mouse, true),
    on(1006, modes.mouseSgr),
    on(1004, modes.focusEvents),
    on(2031, screen.wantsScheme),
    modes.kittyFlags === 0 ? "" : `\x1b[>${modes.kittyFlags}u`,
    modes.modifyOtherKeys === 0 ? "" : `\x1b[>4;${modes.modifyOtherKeys}m`,
    `\x1b[${cursor.y + 1};${cursor.x + 1}H`,
    `\x1b[${cursor.shape} q`,
    cursor.visible ? "" : "\x1b[?25l",
  ].join("");
  return new TextEncoder().encode(text);
}

/** Whether a checkpoint was taken on the alternate screen. */
export function isAlternateCheckpoint(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(ENTER_ALTERNATE) === 0;
}

/** Bytes that undo the modes and the title that a program left on, and take it off the alternate screen. */
export function leaveModes(screen: Screen): string {
  // Leaving the alternate screen restores a cursor: only where it was entered.
  const leave = screen.modes().alternateScreen ? "\x1b[?1049l" : "";
  return `${leave}${PLAIN_MODES}\x1b]2;\x1b\\`;
}

/** Bytes that put a checkpoint in place of what the screen shows; its history stays, and what lies under the alternate screen. */
export function drawOver(screen: Screen, checkpoint: Uint8Array): Uint8Array {
  const clear = isAlternateCheckpoint(checkpoint) ? "" : "\x1b[H\x1b[2J";
  return Buffer.concat([Buffer.from(leaveModes(screen) + clear), checkpoint]);
}
