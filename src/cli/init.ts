import { ensureProjectFiles } from "../config/project-files.ts";
import { findProjectRoot } from "../node/project-root.ts";
import { inertText } from "../domain/text/inert.ts";
import type { CommandContext } from "./command.ts";

/** `ia-tmux init`: may run as often as one likes. */
export function initProject(context: CommandContext): number {
  const root = findProjectRoot(context.world.cwd);
  const files = ensureProjectFiles(root);
  context.output.show({ root, ...files }, () =>
    [
      ...files.written.map((path) => `wrote  ${path}`),
      ...files.kept.map((path) => `kept   ${path}`),
      "",
      files.written.includes(".ia-tmux/context.md")
        ? `Next: say in ${inertText(root)}/.ia-tmux/context.md what the project is, then run \`ia-tmux\`.`
        : "Next: run `ia-tmux`.",
    ].join("\n"),
  );
  return 0;
}
