// The files of a project that people and agents read: `.ia-tmux/`. Written once, never over somebody's edits.
import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError, messageOf } from "../base/errors.ts";
import { CONTEXT, GITIGNORE, GUIDE, ROLES } from "./project-templates.ts";

export const PROJECT_DIR = ".ia-tmux";

const FILES: readonly (readonly [name: string, text: string])[] = [
  [".gitignore", GITIGNORE],
  ["guide.md", GUIDE],
  ["context.md", CONTEXT],
  ["roles.md", ROLES],
];

export interface ProjectFiles {
  readonly dir: string;
  /** Relative to the project root. */
  readonly written: readonly string[];
  readonly kept: readonly string[];
}

/**
 * Creates what is missing below `<root>/.ia-tmux/`; whatever is there stays as it is. A link in place of the directory
 * is refused: a cloned repository could make us write elsewhere.
 * @throws AppError cannot-create
 */
export function ensureProjectFiles(root: string): ProjectFiles {
  const dir = join(root, PROJECT_DIR);
  const written: string[] = [];
  const kept: string[] = [];
  try {
    mkdirSync(dir, { recursive: true });
    if (!lstatSync(dir).isDirectory()) throw new Error("it is a link");
    for (const [name, text] of FILES) {
      const path = `${PROJECT_DIR}/${name}`;
      (writeNew(join(root, path), text) ? written : kept).push(path);
    }
  } catch (thrown) {
    throw new AppError("cannot-create", `Cannot write into ${dir}: ${messageOf(thrown)}`, {
      hint: "Make the project directory writable, or take away what stands in its place.",
      cause: thrown,
    });
  }
  return { dir, written, kept };
}

/** `wx` neither follows a link nor replaces a file. */
function writeNew(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx", mode: 0o644 });
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw thrown;
  }
}
