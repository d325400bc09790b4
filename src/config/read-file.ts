import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { AppError, messageOf } from "../base/errors.ts";
import { firstInvalidByte } from "../domain/text/utf8.ts";
import { MAX_CONFIG_BYTES } from "./source.ts";

/** Whose file it is: the package's own, the user's, or the project's, which others may have written. */
export type Origin = "built-in" | "user" | "project";

export interface ConfigFile {
  readonly path: string;
  readonly origin: Origin;
  /** Without byte order mark. */
  readonly text: string;
  /** SHA-256 of the bytes, hex: the key of trust. */
  readonly sha256: string;
}

/** Reads a configuration file; null when there is none. Throws `bad-config` for what is no such file. */
export function readConfigFile(path: string, origin: Origin): ConfigFile | null {
  let descriptor: number;
  try {
    // Without O_NONBLOCK a FIFO of that name would hold us for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new AppError("bad-config", `${path}: cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new AppError("bad-config", `${path}: not a regular file`);
    if (stats.size > MAX_CONFIG_BYTES) {
      throw new AppError("bad-config", `${path}: larger than ${MAX_CONFIG_BYTES / 1024} KiB`);
    }
    if (origin === "user") assertPrivate(path, stats.uid, stats.mode);
    const bytes = readFileSync(descriptor);
    // Where it is wrong is looked for only when it is: the search is slow when it runs for the first time.
    const invalid = isUtf16(bytes) ? 0 : isUtf8(bytes) ? null : firstInvalidByte(bytes);
    if (invalid !== null) {
      const hint = "save it as UTF-8";
      throw new AppError("bad-config", `${path}: not UTF-8 (byte ${invalid})`, { hint });
    }
    const text = new TextDecoder("utf-8", { ignoreBOM: false }).decode(bytes).replaceAll("\r\n", "\n");
    return { path, origin, text, sha256: createHash("sha256").update(bytes).digest("hex") };
  } finally {
    closeSync(descriptor);
  }
}

function isUtf16(bytes: Uint8Array): boolean {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  return mark === 0xfffe || mark === 0xfeff || bytes.subarray(0, 512).includes(0);
}

/** A file that others can write would let them run commands as this user. */
function assertPrivate(path: string, uid: number, mode: number): void {
  const me = process.getuid?.();
  if (me === undefined) return;
  const owned = uid === me || uid === 0;
  if (owned && (mode & 0o022) === 0) return;
  const what = owned ? "others may write it" : `it belongs to user ${uid}`;
  throw new AppError("bad-config", `${path}: unsafe permissions: ${what}`, {
    hint: owned ? `chmod go-w ${path}` : "make it yours",
  });
}
