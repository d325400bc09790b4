/** Printable ASCII and nothing else: no control character, no part of a longer one. */
export function isPlainText(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte < 0x20 || byte > 0x7e) return false;
  return bytes.length > 0;
}
