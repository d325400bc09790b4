import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { isAbsolute, join, sep } from "node:path";

/**
 * The file behind a command's name. Directories inside the project are passed over: a cloned repository could bring its
 * own `claude` in `node_modules/.bin`. A name with a slash is taken as it is. Null when there is no such program.
 */
export function findProgram(name: string, path: string, projectRoot: string): string | null {
  if (name.includes("/")) return isAbsolute(name) && isProgram(name) ? name : null;
  const root = realPathOf(projectRoot) ?? projectRoot;
  for (const directory of path.split(":")) {
    if (!isAbsolute(directory)) continue;
    const real = realPathOf(directory);
    if (real === null || real === root || real.startsWith(root + sep)) continue;
    const file = join(directory, name);
    if (isProgram(file)) return file;
  }
  return null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function realPathOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
