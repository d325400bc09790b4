import { AppError, messageOf } from "../base/errors.ts";

/** Throws `no-input` where there is none any more, or one whose path is longer than the system takes. */
export function currentDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    const gone = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const what = gone ? "was deleted" : `has no usable path: ${messageOf(cause)}`;
    throw new AppError("no-input", `The current directory ${what}.`, {
      hint: "Change to another directory: cd ~",
      cause,
    });
  }
}
