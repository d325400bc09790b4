import { randomBytes } from "node:crypto";
import { ID_ALPHABET, ID_LENGTH, type Ids } from "../base/ids.ts";

/** Ids whose random bytes are fetched together: asking the kernel for a few takes as long as for some hundred. */
const IDS_AT_ONCE = 64;

/** Ids from the kernel's random source: 50 random bits behind the prefix (the alphabet has 32 characters, so no bias). */
export function createRandomIds(): Ids {
  let bytes: Uint8Array = new Uint8Array(0);
  let used = 0;
  return {
    next(prefix) {
      if (used === bytes.length) {
        bytes = randomBytes(ID_LENGTH * IDS_AT_ONCE);
        used = 0;
      }
      let id = `${prefix}-`;
      for (const end = used + ID_LENGTH; used < end; used++)
        id += ID_ALPHABET[(bytes[used] ?? 0) % ID_ALPHABET.length];
      return id;
    },
    token: () => randomBytes(16).toString("hex"),
  };
}
