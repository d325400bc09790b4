// Lines of a long file that hold certain words, without standing in anybody's way.
import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** Looked through in one turn of the loop: a few milliseconds. */
const PIECE_BYTES = 256 * 1024;
const LINE_FEED = 10;

/**
 * The lines of a UTF-8 file that hold all the words, which are in lower case, whatever the lines' case. A piece of the file
 * that lacks one is not even cut into lines.
 */
export async function* matchingLines(path: string, words: readonly string[]): AsyncGenerator<string> {
  const holdsAll = (text: string): boolean => {
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  };
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    let rest = Buffer.alloc(0);
    for (let isOver = false; !isOver; ) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES);
      isOver = bytesRead === 0;
      const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const end = isOver ? bytes.length : bytes.lastIndexOf(LINE_FEED) + 1;
      rest = bytes.subarray(end);
      const piece = bytes.toString("utf8", 0, end);
      if (holdsAll(piece)) yield* piece.split("\n").filter((line) => line !== "" && holdsAll(line));
    }
  } finally {
    await file.close();
  }
}
