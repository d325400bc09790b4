import { leaveModes } from "./checkpoint.ts";
import type { Screen } from "./screen.ts";

/**
 * Bytes that end what an earlier program printed: its modes and title are undone, a line of `words` stands below its last
 * line, and the next program begins behind. `clears`: it begins on an empty screen, with all that was in the history.
 * Writes them into the screen with `write`, and answers all of them.
 */
export function endEarlierOutput(
  screen: Screen,
  words: string,
  clears: boolean,
  write: (bytes: Uint8Array) => void,
): Uint8Array {
  const written: Uint8Array[] = [];
  const put = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    written.push(bytes);
    write(bytes);
  };
  put(leaveModes(screen));
  let last = screen.rows - 1;
  while (last > 0 && screen.rowText(last).trim() === "") last--;
  put(`\x1b[${last + 1};1H\r\n\x1b[2m── ${words} ──\x1b[0m\r\n`);
  // Only what is pushed over the top gets into the history.
  if (clears) put(`\x1b[${screen.rows};1H${"\n".repeat(screen.cursor().y)}\x1b[H`);
  return Buffer.concat(written);
}
