import { randomBytes } from "node:crypto";
import { ID_ALPHABET, ID_LENGTH, type Ids } from "../base/ids.ts";

/** Ids from the kernel's random source: 50 random bits behind the prefix (the alphabet has 32 characters, so no bias). */
export function createRandomIds(): Ids {
  return {
    next(prefix) {
      let id = `${prefix}-`;
      for (const byte of randomBytes(ID_LENGTH)) id += ID_ALPHABET[byte % ID_ALPHABET.length];
      return id;
    },
    token: () => randomBytes(16).toString("hex"),
  };
}
