const BYTES_PER_WORD = 4;

/**
 * Whether `count` words of both are the same, from a place in each on; no where one of them has less. The system compares
 * them at once, also where code has not been compiled yet.
 */
export function haveSameWords(
  first: Uint32Array,
  firstAt: number,
  second: Uint32Array,
  secondAt: number,
  count: number,
): boolean {
  if (firstAt + count > first.length || secondAt + count > second.length) return false;
  return bytesOf(first, firstAt, count).equals(bytesOf(second, secondAt, count));
}

function bytesOf(words: Uint32Array, at: number, count: number): Buffer {
  return Buffer.from(words.buffer, words.byteOffset + at * BYTES_PER_WORD, count * BYTES_PER_WORD);
}
