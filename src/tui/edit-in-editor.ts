// The user's own editor for a long text, with the terminal to itself.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError, messageOf } from "../base/errors.ts";
import type { Terminal } from "./terminal.ts";

/** Opens $VISUAL or $EDITOR, else vi. Throws with words for the user. */
export async function editInEditor(
  text: string,
  terminal: Pick<Terminal, "suspend" | "resume">,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const command = env["VISUAL"] || env["EDITOR"] || "vi";
  const directory = await mkdtemp(join(tmpdir(), "ia-tmux-"));
  const file = join(directory, "task.md");
  try {
    await writeFile(file, text, { mode: 0o600 });
    terminal.suspend();
    try {
      await runEditor(command, file);
    } finally {
      terminal.resume();
    }
    return (await readFile(file, "utf8")).replace(/\n$/, "");
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** $EDITOR may hold arguments: the shell takes it apart, the file goes beside it. */
function runEditor(command: string, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", `${command} "$1"`, "sh", file], { stdio: "inherit" });
    child.on("error", (cause) =>
      reject(new AppError("failed", `The editor ${command} does not start: ${messageOf(cause)}`)),
    );
    child.on("exit", (code) => {
      if (code === 0) resolve();
      else
        reject(
          new AppError(
            "failed",
            `The editor ${command} ended with ${code ?? "a signal"}; your text is as it was.`,
          ),
        );
    });
  });
}
