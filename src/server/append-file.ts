import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { AppError, messageOf } from "../base/errors.ts";

/** Appends in one write, making the file if there is none. `path` is canonical: a link put there since is not followed. */
export async function appendToFile(path: string, text: string): Promise<void> {
  try {
    const file = await open(
      path,
      constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
      0o644,
    );
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    const missing = code === "ENOENT" || code === "ENOTDIR";
    throw new AppError(
      missing ? "no-input" : "disk-error",
      `Cannot append to ${path}: ${messageOf(thrown)}`,
      {
        cause: thrown,
        hint: missing ? "Its directory does not exist; create it first." : undefined,
      },
    );
  }
}
