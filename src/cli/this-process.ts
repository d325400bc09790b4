import { AppError, messageOf } from "../base/errors.ts";

/** Throws `no-input` where there is none any more, or one whose path is longer than the system takes. */
function currentDirectory(): string {
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

/** What every command line of this process has. The directory is looked up when it is asked for: a command may need none. */
export function thisProcess() {
  return {
    get cwd() {
      return currentDirectory();
    },
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
  };
}
