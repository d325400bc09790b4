import { encodeKey, type InputModes } from "./encode.ts";
import { parseKey } from "./key.ts";

/**
 * Bytes for one argument of `send-keys`: a key's name (`Enter`, `C-c`, `M-Left`) as the program expects it in its
 * modes, else the text as it is. `literal`: always the text.
 */
export function keyBytes(argument: string, literal: boolean, modes: InputModes): Uint8Array {
  const key = literal ? undefined : parseKey(argument);
  return key === undefined ? new TextEncoder().encode(argument) : encodeKey(key, modes);
}
