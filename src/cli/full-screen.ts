import { AppError } from "../base/errors.ts";
import { inertText } from "../domain/text/inert.ts";
import type { World } from "./world.ts";

/**
 * Says no before a single escape sequence is written: without a terminal, with one that cannot move its cursor, or
 * inside a pane of our own.
 * @throws AppError not-a-terminal, bad-config, usage
 */
export function assertFullScreen(world: World, nested: boolean): void {
  const { env } = world;
  const pane = env["IA_TMUX_PANE"];
  if (pane !== undefined && pane !== "" && !nested) {
    throw new AppError("usage", `already inside ia-tmux (pane ${inertText(pane, 20)})`, {
      hint: "Use a command such as `ia-tmux status` here, or --nested if you mean it.",
    });
  }
  if (world.stdin.isTTY !== true || world.stdout.isTTY !== true) {
    throw new AppError("not-a-terminal", "stdin or stdout is not a terminal", {
      hint: "Without a screen use `ia-tmux up --headless`.",
    });
  }
  const term = env["TERM"] ?? "";
  if (term === "" || term === "dumb" || term === "unknown") {
    throw new AppError(
      "bad-config",
      `TERM is ${term === "" ? "not set" : `"${term}"`}: this terminal cannot draw a workspace`,
      {
        hint: "Set TERM to what the terminal is, such as xterm-256color, or use `ia-tmux up --headless`.",
      },
    );
  }
}
