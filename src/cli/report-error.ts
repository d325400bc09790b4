import { AppError, EXIT_CODES, messageOf } from "../base/errors.ts";
import { inertLines, safeJson } from "./output.ts";
import type { World } from "./world.ts";

const MAX_MESSAGE = 8_000;

/**
 * Says on stderr what went wrong and what to do; answers the exit status. stdout is not touched, so with `--json` it
 * stays empty or whole.
 */
export function reportError(thrown: unknown, world: Pick<World, "stderr" | "env">, json: boolean): number {
  const error = thrown instanceof AppError ? thrown : new AppError("internal", messageOf(thrown));
  if (json) {
    const { code, message, hint, details } = error;
    world.stderr.write(`${safeJson({ error: { code, message, hint, details } })}\n`);
  } else {
    // Errors of files have several lines: the place, the line itself, and a mark under it.
    world.stderr.write(`ia-tmux: ${inertLines(error.message.slice(0, MAX_MESSAGE))}\n`);
    if (error.hint !== undefined) world.stderr.write(`hint: ${inertLines(error.hint)}\n`);
  }
  if (error.code === "internal" && world.env["IA_TMUX_LOG"] === "debug" && thrown instanceof Error) {
    world.stderr.write(`${inertLines(thrown.stack ?? "")}\n`);
  }
  return EXIT_CODES[error.code];
}
