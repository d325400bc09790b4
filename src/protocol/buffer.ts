// Paste buffers on the wire: a line of the socket is shorter than the longest buffer, so a text goes in pieces.

/** UTF-16 code units that a paste buffer holds at most. In the largest encoding an answer still fits a frame. */
export const MAX_BUFFER_LENGTH = 1_048_576;
/** What one call may bring; six bytes each in the largest encoding are less than a line. */
export const MAX_BUFFER_PIECE = 150_000;

/** The text in pieces for one `buffer.set` each, all but the first with `append`. No surrogate pair is cut. */
export function bufferPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + MAX_BUFFER_PIECE);
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to--;
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
