import { closeSync, fstatSync, openSync, readSync, statSync, type Stats } from "node:fs";
import { resolve } from "node:path";
import { AppError } from "../base/errors.ts";
import { decodeUtf8 } from "../domain/text/utf8.ts";
import { inertText } from "../domain/text/inert.ts";

/**
 * Reads a text file that a user named. A directory, a FIFO or a device is refused at once instead of hanging on it.
 * @throws AppError no-input (cannot be read, with the path), too-large, bad-data (not UTF-8)
 */
export function readTextFile(path: string, cwd: string, maxBytes: number): string {
  const full = resolve(cwd, path);
  const shown = inertText(path);
  const stat = statOf(full, shown);
  if (!stat.isFile()) {
    throw new AppError(
      "no-input",
      `${shown}: ${stat.isDirectory() ? "is a directory" : "is not a regular file"}`,
    );
  }
  if (stat.size > maxBytes) throw tooLarge(stat.size, maxBytes, shown);
  const bytes = readAll(full, shown, maxBytes);
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok)
    throw new AppError("bad-data", `${shown}: ${decoded.error.message}`, { hint: decoded.error.hint });
  return decoded.value.startsWith("\ufeff") ? decoded.value.slice(1) : decoded.value;
}

export function tooLarge(bytes: number, limit: number, what: string): AppError {
  return new AppError("too-large", `${what} is ${bytes} bytes, limit ${limit}`, {
    hint: "Put the text into a file of the project and name its path instead.",
  });
}

function statOf(full: string, shown: string): Stats {
  try {
    return statSync(full);
  } catch (thrown) {
    throw unreadable(shown, thrown);
  }
}

function readAll(full: string, shown: string, maxBytes: number): Uint8Array {
  let fd: number | undefined;
  try {
    fd = openSync(full, "r");
    // The file may have grown, or have been replaced, since it was looked at.
    if (!fstatSync(fd).isFile()) throw new AppError("no-input", `${shown}: is not a regular file`);
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const read = readSync(fd, buffer, length, buffer.length - length, null);
      length += read;
      if (read === 0 || length === buffer.length) break;
    }
    if (length > maxBytes) throw tooLarge(length, maxBytes, shown);
    return buffer.subarray(0, length);
  } catch (thrown) {
    throw thrown instanceof AppError ? thrown : unreadable(shown, thrown);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Why a file that the user named cannot be read, in words; `shown` is how it was named. */
export function unreadable(shown: string, thrown: unknown): AppError {
  const code = (thrown as NodeJS.ErrnoException).code ?? "unknown error";
  const reason = code === "ENOENT" ? "no such file" : code === "EACCES" ? "permission denied" : code;
  return new AppError("no-input", `${shown}: ${reason}`, { cause: thrown });
}
